// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Report_EvaluationReport_h
#define pen_programs_Report_EvaluationReport_h

#include "ProjectionEnhancement/Metrics/InstanceMetrics.h"

#include <array>
#include <string>
#include <vector>

namespace pen
{
/** The files of one image, and how they compare. */
struct EvaluatedImage
{
  std::string truth;
  std::string prediction;
  itk::PenCore::InstanceMetrics metrics;
};

/** "isolated", ... in the order of itk::PenCore::OverlapClass. */
const std::array<const char *, itk::PenCore::NumberOfOverlapClasses> &
OverlapClassNames();

/** \brief JSON: jaccard, precision, recall, quality, tp, fp, fn, thresholds, aji, pq, mean_jaccard, boundary scores,
 * overlap_classes and, where depths are known, depth_gaps, of all images together; and the same of each in images.
 *
 * Recall and quality of a kind of cells that there is none of are null. Predictions that could not be compared are
 * listed in skipped, where there are any. */
std::string
EvaluationJson(const itk::PenCore::InstanceMetrics & pooled, const std::vector<EvaluatedImage> & images,
               const std::vector<std::string> & skipped = {});

/** CSV: a row an image. Recall of a kind of cells that there is none of is empty. */
std::string
EvaluationCsv(const std::vector<EvaluatedImage> & images);

/** SVG: Jaccard index (average precision), precision, recall and quality over the IoU thresholds. */
std::string
EvaluationCurve(const itk::PenCore::InstanceMetrics & pooled);
} // namespace pen

#endif
