// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCoreStackPrediction_h
#define itkPenCoreStackPrediction_h

#include "ProjectionEnhancementExport.h"
#include "itkPenCoreResample.h"
#include "itkPenCoreThreads.h"
#include "itkSegmentationNetwork.h"

#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief How a whole stack goes through a network. */
struct StackPredictionParameters
{
  double pixelWidth = 0.0;       ///< um of the stack's pixels along x; 0 where unknown: nothing is resampled then
  double pixelHeight = 0.0;      ///< um along y
  double sliceSpacing = 0.0;     ///< um between its slices; 0 where unknown
  double networkPixelSize = 0.0; ///< um; overrides the model's own where more than 0
  double cellDiameter = 0.0;     ///< pixels of the stack across a cell; for networks that know their cells' diameter
  std::size_t tileSize = 256;    ///< pixels of the network's grid; networks with Cellpose's tiling have their own
  std::size_t tileOverlap = 64;
  unsigned int numberOfThreads = 0;
  ProgressCallback progress;
};

/** Size of the grid on which a network sees a stack: the stack's own unless both sides know their spacings, or the
 * network knows how large cells are on its grid. */
ProjectionEnhancement_EXPORT GridSize
NetworkGridSize(const SegmentationNetworkOptions & options, const GridSize & size,
                const StackPredictionParameters & parameters);

/** \brief The planes [3][height][width] a stack [depth][height][width] becomes, as a picture: rescaled to [0, 1] as a
 * whole where the network does so, on the stack's own x-y grid. Exact for any tile size. */
ProjectionEnhancement_EXPORT std::vector<float>
ProjectStack(const SegmentationNetwork & network, std::vector<float> stack, const GridSize & size,
             const StackPredictionParameters & parameters);

/** \brief The flow field [channels][height][width][4] of a stack [depth][height][width], on the stack's own x-y grid.
 *
 * Normalises the intensities as the model says, resamples to the model's spacing, projects, predicts tile by tile with
 * smooth blending, and brings the flows back. A stack without any contrast has a blank flow field. */
ProjectionEnhancement_EXPORT std::vector<float>
PredictFlowField(const SegmentationNetwork & network, std::vector<float> stack, const GridSize & size,
                 const StackPredictionParameters & parameters);
} // namespace PenCore
} // namespace itk

#endif
