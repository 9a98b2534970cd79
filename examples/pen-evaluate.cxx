// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Compares predicted with true cells: how many were found, how many invented, how well they fit.

#include "penDepthsTable.h"
#include "penEvaluationReport.h"
#include "penLayersFile.h"
#include "penProgram.h"

#include "itkInstanceSegmentationMetricsFilter.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>

namespace
{
using MetricsFilter = itk::InstanceSegmentationMetricsFilter<>;
using Metrics = MetricsFilter::MetricsType;
using IgnoreImage = MetricsFilter::IgnoreImageType;

struct Options
{
  std::vector<std::string> truth;
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

void
AddOptions(CLI::App & app, Options & options)
{
  app.add_option("--truth", options.truth, "True cells, one label image or layers a field")->required();
  app.add_option("--prediction", options.prediction, "Predicted cells, in the same order")->required();
  app.add_option("--ignore", options.ignore, "Images that are not 0 where nothing is known, in the same order");
  app.add_option("--iou", options.iou, "Intersection over union that makes a match")->check(CLI::Range(0.0, 1.0));
  app.add_option("--truth-cells", options.truthCells,
                 "Depths of the true cells, to count those that overlap by their gap in depth: CSV with label and z "
                 "(um) or approx_z (slices), in the same order");
  app.add_option("--slice-spacing", options.sliceSpacing, "Distance of the slices that approx_z counts, in um")
    ->check(CLI::PositiveNumber)
    ->always_capture_default(false);
  app
    .add_option("--touching-distance", options.touchingDistance,
                "Pixels within which another true cell makes one touching")
    ->check(CLI::Range(0u, 1000000u))
    ->capture_default_str();
  app
    .add_option("--stacked-share", options.stackedShare,
                "Share of a true cell's pixels common with another from which it counts as stacked")
    ->check(CLI::Range(0.0, 1.0))
    ->capture_default_str();
  app.add_option("--depth-gaps", options.depthGaps, "Gaps in um between which overlapping cells are counted")
    ->delimiter(',')
    ->type_name("A,B,...")
    ->capture_default_str();
  app.add_option("--json", options.json, "Write all scores, of each image and pooled, to this file")
    ->type_name("F.json");
  app.add_option("--csv", options.csv, "Write a row an image to this file")->type_name("F.csv");
  app.add_option("--curve", options.curve, "Draw the pooled scores over IoU thresholds in this file")
    ->type_name("F.svg");
}

void
VerifyOptions(const Options & options)
{
  const std::size_t images = options.truth.size();
  if (options.prediction.size() != images || (!options.ignore.empty() && options.ignore.size() != images))
  {
    throw pen::UsageError("--truth, --prediction and --ignore need equal counts, but have " + std::to_string(images) +
                          ", " + std::to_string(options.prediction.size()) + " and " +
                          std::to_string(options.ignore.size()));
  }
  if (!options.truthCells.empty() && options.truthCells.size() != images)
  {
    throw pen::UsageError("--truth and --truth-cells need equal counts, but have " + std::to_string(images) + " and " +
                          std::to_string(options.truthCells.size()));
  }
  const std::vector<double> & gaps = options.depthGaps;
  if (std::adjacent_find(gaps.begin(), gaps.end(), [](double a, double b) { return !(a < b); }) != gaps.end())
  {
    throw pen::UsageError("--depth-gaps must ascend");
  }
}

// A pixel is ignored where any page of the file is not 0.
IgnoreImage::Pointer
ReadIgnoreImage(const std::string & path)
{
  const pen::LayersImage::Pointer pages = pen::ReadLayers(path);
  const auto size = pages->GetLargestPossibleRegion().GetSize();
  const auto ignore = IgnoreImage::New();
  ignore->SetRegions(IgnoreImage::SizeType{ { size[0], size[1] } });
  ignore->Allocate(true);
  const std::size_t pixels = size[0] * size[1];
  for (std::size_t i = 0; i < pixels * size[2]; ++i)
  {
    ignore->GetBufferPointer()[i % pixels] |= pages->GetBufferPointer()[i] != 0 ? 1 : 0;
  }
  return ignore;
}

itk::CellLabelMap::Pointer
ReadTruth(const Options & options, std::size_t image)
{
  const itk::CellLabelMap::Pointer cells = pen::ReadCells(options.truth[image]);
  if (options.truthCells.empty())
  {
    return cells;
  }
  const std::string & table = options.truthCells[image];
  const auto depths = pen::ReadDepths(table, pen::DepthUnit::Micrometres, options.sliceSpacing);
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    auto * cell = cells->GetNthLabelObject(i);
    const auto depth = depths.find(cell->GetLabel());
    if (depth == depths.end())
    {
      pen::Fail("the table has no row for label " + std::to_string(cell->GetLabel()) + " of " + options.truth[image],
                table);
    }
    cell->SetDepth(depth->second);
  }
  return cells;
}

Metrics
Compare(const Options & options, std::size_t image)
{
  const auto filter = MetricsFilter::New();
  filter->SetTruth(ReadTruth(options, image));
  filter->SetUseTruthDepths(!options.truthCells.empty());
  filter->SetTouchingDistance(options.touchingDistance);
  filter->SetStackedShare(options.stackedShare);
  filter->SetDepthGapLimits(options.depthGaps);
  filter->SetPrediction(pen::ReadCells(options.prediction[image]));
  if (!options.ignore.empty())
  {
    filter->SetIgnoreImage(ReadIgnoreImage(options.ignore[image]));
  }
  filter->SetIoUThreshold(options.iou);
  // Labels that other programs made often carry no spacing; the grids must agree in size.
  filter->CheckPhysicalSpaceOff();
  try
  {
    filter->Update();
  }
  catch (const itk::ExceptionObject & error)
  {
    pen::Fail(pen::OneLineMessage(error), options.prediction[image]);
  }
  return filter->GetMetrics();
}

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
PrintTable(const std::vector<pen::EvaluatedImage> & images, const Metrics & pooled)
{
  std::printf("at IoU %g\n", pooled.counts.iouThreshold);
  std::printf("jaccard precision recall quality     tp     fp     fn    aji     pq\n");
  for (const pen::EvaluatedImage & image : images)
  {
    PrintRow(image.prediction, image.metrics);
  }
  if (images.size() > 1)
  {
    PrintRow("all " + std::to_string(images.size()) + " images", pooled);
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

// A report to write once everything is compared; whether its place can be written is known at once.
class Report
{
public:
  Report(const std::string & path, std::function<std::string()> text)
    : m_File(path.empty() ? nullptr : std::make_unique<pen::OutputFile>(path))
    , m_Text(std::move(text))
  {
  }

  void
  Write()
  {
    if (m_File)
    {
      m_File->WriteText(m_Text());
    }
  }

  void
  Commit()
  {
    if (m_File)
    {
      m_File->Commit();
    }
  }

private:
  std::unique_ptr<pen::OutputFile> m_File;
  std::function<std::string()> m_Text;
};

void
Evaluate(const Options & options, pen::ProgramContext & context)
{
  VerifyOptions(options);
  std::vector<pen::EvaluatedImage> images;
  Metrics pooled;
  Report reports[] = { { options.json, [&] { return pen::EvaluationJson(pooled, images); } },
                       { options.csv, [&] { return pen::EvaluationCsv(images); } },
                       { options.curve, [&] { return pen::EvaluationCurve(pooled); } } };

  context.PlanStages({ { "compare", 1.0 } }, static_cast<unsigned int>(options.truth.size()));
  for (std::size_t image = 0; image < options.truth.size(); ++image)
  {
    images.push_back({ options.truth[image], options.prediction[image],
                       context.RunStage("compare", [&] { return Compare(options, image); }) });
    pooled += images.back().metrics;
  }
  for (Report & report : reports)
  {
    report.Write();
  }
  for (Report & report : reports)
  {
    report.Commit();
  }
  PrintTable(images, pooled);
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-evaluate", "Compares predicted with true cells. Several images pair up in order and are pooled.", argc, argv,
    [&](CLI::App & app) { AddOptions(app, options); },
    [&](pen::ProgramContext & context) { Evaluate(options, context); });
}
