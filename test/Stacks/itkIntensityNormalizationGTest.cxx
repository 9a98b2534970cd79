// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkIntensityNormalization.h"
#include "itkMacro.h"
#include "support/TestReading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using itk::IntensityNormalization;

namespace
{
std::vector<float>
Normalized(std::vector<float> voxels, const IntensityNormalization & how)
{
  itk::PenCore::NormalizeIntensities(voxels.data(), { 1, 1, voxels.size() }, how);
  return voxels;
}
} // namespace

TEST(IntensityNormalization, BackgroundFollowsThePublishedRule)
{
  IntensityNormalization how;
  how.method = IntensityNormalization::Method::Background;
  // Mean of the voxels in [0, 100] is 20; 255 of 8 bit means 1.
  const std::vector<float> result = Normalized({ 10, 20, 30, 122, 275, 400 }, how);
  const std::vector<float> expected{ 0, 0, 10.f / 255, 102.f / 255, 1, 1 };
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    EXPECT_NEAR(result[i], expected[i], 1e-6);
  }
}

TEST(IntensityNormalization, PercentileInterpolatesBetweenOrderStatistics)
{
  IntensityNormalization how;
  how.method = IntensityNormalization::Method::Percentile;
  how.leastRangeInNoise = 0.0;
  how.lowPercentile = 12.5;
  how.highPercentile = 75;
  how.clipToUnitRange = false;
  // Five values: rank .5 lies between 2 and 4, rank 3 is 8.
  const std::vector<float> result = Normalized({ 16, 2, 4, 8, 6 }, how);
  const std::vector<float> expected{ 2.6f, -.2f, .2f, 1.f, .6f };
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    EXPECT_NEAR(result[i], expected[i], 1e-6);
  }
}

TEST(IntensityNormalization, AConstantStackBecomesZero)
{
  for (const float value : Normalized(std::vector<float>(8, 7.f), IntensityNormalization()))
  {
    EXPECT_EQ(value, 0.f);
  }
}

TEST(IntensityNormalization, ANonFiniteVoxelIsRefused)
{
  std::vector<float> voxels{ 1.f, std::numeric_limits<float>::quiet_NaN() };
  EXPECT_THROW(itk::PenCore::NormalizeIntensities(voxels.data(), { 1, 1, 2 }, {}), itk::ExceptionObject);
}

TEST(IntensityNormalization, PercentilesAreCellposesOwn)
{
  IntensityNormalization how;
  how.method = IntensityNormalization::Method::Percentile;
  how.lowPercentile = 1.0;
  how.highPercentile = 99.0;
  how.leastRangeInNoise = 0.0;
  how.clipToUnitRange = false;
  for (const char * name : { "norm_small_1ch", "norm_small_3ch" })
  {
    const std::string path = std::string("cellpose_dynamics/") + name;
    const TestArray<float> input(path + "_input_chw.npy", "<f4");
    const TestArray<float> expected(path + "_normalized_chw.npy", "<f4");
    const auto channels = static_cast<std::size_t>(input.shape[0]);
    const std::size_t pixels = input.values.size() / channels;
    for (std::size_t c = 0; c < channels; ++c)
    {
      const auto first = input.values.begin() + static_cast<std::ptrdiff_t>(c * pixels);
      const std::vector<float> result = Normalized({ first, first + static_cast<std::ptrdiff_t>(pixels) }, how);
      for (std::size_t i = 0; i < pixels; ++i)
      {
        ASSERT_NEAR(result[i], expected.values[c * pixels + i], 1e-5) << name;
      }
    }
  }
}

namespace
{
// Near enough to normal noise: the sum of twelve uniform numbers.
std::vector<float>
Noise(const itk::PenCore::GridSize & size, float mean, float deviation)
{
  std::mt19937 random(7);
  std::vector<float> voxels(size.Count());
  for (float & voxel : voxels)
  {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i)
    {
      sum += static_cast<double>(random()) / 4294967296.0;
    }
    voxel = mean + deviation * static_cast<float>(sum);
  }
  return voxels;
}
} // namespace

