// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Report/Evaluation.h"
#include "Files/ImageFile.h"
#include "Files/LayersFile.h"
#include "Frame/OutputFile.h"

#include "ProjectionEnhancement/Formats/CellsTable.h"
#include "itkInstanceSegmentationMetricsFilter.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <functional>
#include <memory>

namespace pen
{
namespace
{
using MetricsFilter = itk::InstanceSegmentationMetricsFilter<>;
using Metrics = MetricsFilter::MetricsType;
using IgnoreImage = MetricsFilter::IgnoreImageType;

void
VerifyOptions(const EvaluationOptions & options)
{
  const std::size_t images = options.truth.size();
  if (options.prediction.size() != images || (!options.ignore.empty() && options.ignore.size() != images))
  {
    throw UsageError("--truth, --prediction and --ignore need equal counts, but have " + std::to_string(images) + ", " +
                     std::to_string(options.prediction.size()) + " and " + std::to_string(options.ignore.size()));
  }
  if (!options.truthCells.empty() && options.truthCells.size() != images)
  {
    throw UsageError("--truth and --truth-cells need equal counts, but have " + std::to_string(images) + " and " +
                     std::to_string(options.truthCells.size()));
  }
  const std::vector<double> & gaps = options.depthGaps;
  if (std::adjacent_find(gaps.begin(), gaps.end(), [](double a, double b) { return !(a < b); }) != gaps.end())
  {
    throw UsageError("--depth-gaps must ascend");
  }
}

// A pixel is ignored where any page of the file is not 0.
IgnoreImage::Pointer
ReadIgnoreImage(const std::string & path)
{
  const LayersImage::Pointer pages = ReadLayers(path);
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
ReadTruth(const EvaluationOptions & options, std::size_t image)
{
  const itk::CellLabelMap::Pointer cells = ReadCells(options.truth[image]);
  if (options.truthCells.empty())
  {
    return cells;
  }
  const std::string & table = options.truthCells[image];
  const auto depths =
    itk::PenCore::ReadCellDepths(table, itk::PenCore::DepthUnit::Micrometers, { options.sliceSpacing, 0.0 });
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    auto * cell = cells->GetNthLabelObject(i);
    cell->SetDepth(itk::PenCore::DepthInTable(depths, cell->GetLabel(), options.truth[image], table));
  }
  return cells;
}

Metrics
Compare(const EvaluationOptions & options, std::size_t image)
{
  const auto filter = MetricsFilter::New();
  filter->SetTruth(ReadTruth(options, image));
  filter->SetUseTruthDepths(!options.truthCells.empty());
  filter->SetTouchingDistance(options.touchingDistance);
  filter->SetStackedShare(options.stackedShare);
  filter->SetDepthGapLimits(options.depthGaps);
  filter->SetPrediction(ReadCells(options.prediction[image]));
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
    Fail(OneLineMessage(error), options.prediction[image]);
  }
  return filter->GetMetrics();
}

// A report to write once everything is compared; whether its place can be written is known at once.
class LateReport
{
public:
  LateReport(const std::string & path, std::function<std::string()> text)
    : m_File(path.empty() ? nullptr : std::make_unique<OutputFile>(path))
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
  std::unique_ptr<OutputFile> m_File;
  std::function<std::string()> m_Text;
};
} // namespace

void
AddEvaluationOptions(CLI::App & app, EvaluationOptions & options)
{
  Reads(app.add_option("--truth", options.truth, "True cells, one label image or layers a field")->required());
  Reads(app.add_option("--prediction", options.prediction, "Predicted cells, in the same order")->required());
  Reads(app.add_option("--ignore", options.ignore, "Images that are not 0 where nothing is known, in the same order"));
  app.add_option("--iou", options.iou, "Intersection over union that makes a match")->check(CLI::Range(0.0, 1.0));
  Reads(app.add_option("--truth-cells", options.truthCells,
                       "Depths of the true cells, to count those that overlap by their gap in depth: CSV with label "
                       "and z (um) or approx_z (slices), in the same order"));
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

Evaluation
Evaluate(const EvaluationOptions & options, Batch & batch, ProgramContext & context)
{
  VerifyOptions(options);
  for (const auto * files : { &options.truth, &options.prediction, &options.ignore, &options.truthCells })
  {
    RequireReadableFiles(*files);
  }
  Evaluation evaluation;
  LateReport reports[] = { { options.json,
                             [&] { return EvaluationJson(evaluation.pooled, evaluation.images, evaluation.skipped); } },
                           { options.csv, [&] { return EvaluationCsv(evaluation.images); } },
                           { options.curve, [&] { return EvaluationCurve(evaluation.pooled); } } };

  context.PlanStages({ { "compare", 1.0 } }, static_cast<unsigned int>(options.truth.size()));
  for (std::size_t image = 0; image < options.truth.size(); ++image)
  {
    const auto compare = [&]
    {
      evaluation.images.push_back({ options.truth[image], options.prediction[image],
                                    context.RunStage("compare", [&] { return Compare(options, image); }) });
      evaluation.pooled += evaluation.images.back().metrics;
    };
    if (!batch.Try(options.prediction[image], compare))
    {
      evaluation.skipped.push_back(options.prediction[image]);
    }
  }
  if (evaluation.images.empty())
  {
    batch.Finish();
  }
  const auto & counts = evaluation.pooled.counts;
  if (counts.truePositives + counts.falseNegatives == 0)
  {
    context.Warn("there is no true cell to find: " + options.truth.front());
  }
  for (LateReport & report : reports)
  {
    report.Write();
  }
  for (LateReport & report : reports)
  {
    report.Commit();
  }
  return evaluation;
}
} // namespace pen
