// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Metrics/Matching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>

using namespace itk::PenCore;

namespace
{
PixelRuns
Bar(int begin, int end, int y = 0)
{
  return { { begin, y, end - begin } };
}

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

InstanceComparison
Compare(const std::vector<PixelRuns> & truth, const std::vector<PixelRuns> & prediction, const PixelRuns & ignored = {},
        const InstanceMetricsParameters & parameters = {})
{
  return CompareInstances(MasksOf(truth), MasksOf(prediction), ignored, parameters);
}

// Four true bars: one found exactly, one with IoU 8/12, one with IoU 4/16, one missed; one prediction invented.
const std::vector<PixelRuns> HandTruth{ Bar(0, 10, 0), Bar(0, 10, 1), Bar(0, 10, 2), Bar(0, 10, 3) };
const std::vector<PixelRuns> HandPrediction{ Bar(0, 10, 0), Bar(2, 12, 1), Bar(6, 16, 2), Bar(0, 10, 9) };

// The best total IoU over all ways to pair truth cells from \a i on with predictions, and how many pairs it has.
double
BestTotalByTrial(std::size_t i, std::size_t numberOfTruths, std::vector<char> & isTaken,
                 const std::vector<CellMatch> & overlaps, double threshold)
{
  if (i == numberOfTruths)
  {
    return 0.0;
  }
  double best = BestTotalByTrial(i + 1, numberOfTruths, isTaken, overlaps, threshold);
  for (const CellMatch & overlap : overlaps)
  {
    if (overlap.truth == i && !isTaken[overlap.prediction] && overlap.iou >= threshold)
    {
      isTaken[overlap.prediction] = 1;
      best = std::max(best, overlap.iou + BestTotalByTrial(i + 1, numberOfTruths, isTaken, overlaps, threshold));
      isTaken[overlap.prediction] = 0;
    }
  }
  return best;
}

std::vector<PixelRuns>
RandomRectangles(std::mt19937 & generator, int count, int extent, int size)
{
  std::vector<PixelRuns> masks;
  for (int i = 0; i < count; ++i)
  {
    masks.push_back(Rectangle(static_cast<int>(generator() % extent), static_cast<int>(generator() % extent),
                              size / 2 + static_cast<int>(generator() % size),
                              size / 2 + static_cast<int>(generator() % size)));
  }
  return masks;
}
} // namespace

TEST(PenCoreMatching, HandComputedCase)
{
  const InstanceComparison comparison = Compare(HandTruth, HandPrediction);
  const MatchCounts & counts = comparison.metrics.counts;
  EXPECT_EQ(counts.truePositives, 2u);
  EXPECT_EQ(counts.falsePositives, 2u);
  EXPECT_EQ(counts.falseNegatives, 2u);
  EXPECT_DOUBLE_EQ(counts.Jaccard(), 2.0 / 6.0);
  EXPECT_DOUBLE_EQ(counts.Precision(), 0.5);
  EXPECT_DOUBLE_EQ(counts.Recall(), 0.5);
  EXPECT_DOUBLE_EQ(counts.Quality(), (1.0 + 8.0 / 12.0) / 2.0);
  EXPECT_DOUBLE_EQ(counts.PanopticQuality(), (1.0 + 8.0 / 12.0) / 4.0);
  // Intersections 10 + 8 + 4; unions 10 + 12 + 16, the missed 10 and the invented 10.
  EXPECT_EQ(comparison.metrics.aggregatedIntersection, 22u);
  EXPECT_EQ(comparison.metrics.aggregatedUnion, 58u);
  ASSERT_EQ(comparison.matches.size(), 2u);
  EXPECT_EQ(comparison.matches[1].truth, 1u);
  EXPECT_EQ(comparison.matches[1].prediction, 1u);
  EXPECT_EQ(comparison.matches[1].intersection, 8u);
}

