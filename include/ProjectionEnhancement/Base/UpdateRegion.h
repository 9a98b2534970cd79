// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_UpdateRegion_h
#define ProjectionEnhancement_Base_UpdateRegion_h

namespace itk
{
/** \brief Asks an image, and through it the pipeline that makes it, for a region.
 *
 * For those who read an image part by part without a filter of their own. The image's information must be up to date.
 * An image counts as const although a pipeline fills it when it is looked at. */
template <typename TImage>
void
UpdateRegion(const TImage * image, const typename TImage::RegionType & region)
{
  auto * source = const_cast<TImage *>(image);
  source->SetRequestedRegion(region);
  source->PropagateRequestedRegion();
  source->UpdateOutputData();
}
} // namespace itk

#endif
