// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Stacks/Resample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

using itk::PenCore::GridSize;
using itk::PenCore::ResampledSize;
using itk::PenCore::ResampleGrid;

TEST(PenCoreResample, SizeKeepsTheExtentAndNeverVanishes)
{
  EXPECT_EQ(ResampledSize(731, 0.538, 1.076), 366u);
  EXPECT_EQ(ResampledSize(20, 10.0, 5.0), 40u);
  EXPECT_EQ(ResampledSize(1, 1.0, 10.0), 1u);
}

TEST(PenCoreResample, HalvingAveragesUnderATriangle)
{
  // Output sample j lies between input samples 2j and 2j + 1; the triangle of radius 2 weighs its four neighbours
  // 1 : 3 : 3 : 1, and what lies outside is left out.
  const std::vector<float> result = ResampleGrid({ 0, 8, 16, 24, 32, 40 }, { 1, 1, 6, 1 }, { 1, 1, 3, 1 });
  ASSERT_EQ(result.size(), 3u);
  EXPECT_NEAR(result[0], (3 * 0 + 3 * 8 + 16) / 7.0, 1e-5);
  EXPECT_NEAR(result[1], 20.0, 1e-5);
  EXPECT_NEAR(result[2], (24 + 3 * 32 + 3 * 40) / 7.0, 1e-5);
}

TEST(PenCoreResample, DoublingInterpolatesLinearlyBetweenCentres)
{
  const std::vector<float> result = ResampleGrid({ 0, 4 }, { 1, 2, 1, 1 }, { 1, 4, 1, 1 });
  const std::vector<float> expected{ 0, 1, 3, 4 };
  ASSERT_EQ(result.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    EXPECT_NEAR(result[i], expected[i], 1e-6);
  }
}

TEST(PenCoreResample, ConstantsStayConstantAlongEveryAxis)
{
  const GridSize from{ 3, 7, 5, 2 };
  const GridSize to{ 5, 4, 11, 2 };
  for (const float value : ResampleGrid(std::vector<float>(from.Count(), 2.5f), from, to))
  {
    EXPECT_NEAR(value, 2.5f, 1e-5);
  }
}

TEST(PenCoreResample, ComponentsAndRowsDoNotMix)
{
  // Two components, two rows, each constant along x.
  const std::vector<float> buffer{ 1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4 };
  const std::vector<float> result = ResampleGrid(buffer, { 1, 2, 3, 2 }, { 1, 2, 2, 2 });
  const std::vector<float> expected{ 1, 2, 1, 2, 3, 4, 3, 4 };
  ASSERT_EQ(result.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    EXPECT_NEAR(result[i], expected[i], 1e-6);
  }
}

TEST(PenCoreResample, EachComponentIsResampledAsIfItWereAlone)
{
  const GridSize size{ 2, 9, 31 };
  const GridSize newSize{ 2, 13, 23 };
  std::mt19937 random(6);
  for (const std::size_t components : { 2, 3, 4, 5 })
  {
    std::vector<std::vector<float>> alone(components, std::vector<float>(size.Count()));
    std::vector<float> together(components * size.Count());
    for (std::size_t i = 0; i < together.size(); ++i)
    {
      together[i] = alone[i % components][i / components] = static_cast<float>(random() % 1000);
    }
    GridSize several = size;
    GridSize newSeveral = newSize;
    several.components = newSeveral.components = components;
    const std::vector<float> resampled = ResampleGrid(together, several, newSeveral, 2);
    for (std::size_t c = 0; c < components; ++c)
    {
      const std::vector<float> expected = ResampleGrid(alone[c], size, newSize, 2);
      for (std::size_t i = 0; i < expected.size(); ++i)
      {
        ASSERT_EQ(resampled[i * components + c], expected[i]) << components << ' ' << c << ' ' << i;
      }
    }
  }
}

TEST(PenCoreResample, DoesNotDependOnThreads)
{
  const GridSize from{ 4, 61, 47, 1 };
  const GridSize to{ 7, 100, 23, 1 };
  std::vector<float> buffer(from.Count());
  std::iota(buffer.begin(), buffer.end(), 0.f);
  const std::vector<float> one = ResampleGrid(buffer, from, to, 1);
  EXPECT_EQ(one, ResampleGrid(buffer, from, to, 2));
  EXPECT_EQ(one, ResampleGrid(buffer, from, to, 8));
}

TEST(PenCoreResample, LinearResamplingTakesTheTwoNearestSamplesOnly)
{
  using itk::PenCore::Resampling;
  // Every third sample: the new centres lie on samples 1, 4 and 7.
  const std::vector<float> values{ 0, 90, 0, 0, 0, 0, 0, 30, 0 };
  EXPECT_EQ(ResampleGrid(values, { 1, 1, 9, 1 }, { 1, 1, 3, 1 }, 0, Resampling::Linear),
            (std::vector<float>{ 90, 0, 30 }));
  // Half the samples: the mean of two neighbours.
  EXPECT_EQ(ResampleGrid({ 0, 8, 16, 24 }, { 1, 1, 4, 1 }, { 1, 1, 2, 1 }, 0, Resampling::Linear),
            (std::vector<float>{ 4, 20 }));
}

TEST(PenCoreResample, RowsAreThoseOfTheWholeGrid)
{
  const GridSize size{ 3, 37, 11, 2 };
  std::vector<float> values(size.Count());
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = static_cast<float>(i * 7919 % 1009);
  }
  for (const GridSize & newSize : { GridSize{ 5, 90, 7, 2 }, GridSize{ 2, 13, 11, 2 }, GridSize{ 3, 37, 20, 2 } })
  {
    const std::vector<float> whole = ResampleGrid(values, size, newSize);
    for (std::size_t y = 0; y < newSize.height; y += 5)
    {
      const itk::PenCore::RowRange wanted{ y, std::min(y + 5, newSize.height) };
      const itk::PenCore::RowRange given = itk::PenCore::RowsForResampling(size.height, newSize.height, wanted);
      const std::size_t line = size.width * size.components;
      std::vector<float> rows;
      for (std::size_t z = 0; z < size.depth; ++z)
      {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>((z * size.height + given.begin) * line);
        rows.insert(rows.end(), first, first + static_cast<std::ptrdiff_t>(given.Count() * line));
      }
      const std::vector<float> result = itk::PenCore::ResampleRows(rows, given, size, newSize, wanted);
      const std::size_t newLine = newSize.width * newSize.components;
      ASSERT_EQ(result.size(), newSize.depth * wanted.Count() * newLine);
      for (std::size_t i = 0; i < result.size(); ++i)
      {
        const std::size_t row = i / newLine;
        const std::size_t z = row / wanted.Count();
        ASSERT_EQ(result[i], whole[(z * newSize.height + y + row % wanted.Count()) * newLine + i % newLine]);
      }
    }
  }
}
