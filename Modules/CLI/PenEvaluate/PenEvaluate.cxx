// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// pen-evaluate as a Slicer module: one pair of label volumes, and the scores as returned values.

#include "PenEvaluateDescription.h"

#include "ProjectionEnhancement/Base/NumberText.h"
#include "Report/Evaluation.h"
#include "SlicerModule.h"

#include <CLI/CLI.hpp>

namespace
{
pen::ReturnedValues
ScoresOf(const itk::PenCore::InstanceMetrics & metrics)
{
  const itk::PenCore::MatchCounts & counts = metrics.counts;
  return { { "jaccard", itk::PenCore::NumberText(counts.Jaccard()) },
           { "precision", itk::PenCore::NumberText(counts.Precision()) },
           { "recall", itk::PenCore::NumberText(counts.Recall()) },
           { "quality", itk::PenCore::NumberText(counts.Quality()) },
           { "truePositives", std::to_string(counts.truePositives) },
           { "falsePositives", std::to_string(counts.falsePositives) },
           { "falseNegatives", std::to_string(counts.falseNegatives) },
           { "aggregatedJaccard", itk::PenCore::NumberText(metrics.AggregatedJaccard()) },
           { "panopticQuality", itk::PenCore::NumberText(counts.PanopticQuality()) } };
}
} // namespace

int
main(int argc, char * argv[])
{
  pen::EvaluationOptions options;
  return pen::RunSlicerModule(
    "PenEvaluate", PenEvaluateDescription, argc, argv, [&](CLI::App & app) { pen::AddEvaluationOptions(app, options); },
    [&](pen::ProgramContext & context, pen::ReturnedValues & returned)
    {
      pen::Batch batch("images", options.truth.size(), context);
      returned = ScoresOf(pen::Evaluate(options, batch, context).pooled);
      batch.Finish();
    });
}
