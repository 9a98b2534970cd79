// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Depth/DepthWindows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace
{
using itk::PenCore::Cell;
using itk::PenCore::DepthRange;
using itk::PenCore::DepthWindow;
using itk::PenCore::JoinDepthWindows;
using itk::PenCore::JoinDepthWindowsParameters;
using itk::PenCore::MakeDepthWindows;
using Indices = std::vector<std::uint32_t>;

constexpr double Infinity = std::numeric_limits<double>::infinity();

const std::vector<DepthRange> TwoHalves{ { -Infinity, 2.5 }, { 2.5, Infinity } };

// A bar of 10 pixels from x on.
Cell
Bar(int x, double depth, double score)
{
  Cell cell;
  cell.runs = { { x, 3, 10 } };
  cell.depth = depth;
  cell.score = score;
  return cell;
}
} // namespace

TEST(DepthWindows, CoverAllSlicesAndOwnEachDepthOnce)
{
  for (std::size_t slices = 1; slices <= 40; ++slices)
  {
    for (std::size_t length = 1; length <= 12; ++length)
    {
      const std::vector<DepthWindow> windows = MakeDepthWindows(slices, length);
      ASSERT_EQ(windows.front().begin, 0u);
      ASSERT_EQ(windows.back().end, slices);
      EXPECT_EQ(windows.front().own.first, -Infinity);
      EXPECT_EQ(windows.back().own.end, Infinity);
      for (std::size_t i = 0; i < windows.size(); ++i)
      {
        EXPECT_EQ(windows[i].Count(), std::min(slices, length));
        if (i == 0)
        {
          continue;
        }
        const std::size_t step = windows[i].begin - windows[i - 1].begin;
        EXPECT_GE(step, 1u);
        EXPECT_LE(step, std::max<std::size_t>(length / 2, 1)) << slices << " slices, windows of " << length;
        EXPECT_EQ(windows[i].own.first, windows[i - 1].own.end);
        // As far from the end of the one as from the beginning of the other.
        const double before = static_cast<double>(windows[i - 1].end) - 0.5 - windows[i].own.first;
        const double after = windows[i].own.first - (static_cast<double>(windows[i].begin) - 0.5);
        EXPECT_DOUBLE_EQ(before, after);
      }
    }
  }
}

TEST(DepthWindows, TwentySlicesInWindowsOfFour)
{
  const std::vector<DepthWindow> windows = MakeDepthWindows(20, 4);
  ASSERT_EQ(windows.size(), 9u);
  EXPECT_EQ(windows[1].begin, 2u);
  EXPECT_EQ(windows[1].end, 6u);
  EXPECT_EQ(windows[1].own.first, 2.5); // slices 2 and 3 are shared with the first window
  EXPECT_EQ(windows[1].own.end, 4.5);
}

TEST(DepthWindows, OneOfAllSlicesWhereNoneIsAskedForOrTheStackIsThin)
{
  for (const std::size_t length : { 0u, 5u, 6u })
  {
    const std::vector<DepthWindow> windows = MakeDepthWindows(5, length);
    ASSERT_EQ(windows.size(), 1u);
    EXPECT_EQ(windows[0].begin, 0u);
    EXPECT_EQ(windows[0].end, 5u);
    EXPECT_EQ(windows[0].own.first, -Infinity);
    EXPECT_EQ(windows[0].own.end, Infinity);
  }
}

TEST(DepthWindows, ACellStaysWhereItsWindowOwnsItsDepth)
{
  const std::vector<Cell> cells{ Bar(0, 2.4, 1), Bar(20, 2.5, 1), Bar(40, 2.5, 1), Bar(60, 2.4, 1), Bar(80, -3, 1) };
  JoinDepthWindowsParameters parameters;
  parameters.adoptionScore = Infinity;
  EXPECT_EQ(JoinDepthWindows(cells, { 0, 0, 1, 1, 0 }, TwoHalves, parameters), (Indices{ 0, 2, 4 }));
}

TEST(DepthWindows, ACellIsAdoptedWhereItsOwnWindowMissesIt)
{
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 1, 3), Bar(20, 3, 1) }, { 0, 0 }, TwoHalves), (Indices{ 0, 1 }));
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 1, 3), Bar(20, 3, 0.99) }, { 0, 0 }, TwoHalves), Indices{ 0 }) << "too unsure";
  // Bars of 10 pixels that share 5, and 4.
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 1, 3), Bar(5, 3, 9) }, { 0, 0 }, TwoHalves), Indices{ 0 });
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 1, 3), Bar(6, 3, 9) }, { 0, 0 }, TwoHalves), (Indices{ 0, 1 }));
  Cell shorter = Bar(7, 3, 9);
  shorter.runs[0].length = 6; // shares 3 of its 6
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 1, 3), shorter }, { 0, 0 }, TwoHalves), Indices{ 0 });
  // Right below the other, as far as a window sees, and farther.
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 1, 3), Bar(0, 5, 9) }, { 0, 0 }, TwoHalves), Indices{ 0 });
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 1, 3), Bar(0, 5.1, 9) }, { 0, 0 }, TwoHalves), (Indices{ 0, 1 }));
}

TEST(DepthWindows, WhatIsOwnedComesFirstAndOneCellIsAdoptedOnce)
{
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 3, 9), Bar(0, 4, -2) }, { 0, 1 }, TwoHalves), Indices{ 1 })
    << "the window that owns the depth sees the cell, however unsure it is";
  // Two of three windows see a cell that is the third's.
  const std::vector<DepthRange> own{ { -Infinity, 2.5 }, { 4.5, Infinity }, { 2.5, 4.5 } };
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 3, 1), Bar(1, 4, 2) }, { 0, 1 }, own), Indices{ 1 });
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 3, 2), Bar(1, 4, 2) }, { 0, 1 }, own), Indices{ 0 });
  // What is not adopted keeps no other from it: the second goes for the first, the third stays.
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 3, 3), Bar(4, 3, 2), Bar(8, 3, 1) }, { 0, 1, 0 }, own), (Indices{ 0, 2 }));
}

