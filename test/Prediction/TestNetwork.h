// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef PenTest_Prediction_TestNetwork_h
#define PenTest_Prediction_TestNetwork_h

#include "itkSegmentationNetwork.h"

namespace PenTest
{
/** A small network of random weights, of five slices and two depth channels. */
inline itk::SegmentationNetwork::Pointer
MakeTestNetwork(double pixelSize = 0.0, double sliceSpacing = 0.0)
{
  itk::SegmentationNetworkOptions options;
  options.slices = 5;
  options.kernels = { 1, 3, 7 };
  options.features = { 4, 8, 8 };
  options.outputChannels = 2;
  options.pixelSize = pixelSize;
  options.sliceSpacing = sliceSpacing;
  options.normalization.leastRangeInNoise = 0.0; // the stacks of these tests are nothing but noise
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Create(options, 11);
  return network;
}
} // namespace PenTest

#endif
