// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkSpacingInMicrometers_h
#define itkSpacingInMicrometers_h

#include "ProjectionEnhancementExport.h"
#include "itkImageBase.h"
#include "itkMetaDataDictionary.h"

#include <string>

namespace itk
{
/** \brief um in a unit of an image's spacing and origin; 0 where the spacing is not known.
 *
 * The image's meta-data dictionary tells the unit, as readers leave it there: SpacingUnitKey (OMETIFFImageIO, NRRD with
 * units, MetaImage with DistanceUnits), or "xyzt_units" of NIfTI, whose spacing ITK's reader brings to mm. Without
 * either spacing counts as um, unless it is 1 in every direction, as ITK's readers have it where a file tells nothing:
 * then it counts as not known. A spacing that is NaN, infinite, 0 or negative is not known either. ITK's filters do not
 * hand dictionaries on: give their outputs the unit again where it is not um. */
ProjectionEnhancement_EXPORT double
MicrometersPerSpacingUnit(const ImageBase<3> * image);

/** The same of a dictionary and the spacing beside it. */
ProjectionEnhancement_EXPORT double
MicrometersPerSpacingUnit(const MetaDataDictionary & dictionary, const ImageBase<3>::SpacingType & spacing);

/** \brief An image's spacing in um. Where the unit is not known it is the image's own, or 1 where that is no length:
 * lengths then count in pixels and slices. */
ProjectionEnhancement_EXPORT ImageBase<3>::SpacingType
SpacingInMicrometers(const ImageBase<3> * image);

/** \brief Why a known spacing can hardly be that of a stack of cells: a pixel is larger than a cell, or the whole field
 * smaller, as where a file gives um and says mm. Half a sentence with the lengths; empty where there is no doubt. */
ProjectionEnhancement_EXPORT std::string
DoubtAboutSpacing(const ImageBase<3> * image);

/** \brief Says in which unit an image's spacing is: "um", "nm", "mm", "cm", "m" and other spellings of lengths, or
 * "unknown".
 * \throws ExceptionObject for anything else. */
ProjectionEnhancement_EXPORT void
SetSpacingUnit(ImageBase<3> * image, const std::string & unit);

/** \brief Brings spacing and origin to um where their unit is known, and says so in the dictionary ("um" or "unknown").
 * \return whether it is known. */
ProjectionEnhancement_EXPORT bool
ConvertSpacingToMicrometers(ImageBase<3> * image);

/** The dictionary's key of the unit, a string. */
ProjectionEnhancement_EXPORT extern const char * const SpacingUnitKey;
} // namespace itk

#endif
