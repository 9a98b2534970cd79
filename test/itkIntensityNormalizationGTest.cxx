// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkIntensityNormalization.h"
#include "itkMacro.h"
#include "itkTestReading.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

using itk::IntensityNormalization;

namespace
{
std::vector<float>
Normalized(std::vector<float> voxels, const IntensityNormalization & how)
{
  itk::PenCore::NormalizeIntensities(voxels.data(), voxels.size(), how);
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
  EXPECT_THROW(itk::PenCore::NormalizeIntensities(voxels.data(), 2, {}), itk::ExceptionObject);
}

TEST(IntensityNormalization, PercentilesAreCellposesOwn)
{
  IntensityNormalization how;
  how.method = IntensityNormalization::Method::Percentile;
  how.lowPercentile = 1.0;
  how.highPercentile = 99.0;
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
