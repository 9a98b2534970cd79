// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Depth/DepthChannels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <sstream>
#include <stdexcept>

using namespace itk::PenCore;

namespace
{
using Channels = std::vector<int>;

Channels
Assign(const std::vector<double> & depths, DepthChannelMethod method, int numberOfChannels, int numberOfSlices = 0)
{
  std::vector<CellPosition> positions;
  for (const double depth : depths)
  {
    positions.push_back({ 0.0, 0.0, depth });
  }
  DepthChannelParameters parameters;
  parameters.method = method;
  parameters.numberOfChannels = numberOfChannels;
  parameters.numberOfSlices = numberOfSlices;
  return AssignDepthChannels(positions, parameters);
}

Cell
Bar(int begin, int end, double depth, int y = 0)
{
  Cell cell;
  cell.runs = { { begin, y, end - begin } };
  cell.depth = depth;
  return cell;
}

Channels
OrderLocally(const std::vector<Cell> & cells, int numberOfChannels)
{
  DepthChannelParameters parameters;
  parameters.method = DepthChannelMethod::LocalOrder;
  parameters.numberOfChannels = numberOfChannels;
  return AssignDepthChannels(cells, parameters);
}

// Sum of squared distances to the mean of the own channel.
double
Scatter(const std::vector<double> & values, const Channels & channels, int numberOfChannels)
{
  double scatter = 0.0;
  for (int channel = 0; channel < numberOfChannels; ++channel)
  {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i)
    {
      sum += channels[i] == channel ? values[i] : 0.0;
      count += channels[i] == channel ? 1.0 : 0.0;
    }
    for (std::size_t i = 0; i < values.size(); ++i)
    {
      scatter += channels[i] == channel ? std::pow(values[i] - sum / count, 2) : 0.0;
    }
  }
  return scatter;
}
} // namespace

TEST(PenCoreDepthChannels, AsManyDistinctDepthsAsChannelsKeepTheirOrder)
{
  // The published code gives [0, 1, 1, 2].
  EXPECT_EQ(Assign({ 5, 2, 5, 9 }, DepthChannelMethod::ZKMeans, 3), (Channels{ 1, 0, 1, 2 }));
}

TEST(PenCoreDepthChannels, FewerDistinctDepthsThanChannelsHaveAChannelEach)
{
  EXPECT_EQ(Assign({ 7, 7.5, 7 }, DepthChannelMethod::ZKMeans, 5), (Channels{ 0, 1, 0 }));
  EXPECT_EQ(Assign({ 4 }, DepthChannelMethod::ZKMeans, 3), (Channels{ 0 }));
  // Evenly spaced centres would leave the middle channel empty.
  EXPECT_EQ(Assign({ 0, 1, 10 }, DepthChannelMethod::ZKMeans, 3), (Channels{ 0, 1, 2 }));
}

TEST(PenCoreDepthChannels, ZKMeansFollowsLloydFromEvenlySpacedCentres)
{
  // Centres 0, 5, 10: 0 and 1 | 4 and 6 | 9 and 10; means .5, 5, 9.5 keep that.
  EXPECT_EQ(Assign({ 10, 0, 6, 1, 4, 9 }, DepthChannelMethod::ZKMeans, 3), (Channels{ 2, 0, 1, 0, 1, 2 }));
  // Centres 0, 8, 16: 0 to 4 (4 midway goes low) | 5 | 16; means 2, 5, 16: 3 | 4 midway of 3.5, so 4 moves on;
  // means 1.5, 4.5, 16 keep that.
  EXPECT_EQ(Assign({ 0, 1, 2, 3, 4, 5, 16 }, DepthChannelMethod::ZKMeans, 3), (Channels{ 0, 0, 0, 0, 1, 1, 2 }));
}

TEST(PenCoreDepthChannels, AChannelThatLosesAllItsCellsStaysEmpty)
{
  // Centres 0, 33.3, 66.7, 100 and nothing near the two in the middle.
  EXPECT_EQ(Assign({ 0, 1, 2, 98, 99, 100 }, DepthChannelMethod::ZKMeans, 4), (Channels{ 0, 0, 0, 3, 3, 3 }));
}

