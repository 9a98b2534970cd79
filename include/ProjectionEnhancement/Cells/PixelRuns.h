// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_PixelRuns_h
#define ProjectionEnhancement_Cells_PixelRuns_h

#include "ProjectionEnhancement/Cells/Cell.h"

namespace itk
{
namespace PenCore
{
/** \brief Adds a pixel to a mask whose pixels come row by row, each row from left to right. */
inline void
AppendPixel(PixelRuns & runs, std::int32_t x, std::int32_t y)
{
  if (!runs.empty() && runs.back().y == y && runs.back().x + runs.back().length == x)
  {
    ++runs.back().length;
  }
  else
  {
    runs.push_back({ x, y, 1 });
  }
}

/** \brief The pixels of a buffer [height][width] that are not 0; none of an empty buffer, which may be null. */
template <typename TValue>
PixelRuns
RunsOfMask(const TValue * mask, std::size_t width, std::size_t height)
{
  PixelRuns runs;
  for (std::size_t y = 0; y < height; ++y)
  {
    for (std::size_t x = 0; x < width; ++x)
    {
      if (mask[y * width + x] != TValue{})
      {
        AppendPixel(runs, static_cast<std::int32_t>(x), static_cast<std::int32_t>(y));
      }
    }
  }
  return runs;
}
} // namespace PenCore
} // namespace itk

#endif
