// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_PixelBox_h
#define ProjectionEnhancement_Cells_PixelBox_h

#include "ProjectionEnhancement/Cells/Cell.h"

#include <algorithm>

namespace itk
{
namespace PenCore
{
/** \brief Pixels [left, right) of rows [top, bottom). */
struct PixelBox
{
  std::int32_t left = 0;
  std::int32_t top = 0;
  std::int32_t right = 0;
  std::int32_t bottom = 0;

  std::int32_t
  Width() const
  {
    return right - left;
  }

  std::int32_t
  Height() const
  {
    return bottom - top;
  }

  /** The smallest box that holds both; an empty one adds nothing. */
  PixelBox
  United(const PixelBox & other) const
  {
    if (right == left || other.right == other.left)
    {
      return right == left ? other : *this;
    }
    return { std::min(left, other.left), std::min(top, other.top), std::max(right, other.right),
             std::max(bottom, other.bottom) };
  }

  /** Whether some pixel is in both. */
  bool
  Meets(const PixelBox & other) const
  {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

/** The smallest box that holds a mask, whose runs are sorted by y; an empty one for an empty mask. */
inline PixelBox
BoundingBox(const PixelRuns & runs)
{
  if (runs.empty())
  {
    return {};
  }
  PixelBox box{ runs.front().x, runs.front().y, runs.front().x, runs.back().y + 1 };
  for (const PixelRun & run : runs)
  {
    box.left = std::min(box.left, run.x);
    box.right = std::max(box.right, run.x + run.length);
  }
  return box;
}
} // namespace PenCore
} // namespace itk

#endif
