// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Metrics/InstanceMetrics.h"

#include <algorithm>
#include <stdexcept>

namespace itk
{
namespace PenCore
{
namespace
{
// 1 where there was nothing to divide on either side, 0 where only this side had nothing.
double
Share(double part, double whole, bool isNothing)
{
  return isNothing ? 1.0 : whole > 0.0 ? part / whole : 0.0;
}

bool
HasNothing(const MatchCounts & counts)
{
  return counts.truePositives + counts.falsePositives + counts.falseNegatives == 0;
}

bool
HasNothing(const BoundaryCounts & counts)
{
  return counts.truthPixels + counts.predictionPixels == 0;
}
} // namespace

double
MatchCounts::Jaccard() const
{
  return Share(truePositives, truePositives + falsePositives + falseNegatives, HasNothing(*this));
}

double
MatchCounts::Precision() const
{
  return Share(truePositives, truePositives + falsePositives, HasNothing(*this));
}

double
MatchCounts::Recall() const
{
  return Share(truePositives, truePositives + falseNegatives, HasNothing(*this));
}

double
MatchCounts::Quality() const
{
  return Share(sumOfIoU, truePositives, HasNothing(*this));
}

double
MatchCounts::PanopticQuality() const
{
  return Share(sumOfIoU, truePositives + 0.5 * (falsePositives + falseNegatives), HasNothing(*this));
}

MatchCounts &
MatchCounts::operator+=(const MatchCounts & other)
{
  if (iouThreshold != other.iouThreshold)
  {
    throw std::invalid_argument("counts at different IoU thresholds cannot be pooled");
  }
  truePositives += other.truePositives;
  falsePositives += other.falsePositives;
  falseNegatives += other.falseNegatives;
  sumOfIoU += other.sumOfIoU;
  return *this;
}

double
TruthCounts::Recall() const
{
  return Share(found, cells, cells == 0);
}

double
TruthCounts::Quality() const
{
  return Share(sumOfIoU, found, cells == 0);
}

TruthCounts &
TruthCounts::operator+=(const TruthCounts & other)
{
  cells += other.cells;
  found += other.found;
  sumOfIoU += other.sumOfIoU;
  return *this;
}

double
InstanceMetrics::AggregatedJaccard() const
{
  return Share(aggregatedIntersection, aggregatedUnion, aggregatedUnion == 0);
}

double
InstanceMetrics::MeanJaccard() const
{
  double sum = 0.0;
  for (const MatchCounts & threshold : thresholds)
  {
    sum += threshold.Jaccard();
  }
  return Share(sum, static_cast<double>(thresholds.size()), false);
}

double
InstanceMetrics::BoundaryPrecision() const
{
  return Share(boundary.predictionPixelsRight, boundary.predictionPixels, HasNothing(boundary));
}

double
InstanceMetrics::BoundaryRecall() const
{
  return Share(boundary.truthPixelsFound, boundary.truthPixels, HasNothing(boundary));
}

double
InstanceMetrics::BoundaryFScore() const
{
  const double precision = this->BoundaryPrecision();
  const double recall = this->BoundaryRecall();
  return Share(2.0 * precision * recall, precision + recall, false);
}

InstanceMetrics &
InstanceMetrics::operator+=(const InstanceMetrics & other)
{
  if (other.numberOfImages == 0)
  {
    return *this;
  }
  if (numberOfImages == 0)
  {
    return *this = other;
  }
  if (thresholds.size() != other.thresholds.size())
  {
    throw std::invalid_argument("metrics with different lists of IoU thresholds cannot be pooled");
  }
  if (depthGapLimits != other.depthGapLimits)
  {
    throw std::invalid_argument("metrics with different limits of depth gaps cannot be pooled");
  }
  InstanceMetrics sum = *this;
  sum.counts += other.counts;
  for (std::size_t i = 0; i < thresholds.size(); ++i)
  {
    sum.thresholds[i] += other.thresholds[i];
  }
  sum.aggregatedIntersection += other.aggregatedIntersection;
  sum.aggregatedUnion += other.aggregatedUnion;
  sum.boundary.truthPixels += other.boundary.truthPixels;
  sum.boundary.truthPixelsFound += other.boundary.truthPixelsFound;
  sum.boundary.predictionPixels += other.boundary.predictionPixels;
  sum.boundary.predictionPixelsRight += other.boundary.predictionPixelsRight;
  for (std::size_t i = 0; i < NumberOfOverlapClasses; ++i)
  {
    sum.overlapClasses[i] += other.overlapClasses[i];
  }
  sum.depthGaps.resize(std::max(depthGaps.size(), other.depthGaps.size()));
  for (std::size_t i = 0; i < other.depthGaps.size(); ++i)
  {
    sum.depthGaps[i] += other.depthGaps[i];
  }
  sum.numberOfImages += other.numberOfImages;
  return *this = sum;
}

std::vector<double>
DefaultIoUThresholds()
{
  std::vector<double> thresholds;
  for (int percent = 50; percent <= 95; percent += 5)
  {
    thresholds.push_back(percent / 100.0);
  }
  return thresholds;
}
} // namespace PenCore
} // namespace itk
