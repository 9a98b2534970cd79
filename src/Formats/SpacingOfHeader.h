// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_SpacingOfHeader_h
#define ProjectionEnhancement_Formats_SpacingOfHeader_h

#include "itkImageIOBase.h"
#include "itkMetaDataObject.h"
#include "itkSpacingInMicrometers.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Leaves in the dictionary of what reads an image which unit the spacing has; "unknown" is one. */
inline void
TellSpacingUnit(ImageIOBase * imageIO, const std::string & unit)
{
  EncapsulateMetaData<std::string>(imageIO->GetMetaDataDictionary(), SpacingUnitKey, unit);
}

/** A spacing that a header gives as 0, NaN or infinite is none: no image can have it. It becomes 1 of an unknown unit;
 * and an axis that points nowhere, which may follow from it, its own. */
inline void
LeaveOutImpossibleSpacing(ImageIOBase * imageIO)
{
  const auto isFinite = [](double number) { return std::isfinite(number); };
  for (unsigned int axis = 0; axis < imageIO->GetNumberOfDimensions(); ++axis)
  {
    const double spacing = imageIO->GetSpacing(axis);
    if (!isFinite(spacing) || spacing == 0.0)
    {
      imageIO->SetSpacing(axis, 1.0);
      TellSpacingUnit(imageIO, "unknown");
    }
    const std::vector<double> direction = imageIO->GetDirection(axis);
    if (!std::all_of(direction.begin(), direction.end(), isFinite) ||
        std::all_of(direction.begin(), direction.end(), [](double part) { return part == 0.0; }))
    {
      std::vector<double> own(direction.size(), 0.0);
      own.at(axis) = 1.0;
      imageIO->SetDirection(axis, own);
    }
    if (!isFinite(imageIO->GetOrigin(axis)))
    {
      imageIO->SetOrigin(axis, 0.0);
    }
  }
}
} // namespace PenCore
} // namespace itk

#endif
