// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/NetworkOptions.h"

#include <CLI/CLI.hpp>

namespace pen
{
void
AddNetworkOptions(CLI::App & app, NetworkPlace & place)
{
  app.add_option("--device", place.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  app.add_option("--precision", place.precision, "auto, f32 or bf16")
    ->check(CLI::IsMember({ "auto", "f32", "bf16" }))
    ->capture_default_str();
}

itk::SegmentationNetwork::Pointer
MakeNetwork(const NetworkPlace & place)
{
  using Precision = itk::SegmentationNetwork::Precision;
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice(place.device);
  network->SetPrecision(place.precision == "f32"    ? Precision::Float32
                        : place.precision == "bf16" ? Precision::BFloat16
                                                    : Precision::Auto);
  return network;
}
} // namespace pen
