// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// PEN's convolution in training against its definition, written out as loops in double precision.
#include "Projection/StackConvolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace
{
using itk::PenCore::StackConvolution;

std::vector<float>
RandomValues(std::size_t n, unsigned int seed)
{
  std::mt19937 random(seed);
  std::vector<float> values;
  for (std::size_t i = 0; i < n; ++i)
  {
    values.push_back(static_cast<float>(random() % 2001) / 1000.0f - 1.0f);
  }
  return values;
}

// Calls f(index of the voxel, of the tap, of the sum) for each product.
template <typename TFunction>
void
ForEachProduct(const StackConvolution & c, const TFunction & f)
{
  const int k = static_cast<int>(c.kernel);
  const int slices = static_cast<int>(c.slices);
  const int height = static_cast<int>(c.height);
  const int width = static_cast<int>(c.width);
  const int sections = static_cast<int>(c.sections);
  const int before = (sections + k - 1 - slices) / 2;
  std::size_t sum = 0;
  for (int n = 0; n < static_cast<int>(c.stacks); ++n)
  {
    for (int i = 0; i < 3 * sections * height * width; ++i, ++sum)
    {
      const int channel = i / (sections * height * width);
      const int section = i / (height * width) % sections;
      for (int tap = 0; tap < k * k * k; ++tap)
      {
        const int z = section + tap / (k * k) - before;
        const int y = i / width % height + tap / k % k - k / 2;
        const int x = i % width + tap % k - k / 2;
        if (z >= 0 && z < slices && y >= 0 && y < height && x >= 0 && x < width)
        {
          f(static_cast<std::size_t>(((n * slices + z) * height + y) * width + x),
            static_cast<std::size_t>(channel * k * k * k + tap), sum);
        }
      }
    }
  }
}

struct Case
{
  std::vector<float> stacks;
  std::vector<float> weight;
  std::vector<float> gradient;

  explicit Case(const StackConvolution & c)
    : stacks(RandomValues(c.stacks * c.slices * c.height * c.width, 1))
    , weight(RandomValues(3 * c.kernel * c.kernel * c.kernel, 2))
    , gradient(RandomValues(c.stacks * 3 * c.sections * c.height * c.width, 3))
  {
  }
};
} // namespace

class StackConvolutionOf : public testing::TestWithParam<StackConvolution>
{
};

TEST_P(StackConvolutionOf, SumsAreThoseOfTheDefinition)
{
  const StackConvolution & c = GetParam();
  const Case data(c);
  const std::vector<float> bias{ 0.5f, -0.25f, 2.0f };
  const std::size_t ofChannel = c.sections * c.height * c.width;
  std::vector<double> expected;
  for (std::size_t i = 0; i < data.gradient.size(); ++i)
  {
    expected.push_back(bias[i / ofChannel % 3]);
  }
  ForEachProduct(c, [&](std::size_t voxel, std::size_t tap, std::size_t sum)
                 { expected[sum] += static_cast<double>(data.stacks[voxel]) * data.weight[tap]; });
  // Rounding errors of n additions in float are within sqrt(n) 2^-24 of the sum of absolute values, but for rare cases
  // (Higham and Mary 2019); values here are 1 at most.
  const double taps = std::pow(static_cast<double>(c.kernel), 3.0);
  const double tolerance = std::sqrt(taps) * std::pow(2.0, -24.0) * (taps + 2.0);
  for (const unsigned int threads : { 1U, 2U })
  {
    std::vector<float> sums(expected.size());
    ConvolveStacks(c, data.stacks.data(), data.weight.data(), bias.data(), sums.data(), threads);
    for (std::size_t i = 0; i < sums.size(); ++i)
    {
      ASSERT_NEAR(sums[i], expected[i], tolerance) << i;
    }
  }
}

TEST_P(StackConvolutionOf, WeightsGradientIsThatOfTheDefinitionForAnyNumberOfThreads)
{
  const StackConvolution & c = GetParam();
  const Case data(c);
  std::vector<double> expected(data.weight.size());
  ForEachProduct(c, [&](std::size_t voxel, std::size_t tap, std::size_t sum)
                 { expected[tap] += static_cast<double>(data.stacks[voxel]) * data.gradient[sum]; });
  const auto one = StackConvolutionWeightGradient(c, data.stacks.data(), data.gradient.data(), 1);
  ASSERT_EQ(one.size(), expected.size());
  for (std::size_t i = 0; i < one.size(); ++i)
  {
    ASSERT_NEAR(one[i], expected[i], 1e-5 * std::sqrt(static_cast<double>(data.gradient.size()))) << i;
  }
  EXPECT_EQ(StackConvolutionWeightGradient(c, data.stacks.data(), data.gradient.data(), 2), one);
}

// stacks, slices, height, width, kernel, sections: a single pixel wide; one tile; tiles cut in x and y; a kernel deeper
// than the stack.
INSTANTIATE_TEST_SUITE_P(PenCore, StackConvolutionOf,
                         testing::Values(StackConvolution{ 1, 1, 1, 1, 1, 1 }, StackConvolution{ 2, 5, 9, 14, 3, 3 },
                                         StackConvolution{ 2, 7, 33, 101, 5, 3 },
                                         StackConvolution{ 1, 8, 24, 40, 7, 2 },
                                         StackConvolution{ 1, 12, 19, 50, 11, 2 },
                                         StackConvolution{ 1, 4, 11, 17, 7, 1 }));
