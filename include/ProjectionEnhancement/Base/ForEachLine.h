// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_ForEachLine_h
#define ProjectionEnhancement_Base_ForEachLine_h

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <cstddef>

namespace itk
{
namespace PenCore
{
/** Runs body(i) for each of some lines of so many values: for what is little work per value, as copies are. */
template <typename TBody>
void
ForEachLine(std::size_t lines, std::size_t valuesPerLine, const TBody & body, unsigned int numberOfThreads)
{
  constexpr std::size_t valuesPerPiece = 1 << 16;
  ParallelFor(
    lines, valuesPerPiece / std::max<std::size_t>(valuesPerLine, 1),
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        body(i);
      }
    },
    numberOfThreads);
}
} // namespace PenCore
} // namespace itk

#endif
