// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_Cell_h
#define ProjectionEnhancement_Cells_Cell_h

#include <cstddef>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Pixels [x, x + length) of row y, zero-based from the first pixel of the image's region. */
struct PixelRun
{
  std::int32_t x;
  std::int32_t y;
  std::int32_t length;
};

inline bool
operator==(const PixelRun & a, const PixelRun & b)
{
  return a.x == b.x && a.y == b.y && a.length == b.length;
}

/** Row by row, each row from left to right. */
inline bool
IsBefore(const PixelRun & a, const PixelRun & b)
{
  return a.y != b.y ? a.y < b.y : a.x < b.x;
}

/** \brief A 2-D mask as runs sorted by y, then x, that neither overlap nor touch within a row. */
using PixelRuns = std::vector<PixelRun>;

/** Number of pixels of a mask. */
inline std::size_t
CountPixels(const PixelRuns & runs)
{
  std::size_t count = 0;
  for (const PixelRun & run : runs)
  {
    count += static_cast<std::size_t>(run.length);
  }
  return count;
}

/** \brief One cell: a mask, and what the network and the dynamics know about it. */
struct Cell
{
  PixelRuns runs;
  std::int32_t channel = 0; ///< depth channel, 0 the shallowest
  double depth = 0.0;       ///< z centroid in um
  double score = 0.0;       ///< mean cell logit over the mask
  double flowError = 0;     ///< mean squared difference between predicted flow and the mask's own flow
};
} // namespace PenCore
} // namespace itk

#endif
