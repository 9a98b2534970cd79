// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Metrics/Matching.h"
#include "ProjectionEnhancement/Metrics/OverlapClasses.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <set>
#include <stdexcept>
#include <utility>

using namespace itk::PenCore;

namespace
{
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

std::vector<OverlapClass>
ClassesOf(const std::vector<PixelRuns> & masks, const OverlapClassParameters & parameters = {})
{
  std::vector<OverlapClass> classes;
  for (const CellOverlap & overlap : ClassifyOverlaps(MasksOf(masks), parameters))
  {
    classes.push_back(overlap.overlapClass);
  }
  return classes;
}

using PixelSet = std::set<std::pair<int, int>>;

PixelSet
PixelsOf(const PixelRuns & mask)
{
  PixelSet pixels;
  for (const PixelRun & run : mask)
  {
    for (int x = run.x; x < run.x + run.length; ++x)
    {
      pixels.emplace(run.y, x);
    }
  }
  return pixels;
}

// The definition, pixel by pixel.
CellOverlap
ClassifyByPixels(const std::vector<PixelSet> & cells, std::size_t i, int distance, double stackedShare)
{
  CellOverlap result;
  bool isNear = false;
  for (std::size_t j = 0; j < cells.size(); ++j)
  {
    std::size_t shared = 0;
    for (const auto & [y, x] : cells[i])
    {
      shared += i != j ? cells[j].count({ y, x }) : 0;
      for (int dy = -distance; dy <= distance && i != j; ++dy)
      {
        for (int dx = -distance; dx <= distance; ++dx)
        {
          isNear = isNear || cells[j].count({ y + dy, x + dx }) > 0;
        }
      }
    }
    const double share = static_cast<double>(shared) / static_cast<double>(cells[i].size());
    if (share > result.coveredShare)
    {
      result.coveredShare = share;
      result.other = static_cast<std::int64_t>(j);
    }
  }
  result.overlapClass = result.other >= 0
                          ? (result.coveredShare >= stackedShare ? OverlapClass::Stacked : OverlapClass::Overlapping)
                          : (isNear ? OverlapClass::Touching : OverlapClass::Isolated);
  return result;
}
} // namespace

TEST(PenCoreOverlapClasses, APersonWouldSayTheSame)
{
  const std::vector<PixelRuns> masks{
    Rectangle(0, 0, 10, 10),   // alone
    Rectangle(30, 0, 10, 10),  // shares a border with the next
    Rectangle(40, 0, 10, 10),  //
    Rectangle(60, 0, 10, 10),  // two of its ten columns are the next one's
    Rectangle(68, 0, 10, 10),  //
    Rectangle(100, 0, 30, 30), // large, under a small one
    Rectangle(110, 10, 5, 5),  // small, on top of the large one
  };
  using C = OverlapClass;
  EXPECT_EQ(ClassesOf(masks), (std::vector<C>{ C::Isolated, C::Touching, C::Touching, C::Overlapping, C::Overlapping,
                                               C::Overlapping, C::Stacked }));
  const auto overlaps = ClassifyOverlaps(MasksOf(masks));
  EXPECT_EQ(overlaps[0].other, -1);
  EXPECT_EQ(overlaps[1].other, -1);
  EXPECT_EQ(overlaps[3].other, 4);
  EXPECT_DOUBLE_EQ(overlaps[3].coveredShare, 0.2);
  EXPECT_DOUBLE_EQ(overlaps[5].coveredShare, 25.0 / 900.0);
  EXPECT_EQ(overlaps[6].other, 5);
  EXPECT_DOUBLE_EQ(overlaps[6].coveredShare, 1.0);
}