TEST(DepthWindows, ParametersDecideWhatIsAdopted)
{
  const std::vector<Cell> cells{ Bar(0, 1, 3), Bar(5, 4, 0.5) };
  JoinDepthWindowsParameters parameters;
  parameters.adoptionScore = 0.5;
  EXPECT_EQ(JoinDepthWindows(cells, { 0, 0 }, TwoHalves, parameters), Indices{ 0 });
  parameters.adoptionShare = 0.51;
  EXPECT_EQ(JoinDepthWindows(cells, { 0, 0 }, TwoHalves, parameters), (Indices{ 0, 1 }));
  parameters.adoptionShare = 0.5;
  parameters.adoptionReach = 2.9;
  EXPECT_EQ(JoinDepthWindows(cells, { 0, 0 }, TwoHalves, parameters), (Indices{ 0, 1 }));
}

TEST(DepthWindows, OfTheSameCellInTwoWindowsTheMostCertainStays)
{
  const std::vector<DepthRange> own(3);
  // IoU of bars 3 apart 7/13, 4 apart 6/14.
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 2, 1), Bar(3, 3, 2) }, { 0, 1 }, own), Indices{ 1 });
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 2, 2), Bar(3, 3, 1) }, { 0, 1 }, own), Indices{ 0 });
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 2, 1), Bar(4, 3, 2) }, { 0, 1 }, own), (Indices{ 0, 1 }));
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 2, 1), Bar(0, 3.6, 2) }, { 0, 1 }, own), (Indices{ 0, 1 })) << "too far in depth";
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 2, 1), Bar(0, 2, 2) }, { 1, 1 }, own), (Indices{ 0, 1 })) << "of one window";
  // The second goes for the first, so that it does not take the third away.
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 2, 3), Bar(0, 3, 2), Bar(0, 4, 1) }, { 0, 1, 2 }, own), (Indices{ 0, 2 }));
  JoinDepthWindowsParameters parameters;
  parameters.iouThreshold = 0.4;
  parameters.depthTolerance = 2.0;
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 2, 1), Bar(4, 4, 2) }, { 0, 1 }, own, parameters), Indices{ 1 });
}

TEST(DepthWindows, ParametersFollowTheWindowsExtent)
{
  const JoinDepthWindowsParameters usual;
  const auto four = itk::PenCore::JoinParametersOf(4.0, true);
  EXPECT_EQ(four.depthTolerance, usual.depthTolerance);
  EXPECT_EQ(four.adoptionReach, usual.adoptionReach);
  EXPECT_EQ(four.adoptionScore, usual.adoptionScore);
  const auto other = itk::PenCore::JoinParametersOf(80.0, false);
  EXPECT_EQ(other.depthTolerance, 30.0);
  EXPECT_EQ(other.adoptionReach, 80.0);
  EXPECT_EQ(other.adoptionScore, Infinity);
}

TEST(DepthWindows, EqualScoresLeaveTheLargerCellThenTheFirst)
{
  const std::vector<DepthRange> own(2);
  Cell longer = Bar(0, 2, 1);
  longer.runs[0].length = 11;
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 2, 1), longer }, { 0, 1 }, own), Indices{ 1 });
  EXPECT_EQ(JoinDepthWindows({ Bar(0, 2, 1), Bar(0, 2, 1) }, { 0, 1 }, own), Indices{ 0 });
}

TEST(DepthWindows, NoCellsAreNone)
{
  EXPECT_TRUE(JoinDepthWindows({}, {}, std::vector<DepthRange>(2)).empty());
}

TEST(DepthWindows, WhatMakesNoSenseIsAnError)
{
  const std::vector<DepthRange> own(2);
  EXPECT_THROW(JoinDepthWindows({ Bar(0, 2, 1) }, {}, own), std::invalid_argument);
  EXPECT_THROW(JoinDepthWindows({ Bar(0, 2, 1) }, { 2 }, own), std::invalid_argument);
  EXPECT_THROW(JoinDepthWindows({ Bar(0, std::nan(""), 1) }, { 0 }, own), std::invalid_argument);
  EXPECT_THROW(JoinDepthWindows({ Bar(0, 2, Infinity) }, { 0 }, own), std::invalid_argument);
  JoinDepthWindowsParameters parameters;
  parameters.iouThreshold = 1.1;
  EXPECT_THROW(JoinDepthWindows({}, {}, own, parameters), std::invalid_argument);
  parameters.iouThreshold = 0.5;
  parameters.depthTolerance = -1.0;
  EXPECT_THROW(JoinDepthWindows({}, {}, own, parameters), std::invalid_argument);
  parameters.depthTolerance = 1.5;
  EXPECT_NO_THROW(JoinDepthWindows({}, {}, own, parameters));
  for (const double share : { 0.0, 1.1, std::nan("") })
  {
    parameters.adoptionShare = share;
    EXPECT_THROW(JoinDepthWindows({}, {}, own, parameters), std::invalid_argument) << share;
  }
  parameters.adoptionShare = 0.5;
  parameters.adoptionReach = -1.0;
  EXPECT_THROW(JoinDepthWindows({}, {}, own, parameters), std::invalid_argument);
  parameters.adoptionReach = 4.0;
  parameters.adoptionScore = std::nan("");
  EXPECT_THROW(JoinDepthWindows({}, {}, own, parameters), std::invalid_argument);
}
