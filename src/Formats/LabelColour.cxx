// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/LabelColour.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
// Steps of the golden ratio around the colour circle keep labels that follow each other far apart.
constexpr double GoldenRatio = 0.61803398875;
constexpr double Saturation = 0.85;
constexpr double Violet = 4.8;

// Hue in [0, 6]: red 0, yellow 1, green 2, cyan 3, blue 4, magenta 5.
std::array<double, 3>
BrightColour(double hue)
{
  const auto channel = [hue](double offset)
  {
    const double k = std::fmod(offset + hue, 6.0);
    return 1.0 - Saturation * std::clamp(std::min(k, 4.0 - k), 0.0, 1.0);
  };
  return { channel(5.0), channel(3.0), channel(1.0) };
}
} // namespace

std::array<double, 3>
LabelColour(SizeValueType label)
{
  return BrightColour(6.0 * std::fmod(static_cast<double>(label) * GoldenRatio, 1.0));
}

std::array<double, 3>
DepthColour(double share)
{
  return BrightColour(Violet * std::clamp(share, 0.0, 1.0));
}
} // namespace PenCore
} // namespace itk
