// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_Dynamics_h
#define ProjectionEnhancement_Flows_Dynamics_h

#include "Flows/FlowBlocks.h"
#include "Flows/MaskedFlow.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"

#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief One page of a flow field, or a window of it.
 *
 * Positions and cells are always told in the image's pixels; buffers of a window begin at (firstColumn, firstRow). */
struct FlowPage
{
  const float * values; // [height][width][4]
  int width;
  int height;
  int firstColumn;
  int firstRow;
  int imageWidth;
  int imageHeight;
  FlowRegion seeded;                // of the image: its seeds become cells
  const FlowBlocks::Set * followed; // whose pixels follow the flow: none of them may leave the window; null: all

  static FlowPage
  Whole(const float * values, int width, int height)
  {
    return { values, width, height, 0, 0, width, height, { 0, 0, width, height }, nullptr };
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
    return values + FlowFieldComponents * static_cast<std::size_t>(row * width + (x - firstColumn));
  }

  /** The image's row of a pixel of the window. */
  int
  RowOf(std::size_t pixel) const
  {
    return firstRow + static_cast<int>(pixel / static_cast<std::size_t>(width));
  }

  /** The image's column of a pixel of the window. */
  int
  ColumnOf(std::size_t pixel) const
  {
    return firstColumn + static_cast<int>(pixel % static_cast<std::size_t>(width));
  }

  bool
  IsSeeded(std::size_t pixel) const
  {
    const int x = ColumnOf(pixel) - seeded.x;
    const int y = RowOf(pixel) - seeded.y;
    return x >= 0 && y >= 0 && x < seeded.width && y < seeded.height;
  }

  bool
  IsFollowed(std::size_t pixel) const
  {
    return followed == nullptr || followed->Holds(ColumnOf(pixel), RowOf(pixel));
  }
};

/** Labels from 1, in no particular order, one per pixel; 0 is background. */
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
