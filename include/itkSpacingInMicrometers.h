// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkSpacingInMicrometers_h
#define itkSpacingInMicrometers_h

#include "ProjectionEnhancementExport.h"
#include "itkImageBase.h"

#include <string>

namespace itk
{
/** \brief um in a unit of an image's spacing and origin; 0 where the spacing is not known.
 *
 * The image's meta-data dictionary tells the unit: SpacingUnitKey. Without it spacing counts as um, unless it is 1 in
 * every direction, as ITK's readers have it where a file tells nothing: then it counts as not known. */
ProjectionEnhancement_EXPORT double
MicrometersPerSpacingUnit(const ImageBase<3> * image);

/** \brief Says in which unit an image's spacing is: "um", "nm", "mm", "cm", "m", or "unknown". */
ProjectionEnhancement_EXPORT void
SetSpacingUnit(ImageBase<3> * image, const std::string & unit);

/** The dictionary's key of the unit, a string. */
ProjectionEnhancement_EXPORT extern const char * const SpacingUnitKey;
} // namespace itk

#endif
