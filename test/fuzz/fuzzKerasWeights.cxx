// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "fuzzFile.h"

#include "itkPublishedWeights.h"

extern "C" int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size)
{
  return FuzzThroughFile(bytes, size, [](const std::string & name) { itk::ReadKerasWeights(name); });
}
