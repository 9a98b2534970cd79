// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Stacks/IntensityMap.h"
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

TEST(IntensityNormalization, BackgroundTakesValuesUpToOneForSharesOfTheScale)
{
  IntensityNormalization how;
  how.method = IntensityNormalization::Method::Background;
  // Times 255: 25.5, 51, 127.5 and 255, of which the first two are in [0, 100] and have the mean 38.25.
  const std::vector<float> result = Normalized({ 0.1f, 0.2f, 0.5f, 1.0f }, how);
  const std::vector<float> expected{ 0.0f, 12.75f / 255, 89.25f / 255, 216.75f / 255 };
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    EXPECT_NEAR(result[i], expected[i], 1e-6);
  }
  // One value above 1, and all count as they are: their mean is .575.
  EXPECT_NEAR(Normalized({ 0.1f, 0.2f, 0.5f, 1.5f }, how)[3], (1.5 - 0.575) / 255, 1e-7);
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

namespace
{
constexpr itk::PenCore::GridSize Field{ 4, 240, 320 };

// A background of 100 with noise of 2 and round cells of 12 pixels radius and these heights, side by side.
std::vector<float>
CellsOfHeights(const std::vector<double> & heights)
{
  std::mt19937 random(5);
  std::normal_distribution<double> noise(100.0, 2.0);
  std::vector<float> voxels(Field.Count());
  for (std::size_t i = 0; i < voxels.size(); ++i)
  {
    const double x = static_cast<double>(i % Field.width);
    const double y = static_cast<double>(i / Field.width % Field.height);
    double value = noise(random);
    for (std::size_t cell = 0; cell < heights.size(); ++cell)
    {
      const double dx = x - (30.0 + 60.0 * static_cast<double>(cell % 5));
      const double dy = y - (40.0 + 80.0 * static_cast<double>(cell / 5));
      value += dx * dx + dy * dy < 144.0 ? heights[cell] : 0.0;
    }
    voxels[i] = static_cast<float>(std::round(value));
  }
  return voxels;
}

itk::PenCore::IntensityMap
MapOf(const std::vector<float> & voxels, bool isRobust = true)
{
  IntensityNormalization how;
  how.robust = isRobust;
  return itk::PenCore::MapIntensities(itk::PenCore::RowsOfBuffer(voxels.data(), Field), Field, how, 1 << 20, 2);
}

const std::vector<double> TenHeights{ 300, 350, 400, 250, 300, 350, 300, 400, 300, 350 };

// Voxels within some pixels of the edges of each slice.
template <typename TFunction>
void
ForFrame(std::size_t width, TFunction && function)
{
  for (std::size_t i = 0; i < Field.Count(); ++i)
  {
    const std::size_t x = i % Field.width;
    const std::size_t y = i / Field.width % Field.height;
    if (x < width || y < width || x + width >= Field.width || y + width >= Field.height)
    {
      function(i);
    }
  }
}
} // namespace

TEST(RobustNormalization, ChangesNothingOfAnOrdinaryStack)
{
  for (const auto & heights : { TenHeights, std::vector<double>{ 300 }, std::vector<double>{ 20, 500, 80, 1000, 40 } })
  {
    const auto voxels = CellsOfHeights(heights);
    const auto robust = MapOf(voxels);
    const auto plain = MapOf(voxels, false);
    EXPECT_EQ(robust.offset, plain.offset);
    EXPECT_EQ(robust.factor, plain.factor);
    EXPECT_EQ(robust.remarks.outlierRatio, 0.0);
    EXPECT_EQ(robust.remarks.paddingShare, 0.0);
    EXPECT_FALSE(robust.remarks.looksInverted);
  }
}

TEST(RobustNormalization, PaddingSaysNothingAboutCells)
{
  const auto voxels = CellsOfHeights(TenHeights);
  const auto expected = MapOf(voxels, false);
  for (const float padding : { 0.0f, 65535.0f })
  {
    for (const std::size_t width : { 1u, 3u, 20u })
    {
      auto framed = voxels;
      std::size_t count = 0;
      ForFrame(width,
               [&](std::size_t i)
               {
                 framed[i] = padding;
                 ++count;
               });
      const auto map = MapOf(framed);
      EXPECT_NEAR(map.offset, expected.offset, 1.0) << padding << ", " << width;
      EXPECT_NEAR(map.factor, expected.factor, 0.05 * expected.factor) << padding << ", " << width;
      EXPECT_NEAR(map.remarks.paddingShare, static_cast<double>(count) / static_cast<double>(framed.size()), 1e-9);
      std::vector<float> normalized = framed;
      map.Apply(normalized.data(), normalized.size(), 1);
      EXPECT_EQ(normalized[0], 0.0f) << "padding is background to the network";
    }
  }
}

TEST(RobustNormalization, BlankSlicesAndMissingTilesArePadding)
{
  const auto voxels = CellsOfHeights(TenHeights);
  const auto expected = MapOf(voxels, false);
  auto blank = voxels;
  std::fill_n(blank.begin(), Field.width * Field.height, 0.0f);
  EXPECT_NEAR(MapOf(blank).offset, expected.offset, 1.0);
  EXPECT_NEAR(MapOf(blank).factor, expected.factor, 0.05 * expected.factor);
  auto missing = voxels;
  for (std::size_t i = 0; i < missing.size(); ++i)
  {
    const bool isThere = i % Field.width < 200 || i / Field.width % Field.height < 160;
    missing[i] = isThere ? missing[i] : 0.0f;
  }
  EXPECT_NEAR(MapOf(missing).offset, expected.offset, 1.0);
}

