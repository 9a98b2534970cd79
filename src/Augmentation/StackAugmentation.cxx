// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Augmentation/StackAugmentation.h"

#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "ProjectionEnhancement/Stacks/Resample.h"
#include "Samples/SampleChecks.h"
#include "itkMath.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
// Of the published code's sigmoid and logarithmic contrast.
constexpr std::array<double, 2> SigmoidGain = { { 3.0, 10.0 } };
constexpr std::array<double, 2> SigmoidCutoff = { { 0.4, 0.6 } };
constexpr std::array<double, 2> LogGain = { { 0.6, 1.4 } };

// The blend's pattern: most points on an axis, and the highest frequency in periods over the plane; above it the
// amplitude is below 1 / 500 of the lowest one's.
constexpr std::size_t BlendPoints = 32;
constexpr int BlendFrequencies = 8;

double
DrawStrength(const AugmentationSwitch & augmentation, Random & random)
{
  return random.Uniform(augmentation.range[0], augmentation.range[1]);
}

std::vector<float>
GaussianWeights(double sigma)
{
  // Four standard deviations, as SciPy's.
  const int reach = static_cast<int>(4.0 * sigma + 0.5);
  std::vector<float> weights;
  double sum = 0.0;
  for (int i = -reach; i <= reach; ++i)
  {
    sum += std::exp(-0.5 * i * i / (sigma * sigma));
  }
  for (int i = -reach; i <= reach; ++i)
  {
    weights.push_back(static_cast<float>(std::exp(-0.5 * i * i / (sigma * sigma)) / sum));
  }
  return weights;
}

// Blurs along the axis of length n and the given stride; the values mirror at the ends, the last one included.
void
BlurAxis(std::vector<float> & values, std::size_t n, std::size_t stride, double sigma)
{
  if (!(sigma > 0.0) || n < 2)
  {
    return;
  }
  const std::vector<float> weights = GaussianWeights(sigma);
  const auto length = static_cast<std::ptrdiff_t>(n);
  const auto reach = static_cast<std::ptrdiff_t>(weights.size() / 2);
  const auto mirrored = [length](std::ptrdiff_t i)
  {
    i = ((i % (2 * length)) + 2 * length) % (2 * length);
    return i < length ? i : 2 * length - 1 - i;
  };
  std::vector<float> blurred(values.size(), 0.0f);
  for (std::size_t block = 0; block < values.size(); block += n * stride)
  {
    for (std::ptrdiff_t i = 0; i < length; ++i)
    {
      float * to = blurred.data() + block + static_cast<std::size_t>(i) * stride;
      for (std::ptrdiff_t k = -reach; k <= reach; ++k)
      {
        const float * from = values.data() + block + static_cast<std::size_t>(mirrored(i + k)) * stride;
        const float weight = weights[static_cast<std::size_t>(k + reach)];
        for (std::size_t j = 0; j < stride; ++j)
        {
          to[j] += weight * from[j];
        }
      }
    }
  }
  values.swap(blurred);
}

template <typename TFunction>
void
MapIntensities(TrainingSample & sample, float blackLevel, float whiteLevel, const TFunction & function)
{
  const float width = whiteLevel - blackLevel;
  for (float & value : sample.stack)
  {
    value = blackLevel + width * function((value - blackLevel) / width);
  }
}

void
MultiplyVoxels(TrainingSample & sample, const std::array<double, 2> & range, float blackLevel, Random & random)
{
  for (float & value : sample.stack)
  {
    value = blackLevel + static_cast<float>(random.Uniform(range[0], range[1])) * (value - blackLevel);
  }
}

void
ForgetTruth(TrainingSample & sample)
{
  sample.cells.clear();
  std::fill(sample.labels3d.begin(), sample.labels3d.end(), 0u);
}

// A pattern of amplitude 1 / frequency^3 and random phases, scaled to [0, 1].
std::vector<float>
SmoothPattern(std::size_t height, std::size_t width, Random & random)
{
  std::vector<float> pattern(height * width, 0.0f);
  for (int v = -BlendFrequencies; v <= BlendFrequencies; ++v)
  {
    for (int u = 0; u <= BlendFrequencies; ++u)
    {
      const double frequency = std::hypot(u, v);
      const double phase = random.Uniform(0.0, 2.0 * Math::pi);
      if (frequency == 0.0)
      {
        continue;
      }
      const double amplitude = 1.0 / (frequency * frequency * frequency);
      for (std::size_t y = 0; y < height; ++y)
      {
        for (std::size_t x = 0; x < width; ++x)
        {
          const double turn = u * static_cast<double>(x) / static_cast<double>(width) +
                              v * static_cast<double>(y) / static_cast<double>(height);
          pattern[y * width + x] += static_cast<float>(amplitude * std::cos(2.0 * Math::pi * turn + phase));
        }
      }
    }
  }
  const auto [lowest, highest] = std::minmax_element(pattern.begin(), pattern.end());
  const float low = *lowest;
  const float width1 = std::max(*highest - low, 1e-12f);
  std::for_each(pattern.begin(), pattern.end(), [low, width1](float & value) { value = (value - low) / width1; });
  return pattern;
}

TrainingSample
AugmentGeometry(const TrainingSample & sample, const StackAugmentationParameters & parameters, Random & random)
{
  const bool zooms = random.Uniform() < parameters.zoom.probability && parameters.zoom.on;
  const double zoom = zooms ? DrawStrength(parameters.zoom, random) : 1.0;
  const bool shears = random.Uniform() < parameters.shear.probability && parameters.shear.on;
  const double slope = shears ? std::tan(DrawStrength(parameters.shear, random) * Math::pi / 180.0) : 0.0;
  if (!zooms && !shears)
  {
    return sample;
  }
  // The slope is one of um, not of pixels.
  return MapPlane(sample, { { 1.0 / zoom, slope * sample.spacing[1] / sample.spacing[0] / zoom, 0.0, 1.0 / zoom } },
                  parameters.blackLevel);
}

