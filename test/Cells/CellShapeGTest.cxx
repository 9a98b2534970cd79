// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/CellShape.h"

#include <gtest/gtest.h>

using itk::PenCore::CountConvexPixels;
using itk::PenCore::PixelRuns;

TEST(PenCoreCellShape, ConvexMasksAreTheirOwnHull)
{
  EXPECT_EQ(CountConvexPixels({}), 0u);
  EXPECT_EQ(CountConvexPixels({ { 5, 3, 1 } }), 1u);
  EXPECT_EQ(CountConvexPixels({ { 5, 3, 9 } }), 9u);
  EXPECT_EQ(CountConvexPixels({ { 2, 0, 4 }, { 2, 1, 4 }, { 2, 2, 4 } }), 12u);
  // A diamond.
  EXPECT_EQ(CountConvexPixels({ { 2, 0, 1 }, { 1, 1, 3 }, { 0, 2, 5 }, { 1, 3, 3 }, { 2, 4, 1 } }), 13u);
}

TEST(PenCoreCellShape, HullFillsHolesGapsAndBays)
{
  // A ring of 5 x 5 pixels; an L of 4 x 4; two pixels of a row far apart; two single pixels with rows between.
  EXPECT_EQ(
    CountConvexPixels(
      { { 0, 0, 5 }, { 0, 1, 1 }, { 4, 1, 1 }, { 0, 2, 1 }, { 4, 2, 1 }, { 0, 3, 1 }, { 4, 3, 1 }, { 0, 4, 5 } }),
    25u);
  // The L's hull ends at the line from (0.5, 0) to (3, 2.5), so it holds the centres with x <= y only.
  EXPECT_EQ(CountConvexPixels({ { 0, 0, 1 }, { 0, 1, 1 }, { 0, 2, 1 }, { 0, 3, 4 } }), 10u);
  EXPECT_EQ(CountConvexPixels({ { 0, 0, 1 }, { 9, 0, 1 } }), 10u);
  EXPECT_EQ(CountConvexPixels({ { 3, 0, 1 }, { 3, 6, 1 } }), 7u);
}

TEST(PenCoreCellShape, HullDoesNotDependOnThePlace)
{
  const PixelRuns mask{ { 1, 0, 2 }, { 0, 1, 7 }, { 5, 2, 1 }, { 5, 3, 1 }, { 2, 4, 4 } };
  PixelRuns moved = mask;
  PixelRuns mirrored = mask;
  for (std::size_t i = 0; i < mask.size(); ++i)
  {
    moved[i].x += 100000;
    moved[i].y += 70000;
    mirrored[i].x = 10 - (mask[i].x + mask[i].length - 1);
  }
  EXPECT_EQ(CountConvexPixels(moved), CountConvexPixels(mask));
  EXPECT_EQ(CountConvexPixels(mirrored), CountConvexPixels(mask));
}

TEST(PenCoreCellShape, SumsTheVoxelsOfEverySlice)
{
  // 2 slices of 3 x 2 voxels 0..11; the mask covers (1, 0), (2, 0) and (0, 1).
  std::vector<float> stack;
  for (int i = 0; i < 12; ++i)
  {
    stack.push_back(static_cast<float>(i));
  }
  const PixelRuns mask{ { 1, 0, 2 }, { 0, 1, 1 } };
  const PixelRuns none;
  const auto sums = itk::PenCore::SumUnderMasks({ &mask, &none }, stack.data(), { 2, 2, 3, 1 });
  ASSERT_EQ(sums.size(), 2u);
  EXPECT_EQ(sums[0], 1 + 2 + 3 + 7 + 8 + 9);
  EXPECT_EQ(sums[1], 0);
}
