// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Simulation/SimulatedImaging.h"

#include "ProjectionEnhancement/Cells/PixelRuns.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
// Gaussians end here, in standard deviations.
constexpr double GaussianReach = 3.5;

double
NormalBelow(double x, double sigma)
{
  return 0.5 * std::erfc(-x / (sigma * std::sqrt(2.0)));
}

// A Gaussian integrated over pixels -n..n.
std::vector<float>
PixelKernel(double sigma, double spacing)
{
  if (sigma <= 0.0)
  {
    return { 1.0F };
  }
  const auto reach = static_cast<int>(std::ceil(GaussianReach * sigma / spacing));
  std::vector<float> kernel;
  float sum = 0.0F;
  for (int i = -reach; i <= reach; ++i)
  {
    kernel.push_back(
      static_cast<float>(NormalBelow((i + 0.5) * spacing, sigma) - NormalBelow((i - 0.5) * spacing, sigma)));
    sum += kernel.back();
  }
  for (float & weight : kernel)
  {
    weight /= sum;
  }
  return kernel;
}

// Where a body is sampled: pixel columns and sub-slices, which may lie outside the stack.
struct SamplingBox
{
  std::array<std::ptrdiff_t, 3> start; // pixels in x and y, sub-slices in z
  SampleGrid grid;
  std::ptrdiff_t subSlices; // in a slice

  bool
  IsEmpty() const
  {
    return grid.Count() == 0;
  }
};

std::ptrdiff_t
NumberOfSubSlices(const SimulationParameters & parameters)
{
  constexpr double PerAxialBlur = 3.0;
  constexpr double Most = 16.0;
  const double finest = std::max(parameters.axialBlur / PerAxialBlur, parameters.spacing[0]);
  return static_cast<std::ptrdiff_t>(std::min(std::max(std::ceil(parameters.spacing[2] / finest), 1.0), Most));
}

SamplingBox
SamplingBoxOf(const PlacedBody & placed, const SimulationParameters & parameters)
{
  SamplingBox box{};
  box.subSlices = NumberOfSubSlices(parameters);
  const Box bounds = BoundsOf(placed.body);
  const std::array<double, 3> blur = { { parameters.lateralBlur, parameters.lateralBlur, parameters.axialBlur } };
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const double spacing = parameters.spacing[axis];
    const double parts = axis < 2 ? 1.0 : static_cast<double>(box.subSlices);
    const double step = spacing / parts;
    // Sample i lies at first + i * step; sub-slices fill their slice.
    const double first = 0.5 * (step - spacing);
    const double margin = parameters.maskMargin + step;
    const double fieldReach = GaussianReach * blur[axis];
    const double fieldEnd = (static_cast<double>(parameters.size[axis]) - 0.5) * spacing;
    const double lower = std::max(placed.centre[axis] + bounds.lower[axis] - margin, -0.5 * spacing - fieldReach);
    const double upper = std::min(placed.centre[axis] + bounds.upper[axis] + margin, fieldEnd + fieldReach);
    const double begin = std::ceil((lower - first) / step);
    const double end = std::floor((upper - first) / step) + 1.0;
    box.start[axis] = static_cast<std::ptrdiff_t>(begin);
    box.grid.step[axis] = step;
    box.grid.origin[axis] = first + begin * step;
    box.grid.count[axis] = end > begin ? static_cast<std::size_t>(end - begin) : 0;
  }
  return box;
}

// Part of the range [begin, end) that lies inside [0, size).
void
ClipRange(std::ptrdiff_t begin, std::ptrdiff_t end, std::size_t size, std::size_t & start, std::size_t & count)
{
  const std::ptrdiff_t first = std::max<std::ptrdiff_t>(begin, 0);
  const std::ptrdiff_t last = std::min<std::ptrdiff_t>(end, static_cast<std::ptrdiff_t>(size));
  start = static_cast<std::size_t>(std::min(first, static_cast<std::ptrdiff_t>(size)));
  count = last > first ? static_cast<std::size_t>(last - first) : 0;
}

