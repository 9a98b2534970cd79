// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSpacingInMicrometers.h"
#include "Stacks/LengthUnit.h"
#include "itkMetaDataObject.h"

#include <cstdlib>
#include <optional>

namespace itk
{
namespace
{
constexpr const char * UnknownUnit = "unknown";
constexpr const char * NiftiUnitsKey = "xyzt_units";
// The part of NIfTI's code that is about space; 0 is an unknown unit, the others are lengths.
constexpr int NiftiSpaceMask = 7;
constexpr double MicrometersPerMillimeter = 1000.0;

std::optional<double>
UnitOfKey(const MetaDataDictionary & dictionary)
{
  std::string unit;
  if (!ExposeMetaData(dictionary, SpacingUnitKey, unit))
  {
    return std::nullopt;
  }
  // A file may say anything.
  return PenCore::MicrometresPerUnit(unit).value_or(0.0);
}

std::optional<double>
UnitOfNifti(const MetaDataDictionary & dictionary)
{
  std::string code;
  const bool isKnown =
    ExposeMetaData(dictionary, NiftiUnitsKey, code) && (std::strtol(code.c_str(), nullptr, 10) & NiftiSpaceMask) != 0;
  return isKnown ? std::optional<double>(MicrometersPerMillimeter) : std::nullopt;
}
} // namespace

const char * const SpacingUnitKey = "SpacingUnit";

double
MicrometersPerSpacingUnit(const ImageBase<3> * image)
{
  return MicrometersPerSpacingUnit(image->GetMetaDataDictionary(), image->GetSpacing());
}

double
MicrometersPerSpacingUnit(const MetaDataDictionary & dictionary, const ImageBase<3>::SpacingType & spacing)
{
  if (const auto micrometers = UnitOfKey(dictionary))
  {
    return *micrometers;
  }
  if (const auto micrometers = UnitOfNifti(dictionary))
  {
    return *micrometers;
  }
  return spacing[0] != 1.0 || spacing[1] != 1.0 || spacing[2] != 1.0 ? 1.0 : 0.0;
}

ImageBase<3>::SpacingType
SpacingInMicrometers(const ImageBase<3> * image)
{
  const double micrometers = MicrometersPerSpacingUnit(image);
  return image->GetSpacing() * (micrometers > 0.0 ? micrometers : 1.0);
}

void
SetSpacingUnit(ImageBase<3> * image, const std::string & unit)
{
  if (unit != UnknownUnit && !PenCore::MicrometresPerUnit(unit))
  {
    itkGenericExceptionMacro("the unit of the image's spacing is \"" << unit
                                                                     << "\", expected um, nm, mm, cm, m or unknown");
  }
  EncapsulateMetaData(image->GetMetaDataDictionary(), SpacingUnitKey, unit);
  image->Modified();
}

bool
ConvertSpacingToMicrometers(ImageBase<3> * image)
{
  const double micrometers = MicrometersPerSpacingUnit(image);
  const bool isKnown = micrometers > 0.0;
  if (isKnown && micrometers != 1.0)
  {
    auto origin = image->GetOrigin();
    for (double & coordinate : origin)
    {
      coordinate *= micrometers;
    }
    image->SetOrigin(origin);
    image->SetSpacing(image->GetSpacing() * micrometers);
  }
  SetSpacingUnit(image, isKnown ? "um" : UnknownUnit);
  return isKnown;
}
} // namespace itk
