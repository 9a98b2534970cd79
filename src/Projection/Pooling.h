// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_Pooling_h
#define ProjectionEnhancement_Projection_Pooling_h

#include <cstdint>
#include <utility>

namespace itk
{
/** Slices that are 1 in the depths block_pool=attention looks at. */
constexpr double SlicesPerUnitOfDepth = 10.0;

/** Length and step of the window of block_pool=conv_split that cuts p slices into 3 sections. */
inline std::pair<int64_t, int64_t>
SplitPoolWindow(int64_t p)
{
  constexpr int64_t sections = 3;
  const int64_t step = p / sections;
  const int64_t length = (p + sections - 1) / sections;
  return { 2 * step + length < p ? length + 1 : length, step };
}
} // namespace itk

#endif
