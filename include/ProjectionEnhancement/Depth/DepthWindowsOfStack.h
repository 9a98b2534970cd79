// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Depth_DepthWindowsOfStack_h
#define ProjectionEnhancement_Depth_DepthWindowsOfStack_h

#include "ProjectionEnhancement/Depth/DepthWindows.h"
#include "ProjectionEnhancement/Stacks/DepthOfSlice.h"

#include <cstddef>

namespace itk
{
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