TEST(PenCoreDepthChannels, ZKMeansCannotBeImprovedByMovingOneBoundary)
{
  std::mt19937 generator(2);
  std::vector<double> depths;
  for (int i = 0; i < 60; ++i)
  {
    depths.push_back(static_cast<double>(generator() % 1000) / 10.0);
  }
  const Channels channels = Assign(depths, DepthChannelMethod::ZKMeans, 3);
  std::vector<double> means(3, 0.0);
  for (int channel = 0; channel < 3; ++channel)
  {
    const auto count = std::count(channels.begin(), channels.end(), channel);
    ASSERT_GT(count, 0);
    for (std::size_t i = 0; i < depths.size(); ++i)
    {
      means[channel] += channels[i] == channel ? depths[i] / static_cast<double>(count) : 0.0;
    }
  }
  for (std::size_t i = 0; i < depths.size(); ++i)
  {
    for (const double mean : means)
    {
      EXPECT_LE(std::abs(depths[i] - means[channels[i]]), std::abs(depths[i] - mean) + 1e-9);
    }
  }
  EXPECT_LT(Scatter(depths, channels, 3), Scatter(depths, Channels(depths.size(), 0), 1) / 4.0);
}

TEST(PenCoreDepthChannels, ChannelsDoNotDependOnTheOrderOfTheCells)
{
  std::mt19937 generator(4);
  std::vector<CellPosition> positions;
  for (int i = 0; i < 200; ++i)
  {
    positions.push_back({ static_cast<double>(generator() % 1000), static_cast<double>(generator() % 1000),
                          static_cast<double>(generator() % 200) / 7.0 });
  }
  std::vector<std::size_t> order(positions.size());
  std::iota(order.begin(), order.end(), std::size_t{ 0 });
  std::shuffle(order.begin(), order.end(), generator);
  std::vector<CellPosition> shuffled;
  for (const std::size_t i : order)
  {
    shuffled.push_back(positions[i]);
  }
  for (const DepthChannelMethod method :
       { DepthChannelMethod::ZKMeans, DepthChannelMethod::PcaKMeans, DepthChannelMethod::SliceCells })
  {
    DepthChannelParameters parameters;
    parameters.method = method;
    parameters.numberOfChannels = 5;
    const Channels channels = AssignDepthChannels(positions, parameters);
    const Channels shuffledChannels = AssignDepthChannels(shuffled, parameters);
    for (std::size_t i = 0; i < order.size(); ++i)
    {
      EXPECT_EQ(shuffledChannels[i], channels[order[i]]) << method;
    }
  }
}

TEST(PenCoreDepthChannels, PcaKMeansFindsHowFarCellsLieOffATiltedSheet)
{
  // Two parallel tilted sheets, z = x / 10 and z = x / 10 + 3: depth alone cannot tell them apart.
  std::vector<CellPosition> positions;
  Channels expected;
  for (int x = 0; x < 100; x += 10)
  {
    for (int y = 0; y < 100; y += 10)
    {
      for (int sheet = 0; sheet < 2; ++sheet)
      {
        positions.push_back({ static_cast<double>(x), static_cast<double>(y), x / 10.0 + 3.0 * sheet });
        expected.push_back(sheet);
      }
    }
  }
  DepthChannelParameters parameters;
  parameters.method = DepthChannelMethod::PcaKMeans;
  parameters.numberOfChannels = 2;
  EXPECT_EQ(AssignDepthChannels(positions, parameters), expected);
  parameters.method = DepthChannelMethod::ZKMeans;
  EXPECT_NE(AssignDepthChannels(positions, parameters), expected);
}

