// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCoreStackRows_h
#define itkPenCoreStackRows_h

#include "itkPenCoreResample.h"

#include <cstddef>
#include <functional>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Where a stack's voxels come from: writes rows [begin, end) of every slice to a buffer
 * [depth][end - begin][width]. What is called one never holds a whole stack; it may throw. */
using StackRows = std::function<void(std::size_t begin, std::size_t end, float * rows)>;

constexpr std::size_t UsualBytesABand = std::size_t{ 1 } << 26;

/** \brief Reads a stack from top to bottom in bands of rows that take some bytes, at least one row:
 * use(band, rows [depth][band.Count()][width]). */
ProjectionEnhancement_EXPORT void
ForEachBandOfRows(const StackRows & stack, const GridSize & size,
                  const std::function<void(const RowRange & band, const std::vector<float> & rows)> & use,
                  std::size_t bytesABand = UsualBytesABand);

/** How many rows of so many bytes are asked of a pipeline at once: it holds them beside those who asked. */
inline std::size_t
RowsAtOnce(std::size_t bytesARow)
{
  constexpr std::size_t bytesAtOnce = UsualBytesABand / 4;
  return bytesARow < bytesAtOnce ? bytesAtOnce / (bytesARow > 0 ? bytesARow : 1) : 1;
}

/** A stack [depth][height][width] in memory, which must outlive what is returned. */
ProjectionEnhancement_EXPORT StackRows
RowsOfBuffer(const float * stack, const GridSize & size);
} // namespace PenCore
} // namespace itk

#endif
