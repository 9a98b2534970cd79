// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Compares predicted with true cells: how many were found, how many invented, how well they fit.

#include "penLayersFile.h"
#include "penProgram.h"

#include "itkInstanceSegmentationMetricsFilter.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <optional>
#include <sstream>

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
  double iou = 0.5;
  std::string json;
  std::string csv;
};

struct ImageResult
{
  std::string truth;
  std::string prediction;
  Metrics metrics;
};

void
AddOptions(CLI::App & app, Options & options)
{
  app.add_option("--truth", options.truth, "True cells, one label image or layers a field")->required();
  app.add_option("--prediction", options.prediction, "Predicted cells, in the same order")->required();
  app.add_option("--ignore", options.ignore, "Images that are not 0 where nothing is known, in the same order");
  app.add_option("--iou", options.iou, "Intersection over union that makes a match")->check(CLI::Range(0.0, 1.0));
  app.add_option("--json", options.json, "Write the pooled scores to this file")->type_name("F.json");
  app.add_option("--csv", options.csv, "Write a row an image to this file")->type_name("F.csv");
}

void
RequirePairs(const Options & options)
{
  const std::size_t images = options.truth.size();
  if (options.prediction.size() != images || (!options.ignore.empty() && options.ignore.size() != images))
  {
    throw pen::UsageError("--truth, --prediction and --ignore need equal counts, but have " + std::to_string(images) +
                          ", " + std::to_string(options.prediction.size()) + " and " +
                          std::to_string(options.ignore.size()));
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

Metrics
Compare(const Options & options, std::size_t image)
{
  const auto filter = MetricsFilter::New();
  filter->SetTruth(pen::ReadCells(options.truth[image]));
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

std::string
ToJson(const Metrics & metrics)
{
  const auto scores = [](const itk::PenCore::MatchCounts & counts)
  {
    nlohmann::ordered_json json;
    json["jaccard"] = counts.Jaccard();
    json["precision"] = counts.Precision();
    json["recall"] = counts.Recall();
    json["quality"] = counts.Quality();
    return json;
  };
  nlohmann::ordered_json json = scores(metrics.counts);
  json["tp"] = metrics.counts.truePositives;
  json["fp"] = metrics.counts.falsePositives;
  json["fn"] = metrics.counts.falseNegatives;
  json["thresholds"] = nlohmann::ordered_json::array();
  for (const itk::PenCore::MatchCounts & counts : metrics.thresholds)
  {
    nlohmann::ordered_json row{ { "iou", counts.iouThreshold } };
    row.update(scores(counts));
    json["thresholds"].push_back(row);
  }
  json["aji"] = metrics.AggregatedJaccard();
  json["pq"] = metrics.counts.PanopticQuality();
  return json.dump(2) + "\n";
}

std::string
ToCsv(const std::vector<ImageResult> & results)
{
  std::ostringstream csv;
  csv << "truth,prediction,jaccard,precision,recall,quality,tp,fp,fn,aji,pq\n";
  for (const ImageResult & result : results)
  {
    const itk::PenCore::MatchCounts & counts = result.metrics.counts;
    csv << result.truth << ',' << result.prediction << ',' << counts.Jaccard() << ',' << counts.Precision() << ','
        << counts.Recall() << ',' << counts.Quality() << ',' << counts.truePositives << ',' << counts.falsePositives
        << ',' << counts.falseNegatives << ',' << result.metrics.AggregatedJaccard() << ',' << counts.PanopticQuality()
        << '\n';
  }
  return csv.str();
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
PrintTable(const std::vector<ImageResult> & results, const Metrics & pooled)
{
  std::printf("at IoU %g\n", pooled.counts.iouThreshold);
  std::printf("jaccard precision recall quality     tp     fp     fn    aji     pq\n");
  for (const ImageResult & result : results)
  {
    PrintRow(result.prediction, result.metrics);
  }
  if (results.size() > 1)
  {
    PrintRow("all " + std::to_string(results.size()) + " images", pooled);
  }
}

void
Evaluate(const Options & options, pen::ProgramContext & context)
{
  RequirePairs(options);
  std::optional<pen::OutputFile> json;
  std::optional<pen::OutputFile> csv;
  if (!options.json.empty())
  {
    json.emplace(options.json);
  }
  if (!options.csv.empty())
  {
    csv.emplace(options.csv);
  }

  context.PlanStages({ { "compare", 1.0 } }, static_cast<unsigned int>(options.truth.size()));
  std::vector<ImageResult> results;
  Metrics pooled;
  for (std::size_t image = 0; image < options.truth.size(); ++image)
  {
    results.push_back({ options.truth[image], options.prediction[image],
                        context.RunStage("compare", [&] { return Compare(options, image); }) });
    pooled += results.back().metrics;
  }

  if (json)
  {
    json->WriteText(ToJson(pooled));
    json->Commit();
  }
  if (csv)
  {
    csv->WriteText(ToCsv(results));
    csv->Commit();
  }
  PrintTable(results, pooled);
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
