// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Metrics/Matching.h"

#include "Metrics/Assignment.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace itk
{
namespace PenCore
{
namespace
{
std::vector<std::uint64_t>
CountPixelsOf(const MaskPointers & masks)
{
  std::vector<std::uint64_t> counts;
  counts.reserve(masks.size());
  for (const PixelRuns * mask : masks)
  {
    counts.push_back(CountPixels(*mask));
  }
  return counts;
}

void
VerifyShare(double value, const char * name)
{
  if (!(value >= 0.0 && value <= 1.0))
  {
    throw std::invalid_argument(std::string(name) + " must be within 0 and 1, got " + std::to_string(value));
  }
}

void
VerifyParameters(const InstanceMetricsParameters & parameters)
{
  VerifyShare(parameters.iouThreshold, "the IoU threshold");
  VerifyShare(parameters.ignoredShare, "the ignored share");
  for (const double threshold : parameters.thresholds)
  {
    VerifyShare(threshold, "each IoU threshold");
  }
  const std::vector<double> & limits = parameters.depthGapLimits;
  if (std::adjacent_find(limits.begin(), limits.end(), [](double a, double b) { return !(a < b); }) != limits.end())
  {
    throw std::invalid_argument("the limits of depth gaps must ascend");
  }
}

std::vector<char>
FindPredictionsInRegion(const MaskPointers & prediction, const PixelRuns & region, double share,
                        unsigned int numberOfThreads)
{
  std::vector<char> isInside(prediction.size(), 0);
  for (const OverlappingPair & pair : FindOverlappingPairs(prediction, { &region }, numberOfThreads))
  {
    const auto pixels = static_cast<double>(CountPixels(*prediction[pair.first]));
    isInside[pair.first] = static_cast<double>(pair.pixels) > share * pixels ? 1 : 0;
  }
  return isInside;
}

// Predictions that may be ignored and that no match needs.
std::vector<char>
DropMatched(std::vector<char> isIgnorable, const std::vector<CellMatch> & matches)
{
  for (const CellMatch & match : matches)
  {
    isIgnorable[match.prediction] = 0;
  }
  return isIgnorable;
}

MatchCounts
CountMatches(const std::vector<CellMatch> & matches, std::size_t numberOfTruths,
             const std::vector<char> & isPredictionIgnored, double threshold)
{
  const auto ignored =
    static_cast<std::uint64_t>(std::count(isPredictionIgnored.begin(), isPredictionIgnored.end(), 1));
  MatchCounts counts;
  counts.iouThreshold = threshold;
  counts.truePositives = matches.size();
  counts.falsePositives = isPredictionIgnored.size() - ignored - matches.size();
  counts.falseNegatives = numberOfTruths - matches.size();
  for (const CellMatch & match : matches)
  {
    counts.sumOfIoU += match.iou;
  }
  return counts;
}

// The overlaps of one true cell follow each other; the first of equally good predictions serves.
void
AddAggregatedJaccard(const std::vector<CellMatch> & overlaps, const MaskPointers & truth,
                     const MaskPointers & prediction, const std::vector<char> & isPredictionIgnored,
                     InstanceMetrics & metrics)
{
  const std::vector<std::uint64_t> truthPixels = CountPixelsOf(truth);
  const std::vector<std::uint64_t> predictionPixels = CountPixelsOf(prediction);
  std::vector<char> isUsed(isPredictionIgnored);
  auto overlap = overlaps.begin();
  for (std::uint32_t i = 0; i < truth.size(); ++i)
  {
    const CellMatch * best = nullptr;
    for (; overlap != overlaps.end() && overlap->truth == i; ++overlap)
    {
      best = best == nullptr || overlap->iou > best->iou ? &*overlap : best;
    }
    if (best == nullptr)
    {
      metrics.aggregatedUnion += truthPixels[i];
      continue;
    }
    metrics.aggregatedIntersection += best->intersection;
    metrics.aggregatedUnion += truthPixels[i] + predictionPixels[best->prediction] - best->intersection;
    isUsed[best->prediction] = 1;
  }
  for (std::size_t j = 0; j < prediction.size(); ++j)
  {
    metrics.aggregatedUnion += isUsed[j] ? 0 : predictionPixels[j];
  }
}

// Counts the true cells by how they meet each other, and those that overlap by the gap in depth.
void
AddTruthCounts(const InstanceComparison & comparison, const std::vector<double> & limits,
               const std::vector<double> & depths, InstanceMetrics & metrics)
{
  std::vector<TruthCounts> each(comparison.truthOverlaps.size(), { 1, 0, 0.0 });
  for (const CellMatch & match : comparison.matches)
  {
    each[match.truth] = { 1, 1, match.iou };
  }
  metrics.depthGapLimits = limits;
  metrics.depthGaps.resize(depths.empty() ? 0 : limits.size() + 1);
  for (std::size_t i = 0; i < each.size(); ++i)
  {
    const CellOverlap & overlap = comparison.truthOverlaps[i];
    metrics.overlapClasses[static_cast<std::size_t>(overlap.overlapClass)] += each[i];
    if (overlap.other >= 0 && !depths.empty())
    {
      const double gap = std::abs(depths[i] - depths[static_cast<std::size_t>(overlap.other)]);
      const auto limit = std::upper_bound(limits.begin(), limits.end(), gap);
      metrics.depthGaps[static_cast<std::size_t>(limit - limits.begin())] += each[i];
    }
  }
}

MaskPointers
RemoveIgnored(const MaskPointers & prediction, const std::vector<char> & isIgnored)
{
  MaskPointers counted;
  for (std::size_t j = 0; j < prediction.size(); ++j)
  {
    if (!isIgnored[j])
    {
      counted.push_back(prediction[j]);
    }
  }
  return counted;
}
} // namespace

std::vector<CellMatch>
ComputeIntersectionsOverUnions(const MaskPointers & truth, const MaskPointers & prediction,
                               unsigned int numberOfThreads)
{
  const std::vector<std::uint64_t> truthPixels = CountPixelsOf(truth);
  const std::vector<std::uint64_t> predictionPixels = CountPixelsOf(prediction);
  std::vector<CellMatch> overlaps;
  for (const OverlappingPair & pair : FindOverlappingPairs(truth, prediction, numberOfThreads))
  {
    const std::uint64_t all = truthPixels[pair.first] + predictionPixels[pair.second] - pair.pixels;
    overlaps.push_back(
      { pair.first, pair.second, pair.pixels, static_cast<double>(pair.pixels) / static_cast<double>(all) });
  }
  return overlaps;
}

std::vector<CellMatch>
MatchCells(const std::vector<CellMatch> & overlaps, std::size_t numberOfTruths, std::size_t numberOfPredictions,
           double iouThreshold)
{
  std::vector<AssignmentEdge> edges;
  for (const CellMatch & overlap : overlaps)
  {
    if (overlap.iou >= iouThreshold)
    {
      edges.push_back({ overlap.truth, overlap.prediction, overlap.iou });
    }
  }
  const std::vector<std::int64_t> predictionOf = SolveMaximumAssignment(numberOfTruths, numberOfPredictions, edges);
  std::vector<CellMatch> matches;
  for (const CellMatch & overlap : overlaps)
  {
    if (predictionOf[overlap.truth] == static_cast<std::int64_t>(overlap.prediction))
    {
      matches.push_back(overlap);
    }
  }
  return matches;
}

InstanceComparison
CompareInstances(const MaskPointers & truth, const MaskPointers & prediction, const PixelRuns & ignored,
                 const InstanceMetricsParameters & parameters, const std::vector<double> & truthDepths)
{
  VerifyParameters(parameters);
  if (!truthDepths.empty() && truthDepths.size() != truth.size())
  {
    throw std::invalid_argument("there are " + std::to_string(truthDepths.size()) + " depths of " +
                                std::to_string(truth.size()) + " true cells");
  }
  const unsigned int threads = parameters.numberOfThreads;
  const std::vector<CellMatch> overlaps = ComputeIntersectionsOverUnions(truth, prediction, threads);
  const std::vector<char> isIgnorable = FindPredictionsInRegion(prediction, ignored, parameters.ignoredShare, threads);

  InstanceComparison comparison;
  InstanceMetrics & metrics = comparison.metrics;
  comparison.matches = MatchCells(overlaps, truth.size(), prediction.size(), parameters.iouThreshold);
  comparison.isPredictionIgnored = DropMatched(isIgnorable, comparison.matches);
  metrics.counts =
    CountMatches(comparison.matches, truth.size(), comparison.isPredictionIgnored, parameters.iouThreshold);
  for (const double threshold : parameters.thresholds)
  {
    const std::vector<CellMatch> matches = MatchCells(overlaps, truth.size(), prediction.size(), threshold);
    metrics.thresholds.push_back(CountMatches(matches, truth.size(), DropMatched(isIgnorable, matches), threshold));
  }
  AddAggregatedJaccard(overlaps, truth, prediction, comparison.isPredictionIgnored, metrics);
  metrics.boundary = CompareBoundaries(truth, RemoveIgnored(prediction, comparison.isPredictionIgnored),
                                       parameters.boundaryTolerance, threads);
  comparison.truthOverlaps = ClassifyOverlaps(truth, { parameters.touchingDistance, parameters.stackedShare, threads });
  AddTruthCounts(comparison, parameters.depthGapLimits, truthDepths, metrics);
  metrics.numberOfImages = 1;
  return comparison;
}
} // namespace PenCore
} // namespace itk
