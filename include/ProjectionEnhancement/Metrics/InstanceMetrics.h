// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Metrics_InstanceMetrics_h
#define ProjectionEnhancement_Metrics_InstanceMetrics_h

#include "ProjectionEnhancement/Metrics/Boundary.h"
#include "ProjectionEnhancement/Metrics/OverlapClasses.h"
#include "ProjectionEnhancementExport.h"

#include <array>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief What one IoU threshold counts, and the scores that follow from it.
 *
 * Counts add up over images. Where there is neither a true nor a predicted cell nothing is missed and nothing
 * invented, and every score is 1; where only one of the sides is empty every score is 0. No score is ever NaN. */
struct ProjectionEnhancement_EXPORT MatchCounts
{
  double iouThreshold = 0.5;
  std::uint64_t truePositives = 0;
  std::uint64_t falsePositives = 0;
  std::uint64_t falseNegatives = 0;
  double sumOfIoU = 0.0; ///< over the matches

  /** TP / (TP + FP + FN), which many call the average precision at this threshold. */
  double
  Jaccard() const;
  /** TP / (TP + FP). */
  double
  Precision() const;
  /** TP / (TP + FN). */
  double
  Recall() const;
  /** Mean IoU of the matches. */
  double
  Quality() const;
  /** Sum of the matches' IoU / (TP + FP / 2 + FN / 2) (Kirillov et al. 2019). */
  double
  PanopticQuality() const;

  /** \throws std::invalid_argument for another threshold. */
  MatchCounts &
  operator+=(const MatchCounts & other);
};

/** \brief The true cells of one kind, and how many of them were found. Without any both scores are 1. */
struct ProjectionEnhancement_EXPORT TruthCounts
{
  std::uint64_t cells = 0;
  std::uint64_t found = 0; ///< matched at the chosen IoU threshold
  double sumOfIoU = 0.0;   ///< over those

  double
  Recall() const;
  /** Mean IoU of the found. */
  double
  Quality() const;

  TruthCounts &
  operator+=(const TruthCounts & other);
};

/** \brief The metrics of one image, or of several added together. */
struct ProjectionEnhancement_EXPORT InstanceMetrics
{
  MatchCounts counts;                  ///< at the chosen IoU threshold
  std::vector<MatchCounts> thresholds; ///< at each of the listed thresholds
  std::uint64_t aggregatedIntersection = 0;
  std::uint64_t aggregatedUnion = 0;
  BoundaryCounts boundary;
  std::array<TruthCounts, NumberOfOverlapClasses> overlapClasses; ///< in the order of OverlapClass
  std::vector<double> depthGapLimits;                             ///< um, ascending
  /** True cells that share pixels with another, by how far in depth they lie from the one that shares most: below
   * the first limit, ... from the last limit on. Empty where no image's depths are known. */
  std::vector<TruthCounts> depthGaps;
  std::uint64_t numberOfImages = 0;

  /** Aggregated Jaccard index (Kumar et al. 2017): every true cell with the prediction of highest IoU, which may
   * serve several; predictions that serve none enlarge the union. */
  double
  AggregatedJaccard() const;
  /** Mean of Jaccard() over the listed thresholds. */
  double
  MeanJaccard() const;
  double
  BoundaryPrecision() const;
  double
  BoundaryRecall() const;
  /** Harmonic mean of boundary precision and recall. */
  double
  BoundaryFScore() const;

  /** Pools another image's counts. Metrics of no image take over the other's thresholds and limits; depth gaps are
   * those of the images whose depths are known.
   * \throws std::invalid_argument for other thresholds or limits. */
  InstanceMetrics &
  operator+=(const InstanceMetrics & other);
};

/** .5, .55, ... .95 */
ProjectionEnhancement_EXPORT std::vector<double>
DefaultIoUThresholds();
} // namespace PenCore
} // namespace itk

#endif
