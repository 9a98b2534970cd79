// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCoreStackRows_h
#define itkPenCoreStackRows_h

#include "itkPenCoreResample.h"

#include <cstddef>
#include <functional>

namespace itk
{
namespace PenCore
{
/** \brief Where a stack's voxels come from: writes rows [begin, end) of every slice to a buffer
 * [depth][end - begin][width]. What is called one never holds a whole stack; it may throw. */
using StackRows = std::function<void(std::size_t begin, std::size_t end, float * rows)>;

/** A stack [depth][height][width] in memory, which must outlive what is returned. */
ProjectionEnhancement_EXPORT StackRows
RowsOfBuffer(const float * stack, const GridSize & size);
} // namespace PenCore
} // namespace itk

#endif
