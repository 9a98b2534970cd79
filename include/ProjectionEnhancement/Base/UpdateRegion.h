// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_UpdateRegion_h
#define ProjectionEnhancement_Base_UpdateRegion_h

#include "itkDataObject.h"
#include "itkProcessObject.h"

#include <algorithm>

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

/** \brief When the filters that make an image were last changed, and the images that these are given.
 *
 * Unlike an image's pipeline time it does not grow when images between the filters are filled part by part, nor where a
 * filter sets information twice, as ChangeInformationImageFilter does. */
inline ModifiedTimeType
MTimeOfSources(const DataObject * data)
{
  const ProcessObject * source = data->GetSource();
  if (source == nullptr)
  {
    return data->GetMTime();
  }
  ModifiedTimeType time = source->GetMTime();
  for (const DataObject::Pointer & input : const_cast<ProcessObject *>(source)->GetInputs())
  {
    if (input)
    {
      time = std::max(time, MTimeOfSources(input));
    }
  }
  return time;
}
} // namespace itk

#endif