void
AugmentContrast(TrainingSample & sample, const StackAugmentationParameters & parameters, Random & random)
{
  if (random.Uniform() < 0.5)
  {
    const double gain = random.Uniform(SigmoidGain[0], SigmoidGain[1]);
    const double cutoff = random.Uniform(SigmoidCutoff[0], SigmoidCutoff[1]);
    ApplySigmoidContrast(sample, gain, cutoff, parameters.blackLevel, parameters.whiteLevel);
  }
  else
  {
    ApplyLogContrast(sample, random.Uniform(LogGain[0], LogGain[1]), parameters.blackLevel, parameters.whiteLevel);
  }
}
} // namespace

void
MergeSlicesToSlabs(TrainingSample & sample, unsigned int thickness)
{
  RequireConsistentSample(sample);
  if (thickness == 0)
  {
    throw std::invalid_argument("a slab must have a slice at least");
  }
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  const GridSize slabs{ (sample.slices + thickness - 1) / thickness, sample.height, sample.width, 1 };
  std::vector<float> merged(slabs.Count());
  for (unsigned int slab = 0; slab < slabs.depth; ++slab)
  {
    const unsigned int first = slab * thickness;
    MaximumProjection(sample.stack.data() + first * pixels, std::min(thickness, sample.slices - first), pixels,
                      merged.data() + slab * pixels);
  }
  sample.stack = ResampleGrid(std::move(merged), slabs, { sample.slices, sample.height, sample.width, 1 }, 1);
}

void
BlurStack(TrainingSample & sample, double sigma)
{
  const std::size_t width = sample.width;
  const std::size_t height = sample.height;
  BlurAxis(sample.stack, width, 1, sigma);
  BlurAxis(sample.stack, height, width, sigma * sample.spacing[0] / sample.spacing[1]);
  BlurAxis(sample.stack, sample.slices, width * height, sigma * sample.spacing[0] / sample.spacing[2]);
}

void
ApplySigmoidContrast(TrainingSample & sample, double gain, double cutoff, float blackLevel, float whiteLevel)
{
  const auto g = static_cast<float>(gain);
  const auto c = static_cast<float>(cutoff);
  MapIntensities(sample, blackLevel, whiteLevel,
                 [g, c](float value) { return 1.0f / (1.0f + std::exp(g * (c - value))); });
}

void
ApplyLogContrast(TrainingSample & sample, double gain, float blackLevel, float whiteLevel)
{
  const auto g = static_cast<float>(gain);
  MapIntensities(sample, blackLevel, whiteLevel,
                 [g](float value) { return g * (value > 0.0f ? std::log2(1.0f + value) : value); });
}

void
BlendStack(TrainingSample & sample, double factor, float blackLevel, std::uint64_t seed)
{
  Random random(seed);
  const std::size_t longest = std::max(sample.width, sample.height);
  const auto points = [longest](std::size_t n)
  { return std::max<std::size_t>(1, std::min(n, n * BlendPoints / longest)); };
  const GridSize coarse{ 1, points(sample.height), points(sample.width), 1 };
  const std::vector<float> alpha =
    ResampleGrid(SmoothPattern(coarse.height, coarse.width, random), coarse, { 1, sample.height, sample.width, 1 }, 1);
  for (std::size_t i = 0; i < sample.stack.size(); ++i)
  {
    const float gain = 1.0f + alpha[i % alpha.size()] * static_cast<float>(factor - 1.0);
    sample.stack[i] = blackLevel + gain * (sample.stack[i] - blackLevel);
  }
}

TrainingSample
AugmentStack(const TrainingSample & sample, const StackAugmentationParameters & parameters)
{
  RequireConsistentSample(sample);
  if (!(parameters.whiteLevel > parameters.blackLevel) || (parameters.zoom.on && !(parameters.zoom.range[0] > 0.0)))
  {
    throw std::invalid_argument("augmentation needs a white level above the black level, and a zoom above 0");
  }
  Random random(parameters.seed);
  const auto happens = [&random](const AugmentationSwitch & augmentation)
  { return random.Uniform() < augmentation.probability && augmentation.on; };

  TrainingSample augmented = AugmentGeometry(sample, parameters, random);
  if (happens(parameters.blur))
  {
    BlurStack(augmented, DrawStrength(parameters.blur, random));
  }
  if (happens(parameters.blurOut))
  {
    BlurStack(augmented, DrawStrength(parameters.blurOut, random));
    ForgetTruth(augmented);
  }
  if (happens(parameters.brightness))
  {
    const auto added = static_cast<float>(DrawStrength(parameters.brightness, random));
    MapIntensities(augmented, parameters.blackLevel, parameters.whiteLevel,
                   [added](float value) { return value + added; });
  }
  if (happens(parameters.blend))
  {
    const double factor = parameters.blend.range[random.Below(2)];
    BlendStack(augmented, factor, parameters.blackLevel, random.Next());
  }
  if (happens(parameters.noise))
  {
    MultiplyVoxels(augmented, parameters.noise.range, parameters.blackLevel, random);
  }
  if (happens(parameters.contrast))
  {
    AugmentContrast(augmented, parameters, random);
  }
  return augmented;
}
} // namespace PenCore
} // namespace itk
