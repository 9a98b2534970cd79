// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Compares predicted with true cells: how many were found, how many invented, how well they fit.

#include "Report/Evaluation.h"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace
{
using Metrics = itk::PenCore::InstanceMetrics;

void
PrintRow(const std::string & name, const Metrics & metrics)
{
  const itk::PenCore::MatchCounts & counts = metrics.counts;
  std::printf("%7.3f %9.3f %6.3f %7.3f %6llu %6llu %6llu %6.3f %6.3f  %s\n", counts.Jaccard(), counts.Precision(),
              counts.Recall(), counts.Quality(), static_cast<unsigned long long>(counts.truePositives),
              static_cast<unsigned long long>(counts.falsePositives),
              static_cast<unsigned long long>(counts.falseNegatives), metrics.AggregatedJaccard(),
              counts.PanopticQuality(), name.c_str());
}

void
PrintTable(const pen::Evaluation & evaluation)
{
  const std::vector<pen::EvaluatedImage> & images = evaluation.images;
  const Metrics & pooled = evaluation.pooled;
  std::printf("at IoU %g\n", pooled.counts.iouThreshold);
  std::printf("jaccard precision recall quality     tp     fp     fn    aji     pq\n");
  for (const pen::EvaluatedImage & image : images)
  {
    PrintRow(image.prediction, image.metrics);
  }
  const std::size_t count = images.size() + evaluation.skipped.size();
  if (count > 1)
  {
    const std::string compared = evaluation.skipped.empty() ? "all " : std::to_string(images.size()) + " of ";
    PrintRow(compared + std::to_string(count) + " images", pooled);
  }
  std::printf("found");
  for (std::size_t i = 0; i < pooled.overlapClasses.size(); ++i)
  {
    const itk::PenCore::TruthCounts & counts = pooled.overlapClasses[i];
    std::printf("%s %llu of %llu %s", i == 0 ? "" : ",", static_cast<unsigned long long>(counts.found),
                static_cast<unsigned long long>(counts.cells), pen::OverlapClassNames()[i]);
  }
  std::printf("\n");
}
} // namespace

int
main(int argc, char * argv[])
{
  pen::EvaluationOptions options;
  return pen::RunProgram(
    "pen-evaluate", "Compares predicted with true cells. Several images pair up in order and are pooled.", argc, argv,
    [&](CLI::App & app) { pen::AddEvaluationOptions(app, options); },
    [&](pen::ProgramContext & context)
    {
      pen::Batch batch("images", options.truth.size(), context);
      PrintTable(pen::Evaluate(options, batch, context));
      batch.Finish();
    });
}