TEST(PenCoreOverlapClasses, NearIsCountedInPixelsAlongEitherAxis)
{
  // Columns 10 to 11 lie between the two: the next cell's first pixel is 3 away.
  const std::vector<PixelRuns> apart{ Rectangle(0, 0, 10, 10), Rectangle(12, 0, 10, 10) };
  OverlapClassParameters parameters;
  EXPECT_EQ(ClassesOf(apart, parameters)[0], OverlapClass::Isolated);
  parameters.touchingDistance = 3;
  EXPECT_EQ(ClassesOf(apart, parameters)[0], OverlapClass::Touching);
  const std::vector<PixelRuns> corner{ Rectangle(0, 0, 10, 10), Rectangle(10, 10, 10, 10) };
  parameters.touchingDistance = 1;
  EXPECT_EQ(ClassesOf(corner, parameters)[1], OverlapClass::Touching);
  parameters.touchingDistance = 0;
  EXPECT_EQ(ClassesOf(corner, parameters)[1], OverlapClass::Isolated);
}

TEST(PenCoreOverlapClasses, TheOtherIsTheOneThatSharesMostAndTheFirstOfEquals)
{
  const std::vector<PixelRuns> masks{ Rectangle(0, 0, 4, 10), Rectangle(2, 0, 12, 10), Rectangle(10, 0, 5, 10),
                                      Rectangle(6, 0, 4, 10), Rectangle(6, 0, 4, 10) };
  const auto overlaps = ClassifyOverlaps(MasksOf(masks));
  EXPECT_EQ(overlaps[1].other, 2);
  EXPECT_DOUBLE_EQ(overlaps[1].coveredShare, 4.0 / 12.0);
  EXPECT_EQ(overlaps[3].other, 1) << "cells 1 and 4 both cover it whole";
}

TEST(PenCoreOverlapClasses, EqualsTheDefinitionPixelByPixelForAnyNumberOfThreads)
{
  std::mt19937 generator(5);
  std::vector<PixelRuns> masks;
  std::vector<PixelSet> pixels;
  for (int i = 0; i < 60; ++i)
  {
    masks.push_back(Rectangle(static_cast<int>(generator() % 150), static_cast<int>(generator() % 150),
                              3 + static_cast<int>(generator() % 14), 3 + static_cast<int>(generator() % 14)));
    pixels.push_back(PixelsOf(masks.back()));
  }
  std::set<OverlapClass> seen;
  for (const unsigned int threads : { 1u, 4u })
  {
    const auto overlaps = ClassifyOverlaps(MasksOf(masks), { 2, 0.4, threads });
    for (std::size_t i = 0; i < masks.size(); ++i)
    {
      const CellOverlap expected = ClassifyByPixels(pixels, i, 2, 0.4);
      EXPECT_EQ(overlaps[i].overlapClass, expected.overlapClass) << i;
      EXPECT_EQ(overlaps[i].other, expected.other) << i;
      EXPECT_DOUBLE_EQ(overlaps[i].coveredShare, expected.coveredShare) << i;
      seen.insert(expected.overlapClass);
    }
  }
  EXPECT_EQ(seen.size(), NumberOfOverlapClasses) << "the case has cells of every class";
}

TEST(PenCoreOverlapClasses, NonsenseIsRefused)
{
  EXPECT_TRUE(ClassifyOverlaps({}).empty());
  EXPECT_THROW(ClassifyOverlaps({}, { -1, 0.5, 0 }), std::invalid_argument);
  EXPECT_THROW(ClassifyOverlaps({}, { 2, 1.5, 0 }), std::invalid_argument);
}

namespace
{
// Two isolated cells, of which one is found, a pair that overlaps 15 um apart, both found, and a stacked pair of equal
// masks 60 um apart, of which one is found.
const std::vector<PixelRuns> Truth{ Rectangle(0, 0, 10, 10),  Rectangle(50, 0, 10, 10), Rectangle(0, 50, 10, 10),
                                    Rectangle(8, 50, 10, 10), Rectangle(50, 50, 9, 9),  Rectangle(50, 50, 9, 9) };
const std::vector<PixelRuns> Prediction{ Rectangle(0, 0, 10, 10), Rectangle(0, 50, 10, 8), Rectangle(8, 50, 10, 10),
                                         Rectangle(50, 50, 9, 9) };
const std::vector<double> Depths{ 0.0, 0.0, 20.0, 35.0, 10.0, 70.0 };

InstanceMetrics
Compare(const std::vector<double> & depths, const InstanceMetricsParameters & parameters = {})
{
  return CompareInstances(MasksOf(Truth), MasksOf(Prediction), {}, parameters, depths).metrics;
}
} // namespace

