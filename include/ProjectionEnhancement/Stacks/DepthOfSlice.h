// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_DepthOfSlice_h
#define ProjectionEnhancement_Stacks_DepthOfSlice_h

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
} // namespace itk

#endif
