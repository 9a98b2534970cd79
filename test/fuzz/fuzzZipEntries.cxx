// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/Zip.h"
#include "itkMacro.h"

#include <cstdint>

extern "C" int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size)
{
  try
  {
    itk::ReadZipEntries(reinterpret_cast<const char *>(bytes), size);
  }
  catch (const itk::ExceptionObject &)
  {
  }
  return 0;
}