TEST(PenCoreMatching, EachListedThresholdCountsForItself)
{
  const InstanceMetrics metrics = Compare(HandTruth, HandPrediction).metrics;
  ASSERT_EQ(metrics.thresholds.size(), 10u);
  EXPECT_DOUBLE_EQ(metrics.thresholds[0].iouThreshold, 0.5);
  EXPECT_DOUBLE_EQ(metrics.thresholds[9].iouThreshold, 0.95);
  // 8/12 passes .5, .55, .6 and .65.
  for (std::size_t i = 0; i < 10; ++i)
  {
    EXPECT_EQ(metrics.thresholds[i].truePositives, i < 4 ? 2u : 1u) << metrics.thresholds[i].iouThreshold;
  }
  EXPECT_DOUBLE_EQ(metrics.MeanJaccard(), (4 * 2.0 / 6.0 + 6 * 1.0 / 7.0) / 10.0);
}

TEST(PenCoreMatching, AnIoUEqualToTheThresholdIsAMatch)
{
  // 11 of 20 pixels: exactly .55.
  const InstanceMetrics metrics = Compare({ Bar(0, 20) }, { Bar(0, 11) }).metrics;
  EXPECT_EQ(metrics.thresholds[1].truePositives, 1u);
  EXPECT_EQ(metrics.thresholds[2].truePositives, 0u);
}

TEST(PenCoreMatching, OverlappingCellsAreMatchedOneToOne)
{
  // Two predictions on one true cell, and two true cells on top of each other with one prediction.
  const InstanceMetrics doubled = Compare({ Bar(0, 10) }, { Bar(0, 10), Bar(0, 9) }).metrics;
  EXPECT_EQ(doubled.counts.truePositives, 1u);
  EXPECT_EQ(doubled.counts.falsePositives, 1u);
  EXPECT_DOUBLE_EQ(doubled.counts.Quality(), 1.0);
  const InstanceMetrics stacked = Compare({ Bar(0, 10), Bar(0, 9) }, { Bar(0, 9) }).metrics;
  EXPECT_EQ(stacked.counts.truePositives, 1u);
  EXPECT_EQ(stacked.counts.falseNegatives, 1u);
  EXPECT_DOUBLE_EQ(stacked.counts.Quality(), 1.0);
}

TEST(PenCoreMatching, MatchesHaveTheBestTotalOfAllPairings)
{
  std::mt19937 generator(3);
  for (int repeat = 0; repeat < 60; ++repeat)
  {
    const std::vector<PixelRuns> truth = RandomRectangles(generator, 7, 12, 10);
    const std::vector<PixelRuns> prediction = RandomRectangles(generator, 6, 12, 10);
    const std::vector<CellMatch> overlaps = ComputeIntersectionsOverUnions(MasksOf(truth), MasksOf(prediction));
    for (const double threshold : { 0.0, 0.2, 0.4 })
    {
      double total = 0.0;
      for (const CellMatch & match : MatchCells(overlaps, truth.size(), prediction.size(), threshold))
      {
        EXPECT_GE(match.iou, threshold);
        total += match.iou;
      }
      std::vector<char> isTaken(prediction.size(), 0);
      EXPECT_NEAR(total, BestTotalByTrial(0, truth.size(), isTaken, overlaps, threshold), 1e-12);
    }
  }
}

TEST(PenCoreMatching, PredictionMostlyInTheIgnoredRegionDoesNotCount)
{
  const std::vector<PixelRuns> truth{ Bar(0, 10, 0) };
  const std::vector<PixelRuns> prediction{ Bar(0, 10, 0), Bar(0, 10, 5), Bar(0, 10, 6) };
  // 6 of 10 pixels of the second ignored, and half of the third.
  const PixelRuns ignored{ { 4, 5, 20 }, { 5, 6, 20 } };
  const InstanceComparison comparison = Compare(truth, prediction, ignored);
  EXPECT_EQ(comparison.metrics.counts.truePositives, 1u);
  EXPECT_EQ(comparison.metrics.counts.falsePositives, 1u);
  EXPECT_EQ(comparison.isPredictionIgnored, (std::vector<char>{ 0, 1, 0 }));
  EXPECT_EQ(comparison.metrics.aggregatedUnion, 20u);
  EXPECT_EQ(comparison.metrics.boundary.predictionPixels, 20u);
}

TEST(PenCoreMatching, PredictionThatMatchesATrueCellCountsEvenInTheIgnoredRegion)
{
  const InstanceMetrics metrics = Compare({ Bar(0, 10) }, { Bar(0, 10) }, { { 0, 0, 100 } }).metrics;
  EXPECT_EQ(metrics.counts.truePositives, 1u);
  EXPECT_EQ(metrics.counts.falseNegatives, 0u);
}