TEST(IntensityNormalization, NoiseAloneIsNotStretched)
{
  const itk::PenCore::GridSize size{ 4, 128, 128 };
  std::vector<float> voxels = Noise(size, 100.f, 4.f);
  IntensityNormalization how;
  how.leastRangeInNoise = 20.0;
  itk::PenCore::NormalizeIntensities(voxels.data(), size, how);
  std::sort(voxels.begin(), voxels.end());
  // The 1st percentile of normal noise lies 2.33 deviations below its mean.
  EXPECT_NEAR(voxels[voxels.size() / 2], 2.33 / 20, 0.01);
  EXPECT_LT(voxels.back(), 0.35f);
}

TEST(IntensityNormalization, WhatStandsOutOfTheNoiseIsStretchedAsEver)
{
  const itk::PenCore::GridSize size{ 4, 128, 128 };
  std::vector<float> voxels = Noise(size, 100.f, 4.f);
  for (std::size_t y = 40; y < 70; ++y)
  {
    std::fill_n(voxels.begin() + static_cast<std::ptrdiff_t>((2 * 128 + y) * 128 + 30), 20, 400.f);
  }
  std::vector<float> free = voxels;
  IntensityNormalization how;
  how.leastRangeInNoise = 20.0;
  itk::PenCore::NormalizeIntensities(voxels.data(), size, how);
  how.leastRangeInNoise = 0.0;
  itk::PenCore::NormalizeIntensities(free.data(), size, how);
  EXPECT_EQ(voxels, free);
}

// Between order statistics of the sorted voxels.
void
ExpectExactPercentiles(const std::vector<float> & voxels)
{
  std::vector<float> sorted = voxels;
  std::sort(sorted.begin(), sorted.end());
  const auto percentile = [&](double percent)
  {
    const double rank = percent / 100.0 * static_cast<double>(sorted.size() - 1);
    const auto lower = static_cast<std::size_t>(rank);
    return sorted[lower] + (sorted[lower + 1] - sorted[lower]) * (rank - static_cast<double>(lower));
  };
  IntensityNormalization how;
  how.lowPercentile = 12.3;
  how.highPercentile = 87.1;
  how.leastRangeInNoise = 0.0;
  how.clipToUnitRange = false;
  const double low = percentile(12.3);
  const double high = percentile(87.1);
  const std::vector<float> result = Normalized(voxels, how);
  for (std::size_t i = 0; i < voxels.size(); i += 997)
  {
    ASSERT_NEAR(result[i], (voxels[i] - low) / (high - low), 1e-5 * std::max(1.f, std::abs(result[i]))) << i;
  }
}

// More than one piece of the counting.
constexpr std::size_t ManyVoxels = (1 << 21) + 5;

TEST(IntensityNormalization, PercentilesAreOrderStatisticsOfAnyFloats)
{
  // Negative, tiny and repeated values.
  std::mt19937 random(3);
  std::vector<float> voxels(ManyVoxels);
  for (float & voxel : voxels)
  {
    const double uniform = static_cast<double>(random()) / 4294967296.0 - 0.5;
    voxel = static_cast<float>(random() % 3 == 0 ? std::round(uniform * 8) : uniform * std::pow(10.0, random() % 9));
  }
  ExpectExactPercentiles(voxels);
}

TEST(IntensityNormalization, PercentilesAreOrderStatisticsOfWholeNumbers)
{
  // Ranges of 8 and 16 bits, and more than 16 bits hold.
  for (const auto & [lowest, highest] : { std::pair{ 0, 255 }, { 0, 65535 }, { -32768, 32767 }, { -40000, 70000 } })
  {
    SCOPED_TRACE(lowest);
    std::mt19937 random(5);
    std::vector<float> voxels(ManyVoxels);
    for (float & voxel : voxels)
    {
      voxel = static_cast<float>(lowest + static_cast<int>(random() % static_cast<unsigned int>(highest - lowest + 1)));
    }
    ExpectExactPercentiles(voxels);
  }
}
