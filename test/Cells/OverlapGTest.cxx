// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/Overlap.h"
#include "ProjectionEnhancement/Cells/PixelBox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace itk::PenCore;

namespace
{
constexpr int Width = 40;
constexpr int Height = 70;

PixelRuns
Rectangle(int x, int y, int width, int height)
{
  PixelRuns runs;
  for (int row = y; row < y + height; ++row)
  {
    runs.push_back({ x, row, width });
  }
  return runs;
}

std::vector<char>
Paint(const PixelRuns & runs)
{
  std::vector<char> pixels(Width * Height, 0);
  for (const PixelRun & run : runs)
  {
    std::fill_n(pixels.begin() + run.y * Width + run.x, run.length, 1);
  }
  return pixels;
}

std::uint64_t
CountSharedPixels(const PixelRuns & a, const PixelRuns & b)
{
  const std::vector<char> first = Paint(a);
  const std::vector<char> second = Paint(b);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < first.size(); ++i)
  {
    count += first[i] != 0 && second[i] != 0 ? 1 : 0;
  }
  return count;
}

// Masks with gaps in their rows, small and large ones.
std::vector<PixelRuns>
RandomMasks(std::mt19937 & generator, int count)
{
  std::vector<PixelRuns> masks(count);
  for (PixelRuns & mask : masks)
  {
    const int firstRow = static_cast<int>(generator() % (Height - 1));
    const int lastRow = firstRow + static_cast<int>(generator() % (Height - firstRow));
    for (int y = firstRow; y <= lastRow; ++y)
    {
      for (int x = static_cast<int>(generator() % 20); x < Width; x += 1 + static_cast<int>(generator() % 20))
      {
        const int length = std::min<int>(1 + static_cast<int>(generator() % 12), Width - x);
        mask.push_back({ x, y, length });
        x += length;
      }
    }
  }
  return masks;
}
} // namespace

TEST(PixelBox, BoundsAllRunsAndMeetsWhereAPixelIsShared)
{
  const PixelBox box = BoundingBox({ { 5, 2, 3 }, { 3, 4, 1 }, { 6, 4, 4 } });
  EXPECT_EQ(std::vector<int>({ box.left, box.top, box.right, box.bottom }), std::vector<int>({ 3, 2, 10, 5 }));
  EXPECT_EQ(box.Width(), 7);
  EXPECT_EQ(box.Height(), 3);
  EXPECT_TRUE(box.Meets(BoundingBox({ { 9, 4, 1 } })));
  EXPECT_TRUE(BoundingBox({ { 0, 0, 20 }, { 0, 9, 20 } }).Meets(box));
  EXPECT_FALSE(box.Meets(BoundingBox({ { 10, 4, 1 } })));
  EXPECT_FALSE(box.Meets(BoundingBox({ { 4, 1, 3 } })));
  const PixelBox empty = BoundingBox({});
  EXPECT_EQ(empty.Width(), 0);
  EXPECT_EQ(empty.Height(), 0);
  EXPECT_FALSE(empty.Meets(BoundingBox({ { 0, 0, 1 } })));
  EXPECT_FALSE(BoundingBox({ { 0, 0, 1 } }).Meets(empty));
}

TEST(PenCoreOverlap, CountsThePixelsThatTwoRectanglesShare)
{
  const std::vector<PixelRuns> masks{ Rectangle(0, 0, 4, 4), Rectangle(2, 3, 5, 5), Rectangle(7, 0, 2, 9) };
  const std::vector<OverlappingPair> expected{ { 0, 1, 2 } };
  EXPECT_EQ(FindOverlappingPairs(MasksOf(masks)), expected);
}

TEST(PenCoreOverlap, MasksThatOnlyTouchDoNotOverlap)
{
  const std::vector<PixelRuns> masks{ Rectangle(0, 0, 4, 4), Rectangle(4, 0, 4, 4), Rectangle(0, 4, 8, 1) };
  EXPECT_TRUE(FindOverlappingPairs(MasksOf(masks)).empty());
}

TEST(PenCoreOverlap, MasksOfOneSetAreNotPairedWithEachOther)
{
  const std::vector<PixelRuns> first{ Rectangle(0, 0, 6, 1), Rectangle(0, 0, 6, 1) };
  const std::vector<PixelRuns> second{ Rectangle(5, 0, 6, 1) };
  const std::vector<OverlappingPair> expected{ { 0, 0, 1 }, { 1, 0, 1 } };
  EXPECT_EQ(FindOverlappingPairs(MasksOf(first), MasksOf(second)), expected);
  EXPECT_TRUE(FindOverlappingPairs({}, MasksOf(second)).empty());
  EXPECT_TRUE(FindOverlappingPairs(MaskPointers{}).empty());
}

TEST(PenCoreOverlap, AgreesWithPaintedMasksForAnyNumberOfThreads)
{
  std::mt19937 generator(7);
  for (int repeat = 0; repeat < 5; ++repeat)
  {
    const std::vector<PixelRuns> first = RandomMasks(generator, 15);
    const std::vector<PixelRuns> second = RandomMasks(generator, 12);
    std::vector<OverlappingPair> within;
    std::vector<OverlappingPair> between;
    for (std::uint32_t i = 0; i < first.size(); ++i)
    {
      for (std::uint32_t j = i + 1; j < first.size(); ++j)
      {
        within.push_back({ i, j, CountSharedPixels(first[i], first[j]) });
      }
      for (std::uint32_t j = 0; j < second.size(); ++j)
      {
        between.push_back({ i, j, CountSharedPixels(first[i], second[j]) });
      }
    }
    const auto isApart = [](const OverlappingPair & pair) { return pair.pixels == 0; };
    within.erase(std::remove_if(within.begin(), within.end(), isApart), within.end());
    between.erase(std::remove_if(between.begin(), between.end(), isApart), between.end());
    for (const unsigned int threads : { 1u, 2u, 8u })
    {
      EXPECT_EQ(FindOverlappingPairs(MasksOf(first), threads), within);
      EXPECT_EQ(FindOverlappingPairs(MasksOf(first), MasksOf(second), threads), between);
    }
  }
}

TEST(PenCoreOverlap, NeighboursAreListedOnBothSides)
{
  const std::vector<std::vector<std::uint32_t>> expected{ { 2 }, { 2 }, { 0, 1 }, {} };
  EXPECT_EQ(OverlapNeighbours({ { 0, 2, 5 }, { 1, 2, 1 } }, 4), expected);
}
