// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// pen-evaluate as a Slicer module: one pair of label volumes, and the scores as returned values.

#include "PenEvaluateDescription.h"

#include "Frame/NumberText.h"
#include "Report/Evaluation.h"
#include "SlicerModule.h"

#include <CLI/CLI.hpp>

namespace
{
pen::ReturnedValues
ScoresOf(const itk::PenCore::InstanceMetrics & metrics)
{
  const itk::PenCore::MatchCounts & counts = metrics.counts;
  return { { "jaccard", pen::NumberText(counts.Jaccard()) },
           { "precision", pen::NumberText(counts.Precision()) },
           { "recall", pen::NumberText(counts.Recall()) },
           { "quality", pen::NumberText(counts.Quality()) },
           { "truePositives", std::to_string(counts.truePositives) },
           { "falsePositives", std::to_string(counts.falsePositives) },
           { "falseNegatives", std::to_string(counts.falseNegatives) },
           { "aggregatedJaccard", pen::NumberText(metrics.AggregatedJaccard()) },
           { "panopticQuality", pen::NumberText(counts.PanopticQuality()) } };
}
} // namespace

int
main(int argc, char * argv[])
{
  pen::EvaluationOptions options;
  return pen::RunSlicerModule(
    "PenEvaluate", PenEvaluateDescription, argc, argv, [&](CLI::App & app) { pen::AddEvaluationOptions(app, options); },
    [&](pen::ProgramContext & context, pen::ReturnedValues & returned)
    { returned = ScoresOf(pen::Evaluate(options, context).pooled); });
}
