// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Depth/MergeDuplicates.h"

#include "ProjectionEnhancement/Cells/Overlap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <set>
#include <stdexcept>

using namespace itk::PenCore;

namespace
{
using Representatives = std::vector<std::uint32_t>;

constexpr int Width = 96;
constexpr int Height = 64;
constexpr int Channels = 3;

Cell
Rectangle(int x, int y, int width, int height, int channel, double score)
{
  Cell cell;
  for (int row = y; row < y + height; ++row)
  {
    cell.runs.push_back({ x, row, width });
  }
  cell.channel = channel;
  cell.score = score;
  return cell;
}

Cell
Disc(double x0, double y0, double radius, int channel, double score)
{
  Cell cell;
  for (int y = 0; y < Height; ++y)
  {
    const double square = radius * radius - (y - y0) * (y - y0);
    if (square >= 0.0)
    {
      const int begin = static_cast<int>(std::ceil(x0 - std::sqrt(square)));
      const int end = static_cast<int>(std::floor(x0 + std::sqrt(square))) + 1;
      cell.runs.push_back({ begin, y, end - begin });
    }
  }
  cell.channel = channel;
  cell.score = score;
  return cell;
}

// A flow field whose channels point to a centre each.
std::vector<float>
FlowsTo(const std::vector<std::pair<double, double>> & centres)
{
  std::vector<float> flows;
  for (const auto & centre : centres)
  {
    for (int y = 0; y < Height; ++y)
    {
      for (int x = 0; x < Width; ++x)
      {
        const double length = std::max(std::hypot(centre.first - x, centre.second - y), 1e-6);
        flows.push_back(static_cast<float>((centre.first - x) / length));
        flows.push_back(static_cast<float>((centre.second - y) / length));
        flows.push_back(0.0F);
        flows.push_back(0.0F);
      }
    }
  }
  return flows;
}

FlowFieldView
View(const std::vector<float> & flows)
{
  return { flows.data(), Width, Height, static_cast<std::int32_t>(flows.size()) / (Width * Height * 4) };
}

std::vector<Cell>
RandomCells(unsigned int seed, int count)
{
  std::mt19937 generator(seed);
  std::vector<Cell> cells;
  for (int i = 0; i < count; ++i)
  {
    const auto below = [&](unsigned int n) { return static_cast<int>(generator() % n); };
    const int x = below(Width - 12);
    const int y = below(Height - 12);
    cells.push_back(Rectangle(x, y, 3 + below(9), 3 + below(9), below(Channels), i + below(1000) / 1000.0));
  }
  return cells;
}
} // namespace

TEST(PenCoreMergeDuplicates, OneCellSeenInNeighbouringChannelsIsKeptOnceWithTheHigherScore)
{
  const std::vector<Cell> cells{ Disc(30, 30, 10, 0, 1.0), Disc(31, 30, 10, 1, 2.0), Disc(70, 30, 10, 1, 0.5) };
  EXPECT_EQ(FindDuplicateCells(cells, {}), (Representatives{ 1, 1, 2 }));
}

TEST(PenCoreMergeDuplicates, OfEqualScoresTheLargerStays)
{
  EXPECT_EQ(FindDuplicateCells({ Disc(30, 30, 9, 0, 1.0), Disc(30, 30, 10, 1, 1.0) }, {}), (Representatives{ 1, 1 }));
  EXPECT_EQ(FindDuplicateCells({ Disc(30, 30, 10, 1, 1.0), Disc(30, 30, 10, 0, 1.0) }, {}), (Representatives{ 0, 0 }));
}

TEST(PenCoreMergeDuplicates, CellsThatCrossStayTwo)
{
  const std::vector<Cell> cells{ Rectangle(10, 28, 60, 8, 0, 1.0), Rectangle(36, 2, 8, 60, 1, 2.0) };
  EXPECT_EQ(FindDuplicateCells(cells, {}), (Representatives{ 0, 1 }));
}

TEST(PenCoreMergeDuplicates, CellsOfOneChannelStayTwo)
{
  EXPECT_EQ(FindDuplicateCells({ Disc(30, 30, 10, 1, 1.0), Disc(30, 30, 10, 1, 2.0) }, {}), (Representatives{ 0, 1 }));
}

TEST(PenCoreMergeDuplicates, CellsOfDistantChannelsStayTwoUnlessTheDistanceIsAllowed)
{
  const std::vector<Cell> cells{ Disc(30, 30, 10, 0, 1.0), Disc(30, 30, 10, 2, 2.0) };
  EXPECT_EQ(FindDuplicateCells(cells, {}), (Representatives{ 0, 1 }));
  MergeDuplicatesParameters parameters;
  parameters.maximumChannelDistance = 2;
  EXPECT_EQ(FindDuplicateCells(cells, parameters), (Representatives{ 1, 1 }));
}

