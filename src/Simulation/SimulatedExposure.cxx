// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/RandomDistributions.h"
#include "Simulation/SimulatedImaging.h"
#include "itkMath.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
std::vector<float>
SliceFactors(const SimulationParameters & parameters)
{
  constexpr double BrightestDimSlice = 0.8;
  std::vector<float> factors;
  for (std::size_t slice = 0; slice < parameters.size[2]; ++slice)
  {
    Random random(parameters.seed, ImagingStream, 1 + slice);
    double factor = 1.0;
    if (parameters.attenuationLength > 0.0)
    {
      factor = std::exp(-static_cast<double>(slice) * parameters.spacing[2] / parameters.attenuationLength);
    }
    if (random.Uniform() < parameters.dimSliceShare)
    {
      factor *= random.Uniform(parameters.dimmestSlice, std::max(parameters.dimmestSlice, BrightestDimSlice));
    }
    factors.push_back(static_cast<float>(factor));
  }
  return factors;
}

void
ExposeStack(const SimulationParameters & parameters, const std::vector<float> & sliceFactors,
            std::vector<float> & stack, const ProgressCallback & progress)
{
  const std::size_t width = parameters.size[0];
  const std::size_t height = parameters.size[1];
  const double largest = parameters.bits > 0 ? std::pow(2.0, parameters.bits) - 1.0 : 0.0;
  const double uphill = Random(parameters.seed, ImagingStream, 0).Uniform(0.0, 2.0 * Math::pi);
  const double slope =
    parameters.backgroundGradient / (0.5 * std::hypot(static_cast<double>(width), static_cast<double>(height)));
  const double slopeX = slope * std::cos(uphill);
  const double slopeY = slope * std::sin(uphill);
  const auto exposeRow = [&](std::size_t row)
  {
    Random random(parameters.seed, NoiseStream, row);
    NormalNumbers normal;
    float * values = stack.data() + row * width;
    const double offCentreY = static_cast<double>(row % height) - 0.5 * static_cast<double>(height - 1);
    const auto factor = static_cast<double>(sliceFactors[row / height]);
    for (std::size_t x = 0; x < width; ++x)
    {
      const double offCentreX = static_cast<double>(x) - 0.5 * static_cast<double>(width - 1);
      const double background =
        parameters.background * factor * std::max(1.0 + slopeX * offCentreX + slopeY * offCentreY, 0.0);
      double value = static_cast<double>(values[x]) + background;
      if (parameters.photonsPerGray > 0.0)
      {
        value = PoissonNumber(random, value * parameters.photonsPerGray) / parameters.photonsPerGray;
      }
      if (parameters.readNoise > 0.0)
      {
        value += parameters.readNoise * normal.Next(random);
      }
      value += parameters.offset;
      values[x] =
        static_cast<float>(parameters.bits > 0 ? std::min(std::max(std::floor(value + 0.5), 0.0), largest) : value);
    }
  };
  constexpr std::size_t RowsAtOnce = 8;
  ParallelFor(
    height * parameters.size[2], RowsAtOnce,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t row = begin; row < end; ++row)
      {
        exposeRow(row);
      }
    },
    parameters.numberOfThreads, progress);
}
} // namespace PenCore
} // namespace itk
