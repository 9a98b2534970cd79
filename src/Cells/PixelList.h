// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_PixelList_h
#define ProjectionEnhancement_Cells_PixelList_h

#include "ProjectionEnhancement/Cells/Cell.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Pixels as (row, column). */
using PixelList = std::vector<std::pair<std::int32_t, std::int32_t>>;

/** The mask that holds the pixels, given in any order; a pixel listed twice counts once. Sorts the list. */
inline PixelRuns
RunsOfPixels(PixelList & pixels)
{
  std::sort(pixels.begin(), pixels.end());
  PixelRuns runs;
  for (const auto & pixel : pixels)
  {
    const std::int32_t end = runs.empty() || runs.back().y != pixel.first ? -1 : runs.back().x + runs.back().length;
    if (end == pixel.second)
    {
      ++runs.back().length;
    }
    else if (end <= pixel.second)
    {
      runs.push_back({ pixel.second, pixel.first, 1 });
    }
  }
  return runs;
}
} // namespace PenCore
} // namespace itk

#endif