// Share of a sub-slice's light that a slice takes.
float
AxialWeight(double subSliceCentre, double sliceCentre, double step, double spacing, double sigma)
{
  const double distance = subSliceCentre - sliceCentre;
  if (sigma <= 0.0)
  {
    return std::abs(distance) < 0.5 * spacing ? static_cast<float>(step / spacing) : 0.0F;
  }
  if (std::abs(distance) > GaussianReach * sigma + step)
  {
    return 0.0F;
  }
  return static_cast<float>(NormalBelow(distance + 0.5 * step, sigma) - NormalBelow(distance - 0.5 * step, sigma));
}

// Rows [0, rows) of `in`, each of `width`, blurred along x into rows wider by the kernel.
void
BlurRows(const std::vector<float> & in, std::size_t width, std::size_t rows, const std::vector<float> & kernel,
         std::vector<float> & out)
{
  const std::size_t outWidth = width + kernel.size() - 1;
  out.assign(outWidth * rows, 0.0F);
  for (std::size_t row = 0; row < rows; ++row)
  {
    const float * source = in.data() + row * width;
    for (std::size_t tap = 0; tap < kernel.size(); ++tap)
    {
      float * target = out.data() + row * outWidth + tap;
      const float weight = kernel[tap];
      for (std::size_t x = 0; x < width; ++x)
      {
        target[x] += weight * source[x];
      }
    }
  }
}

// Light of a body as one Gaussian images it, inside the stack.
StackPatch<float>
ImageDensity(const SamplingBox & box, const std::vector<float> & density, const SimulationParameters & parameters,
             double lateralSigma, double axialSigma, float share, const std::vector<float> & sliceFactors)
{
  const std::vector<float> kernelX = PixelKernel(lateralSigma, parameters.spacing[0]);
  const std::vector<float> kernelY = PixelKernel(lateralSigma, parameters.spacing[1]);
  const auto reachX = static_cast<std::ptrdiff_t>(kernelX.size() / 2);
  const auto reachY = static_cast<std::ptrdiff_t>(kernelY.size() / 2);
  const std::size_t width = box.grid.count[0];
  const std::size_t height = box.grid.count[1];
  const double reach = GaussianReach * axialSigma;
  const double lowest = box.grid.origin[2] - reach;
  const double highest = box.grid.origin[2] + static_cast<double>(box.grid.count[2] - 1) * box.grid.step[2] + reach;

  StackPatch<float> patch;
  ClipRange(box.start[0] - reachX, box.start[0] + static_cast<std::ptrdiff_t>(width) + reachX, parameters.size[0],
            patch.start[0], patch.count[0]);
  ClipRange(box.start[1] - reachY, box.start[1] + static_cast<std::ptrdiff_t>(height) + reachY, parameters.size[1],
            patch.start[1], patch.count[1]);
  ClipRange(static_cast<std::ptrdiff_t>(std::floor(lowest / parameters.spacing[2] + 0.5)),
            static_cast<std::ptrdiff_t>(std::floor(highest / parameters.spacing[2] + 0.5)) + 1, parameters.size[2],
            patch.start[2], patch.count[2]);
  patch.values.assign(patch.count[0] * patch.count[1] * patch.count[2], 0.0F);
  const auto skipX = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(patch.start[0]) - (box.start[0] - reachX));

  std::vector<float> plane;
  std::vector<float> wide;
  for (std::size_t k = 0; k < patch.count[2]; ++k)
  {
    const std::size_t slice = patch.start[2] + k;
    plane.assign(width * height, 0.0F);
    for (std::size_t m = 0; m < box.grid.count[2]; ++m)
    {
      const float weight = AxialWeight(box.grid.origin[2] + static_cast<double>(m) * box.grid.step[2],
                                       static_cast<double>(slice) * parameters.spacing[2], box.grid.step[2],
                                       parameters.spacing[2], axialSigma);
      const float * source = density.data() + m * width * height;
      for (std::size_t i = 0; weight > 0.0F && i < width * height; ++i)
      {
        plane[i] += weight * source[i];
      }
    }
    BlurRows(plane, width, height, kernelX, wide);
    const std::size_t wideWidth = width + kernelX.size() - 1;
    for (std::size_t y = 0; y < patch.count[1]; ++y)
    {
      float * target = patch.values.data() + patch.RowOffset(y, k);
      const std::ptrdiff_t centre = static_cast<std::ptrdiff_t>(patch.start[1] + y) - box.start[1];
      for (std::size_t tap = 0; tap < kernelY.size(); ++tap)
      {
        const std::ptrdiff_t row = centre + static_cast<std::ptrdiff_t>(tap) - reachY;
        if (row < 0 || row >= static_cast<std::ptrdiff_t>(height))
        {
          continue;
        }
        const float weight = share * kernelY[tap] * sliceFactors[slice];
        const float * source = wide.data() + static_cast<std::size_t>(row) * wideWidth + skipX;
        for (std::size_t x = 0; x < patch.count[0]; ++x)
        {
          target[x] += weight * source[x];
        }
      }
    }
  }
  return patch;
}