TEST(PenCoreMergeDuplicates, OneCellSeenInThreeChannelsBecomesOneWhicheverIsTheMostCertain)
{
  std::vector<double> scores{ 1.0, 2.0, 3.0 };
  do
  {
    const std::vector<Cell> cells{ Disc(30, 30, 10, 0, scores[0]), Disc(31, 30, 10, 1, scores[1]),
                                   Disc(31, 31, 10, 2, scores[2]) };
    const auto best = static_cast<std::uint32_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
    EXPECT_EQ(FindDuplicateCells(cells, {}), Representatives(3, best));
  } while (std::next_permutation(scores.begin(), scores.end()));
}

TEST(PenCoreMergeDuplicates, AChainOfOverlappingCellsDoesNotRunTogether)
{
  // Neighbours overlap with IoU 22/38, the ends with 14/46: the ends are not one cell.
  const std::vector<Cell> cells{ Rectangle(0, 0, 30, 10, 0, 3.0), Rectangle(8, 0, 30, 10, 1, 1.0),
                                 Rectangle(16, 0, 30, 10, 2, 2.0) };
  EXPECT_EQ(FindDuplicateCells(cells, {}), (Representatives{ 0, 0, 2 }));
}

TEST(PenCoreMergeDuplicates, AWeakPartOfALargerCellGoesAndACertainOneStays)
{
  const Cell whole = Disc(30, 30, 12, 0, 2.0);
  EXPECT_EQ(FindDuplicateCells({ whole, Disc(33, 30, 5, 1, 1.0) }, {}), (Representatives{ 0, 0 }));
  EXPECT_EQ(FindDuplicateCells({ whole, Disc(33, 30, 5, 1, 3.0) }, {}), (Representatives{ 0, 1 }));
  EXPECT_EQ(FindDuplicateCells({ whole, Disc(40, 30, 5, 1, 1.0) }, {}), (Representatives{ 0, 1 })) << "half outside";
  MergeDuplicatesParameters withoutParts;
  withoutParts.maximumPartSize = 0.0;
  EXPECT_EQ(FindDuplicateCells({ whole, Disc(33, 30, 5, 1, 1.0) }, withoutParts), (Representatives{ 0, 1 }));
}

TEST(PenCoreMergeDuplicates, AStricterIoUKeepsMoreCells)
{
  // Shifted by 8 of 30 columns: IoU 22/38.
  const std::vector<Cell> cells{ Rectangle(0, 0, 30, 10, 0, 3.0), Rectangle(8, 0, 30, 10, 1, 1.0) };
  MergeDuplicatesParameters parameters;
  parameters.iouThreshold = 22.0 / 38.0;
  EXPECT_EQ(FindDuplicateCells(cells, parameters), (Representatives{ 0, 0 }));
  parameters.iouThreshold = 0.6;
  EXPECT_EQ(FindDuplicateCells(cells, parameters), (Representatives{ 0, 1 }));
}

TEST(PenCoreMergeDuplicates, FlowsTellTwoStackedCellsFromOne)
{
  // IoU .52, centres half a radius apart.
  const std::vector<Cell> cells{ Disc(30, 30, 20, 0, 1.0), Disc(40, 30, 20, 1, 2.0) };
  EXPECT_EQ(FindDuplicateCells(cells, {}), (Representatives{ 1, 1 }));
  const std::vector<float> apart = FlowsTo({ { 30, 30 }, { 40, 30 } });
  EXPECT_EQ(FindDuplicateCells(cells, {}, View(apart)), (Representatives{ 0, 1 }));
  const std::vector<float> together = FlowsTo({ { 35, 30 }, { 36, 31 } });
  EXPECT_EQ(FindDuplicateCells(cells, {}, View(together)), (Representatives{ 1, 1 }));
}

TEST(PenCoreMergeDuplicates, FlowsTellASmallCellFromAPart)
{
  const std::vector<Cell> cells{ Disc(30, 30, 20, 0, 2.0), Disc(40, 30, 8, 1, 1.0) };
  const std::vector<float> ownCentre = FlowsTo({ { 30, 30 }, { 40, 30 } });
  EXPECT_EQ(FindDuplicateCells(cells, {}, View(ownCentre)), (Representatives{ 0, 1 }));
  const std::vector<float> sameCentre = FlowsTo({ { 30, 30 }, { 30, 30 } });
  EXPECT_EQ(FindDuplicateCells(cells, {}, View(sameCentre)), (Representatives{ 0, 0 }));
}

TEST(PenCoreMergeDuplicates, TheAgreementsInTheDocumentationAreRight)
{
  // Radius 20; centres .2, .4 and .6 radii apart agree by .93, .76 and .5.
  for (const auto & [shift, agreement] : { std::pair<int, double>{ 4, 0.93 }, { 8, 0.76 }, { 12, 0.5 } })
  {
    const std::vector<Cell> cells{ Disc(30, 30, 20, 0, 1.0), Disc(30 + shift, 30, 20, 1, 2.0) };
    const std::vector<float> flows = FlowsTo({ { 30, 30 }, { 30.0 + shift, 30 } });
    MergeDuplicatesParameters parameters;
    parameters.iouThreshold = 0.4;
    parameters.flowAgreementThreshold = agreement - 0.02;
    EXPECT_EQ(FindDuplicateCells(cells, parameters, View(flows)), (Representatives{ 1, 1 })) << shift;
    parameters.flowAgreementThreshold = agreement + 0.02;
    EXPECT_EQ(FindDuplicateCells(cells, parameters, View(flows)), (Representatives{ 0, 1 })) << shift;
  }
}

