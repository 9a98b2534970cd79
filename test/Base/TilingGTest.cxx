// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/Tiling.h"
#include "itkMacro.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

using itk::PenCore::AxisTiling;
using itk::PenCore::ReflectIndex;

TEST(AxisTiling, WeightsAddUpToOneAndTilesStayInside)
{
  for (std::size_t length = 1; length < 700; length += length < 80 ? 1 : 13)
  {
    const AxisTiling tiling(length, 64, 16, 8);
    std::vector<float> sum(length, 0.f);
    for (std::size_t i = 0; i < tiling.GetNumberOfTiles(); ++i)
    {
      const std::vector<float> weights = tiling.GetWeights(i);
      ASSERT_EQ(weights.size(), tiling.GetExtent(i));
      ASSERT_LE(tiling.GetBegin(i) + weights.size(), length);
      for (std::size_t s = 0; s < weights.size(); ++s)
      {
        sum[tiling.GetBegin(i) + s] += weights[s];
      }
    }
    for (const float weight : sum)
    {
      ASSERT_NEAR(weight, 1.f, 1e-6) << length;
    }
    EXPECT_EQ(tiling.GetTileSize() % 8, 0u);
    EXPECT_LE(tiling.GetTileSize(), 64u);
  }
}

TEST(AxisTiling, SamplesBesideACutCountForNothing)
{
  const AxisTiling tiling(200, 64, 16, 8);
  ASSERT_GT(tiling.GetNumberOfTiles(), 2u);
  const std::vector<float> weights = tiling.GetWeights(1);
  for (std::size_t s = 0; s < 4; ++s)
  {
    EXPECT_EQ(weights[s], 0.f);
    EXPECT_EQ(weights[weights.size() - 1 - s], 0.f);
  }
  EXPECT_EQ(tiling.GetWeights(0).front(), 1.f);
}

TEST(AxisTiling, OnlyAnAxisOfOneTileIsPadded)
{
  const AxisTiling one(61, 64, 16, 8);
  EXPECT_EQ(one.GetNumberOfTiles(), 1u);
  EXPECT_EQ(one.GetTileSize(), 64u);
  EXPECT_EQ(one.GetExtent(0), 61u);
  const AxisTiling several(65, 64, 16, 8);
  for (std::size_t i = 0; i < several.GetNumberOfTiles(); ++i)
  {
    EXPECT_EQ(several.GetExtent(i), several.GetTileSize());
  }
}

TEST(AxisTiling, ImpossibleTilesAreRefused)
{
  EXPECT_THROW(AxisTiling(100, 32, 16, 8), itk::ExceptionObject);
  EXPECT_THROW(AxisTiling(0, 64, 16, 8), itk::ExceptionObject);
}

TEST(ReflectIndex, MirrorsWithoutRepeatingTheEdge)
{
  const std::size_t expected[] = { 0, 1, 2, 3, 2, 1, 0, 1, 2 };
  for (std::size_t i = 0; i < 9; ++i)
  {
    EXPECT_EQ(ReflectIndex(i, 4), expected[i]);
  }
  EXPECT_EQ(ReflectIndex(5, 1), 0u);
}

TEST(AxisTiling, CellposesTilesLieWhereCellposePutsThem)
{
  // numpy: linspace(0, 464 - 224, ceil(1.2 * 464 / 224))
  const AxisTiling tiling = AxisTiling::OfCellpose(464);
  ASSERT_EQ(tiling.GetNumberOfTiles(), 3u);
  EXPECT_EQ(tiling.GetTileSize(), 224u);
  std::vector<double> sums(464, 0.0);
  for (std::size_t i = 0; i < 3; ++i)
  {
    EXPECT_EQ(tiling.GetBegin(i), 120 * i);
    const std::vector<float> weights = tiling.GetWeights(i);
    ASSERT_EQ(weights.size(), tiling.GetExtent(i));
    for (std::size_t s = 0; s < weights.size(); ++s)
    {
      sums[tiling.GetBegin(i) + s] += weights[s];
    }
  }
  for (const double sum : sums)
  {
    EXPECT_NEAR(sum, 1.0, 1e-6);
  }
  // Sample 130 is 10 from the second tile's rim and 130 from the first one's: sigmoids of the distance to the centre.
  const auto taper = [](double i) { return 1.0 / (1.0 + std::exp((std::abs(i - 111.5) - 92.0) / 7.5)); };
  EXPECT_NEAR(tiling.GetWeights(1)[10], taper(10) / (taper(10) + taper(130)), 1e-6);

  const AxisTiling small = AxisTiling::OfCellpose(96);
  EXPECT_EQ(small.GetNumberOfTiles(), 1u);
  EXPECT_EQ(small.GetWeights(0), std::vector<float>(96, 1.0f));
}