// Share of each voxel inside the grown body, as parts of 255.
StackPatch<std::uint8_t>
InsideFractions(const SamplingBox & box, const std::vector<float> & distance, const SimulationParameters & parameters)
{
  StackPatch<std::uint8_t> patch;
  const auto subSlices = box.subSlices;
  const auto endZ = box.start[2] + static_cast<std::ptrdiff_t>(box.grid.count[2]);
  for (std::size_t axis = 0; axis < 2; ++axis)
  {
    ClipRange(box.start[axis], box.start[axis] + static_cast<std::ptrdiff_t>(box.grid.count[axis]),
              parameters.size[axis], patch.start[axis], patch.count[axis]);
  }
  // Rounds down also below 0.
  const std::ptrdiff_t firstSlice =
    box.start[2] < 0 ? -((-box.start[2] + subSlices - 1) / subSlices) : box.start[2] / subSlices;
  ClipRange(firstSlice, std::max<std::ptrdiff_t>((endZ + subSlices - 1) / subSlices, firstSlice), parameters.size[2],
            patch.start[2], patch.count[2]);
  patch.values.assign(patch.count[0] * patch.count[1] * patch.count[2], 0);
  const auto margin = static_cast<float>(-parameters.maskMargin);
  const auto part = static_cast<int>(255 / subSlices);
  for (std::ptrdiff_t m = box.start[2]; m < endZ; ++m)
  {
    const std::ptrdiff_t slice = m < 0 ? -1 : m / subSlices;
    if (slice < 0 || slice >= static_cast<std::ptrdiff_t>(parameters.size[2]))
    {
      continue;
    }
    for (std::size_t y = 0; y < patch.count[1]; ++y)
    {
      const auto boxY = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(patch.start[1] + y) - box.start[1]);
      const auto boxX = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(patch.start[0]) - box.start[0]);
      const float * source =
        distance.data() + (static_cast<std::size_t>(m - box.start[2]) * box.grid.count[1] + boxY) * box.grid.count[0] +
        boxX;
      std::uint8_t * target =
        patch.values.data() + patch.RowOffset(y, static_cast<std::size_t>(slice) - patch.start[2]);
      for (std::size_t x = 0; x < patch.count[0]; ++x)
      {
        target[x] = static_cast<std::uint8_t>(target[x] + (source[x] >= margin ? part : 0));
      }
    }
  }
  return patch;
}

float
BrightestOfColumn(const StackPatch<float> & light, std::size_t x, std::size_t y)
{
  float brightest = 0.0F;
  if (x < light.start[0] || y < light.start[1] || x >= light.start[0] + light.count[0] ||
      y >= light.start[1] + light.count[1])
  {
    return brightest;
  }
  for (std::size_t k = 0; k < light.count[2]; ++k)
  {
    brightest = std::max(brightest, light.values[light.RowOffset(y - light.start[1], k) + x - light.start[0]]);
  }
  return brightest;
}