TEST(PenCoreMergeDuplicates, FlowsThatAreMissingOrNoNumbersSayNothing)
{
  const std::vector<Cell> cells{ Disc(30, 30, 10, 0, 1.0), Disc(31, 30, 10, 1, 2.0) };
  const std::vector<float> zero(2 * Width * Height * 4, 0.0F);
  EXPECT_EQ(FindDuplicateCells(cells, {}, View(zero)), (Representatives{ 1, 1 }));
  std::vector<float> flows = FlowsTo({ { 30, 30 }, { 31, 30 } });
  for (std::size_t i = 0; i < flows.size(); i += 12)
  {
    flows[i] = std::numeric_limits<float>::quiet_NaN();
  }
  EXPECT_EQ(FindDuplicateCells(cells, {}, View(flows)), (Representatives{ 1, 1 }));
}

TEST(PenCoreMergeDuplicates, ResultDoesNotDependOnTheOrderOfTheCells)
{
  for (unsigned int seed = 0; seed < 10; ++seed)
  {
    const std::vector<Cell> cells = RandomCells(seed, 150);
    std::vector<std::size_t> order(cells.size());
    std::iota(order.begin(), order.end(), std::size_t{ 0 });
    std::shuffle(order.begin(), order.end(), std::mt19937(seed));
    std::vector<Cell> shuffled;
    for (const std::size_t i : order)
    {
      shuffled.push_back(cells[i]);
    }
    MergeDuplicatesParameters parameters;
    parameters.iouThreshold = 0.3;
    const Representatives expected = FindDuplicateCells(cells, parameters);
    const Representatives found = FindDuplicateCells(shuffled, parameters);
    for (std::size_t i = 0; i < order.size(); ++i)
    {
      EXPECT_EQ(order[found[i]], expected[order[i]]);
    }
    EXPECT_LT(std::set<std::uint32_t>(expected.begin(), expected.end()).size(), cells.size() - 5) << "nothing merged";
  }
}

TEST(PenCoreMergeDuplicates, EveryRepresentativeStandsForItselfAndIsTheMostCertain)
{
  const std::vector<Cell> cells = RandomCells(3, 200);
  const Representatives representatives = FindDuplicateCells(cells, {});
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    EXPECT_EQ(representatives[representatives[i]], representatives[i]);
    EXPECT_GE(cells[representatives[i]].score, cells[i].score);
  }
}

TEST(PenCoreMergeDuplicates, AnyNumberOfThreadsMergesTheSame)
{
  const std::vector<Cell> cells = RandomCells(8, 300);
  const std::vector<float> flows = FlowsTo({ { 30, 30 }, { 60, 40 }, { 50, 20 } });
  MergeDuplicatesParameters parameters;
  parameters.iouThreshold = 0.2;
  parameters.numberOfThreads = 1;
  const Representatives expected = FindDuplicateCells(cells, parameters, View(flows));
  EXPECT_NE(expected, FindDuplicateCells(cells, parameters));
  for (const unsigned int threads : { 2u, 8u })
  {
    parameters.numberOfThreads = threads;
    EXPECT_EQ(FindDuplicateCells(cells, parameters, View(flows)), expected);
  }
}

TEST(PenCoreMergeDuplicates, NothingGivesNothing)
{
  EXPECT_TRUE(FindDuplicateCells({}, {}).empty());
}

TEST(PenCoreMergeDuplicates, BadArgumentsAreRefused)
{
  const std::vector<Cell> cells{ Disc(30, 30, 10, 2, 1.0) };
  MergeDuplicatesParameters parameters;
  parameters.iouThreshold = 1.5;
  EXPECT_THROW(FindDuplicateCells(cells, parameters), std::invalid_argument);
  parameters = {};
  parameters.maximumChannelDistance = 0;
  EXPECT_THROW(FindDuplicateCells(cells, parameters), std::invalid_argument);
  const std::vector<float> twoChannels(2 * Width * Height * 4, 0.0F);
  EXPECT_THROW(FindDuplicateCells(cells, {}, View(twoChannels)), std::invalid_argument);
  EXPECT_THROW(FindDuplicateCells({ Rectangle(90, 0, 7, 1, 0, 1.0) }, {}, View(twoChannels)), std::invalid_argument);
  EXPECT_THROW(FindDuplicateCells({ Disc(30, 30, 10, 0, std::nan("")) }, {}), std::invalid_argument);
}
