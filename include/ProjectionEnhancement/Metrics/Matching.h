// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Metrics_Matching_h
#define ProjectionEnhancement_Metrics_Matching_h

#include "ProjectionEnhancement/Base/Parameters.h"
#include "ProjectionEnhancement/Cells/Overlap.h"
#include "ProjectionEnhancement/Metrics/InstanceMetrics.h"
#include "ProjectionEnhancementExport.h"

#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief A true and a predicted cell that share pixels. */
struct CellMatch
{
  std::uint32_t truth;
  std::uint32_t prediction;
  std::uint64_t intersection; ///< pixels
  double iou;                 ///< intersection over union
};

/** \brief Intersection over union of all pairs that share pixels, sorted by truth, then prediction. */
ProjectionEnhancement_EXPORT std::vector<CellMatch>
ComputeIntersectionsOverUnions(const MaskPointers & truth, const MaskPointers & prediction,
                               unsigned int numberOfThreads = 0);

/** \brief One-to-one matches with the highest total IoU among the pairs whose IoU is at least \a iouThreshold.
 *
 * The paper's S4: IoU below the threshold is set to 0, the Hungarian assignment maximises IoU, and pairs that share
 * nothing do not count. Sorted by truth. */
ProjectionEnhancement_EXPORT std::vector<CellMatch>
MatchCells(const std::vector<CellMatch> & overlaps, std::size_t numberOfTruths, std::size_t numberOfPredictions,
           double iouThreshold);

struct InstanceMetricsParameters
{
  double iouThreshold = 0.5;                                 ///< within [0, 1]
  std::vector<double> thresholds = DefaultIoUThresholds();   ///< each within [0, 1]
  double ignoredShare = 0.5;                                 ///< within [0, 1]; see CompareInstances
  double boundaryTolerance = 2.0;                            ///< pixels
  std::int32_t touchingDistance = 2;                         ///< pixels; see OverlapClassParameters
  double stackedShare = 0.5;                                 ///< within [0, 1]; see OverlapClassParameters
  std::vector<double> depthGapLimits = { 10.0, 20.0, 40.0 }; ///< um, ascending
  unsigned int numberOfThreads = 0;

  /** The one list of them, for ForEachParameter(). */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("IoUThreshold", parameters.iouThreshold...);
    visit("Thresholds", parameters.thresholds...);
    visit("IgnoredShare", parameters.ignoredShare...);
    visit("BoundaryTolerance", parameters.boundaryTolerance...);
    visit("TouchingDistance", parameters.touchingDistance...);
    visit("StackedShare", parameters.stackedShare...);
    visit("DepthGapLimits", parameters.depthGapLimits...);
  }
};

/** \brief Metrics of one image, and which cell met which. */
struct InstanceComparison
{
  InstanceMetrics metrics;
  std::vector<CellMatch> matches;         ///< at the chosen threshold, sorted by truth
  std::vector<char> isPredictionIgnored;  ///< unmatched at the chosen threshold, and mostly in \a ignored
  std::vector<CellOverlap> truthOverlaps; ///< how each true cell meets the other true cells
};

/** \brief Compares predicted with true cells; cells may overlap on both sides (the paper's supplement S4).
 *
 * \param ignored region in which nothing is known. A prediction with more than ignoredShare of its pixels there does
 * not count unless it matches a true cell: it is no false positive, and neither aggregated Jaccard nor boundary score
 * see it.
 * \param truthDepths in um, one per true cell; empty where they are not known, and depth gaps are not counted.
 * \throws std::invalid_argument for a threshold or share outside [0, 1], a negative tolerance or distance, limits of
 * depth gaps that do not ascend, or another number of depths than of true cells. */
ProjectionEnhancement_EXPORT InstanceComparison
CompareInstances(const MaskPointers & truth, const MaskPointers & prediction, const PixelRuns & ignored = {},
                 const InstanceMetricsParameters & parameters = {}, const std::vector<double> & truthDepths = {});
} // namespace PenCore
} // namespace itk

#endif
