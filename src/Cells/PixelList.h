// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_PixelList_h
#define ProjectionEnhancement_Cells_PixelList_h

#include "ProjectionEnhancement/Cells/PixelRuns.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Pixels as (row, column). */
using PixelList = std::vector<std::pair<std::int32_t, std::int32_t>>;

/** The mask that holds the pixels, given in any order; a pixel listed twice counts once. Sorts the list and drops what
 * is double. */
inline PixelRuns
RunsOfPixels(PixelList & pixels)
{
  std::sort(pixels.begin(), pixels.end());
  pixels.erase(std::unique(pixels.begin(), pixels.end()), pixels.end());
  PixelRuns runs;
  for (const auto & pixel : pixels)
  {
    AppendPixel(runs, pixel.second, pixel.first);
  }
  return runs;
}
} // namespace PenCore
} // namespace itk

#endif
