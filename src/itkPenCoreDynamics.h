// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCoreDynamics_h
#define itkPenCoreDynamics_h

#include "itkPenCoreFlowsToCells.h"
#include "itkPenCoreMaskedFlow.h"

#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Rows [begin, end) of an image. */
struct Rows
{
  int begin;
  int end;

  bool
  Contain(int y) const
  {
    return y >= begin && y < end;
  }
};

/** \brief One page of a flow field, or a window of whole rows of it.
 *
 * Positions and cells are always told in the image's rows; buffers of a window begin at firstRow. */
struct FlowPage
{
  const float * values; // [height][width][4]
  int width;
  int height;
  int firstRow;
  int imageHeight;
  Rows followed; // the rows whose pixels follow the flow: none of them may leave the window
  Rows seeded;   // the rows whose seeds become cells

  static FlowPage
  Whole(const float * values, int width, int height)
  {
    return { values, width, height, 0, height, { 0, height }, { 0, height } };
  }

  std::size_t
  NumberOfPixels() const
  {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }

  const float *
  PixelAt(int x, int y) const
  {
    const auto row = static_cast<std::ptrdiff_t>(y - firstRow);
    return values + FlowFieldComponents * static_cast<std::size_t>(row * width + x);
  }

  /** The image's row of a pixel of the window. */
  int
  RowOf(std::size_t pixel) const
  {
    return firstRow + static_cast<int>(pixel / static_cast<std::size_t>(width));
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