TEST(RobustNormalization, DarkBackgroundIsNoPadding)
{
  // Zeros between cells, as after a background was subtracted and clipped: not one value stands off.
  auto voxels = CellsOfHeights(TenHeights);
  for (float & voxel : voxels)
  {
    voxel = std::max(voxel - 100.0f, 0.0f);
  }
  EXPECT_EQ(MapOf(voxels).remarks.paddingShare, 0.0);
  EXPECT_EQ(MapOf(voxels).offset, 0.0f);
  // No noise at all: two values.
  for (float & voxel : voxels)
  {
    voxel = voxel > 100.0f ? 200.0f : 0.0f;
  }
  EXPECT_EQ(MapOf(voxels).offset, 0.0f);
  EXPECT_EQ(MapOf(voxels).factor, 1.0f / 200.0f);
}

TEST(RobustNormalization, SaturatedCellsAreNoPaddingAndAFlatSpeckIs)
{
  auto saturated = CellsOfHeights({ 300 });
  for (std::size_t i = 1; i + 1 < saturated.size(); ++i)
  {
    // An edge of one voxel along x, as any optics make it.
    const bool isEdge = saturated[i] < 200.0f && (saturated[i - 1] > 250.0f || saturated[i + 1] > 250.0f);
    saturated[i] = isEdge ? 180.0f : std::min(saturated[i], 255.0f);
  }
  const auto map = MapOf(saturated);
  EXPECT_EQ(map.remarks.paddingShare, 0.0);
  EXPECT_EQ(map.factor, MapOf(saturated, false).factor);

  auto speck = CellsOfHeights(TenHeights);
  for (std::size_t i = 0; i < 300; ++i)
  {
    speck[(100 + i / 20) * Field.width + 150 + i % 20] = 12000.0f;
  }
  const auto expected = MapOf(CellsOfHeights(TenHeights), false);
  EXPECT_NEAR(MapOf(speck).factor, expected.factor, 0.05 * expected.factor);
  EXPECT_EQ(MapOf(speck).padding, 12000.0f);
}

TEST(RobustNormalization, OneObjectThatIsBrighterByFarDoesNotDimTheOthers)
{
  const auto expected = MapOf(CellsOfHeights(TenHeights), false);
  auto heights = TenHeights;
  heights[3] *= 50.0;
  const auto voxels = CellsOfHeights(heights);
  EXPECT_LT(MapOf(voxels, false).factor, 0.1f * expected.factor) << "what it is for";
  const auto map = MapOf(voxels);
  EXPECT_NEAR(map.factor, expected.factor, 0.3 * expected.factor);
  EXPECT_EQ(map.offset, expected.offset);
  EXPECT_GT(map.remarks.outlierRatio, 10.0);
}

TEST(RobustNormalization, HotPixelsDoNotDimTheCells)
{
  const auto expected = MapOf(CellsOfHeights(TenHeights), false);
  auto voxels = CellsOfHeights(TenHeights);
  std::mt19937 random(7);
  for (std::size_t i = 0; i < voxels.size() / 500; ++i)
  {
    voxels[random() % voxels.size()] = 60000.0f - static_cast<float>(i);
  }
  EXPECT_LT(MapOf(voxels, false).factor, 0.1f * expected.factor) << "what it is for";
  EXPECT_NEAR(MapOf(voxels).factor, expected.factor, 0.3 * expected.factor);
}

TEST(RobustNormalization, TheUnitOfIntensityDoesNotMatter)
{
  auto heights = TenHeights;
  heights[3] *= 50.0;
  auto voxels = CellsOfHeights(heights);
  ForFrame(3, [&](std::size_t i) { voxels[i] = 0.0f; });
  const auto expected = MapOf(voxels);
  for (const float factor : { 16.0f, 1.0f / 64.0f })
  {
    auto scaled = voxels;
    std::transform(voxels.begin(), voxels.end(), scaled.begin(), [=](float voxel) { return voxel * factor; });
    EXPECT_EQ(MapOf(scaled).offset, expected.offset * factor);
    EXPECT_NEAR(MapOf(scaled).factor, expected.factor / factor, 1e-6 * expected.factor / factor);
  }
}

TEST(RobustNormalization, BandsAndThreadsDoNotMatter)
{
  auto heights = TenHeights;
  heights[3] *= 50.0;
  auto voxels = CellsOfHeights(heights);
  ForFrame(3, [&](std::size_t i) { voxels[i] = 0.0f; });
  const auto expected = MapOf(voxels);
  for (const std::size_t bytes : { std::size_t{ 1 }, std::size_t{ 200000 }, std::size_t{ 1 } << 30 })
  {
    const auto map =
      itk::PenCore::MapIntensities(itk::PenCore::RowsOfBuffer(voxels.data(), Field), Field, {}, bytes, 3);
    EXPECT_EQ(map.offset, expected.offset);
    EXPECT_EQ(map.factor, expected.factor);
  }
}

TEST(RobustNormalization, DarkCellsOnBrightGroundAreNoticed)
{
  auto voxels = CellsOfHeights(TenHeights);
  std::transform(voxels.begin(), voxels.end(), voxels.begin(), [](float voxel) { return 1000.0f - voxel; });
  EXPECT_TRUE(MapOf(voxels).remarks.looksInverted);
}
