// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCoreDynamics_h
#define itkPenCoreDynamics_h

#include "itkPenCoreFlowsToCells.h"

#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** One page of a flow field. */
struct FlowPage
{
  const float * values;
  int width;
  int height;

  std::size_t
  NumberOfPixels() const
  {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }
};

/** Values that are not finite make a pixel background. */
bool
IsFinitePixel(const float * pixel);

/** Labels from 1, in no particular order, one a pixel; 0 is background. */
using PixelLabels = std::vector<std::int32_t>;

/** Cellpose: pixels follow the interpolated flow; where many end, a seed grows and takes all that end in it. */
PixelLabels
LabelByCellPoseDynamics(const FlowPage & page, const FlowsToCellsParameters & parameters,
                        const ProgressCallback & progress);

/** PEN: pixels inside the borders find the centres, then each foreground pixel takes the centre nearest its end. */
PixelLabels
LabelByPenDynamics(const FlowPage & page, const FlowsToCellsParameters & parameters, const ProgressCallback & progress);
} // namespace PenCore
} // namespace itk

#endif
