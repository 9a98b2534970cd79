// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Stacks/Projections.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t PixelsPerPiece = 1 << 14;
} // namespace

void
MaximumProjection(const float * stack, unsigned int slices, std::size_t pixels, float * plane,
                  unsigned int numberOfThreads)
{
  ParallelFor(
    pixels, PixelsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      std::copy(stack + begin, stack + end, plane + begin);
      for (unsigned int z = 1; z < slices; ++z)
      {
        std::transform(plane + begin, plane + end, stack + z * pixels + begin, plane + begin,
                       [](float a, float b) { return std::max(a, b); });
      }
    },
    numberOfThreads);
}

void
LinearDepthProjection(const float * stack, unsigned int slices, std::size_t pixels, unsigned int planes, float * result)
{
  const double step = static_cast<double>(slices) / (planes + 1);
  const double variance = -step * step / (8.0 * std::log(0.5));
  for (unsigned int i = 0; i < planes; ++i)
  {
    float * plane = result + i * pixels;
    for (unsigned int z = 0; z < slices; ++z)
    {
      const double distance = z - (i + 1) * step;
      const float weight = static_cast<float>(std::exp(-distance * distance / (2.0 * variance)));
      const float * slice = stack + z * pixels;
      for (std::size_t p = 0; p < pixels; ++p)
      {
        const float value = weight * slice[p];
        plane[p] = z == 0 ? value : std::max(plane[p], value);
      }
    }
  }
}

std::size_t
FirstFittedSlice(std::size_t slices, std::size_t fittedSlices)
{
  return slices < fittedSlices ? (fittedSlices - slices) / 2 : 0;
}

std::vector<float>
FitSlices(const float * stack, unsigned int slices, std::size_t pixels, unsigned int fittedSlices)
{
  std::vector<float> fitted(fittedSlices * pixels, 0.0f);
  if (slices <= fittedSlices)
  {
    const std::size_t before = FirstFittedSlice(slices, fittedSlices);
    std::copy(stack, stack + slices * pixels, fitted.begin() + static_cast<std::ptrdiff_t>(before * pixels));
    return fitted;
  }
  for (std::size_t z = 0; z < fittedSlices; ++z)
  {
    const std::size_t begin = z * slices / fittedSlices;
    const std::size_t end = (z + 1) * slices / fittedSlices;
    MaximumProjection(stack + begin * pixels, static_cast<unsigned int>(end - begin), pixels,
                      fitted.data() + z * pixels);
  }
  return fitted;
}

void
RescaleToUnitRange(float * values, std::size_t n)
{
  if (n == 0)
  {
    return;
  }
  const auto range = std::minmax_element(values, values + n);
  const float lowest = *range.first;
  const float extent = *range.second - lowest;
  const float divisor = extent > 0.0f ? extent : 1.0f;
  std::transform(values, values + n, values, [=](float v) { return (v - lowest) / divisor; });
}
} // namespace PenCore
} // namespace itk
