// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_programs_SmallModel_h
#define pen_test_programs_SmallModel_h

#include "itkSegmentationNetwork.h"

#include <string>

namespace pen_test
{
/** Writes a model of the smallest useful network, with random weights and two depth channels. It knows pixels of
 * 1 um and slices of 5 um. */
inline void
WriteSmallModel(const std::string & path)
{
  itk::SegmentationNetworkOptions options;
  options.slices = 5;
  options.kernels = { 1, 3 };
  options.features = { 4, 4 };
  options.outputChannels = 2;
  options.pixelSize = 1.0;
  options.sliceSpacing = 5.0;
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Create(options, 1);
  network->Save(path);
}
} // namespace pen_test

#endif
