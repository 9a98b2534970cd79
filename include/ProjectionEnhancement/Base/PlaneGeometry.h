// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_PlaneGeometry_h
#define ProjectionEnhancement_Base_PlaneGeometry_h

#include "itkMacro.h"

#include <cmath>

namespace itk
{
/** \brief Direction cosines of the first two axes of a 3-D image as a 2-D image's; identity where they are singular. */
template <typename TMatrix3, typename TMatrix2>
void
ExtractPlaneDirection(const TMatrix3 & direction, TMatrix2 & planeDirection)
{
  for (unsigned int row = 0; row < 2; ++row)
  {
    for (unsigned int column = 0; column < 2; ++column)
    {
      planeDirection(row, column) = direction(row, column);
    }
  }
  const double determinant = planeDirection(0, 0) * planeDirection(1, 1) - planeDirection(0, 1) * planeDirection(1, 0);
  constexpr double SingularDeterminant = 1e-6;
  if (std::abs(determinant) < SingularDeterminant)
  {
    planeDirection.SetIdentity();
  }
}
/** \brief Physical point of x-y index 0 on an image's first slice: the origin of what lies there without a third axis.
 */
template <typename TImage>
typename TImage::PointType
FirstSliceOrigin(const TImage * image)
{
  typename TImage::IndexType index;
  index.Fill(0);
  for (unsigned int axis = 2; axis < TImage::ImageDimension; ++axis)
  {
    index[axis] = image->GetLargestPossibleRegion().GetIndex(axis);
  }
  typename TImage::PointType point;
  image->TransformIndexToPhysicalPoint(index, point);
  return point;
}

/** \brief Gives a 2-D image the x-y region, spacing and origin of a 2-D or 3-D one, and the upper left 2 x 2 of its
 * direction (the identity where that is singular). */
template <typename TImage, typename TPlaneImage>
void
CopyPlaneGeometry(const TImage * image, TPlaneImage * plane)
{
  const auto imageRegion = image->GetLargestPossibleRegion();
  const auto imageOrigin = FirstSliceOrigin(image);
  typename TPlaneImage::RegionType region;
  typename TPlaneImage::SpacingType spacing;
  typename TPlaneImage::PointType origin;
  typename TPlaneImage::DirectionType direction;
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    region.SetIndex(axis, imageRegion.GetIndex(axis));
    region.SetSize(axis, imageRegion.GetSize(axis));
    spacing[axis] = image->GetSpacing()[axis];
    origin[axis] = imageOrigin[axis];
  }
  ExtractPlaneDirection(image->GetDirection(), direction);
  plane->SetLargestPossibleRegion(region);
  plane->SetSpacing(spacing);
  plane->SetOrigin(origin);
  plane->SetDirection(direction);
}

/** \brief Gives a 3-D image of pages the geometry of a 2-D one: pages count from index 0 with spacing 1, origin 0 and
 * direction (0, 0, 1). */
template <typename TPlaneImage, typename TPagesImage>
void
CopyPagesGeometry(const TPlaneImage * plane, SizeValueType numberOfPages, TPagesImage * pages)
{
  const auto planeRegion = plane->GetLargestPossibleRegion();
  typename TPagesImage::RegionType region;
  typename TPagesImage::SpacingType spacing;
  typename TPagesImage::PointType origin;
  typename TPagesImage::DirectionType direction;
  spacing.Fill(1.0);
  origin.Fill(0.0);
  direction.SetIdentity();
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    region.SetIndex(axis, planeRegion.GetIndex(axis));
    region.SetSize(axis, planeRegion.GetSize(axis));
    spacing[axis] = plane->GetSpacing()[axis];
    origin[axis] = plane->GetOrigin()[axis];
    direction(axis, 0) = plane->GetDirection()(axis, 0);
    direction(axis, 1) = plane->GetDirection()(axis, 1);
  }
  region.SetIndex(2, 0);
  region.SetSize(2, numberOfPages);
  pages->SetLargestPossibleRegion(region);
  pages->SetSpacing(spacing);
  pages->SetOrigin(origin);
  pages->SetDirection(direction);
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