// Keeps the voxels that carry the label, and makes the mask that they project to.
void
MakeTruth(RenderedBody & rendered, const SimulationParameters & parameters)
{
  StackPatch<std::uint8_t> & fraction = rendered.fraction;
  // A little under one half, for what rounding takes.
  constexpr std::uint8_t Half = 120;
  for (std::size_t y = 0; y < fraction.count[1]; ++y)
  {
    for (std::size_t x = 0; x < fraction.count[0]; ++x)
    {
      std::uint8_t fullest = 0;
      for (std::size_t k = 0; k < fraction.count[2]; ++k)
      {
        fullest = std::max(fullest, fraction.values[fraction.RowOffset(y, k) + x]);
      }
      const auto px = fraction.start[0] + x;
      const auto py = fraction.start[1] + y;
      const bool isVisible =
        fullest > 0 && static_cast<double>(BrightestOfColumn(rendered.light, px, py)) >= parameters.visibleBrightness;
      for (std::size_t k = 0; k < fraction.count[2]; ++k)
      {
        std::uint8_t & value = fraction.values[fraction.RowOffset(y, k) + x];
        value = isVisible && (value >= Half || value == fullest) ? value : 0;
      }
      if (!isVisible)
      {
        continue;
      }
      AppendPixel(rendered.mask, static_cast<std::int32_t>(px), static_cast<std::int32_t>(py));
    }
  }
}

// Volume and centroid of the part inside the stack, from the share of each sample that is inside the body.
void
Measure(RenderedBody & rendered, const SamplingBox & box, const std::vector<float> & inside,
        const SimulationParameters & parameters)
{
  Point sums = { { 0.0, 0.0, 0.0 } };
  double sum = 0.0;
  std::array<std::size_t, 3> begin;
  std::array<std::size_t, 3> end;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const std::size_t parts = axis < 2 ? 1 : static_cast<std::size_t>(box.subSlices);
    std::size_t start = 0;
    std::size_t count = 0;
    ClipRange(box.start[axis], box.start[axis] + static_cast<std::ptrdiff_t>(box.grid.count[axis]),
              parameters.size[axis] * parts, start, count);
    begin[axis] = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(start) - box.start[axis]);
    end[axis] = begin[axis] + count;
  }
  for (std::size_t k = begin[2]; k < end[2]; ++k)
  {
    for (std::size_t j = begin[1]; j < end[1]; ++j)
    {
      for (std::size_t i = begin[0]; i < end[0]; ++i)
      {
        const auto share = static_cast<double>(inside[(k * box.grid.count[1] + j) * box.grid.count[0] + i]);
        sum += share;
        sums[0] += share * static_cast<double>(i);
        sums[1] += share * static_cast<double>(j);
        sums[2] += share * static_cast<double>(k);
      }
    }
  }
  const Point & step = box.grid.step;
  rendered.volume = sum * step[0] * step[1] * step[2];
  for (std::size_t axis = 0; sum > 0.0 && axis < 3; ++axis)
  {
    rendered.centroid[axis] = box.grid.origin[axis] + step[axis] * sums[axis] / sum;
  }
}
} // namespace

RenderedBody
RenderBody(const PlacedBody & placed, const SimulationParameters & parameters, const std::vector<float> & sliceFactors)
{
  RenderedBody rendered;
  const SamplingBox box = SamplingBoxOf(placed, parameters);
  if (box.IsEmpty())
  {
    return rendered;
  }
  // The surface is soft over a pixel, so that volumes are right whatever the grid.
  const double softness = parameters.spacing[0];
  const double reach = std::max(parameters.maskMargin, 0.5 * softness) + softness;
  std::vector<float> distance;
  std::vector<float> density;
  SampleDistance(placed.body, placed.centre, box.grid, reach, distance, &density);
  ShadeDensity(placed.body, placed.centre, box.grid, softness, distance, density);
  std::vector<float> inside(distance.size());
  for (std::size_t i = 0; i < distance.size(); ++i)
  {
    inside[i] = std::min(std::max(distance[i] / static_cast<float>(softness) + 0.5F, 0.0F), 1.0F);
    density[i] *= inside[i] * static_cast<float>(placed.body.brightness);
  }
  const auto halo = static_cast<float>(parameters.haloShare);
  rendered.light =
    ImageDensity(box, density, parameters, parameters.lateralBlur, parameters.axialBlur, 1.0F - halo, sliceFactors);
  if (halo > 0.0F)
  {
    rendered.halo =
      ImageDensity(box, density, parameters, parameters.lateralHalo, parameters.axialHalo, halo, sliceFactors);
  }
  if (placed.isCell)
  {
    rendered.fraction = InsideFractions(box, distance, parameters);
    MakeTruth(rendered, parameters);
    Measure(rendered, box, inside, parameters);
  }
  return rendered;
}
} // namespace PenCore
} // namespace itk
