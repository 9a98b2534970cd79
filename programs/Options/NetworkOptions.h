// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_NetworkOptions_h
#define pen_programs_Options_NetworkOptions_h

#include "Frame/Program.h"

#include "itkSegmentationNetwork.h"

#include <string>

namespace pen
{
/** Where a network runs, as the network programs' options say it. */
struct NetworkPlace
{
  std::string device = "auto";
  std::string precision = "auto";
};

/** Adds --device and --precision. */
void
AddNetworkOptions(CLI::App & app, NetworkPlace & place);

/** A network without weights at that place. */
itk::SegmentationNetwork::Pointer
MakeNetwork(const NetworkPlace & place);
} // namespace pen

#endif
