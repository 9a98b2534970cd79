// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPlaneOfStack_h
#define itkPlaneOfStack_h

#include "itkCellsFromLabelMap.h"
#include "itkMacro.h"

namespace itk
{
/** \brief Physical point of x-y index 0 on a stack's first slice: the origin of what lies there without a depth axis.
 */
template <typename TStackImage>
typename TStackImage::PointType
FirstSliceOrigin(const TStackImage * stack)
{
  typename TStackImage::IndexType index;
  index.Fill(0);
  index[2] = stack->GetLargestPossibleRegion().GetIndex(2);
  typename TStackImage::PointType point;
  stack->TransformIndexToPhysicalPoint(index, point);
  return point;
}

/** \brief Gives a 2-D image the x-y region, spacing and origin of a stack, and the upper left 2 x 2 of its direction
 * (the identity where that is singular). */
template <typename TStackImage, typename TPlaneImage>
void
CopyPlaneGeometry(const TStackImage * stack, TPlaneImage * plane)
{
  const auto stackRegion = stack->GetLargestPossibleRegion();
  const auto stackOrigin = FirstSliceOrigin(stack);
  typename TPlaneImage::RegionType region;
  typename TPlaneImage::SpacingType spacing;
  typename TPlaneImage::PointType origin;
  typename TPlaneImage::DirectionType direction;
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    region.SetIndex(axis, stackRegion.GetIndex(axis));
    region.SetSize(axis, stackRegion.GetSize(axis));
    spacing[axis] = stack->GetSpacing()[axis];
    origin[axis] = stackOrigin[axis];
  }
  ExtractPlaneDirection(stack->GetDirection(), direction);
  plane->SetLargestPossibleRegion(region);
  plane->SetSpacing(spacing);
  plane->SetOrigin(origin);
  plane->SetDirection(direction);
}

/** \throws ExceptionObject in the name of a filter where a stack has no voxels. */
template <typename TFilter, typename TStackImage>
void
VerifyStackIsNotEmpty(const TFilter * filter, const TStackImage * stack)
{
  const auto size = stack->GetLargestPossibleRegion().GetSize();
  if (size[0] == 0 || size[1] == 0 || size[2] == 0)
  {
    itkGenericExceptionMacro(<< filter->GetNameOfClass() << ": the stack has " << size[0] << " x " << size[1] << " x "
                             << size[2] << " voxels, expected at least one in each direction");
  }
}
} // namespace itk

#endif
