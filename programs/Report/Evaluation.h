// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Report_Evaluation_h
#define pen_programs_Report_Evaluation_h

#include "Frame/Batch.h"
#include "Frame/Program.h"
#include "Report/EvaluationReport.h"

#include "ProjectionEnhancement/Metrics/InstanceMetrics.h"
#include "ProjectionEnhancement/Metrics/Matching.h"

#include <string>
#include <vector>

namespace pen
{
/** Which images are compared, and what counts as a match. */
struct EvaluationOptions
{
  std::vector<std::string> truth; ///< files, paired in order with those of prediction
  std::vector<std::string> prediction;
  std::vector<std::string> ignore;
  std::vector<std::string> truthCells;
  double sliceSpacing = 0.0;
  double iou = 0.5;
  unsigned int touchingDistance = 2;
  double stackedShare = 0.5;
  std::vector<double> depthGaps = itk::PenCore::InstanceMetricsParameters().depthGapLimits;
  std::string json;
  std::string csv;
  std::string curve;
};

/** Adds --truth, --prediction, --ignore, --iou, --truth-cells, --slice-spacing, --touching-distance, --stacked-share,
 * --depth-gaps, --json, --csv and --curve. */
void
AddEvaluationOptions(CLI::App & app, EvaluationOptions & options);

/** How the cells of each image compare, and all together. */
struct Evaluation
{
  std::vector<EvaluatedImage> images;
  std::vector<std::string> skipped; ///< predictions that could not be compared
  itk::PenCore::InstanceMetrics pooled;
};

/** Compares the images and writes the reports that the options name. Throws UsageError where the options do not fit
 * each other, and with one clear line for a file that does not exist. Where there are several images, those that cannot
 * be compared are skipped; the caller finishes the \a batch. Throws where all are. */
Evaluation
Evaluate(const EvaluationOptions & options, Batch & batch, ProgramContext & context);
} // namespace pen

#endif