TEST(PenCoreDepthChannels, PcaKMeansOfCellsInAPlaneClustersTheirDepths)
{
  DepthChannelParameters parameters;
  parameters.method = DepthChannelMethod::PcaKMeans;
  parameters.numberOfChannels = 2;
  const std::vector<CellPosition> three{ { 0, 0, 9 }, { 10, 3, 1 }, { 2, 8, 2 } };
  EXPECT_EQ(AssignDepthChannels(three, parameters), (Channels{ 1, 0, 0 }));
  const std::vector<CellPosition> oneRow{ { 0, 5, 9 }, { 10, 5, 1 }, { 2, 5, 2 }, { 7, 5, 8 }, { 8, 5, 3 } };
  EXPECT_EQ(AssignDepthChannels(oneRow, parameters), (Channels{ 1, 0, 0, 1, 0 }));
  EXPECT_EQ(AssignDepthChannels({ { 1, 2, 3 } }, parameters), (Channels{ 0 }));
}

TEST(PenCoreDepthChannels, SliceCellsCutsTheRangeOfTheCells)
{
  // Slices 3 to 12 are ten: 3 k / 10 starts channel 1 at slice 7 and channel 2 at slice 10.
  EXPECT_EQ(Assign({ 3, 6, 7, 9, 10, 12 }, DepthChannelMethod::SliceCells, 3), (Channels{ 0, 0, 1, 1, 2, 2 }));
  EXPECT_EQ(Assign({ 8, 8 }, DepthChannelMethod::SliceCells, 3), (Channels{ 0, 0 }));
}

TEST(PenCoreDepthChannels, SliceStackCutsTheStack)
{
  // Twenty slices: channel 1 from slice 7 on (7 k / 20 = 1.05), channel 2 from slice 14 on.
  EXPECT_EQ(Assign({ 0, 6, 7, 13, 14, 19 }, DepthChannelMethod::SliceStack, 3, 20), (Channels{ 0, 0, 1, 1, 2, 2 }));
  EXPECT_EQ(Assign({ -1, 25 }, DepthChannelMethod::SliceStack, 3, 20), (Channels{ 0, 2 }));
  // A whole slice but for rounding.
  EXPECT_EQ(Assign({ 9.9999999999 }, DepthChannelMethod::SliceStack, 2, 20), (Channels{ 1 }));
}

TEST(PenCoreDepthChannels, RandomIsUniformAndRepeatsForItsSeed)
{
  const std::vector<CellPosition> positions(30000, CellPosition{ 0, 0, 0 });
  DepthChannelParameters parameters;
  parameters.method = DepthChannelMethod::Random;
  parameters.seed = 17;
  const Channels channels = AssignDepthChannels(positions, parameters);
  EXPECT_EQ(AssignDepthChannels(positions, parameters), channels);
  for (int channel = 0; channel < 3; ++channel)
  {
    // Five standard deviations of a binomial of 30000 thirds.
    EXPECT_NEAR(std::count(channels.begin(), channels.end(), channel), 10000, 5 * std::sqrt(30000.0 * 2.0 / 9.0));
  }
  parameters.seed = 18;
  EXPECT_NE(AssignDepthChannels(positions, parameters), channels);
}

TEST(PenCoreDepthChannels, RandomIsTheSameOnEveryPlatform)
{
  // SplitMix64 from state 0 starts with 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F (Vigna's
  // reference code); times 10, the high parts are 8, 4, 0.
  const std::vector<CellPosition> positions(3, CellPosition{ 0, 0, 0 });
  DepthChannelParameters parameters;
  parameters.method = DepthChannelMethod::Random;
  parameters.numberOfChannels = 10;
  EXPECT_EQ(AssignDepthChannels(positions, parameters), (Channels{ 8, 4, 0 }));
}

TEST(PenCoreDepthChannels, LocalOrderCountsTheShallowerCellsBelowWhichACellLies)
{
  // A chain of three, deepest first in the list, and an isolated deep cell.
  EXPECT_EQ(OrderLocally({ Bar(6, 12, 9), Bar(3, 8, 5), Bar(0, 4, 2), Bar(20, 30, 50) }, 3), (Channels{ 2, 1, 0, 0 }));
  // The deep one overlaps two shallow ones that do not overlap each other.
  EXPECT_EQ(OrderLocally({ Bar(0, 4, 1), Bar(6, 9, 2), Bar(3, 7, 3) }, 3), (Channels{ 0, 0, 1 }));
}

