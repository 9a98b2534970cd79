// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/itkMetaUnitsImageIO.h"
#include "Formats/SpacingOfHeader.h"
#include "ProjectionEnhancement/Base/FileError.h"

namespace itk
{
void
MetaUnitsImageIO::ReadUnits()
{
  const MetaImage & header = *this->GetMetaImagePointer();
  const std::string dataFile = header.ElementDataFileName();
  if (dataFile.find('%') != std::string::npos)
  {
    PenCore::FailWithFile("the pixels lie in files named by a pattern (ElementDataFile = " + dataFile +
                            "), which is not read; LIST and the files' names are",
                          this->GetFileName());
  }
  if (header.DistanceUnits() != MET_DISTANCE_UNITS_UNKNOWN)
  {
    PenCore::TellSpacingUnit(this, header.DistanceUnitsName());
  }
}
} // namespace itk