TEST(PenCoreOverlapClasses, TrueCellsAreCountedByClass)
{
  const InstanceMetrics metrics = Compare({});
  const auto counts = [&](OverlapClass c) { return metrics.overlapClasses[static_cast<std::size_t>(c)]; };
  EXPECT_EQ(counts(OverlapClass::Isolated).cells, 2u);
  EXPECT_EQ(counts(OverlapClass::Isolated).found, 1u);
  EXPECT_DOUBLE_EQ(counts(OverlapClass::Isolated).Recall(), 0.5);
  EXPECT_EQ(counts(OverlapClass::Touching).cells, 0u);
  EXPECT_DOUBLE_EQ(counts(OverlapClass::Touching).Recall(), 1.0) << "nothing was missed";
  EXPECT_EQ(counts(OverlapClass::Overlapping).found, 2u);
  EXPECT_DOUBLE_EQ(counts(OverlapClass::Overlapping).Quality(), 0.9);
  EXPECT_EQ(counts(OverlapClass::Stacked).cells, 2u);
  EXPECT_EQ(counts(OverlapClass::Stacked).found, 1u);
  EXPECT_TRUE(metrics.depthGaps.empty());
}

TEST(PenCoreOverlapClasses, OverlappingTrueCellsAreCountedByDepthGap)
{
  const InstanceMetrics metrics = Compare(Depths);
  ASSERT_EQ(metrics.depthGaps.size(), 4u) << "below 10, 20 and 40 um, and from there on";
  EXPECT_EQ(metrics.depthGaps[0].cells, 0u);
  EXPECT_EQ(metrics.depthGaps[1].cells, 2u);
  EXPECT_EQ(metrics.depthGaps[1].found, 2u);
  EXPECT_EQ(metrics.depthGaps[2].cells, 0u);
  EXPECT_EQ(metrics.depthGaps[3].cells, 2u);
  EXPECT_EQ(metrics.depthGaps[3].found, 1u);
  InstanceMetricsParameters parameters;
  parameters.depthGapLimits = { 15.0 };
  EXPECT_EQ(Compare(Depths, parameters).depthGaps[1].cells, 4u) << "a gap at a limit lies above it";
}

TEST(PenCoreOverlapClasses, ImagesPoolTheirCounts)
{
  InstanceMetrics pooled = Compare({});
  pooled += Compare(Depths);
  pooled += Compare(Depths);
  EXPECT_EQ(pooled.overlapClasses[0].cells, 6u);
  EXPECT_EQ(pooled.overlapClasses[3].found, 3u);
  ASSERT_EQ(pooled.depthGaps.size(), 4u);
  EXPECT_EQ(pooled.depthGaps[3].cells, 4u) << "of the two images whose depths are known";
  InstanceMetricsParameters parameters;
  parameters.depthGapLimits = { 5.0 };
  EXPECT_THROW(pooled += Compare(Depths, parameters), std::invalid_argument);
}

TEST(PenCoreOverlapClasses, DepthsAndLimitsThatDoNotFitAreRefused)
{
  EXPECT_THROW(Compare({ 1.0 }), std::invalid_argument);
  InstanceMetricsParameters parameters;
  parameters.depthGapLimits = { 10.0, 10.0 };
  EXPECT_THROW(Compare(Depths, parameters), std::invalid_argument);
  parameters = {};
  parameters.stackedShare = -0.1;
  EXPECT_THROW(Compare(Depths, parameters), std::invalid_argument);
}
