// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_support_SmallNetwork_h
#define pen_test_support_SmallNetwork_h

#include "itkSegmentationNetwork.h"

#include <map>

namespace pen_test
{
/** A network of two depth channels with random weights, on the processor: the same one for the same seed. */
inline itk::SegmentationNetwork *
SmallNetwork(unsigned int seed = 11)
{
  static std::map<unsigned int, itk::SegmentationNetwork::Pointer> networks;
  auto & network = networks[seed];
  if (!network)
  {
    itk::SegmentationNetworkOptions options;
    options.slices = 5;
    options.kernels = { 1, 3, 7 };
    options.features = { 4, 8, 8 };
    options.outputChannels = 2;
    network = itk::SegmentationNetwork::New();
    network->SetDevice("cpu");
    network->SetPrecision(itk::SegmentationNetwork::Precision::Float32);
    network->Create(options, seed);
  }
  return network;
}
} // namespace pen_test

#endif
