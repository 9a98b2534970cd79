// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSpacingInMicrometers.h"

#include "itkMetaDataObject.h"

#include <array>
#include <utility>

namespace itk
{
namespace
{
constexpr std::array<std::pair<const char *, double>, 6> Units{
  { { "um", 1.0 }, { "nm", 1e-3 }, { "mm", 1e3 }, { "cm", 1e4 }, { "m", 1e6 }, { "unknown", 0.0 } }
};
} // namespace

const char * const SpacingUnitKey = "SpacingUnit";

double
MicrometersPerSpacingUnit(const ImageBase<3> * image)
{
  std::string unit;
  if (ExposeMetaData(image->GetMetaDataDictionary(), SpacingUnitKey, unit))
  {
    for (const auto & [name, micrometers] : Units)
    {
      if (unit == name)
      {
        return micrometers;
      }
    }
    itkGenericExceptionMacro("the unit of the image's spacing is \"" << unit
                                                                     << "\", expected um, nm, mm, cm, m or unknown");
  }
  const auto spacing = image->GetSpacing();
  return spacing[0] != 1.0 || spacing[1] != 1.0 || spacing[2] != 1.0 ? 1.0 : 0.0;
}

void
SetSpacingUnit(ImageBase<3> * image, const std::string & unit)
{
  EncapsulateMetaData(image->GetMetaDataDictionary(), SpacingUnitKey, unit);
  image->Modified();
}
} // namespace itk
