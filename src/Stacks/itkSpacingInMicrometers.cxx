// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSpacingInMicrometers.h"
#include "Stacks/LengthUnit.h"
#include "itkIOCommon.h"
#include "itkMetaDataObject.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <sstream>

namespace itk
{
namespace
{
constexpr const char * UnknownUnit = "unknown";
constexpr const char * NiftiUnitsKey = "xyzt_units";
// The part of NIfTI's code that is about space; 0 is an unknown unit, the others are lengths.
constexpr int NiftiSpaceMask = 7;
constexpr double MicrometersPerMillimeter = 1000.0;
// Most cells of animals are between these: a field that is smaller holds none, and none fills a pixel that is larger.
constexpr double SmallestCell = 5.0;
constexpr double CellAcross = 20.0;

bool
IsLength(double spacing)
{
  return std::isfinite(spacing) && spacing > 0.0;
}

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
  if (!std::all_of(spacing.Begin(), spacing.End(), IsLength))
  {
    return 0.0;
  }
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
  ImageBase<3>::SpacingType spacing = image->GetSpacing() * (micrometers > 0.0 ? micrometers : 1.0);
  std::replace_if(
    spacing.Begin(), spacing.End(), [](double length) { return !IsLength(length); }, 1.0);
  return spacing;
}

std::string
DoubtAboutSpacing(const ImageBase<3> * image)
{
  const double micrometers = MicrometersPerSpacingUnit(image);
  if (!(micrometers > 0.0))
  {
    return {};
  }
  const auto text = [](double x, double y)
  {
    std::ostringstream lengths;
    lengths.precision(3);
    lengths << x << " x " << y << " um";
    return lengths.str();
  };
  const double x = image->GetSpacing()[0] * micrometers;
  const double y = image->GetSpacing()[1] * micrometers;
  const auto size = image->GetLargestPossibleRegion().GetSize();
  const double width = x * static_cast<double>(size[0]);
  const double height = y * static_cast<double>(size[1]);
  if (std::max(x, y) > CellAcross)
  {
    return "a pixel of " + text(x, y) + " is larger than a cell";
  }
  if (std::max(width, height) < SmallestCell)
  {
    return "the field of " + text(width, height) + " is smaller than a cell";
  }
  return {};
}

void
SetSpacingUnit(ImageBase<3> * image, const std::string & unit)
{
  if (unit != UnknownUnit && !PenCore::MicrometresPerUnit(unit))
  {
    itkGenericExceptionMacro("the unit of the image's spacing is \"" << unit
                                                                     << "\", expected um, nm, mm, cm, m or unknown");
  }
  MetaDataDictionary & dictionary = image->GetMetaDataDictionary();
  EncapsulateMetaData(dictionary, SpacingUnitKey, unit);
  // What ITK's writer of MetaImage would write.
  if (dictionary.HasKey(ITK_VoxelUnits))
  {
    EncapsulateMetaData<std::string>(dictionary, ITK_VoxelUnits, unit == "um" ? "um" : "?");
  }
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
