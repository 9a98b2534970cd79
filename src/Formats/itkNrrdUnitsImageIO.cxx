// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/itkNrrdUnitsImageIO.h"
#include "Stacks/LengthUnit.h"
#include "itkMetaDataObject.h"
#include "itkSpacingInMicrometers.h"

#include <algorithm>
#include <fstream>
#include <vector>

namespace itk
{
namespace
{
// The quoted texts of a line, but for those that say that an axis has no unit.
std::vector<std::string>
Units(const std::string & line)
{
  std::vector<std::string> units;
  for (std::size_t begin = line.find('"'); begin != std::string::npos;)
  {
    const std::size_t end = line.find('"', begin + 1);
    if (end == std::string::npos)
    {
      break;
    }
    const std::string unit = line.substr(begin + 1, end - begin - 1);
    if (!unit.empty() && unit != "???" && unit != "none")
    {
      units.push_back(unit);
    }
    begin = line.find('"', end + 1);
  }
  return units;
}

// "um" and the like, "unknown", or nothing where the header has no line about it.
std::string
UnitOfHeader(const std::string & fileName, unsigned int axes)
{
  std::ifstream file(fileName, std::ios::binary);
  std::string unit;
  for (std::string line; std::getline(file, line) && !line.empty() && line != "\r";)
  {
    if (line.rfind("units:", 0) == 0 || line.rfind("space units:", 0) == 0)
    {
      const std::vector<std::string> units = Units(line);
      const bool isOne = units.size() == axes && std::count(units.begin(), units.end(), units.front()) == axes;
      unit = isOne && PenCore::MicrometresPerUnit(units.front()) ? units.front() : "unknown";
    }
  }
  return unit;
}
} // namespace

bool
NrrdUnitsImageIO::CanWriteFile(const char *)
{
  return false;
}

void
NrrdUnitsImageIO::ReadImageInformation()
{
  Superclass::ReadImageInformation();
  const std::string unit = UnitOfHeader(this->GetFileName(), this->GetNumberOfDimensions());
  if (!unit.empty())
  {
    EncapsulateMetaData<std::string>(this->GetMetaDataDictionary(), SpacingUnitKey, unit);
  }
}
} // namespace itk
