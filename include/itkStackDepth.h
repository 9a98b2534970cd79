// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkStackDepth_h
#define itkStackDepth_h

#include "itkPenCoreDepthWindows.h"

#include <cstddef>

namespace itk
{
/** \brief Depth of a stack's slice, counted from 0 at its first, in the unit of its spacing: what a cell's depth means.
 *
 * Origin and start index count, the direction does not; a slice may be a fraction, or infinite. */
template <typename TStackImage>
double
DepthOfSlice(const TStackImage * stack, double slice = 0.0)
{
  const double spacing = stack->GetSpacing()[2];
  const double first =
    stack->GetOrigin()[2] + static_cast<double>(stack->GetLargestPossibleRegion().GetIndex(2)) * spacing;
  return first + slice * spacing;
}

/** \brief The region of a stack that a depth window sees. */
template <typename TStackImage>
typename TStackImage::RegionType
RegionOfDepthWindow(const TStackImage * stack, const PenCore::DepthWindow & window)
{
  auto region = stack->GetLargestPossibleRegion();
  region.SetIndex(2, region.GetIndex(2) + static_cast<IndexValueType>(window.begin));
  region.SetSize(2, window.Count());
  return region;
}

/** \brief The depths that a depth window of a stack owns, as cells' depths are. */
template <typename TStackImage>
PenCore::DepthRange
OwnDepthsOf(const TStackImage * stack, const PenCore::DepthWindow & window)
{
  return { DepthOfSlice(stack, window.own.first), DepthOfSlice(stack, window.own.end) };
}
} // namespace itk

#endif