TEST(PenCoreDepthChannels, LocalOrderEndsAtTheLastChannel)
{
  EXPECT_EQ(OrderLocally({ Bar(0, 4, 1), Bar(0, 4, 2), Bar(0, 4, 3), Bar(0, 4, 4) }, 3), (Channels{ 0, 1, 2, 2 }));
  EXPECT_EQ(OrderLocally({ Bar(0, 4, 1), Bar(0, 4, 2) }, 1), (Channels{ 0, 0 }));
}

TEST(PenCoreDepthChannels, LocalOrderKeepsCellsOfEqualDepthApart)
{
  EXPECT_EQ(OrderLocally({ Bar(0, 4, 5), Bar(0, 9, 5) }, 2), (Channels{ 1, 0 }));
  EXPECT_EQ(OrderLocally({ Bar(0, 4, 5), Bar(1, 5, 5) }, 2), (Channels{ 0, 1 }));
}

TEST(PenCoreDepthChannels, LocalOrderLeavesCellsThatMerelyBrushInOneChannel)
{
  // The second shares 1 of its 10 pixels with the first and 2 of the third's 8.
  const std::vector<Cell> cells{ Bar(0, 20, 1), Bar(19, 29, 2), Bar(27, 35, 3) };
  DepthChannelParameters parameters;
  parameters.method = DepthChannelMethod::LocalOrder;
  for (const auto & [minimum, expected] : std::map<double, Channels>{ { 0.0, { 0, 1, 2 } },
                                                                      { 0.1, { 0, 1, 2 } },
                                                                      { 0.11, { 0, 0, 1 } },
                                                                      { 0.25, { 0, 0, 1 } },
                                                                      { 0.26, { 0, 0, 0 } } })
  {
    parameters.minimumOverlap = minimum;
    EXPECT_EQ(AssignDepthChannels(cells, parameters), expected) << minimum;
  }
}

TEST(PenCoreDepthChannels, OneChannelTakesEveryCell)
{
  for (const DepthChannelMethod method :
       { DepthChannelMethod::ZKMeans, DepthChannelMethod::PcaKMeans, DepthChannelMethod::SliceCells,
         DepthChannelMethod::SliceStack, DepthChannelMethod::Random })
  {
    EXPECT_EQ(Assign({ 1, 5, 9 }, method, 1, 10), (Channels{ 0, 0, 0 })) << method;
    EXPECT_TRUE(Assign({}, method, 1, 10).empty()) << method;
  }
}

TEST(PenCoreDepthChannels, MethodsAreKnownByName)
{
  for (const char * name : { "z_kmeans", "pca_kmeans", "slice_cells", "slice_stack", "random", "local_order" })
  {
    std::ostringstream text;
    text << DepthChannelMethodFromName(name);
    EXPECT_EQ(text.str(), name);
  }
  EXPECT_THROW(DepthChannelMethodFromName("kmeans"), std::invalid_argument);
  EXPECT_THROW(MakeDepthChannelFunction("", 3, 20, 0), std::invalid_argument);
  EXPECT_EQ(MakeDepthChannelFunction("local_order", 2, 0, 0)({ Bar(0, 4, 9), Bar(0, 4, 2) }), (Channels{ 1, 0 }));
}

TEST(PenCoreDepthChannels, BadArgumentsAreRefused)
{
  EXPECT_THROW(Assign({ 1 }, DepthChannelMethod::ZKMeans, 0), std::invalid_argument);
  EXPECT_THROW(Assign({ 1 }, DepthChannelMethod::SliceStack, 3), std::invalid_argument);
  EXPECT_THROW(Assign({ 1 }, DepthChannelMethod::LocalOrder, 3), std::invalid_argument) << "no masks";
  EXPECT_THROW(Assign({ std::nan("") }, DepthChannelMethod::ZKMeans, 3), std::invalid_argument);
  for (const double share : { -0.1, 1.1, std::nan("") })
  {
    DepthChannelParameters parameters;
    parameters.minimumOverlap = share;
    EXPECT_THROW(AssignDepthChannels(std::vector<Cell>{ Bar(0, 4, 1) }, parameters), std::invalid_argument) << share;
  }
}
