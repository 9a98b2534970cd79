// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Prediction_StackPrediction_h
#define ProjectionEnhancement_Prediction_StackPrediction_h

#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Prediction/NetworkRun.h"
#include "ProjectionEnhancement/Stacks/StackRows.h"
#include "ProjectionEnhancementNetworkExport.h"
#include "itkSegmentationNetwork.h"

#include <memory>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief How a whole stack goes through a network. */
struct StackPredictionParameters : NetworkRunParameters
{
  double pixelWidth = 0.0;   ///< um of the stack's pixels along x; 0 where unknown: nothing is resampled then
  double pixelHeight = 0.0;  ///< um along y
  double sliceSpacing = 0.0; ///< um between its slices; 0 where unknown
  /** Whether the network works on the next tiles in a thread of its own, while those before are blended and brought
   * back to the stack's grid: for a network that does not need the processor for that. */
  bool predictAhead = false;
  unsigned int numberOfThreads = 0;
  ProgressCallback progress;

  /** The one list of them, for ForEachParameter(); the stack's spacing is no parameter of a filter's. */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    NetworkRunParameters::VisitParameters(visit, parameters...);
    visit("PredictAhead", parameters.predictAhead...);
  }
};

/** Size of the grid on which a network sees a stack: the stack's own unless both sides know their spacings, or the
 * network knows how large cells are on its grid. */
ProjectionEnhancementNetwork_EXPORT GridSize
NetworkGridSize(const SegmentationNetworkOptions & options, const GridSize & size,
                const StackPredictionParameters & parameters);

/** \brief What a network makes of one stack, asked for in bands of rows, so that neither the stack nor the result need
 * be in memory.
 *
 * The intensities are normalised as the model says and resampled to the model's spacing, projected, predicted tile by
 * tile with smooth blending, and the result is brought back to the stack's own x-y grid. Construction reads the whole
 * stack: for the statistics that normalise it, and for the range of PEN's planes. Rows asked for from top to bottom go
 * through the network once; others again. What comes does not depend on the bands, the memory or the threads. */
class ProjectionEnhancementNetwork_EXPORT StackPrediction
{
public:
  /** The network must outlive this and stay as it is. \throws ExceptionObject where a voxel is not finite. */
  StackPrediction(const SegmentationNetwork & network, StackRows rows, const GridSize & size,
                  const StackPredictionParameters & parameters);
  ~StackPrediction();

  /** Writes the flow field [channels][end - begin][width][4] of rows [begin, end). A stack without any contrast has a
   * blank one. */
  void
  PredictRows(std::size_t begin, std::size_t end, float * flowField);

  /** What the normalisation of the stack's intensities saw. */
  const IntensityRemarks &
  GetIntensityRemarks() const;

  /** Returns once nothing runs ahead; what was computed is kept. */
  void
  Wait() const;

  /** Writes the planes [3][end - begin][width] of rows [begin, end) as a picture: rescaled to [0, 1] as a whole where
   * the network does so; black for a stack without contrast. */
  void
  ProjectRows(std::size_t begin, std::size_t end, float * planes) const;

private:
  class Implementation;
  std::unique_ptr<Implementation> m_Implementation;
};

/** \brief The flow field [channels][height][width][4] of a stack [depth][height][width] in memory. */
ProjectionEnhancementNetwork_EXPORT std::vector<float>
PredictFlowField(const SegmentationNetwork & network, const std::vector<float> & stack, const GridSize & size,
                 const StackPredictionParameters & parameters);
} // namespace PenCore
} // namespace itk

#endif
