// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/itkLSMUnitsImageIO.h"
#include "Formats/SpacingOfHeader.h"

namespace itk
{
void
LSMUnitsImageIO::ReadUnits()
{
  // Where the file gives no voxel size ITK takes the TIFF's resolution or 1, neither of them in m.
  constexpr double largestVoxel = 1e-3;
  bool isInMeters = true;
  for (unsigned int axis = 0; axis < this->GetNumberOfDimensions(); ++axis)
  {
    isInMeters = isInMeters && this->GetSpacing(axis) < largestVoxel;
  }
  PenCore::TellSpacingUnit(this, isInMeters ? "m" : "unknown");
}
} // namespace itk
