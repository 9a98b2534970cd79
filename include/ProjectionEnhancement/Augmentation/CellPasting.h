// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Augmentation_CellPasting_h
#define ProjectionEnhancement_Augmentation_CellPasting_h

#include "ProjectionEnhancement/Augmentation/CellCutouts.h"
#include "ProjectionEnhancement/Base/Parameters.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancementExport.h"

#include <array>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
struct PasteCellsParameters
{
  unsigned int width = 256;
  unsigned int height = 256;
  unsigned int slices = 20;
  std::array<double, 3> spacing = { { 1.0, 1.0, 1.0 } }; ///< x, y, z in um

  unsigned int numberOfCells = 20; ///< at most; fewer where the wishes below leave no room
  double overlapShare = 0.368;     ///< of the cells whose masks overlap another's (the paper's dense test set)
  double meanOverlapIoU = 0.127;   ///< of overlapping pairs that are not stacked (the paper's dense test set)
  double maximumOverlapIoU = 1.0;  ///< no pair that is not stacked overlaps more
  double stackedShare = 0.0;       ///< of the cells laid over another one: right above or below it
  std::array<double, 2> stackedDistance = { { 10.0, 30.0 } }; ///< um between the depths of stacked cells
  double maximumSharedVoxels = 0.05;                          ///< of the smaller of two cells' 3-D supports
  double smallestVisibleShare = 0.5;                          ///< of its mask that a cell at the border shows

  bool anyAngle = true;                                ///< turned about z by any angle, or not at all
  bool planeFlips = true;                              ///< mirrored in x, y
  bool depthFlips = true;                              ///< mirrored in z
  std::array<double, 2> cellScale = { { 0.9, 1.1 } };  ///< along all three axes
  std::array<double, 2> stretch = { { 1.0, 1.0 } };    ///< along one direction of the plane; across it, 1 / sqrt
  double bend = 0.0;                                   ///< largest slope by which straight cells become curved ones
  std::array<double, 2> brightness = { { 0.7, 1.0 } }; ///< factor of the intensity above the background
  std::array<double, 2> gamma = { { 1.0, 1.0 } };      ///< of a curve of it, from 0 to the cell's brightest voxel
  double texture = 0.0; ///< standard deviation of the logarithm of a factor that varies smoothly within the cell

  float backgroundLevel = 0.0f; ///< unless there is a background stack
  float backgroundNoise = 0.0f; ///< standard deviation of the noise about it
  std::uint64_t seed = 0;
  ProgressCallback progress = {};

  /** The one list of the wishes, for ForEachParameter(); width, height, spacing and background are the stack's. */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("Slices", parameters.slices...);
    visit("NumberOfCells", parameters.numberOfCells...);
    visit("OverlapShare", parameters.overlapShare...);
    visit("MeanOverlapIoU", parameters.meanOverlapIoU...);
    visit("MaximumOverlapIoU", parameters.maximumOverlapIoU...);
    visit("StackedShare", parameters.stackedShare...);
    visit("MinimumStackedDistance", parameters.stackedDistance[0]...);
    visit("MaximumStackedDistance", parameters.stackedDistance[1]...);
    visit("MaximumSharedVoxels", parameters.maximumSharedVoxels...);
    visit("SmallestVisibleShare", parameters.smallestVisibleShare...);
    visit("AnyAngle", parameters.anyAngle...);
    visit("PlaneFlips", parameters.planeFlips...);
    visit("DepthFlips", parameters.depthFlips...);
    visit("CellScale", parameters.cellScale...);
    visit("Stretch", parameters.stretch...);
    visit("Bend", parameters.bend...);
    visit("Brightness", parameters.brightness...);
    visit("Gamma", parameters.gamma...);
    visit("Texture", parameters.texture...);
    visit("Seed", parameters.seed...);
  }
};

/** \brief Composes an annotated stack of cells that were cut out of others: density augmentation cell by cell.
 *
 * Each cell is drawn from the library, turned about z by any angle, mirrored, scaled, stretched, bent, moved by
 * fractions of a voxel in x, y and z, all in um so that voxels may be anisotropic and the library's spacing may differ
 * from the new stack's (linear interpolation; averaged where the new voxels are larger), dimmed, and laid over what is
 * there by maximum. Stretch and gamma are drawn evenly in their logarithm. To bend a cell, two waves of 40 to 120 um
 * displace it across their own direction, by slopes of up to bend in all, which leaves areas as they are. A share s of
 * the brightest voxel's intensity becomes c(s) = ((0.1 + 0.9 s)^gamma - 0.1^gamma) / (1 - 0.1^gamma), less steep at 0
 * than a power, where noise lies; the texture is six waves of 8 to 60 um in all directions. Its mask, 3-D labels and
 * depth go through the same transform: the mask is the projection of the labels, and covers at least 95 % of the
 * intensity that was pasted.
 *
 * Positions are searched so that as many cells overlap another as overlapShare asks (rounded up or down at random, so
 * that many small stacks reach it on average), with the wished IoU, without sharing more voxels than allowed; a cell
 * that finds no place is left out. The result depends on the parameters only; call it from as many threads as you like.
 *
 * \param library     cells from CutCells(), of any number of samples
 * \param parameters  size, spacing and wishes
 * \param background  a sample of the same size and spacing to paste into, whose cells count; none: a level with noise
 * \return the sample, with 3-D labels, whose background cells come first
 * \throws std::invalid_argument for an empty library, a size of 0, a share outside [0, 1], a bend or texture outside
 * [0, 1], or a background of another size.
 *
 * \code
 * const std::vector<itk::PenCore::CellCutout> library = itk::PenCore::CutCells(sample);
 * itk::PenCore::PasteCellsParameters parameters;
 * parameters.spacing = sample.spacing;
 * parameters.seed = 7;
 * const itk::TrainingSample crowded = itk::PenCore::PasteCells(library, parameters);
 * \endcode */
ProjectionEnhancement_EXPORT TrainingSample
PasteCells(const std::vector<CellCutout> & library, const PasteCellsParameters & parameters,
           const TrainingSample * background = nullptr);

/** \brief How much cells overlap. */
struct OverlapStatistics
{
  double share = 0.0;   ///< of the cells that share a pixel with another
  double meanIoU = 0.0; ///< of the pairs that share a pixel; 0 where there is none
};

ProjectionEnhancement_EXPORT OverlapStatistics
MeasureOverlap(const std::vector<Cell> & cells);
} // namespace PenCore
} // namespace itk

#endif