TEST(PenCoreMatching, NothingTrueAndNothingPredictedIsPerfect)
{
  const InstanceMetrics metrics = Compare({}, {}).metrics;
  for (const double score : { metrics.counts.Jaccard(), metrics.counts.Precision(), metrics.counts.Recall(),
                              metrics.counts.Quality(), metrics.counts.PanopticQuality(), metrics.AggregatedJaccard(),
                              metrics.MeanJaccard(), metrics.BoundaryFScore() })
  {
    EXPECT_EQ(score, 1.0);
  }
}

TEST(PenCoreMatching, OneEmptySideScoresZeroNeverNaN)
{
  for (const InstanceMetrics & metrics : { Compare({ Bar(0, 10) }, {}).metrics, Compare({}, { Bar(0, 10) }).metrics })
  {
    for (const double score : { metrics.counts.Jaccard(), metrics.counts.Precision(), metrics.counts.Recall(),
                                metrics.counts.Quality(), metrics.counts.PanopticQuality(), metrics.AggregatedJaccard(),
                                metrics.MeanJaccard(), metrics.BoundaryFScore() })
    {
      EXPECT_EQ(score, 0.0);
    }
  }
}

TEST(PenCoreMatching, ImagesPoolTheirCountsNotTheirScores)
{
  InstanceMetrics pooled;
  pooled += Compare(HandTruth, HandPrediction).metrics;
  pooled += Compare({ Bar(0, 10) }, { Bar(0, 8) }).metrics;
  EXPECT_EQ(pooled.numberOfImages, 2u);
  EXPECT_DOUBLE_EQ(pooled.counts.Jaccard(), 3.0 / 7.0);
  EXPECT_DOUBLE_EQ(pooled.counts.Quality(), (1.0 + 8.0 / 12.0 + 0.8) / 3.0);
  EXPECT_DOUBLE_EQ(pooled.AggregatedJaccard(), 30.0 / 68.0);
  EXPECT_EQ(pooled.thresholds[6].truePositives, 2u);

  InstanceMetricsParameters other;
  other.iouThreshold = 0.75;
  const InstanceMetrics before = pooled;
  EXPECT_THROW(pooled += Compare(HandTruth, HandPrediction, {}, other).metrics, std::invalid_argument);
  EXPECT_EQ(pooled.counts.truePositives, before.counts.truePositives) << "a refused image left something behind";
}

TEST(PenCoreMatching, ThresholdOutsideZeroToOneIsRefused)
{
  InstanceMetricsParameters parameters;
  parameters.iouThreshold = 1.5;
  EXPECT_THROW(Compare({}, {}, {}, parameters), std::invalid_argument);
  parameters.iouThreshold = 0.5;
  parameters.thresholds = { 0.5, -0.1 };
  EXPECT_THROW(Compare({}, {}, {}, parameters), std::invalid_argument);
}

TEST(PenCoreMatching, AnyNumberOfThreadsCountsTheSame)
{
  std::mt19937 generator(9);
  const std::vector<PixelRuns> truth = RandomRectangles(generator, 200, 300, 30);
  const std::vector<PixelRuns> prediction = RandomRectangles(generator, 220, 300, 30);
  InstanceMetricsParameters parameters;
  parameters.iouThreshold = 0.2;
  parameters.numberOfThreads = 1;
  const InstanceMetrics expected = Compare(truth, prediction, {}, parameters).metrics;
  EXPECT_GT(expected.counts.truePositives, 20u);
  for (const unsigned int threads : { 2u, 8u })
  {
    parameters.numberOfThreads = threads;
    const InstanceMetrics metrics = Compare(truth, prediction, {}, parameters).metrics;
    EXPECT_EQ(metrics.counts.truePositives, expected.counts.truePositives);
    EXPECT_EQ(metrics.counts.sumOfIoU, expected.counts.sumOfIoU);
    EXPECT_EQ(metrics.aggregatedUnion, expected.aggregatedUnion);
    EXPECT_EQ(metrics.boundary.truthPixelsFound, expected.boundary.truthPixelsFound);
  }
}
