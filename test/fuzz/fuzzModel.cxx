// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "fuzzFile.h"

#include "itkSegmentationNetwork.h"

extern "C" int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size)
{
  return FuzzThroughFile(bytes, size,
                         [](const std::string & name)
                         {
                           auto network = itk::SegmentationNetwork::New();
                           network->SetDevice("cpu");
                           network->Load(name);
                         });
}
