// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkTrainingSampler_h
#define itkTrainingSampler_h

#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancementNetworkExport.h"
#include "itkIntensityNormalization.h"
#include "itkSegmentationNetworkTrainer.h"
#include "itkTrainingSample.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace itk
{
struct CellLibrary;

/** \brief Channels of the cells of one crop, 0 the shallowest; called with depths in slices and a seed of the crop. */
using DepthChannelFunction = std::function<std::vector<int>(const std::vector<PenCore::Cell> &, std::uint64_t)>;

/** \class TrainingSampler
 * \brief Draws random crops with targets: flips, quarter turns, depth flips and shifts, and copies laid over each
 * other.
 *
 * A crop is the voxel-wise maximum of one or more windows of the samples, each turned and flipped on its own and
 * shifted in z within the network's slices (the paper's supplement S3, "dense"), or a stack composed of single cells.
 * What step s draws depends on the seed, s and the position in the batch only: not on threads, and not on what was
 * drawn before.
 *
 * \code
 * itk::TrainingSampler sampler(parameters);
 * sampler.AddSample(sample);
 * const itk::TrainingBatch batch = sampler.Draw(step, 8);
 * \endcode
 */
class ProjectionEnhancementNetwork_EXPORT TrainingSampler
{
public:
  struct Parameters
  {
    unsigned int cropSize = 256;
    unsigned int slices = 27;        ///< slices of a crop: the network's
    unsigned int channels = 3;       ///< depth channels of the targets; the cells' own channels do not count
    unsigned int copies = 3;         ///< most windows laid over each other; 1 switches copying off
    double copyShare = 0.5;          ///< share of the crops that are copied
    double cellShare = 0.7;          ///< share of the windows that are laid around a cell
    double dimmestBrightness = 0.7;  ///< a window's intensities are scaled by up to this much
    double smallestRangeShare = 0.5; ///< TrainingBatch::rangeShares are drawn between this and 1
    bool depthFlips = true;
    double pasteShare = 0.0;           ///< share of the crops that are composed of single cells, see AddCells()
    unsigned int mostPastedCells = 12; ///< in such a crop
    double mostOverlapShare = 0.8;     ///< of its cells that overlap another
    double mostStackedShare = 0.5;     ///< of its cells that lie right above or below another
    std::array<double, 2> cellScale = { { 0.9, 1.1 } };   ///< of its cells: PenCore::PasteCellsParameters::cellScale,
    std::array<double, 2> cellStretch = { { 1.0, 1.0 } }; ///< stretch
    double cellBend = 0.0;                                ///< bend,
    std::array<double, 2> cellGamma = { { 1.0, 1.0 } };   ///< gamma
    double cellTexture = 0.0;                             ///< and texture
    double slabShare = 0.0;        ///< share of the composed crops that are imaged in slabs of several slices
    unsigned int thickestSlab = 5; ///< slices of the thickest slab; they have two at least
    double depthWindowShare = 0.0; ///< share of the crops that show some slices of theirs and the cells centred there
    std::array<unsigned int, 2> depthWindowSlices = { { 5, 12 } }; ///< fewest and most of them
    std::array<double, 3> spacing = { { 1.0, 1.0, 1.0 } };         ///< x, y, z of a crop's voxels in um; for composing
    IntensityNormalization normalization;                          ///< of composed crops
    std::uint64_t seed = 0;
    unsigned int numberOfThreads = 0;
    DepthChannelFunction assignChannels; ///< must be set where channels is more than 1
  };

  explicit TrainingSampler(const Parameters & parameters);

  /** \brief Adds a stack that windows are taken of.
   *
   * \param sample  normalised
   * \param group   a window comes from one group, each group as often as the others, so that a few real stacks are not
   *                lost among many simulated ones
   * \throws ExceptionObject where the sample's buffers do not fit its size or it has more slices than a crop.
   */
  void
  AddSample(TrainingSample sample, std::size_t group = 0);

  /** \brief Adds an annotated stack's cells to those that crops are composed of (PenCore::PasteCells()).
   *
   * \param sample  with raw intensities and its spacing; 3-D labels are used where it has them
   * \param group   a composed crop takes its cells from one group, each group that has some as often as the others
   */
  void
  AddCells(const TrainingSample & sample, std::size_t group);

  /** Whether there is a cell to compose crops of. */
  bool
  HasCells() const
  {
    return !m_Libraries.empty();
  }

  /** The crops [firstItem, firstItem + batchSize) of a step: of several processes, each draws its share.
   * \throws ExceptionObject where a group has no sample, or none has a cell to compose of though pasteShare is more
   * than 0. */
  TrainingBatch
  Draw(std::uint64_t step, unsigned int batchSize, unsigned int firstItem = 0) const;

private:
  void
  DrawCrop(std::uint64_t step, unsigned int item, unsigned int slot, TrainingBatch & batch) const;

  Parameters m_Parameters;
  std::vector<std::vector<TrainingSample>> m_Samples;              // of each group
  std::map<std::size_t, std::shared_ptr<CellLibrary>> m_Libraries; // of the groups that have cells
};
} // namespace itk

#endif
