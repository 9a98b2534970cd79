// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_DepthOfSlice_h
#define ProjectionEnhancement_Stacks_DepthOfSlice_h

#include "itkSpacingInMicrometers.h"

namespace itk
{
/** \brief Depth of a stack's slice, counted from 0 at its first, in um: what a cell's depth means.
 *
 * Origin and start index count, the direction does not; a slice may be a fraction, or infinite. Where the unit of the
 * spacing is not known depth counts in that unit. */
template <typename TStackImage>
double
DepthOfSlice(const TStackImage * stack, double slice = 0.0)
{
  const double spacing = stack->GetSpacing()[2];
  const double first =
    stack->GetOrigin()[2] + static_cast<double>(stack->GetLargestPossibleRegion().GetIndex(2)) * spacing;
  const double unit = MicrometersPerSpacingUnit(stack);
  return (first + slice * spacing) * (unit > 0.0 ? unit : 1.0);
}
} // namespace itk

#endif
