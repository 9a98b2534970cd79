// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penDepthWindowOption.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace pen
{
namespace
{
constexpr std::size_t UsualSlices = 4;
constexpr double MostSlices = 1e9;

// um; 0 where the text is no length.
double
LengthOf(const std::string & text)
{
  char * end = nullptr;
  const double um = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && std::isfinite(um) ? std::max(um, 0.0) : 0.0;
}

bool
ChannelsAreRelative(const itk::SegmentationNetworkOptions & model)
{
  const bool isOurs = model.pixelSize > 0.0 && !(model.networkDiameter > 0.0);
  return isOurs && (model.outputChannels == 1 || model.depthAssignment == "local_order");
}
} // namespace

void
AddDepthWindowOption(CLI::App & app, std::string & text)
{
  app
    .add_option(
      "--depth-window", text,
      "um along z of the windows that a stack is segmented in, which overlap by half; off: in one; auto: four "
      "slices where the model's channels mean the same in each")
    ->type_name("UM|auto|off")
    ->capture_default_str();
}

void
VerifyDepthWindow(const std::string & text)
{
  if (text != "auto" && text != "off" && !(LengthOf(text) > 0.0))
  {
    throw UsageError("--depth-window is \"" + text + "\", expected a length in um, auto or off");
  }
}

namespace
{
// Slices of a window; 0: all.
std::size_t
SlicesOfDepthWindow(const std::string & text, const itk::SegmentationNetworkOptions & model, double sliceSpacing)
{
  VerifyDepthWindow(text);
  if (text == "off" || (text == "auto" && !ChannelsAreRelative(model)))
  {
    return 0;
  }
  const double spacing = sliceSpacing > 0.0 ? sliceSpacing : model.sliceSpacing;
  if (text == "auto")
  {
    const double slices = spacing > 0.0 ? UsualSlices * model.sliceSpacing / spacing : 0.0;
    return std::max(UsualSlices, static_cast<std::size_t>(std::lround(std::min(slices, MostSlices))));
  }
  if (!(spacing > 0.0))
  {
    throw UsageError("--depth-window is a length, and neither stack nor model tells how far slices are apart: give "
                     "--spacing");
  }
  return static_cast<std::size_t>(std::max(std::round(std::min(LengthOf(text) / spacing, MostSlices)), 1.0));
}
} // namespace

std::vector<itk::PenCore::DepthWindow>
DepthWindowsOf(const std::string & text, const itk::SegmentationNetworkOptions & model, std::size_t slices,
               double sliceSpacing)
{
  return itk::PenCore::MakeDepthWindows(slices, SlicesOfDepthWindow(text, model, sliceSpacing));
}
} // namespace pen
