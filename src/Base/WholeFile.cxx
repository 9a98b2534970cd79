// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/WholeFile.h"

#include "itkMacro.h"

#include <fstream>

namespace itk
{
namespace
{
constexpr std::size_t LargestFile = std::size_t{ 1 } << 31;
}

std::vector<char>
ReadWholeFile(const std::string & fileName)
{
  std::ifstream file(fileName, std::ios::binary | std::ios::ate);
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
  if (size <= 0 || static_cast<std::size_t>(size) > LargestFile)
  {
    itkGenericExceptionMacro("the file is missing, empty or larger than " << LargestFile << " bytes");
  }
  std::vector<char> bytes(static_cast<std::size_t>(size));
  file.seekg(0);
  if (!file.read(bytes.data(), size))
  {
    itkGenericExceptionMacro("the file could not be read");
  }
  return bytes;
}
} // namespace itk
