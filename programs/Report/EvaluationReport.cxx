// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Report/EvaluationReport.h"

#include "Report/Chart.h"

#include "ProjectionEnhancement/Formats/DelimitedTable.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <utility>

namespace pen
{
namespace
{
using itk::PenCore::DelimitedField;
using itk::PenCore::InstanceMetrics;
using itk::PenCore::MatchCounts;
using itk::PenCore::TruthCounts;
using Json = nlohmann::ordered_json;

Json
ScoresToJson(const MatchCounts & counts)
{
  Json json;
  json["jaccard"] = counts.Jaccard();
  json["precision"] = counts.Precision();
  json["recall"] = counts.Recall();
  json["quality"] = counts.Quality();
  return json;
}

void
AddTruthCounts(const TruthCounts & counts, Json & json)
{
  json["cells"] = counts.cells;
  json["found"] = counts.found;
  json["recall"] = counts.cells > 0 ? Json(counts.Recall()) : Json();
  json["quality"] = counts.found > 0 ? Json(counts.Quality()) : Json();
}

Json
DepthGapsToJson(const InstanceMetrics & metrics)
{
  const std::vector<double> & limits = metrics.depthGapLimits;
  Json gaps = Json::array();
  for (std::size_t i = 0; i < metrics.depthGaps.size(); ++i)
  {
    Json gap;
    gap["from_um"] = i == 0 ? 0.0 : limits[i - 1];
    gap["to_um"] = i < limits.size() ? Json(limits[i]) : Json();
    AddTruthCounts(metrics.depthGaps[i], gap);
    gaps.push_back(gap);
  }
  return gaps;
}

Json
MetricsToJson(const InstanceMetrics & metrics)
{
  Json json = ScoresToJson(metrics.counts);
  json["tp"] = metrics.counts.truePositives;
  json["fp"] = metrics.counts.falsePositives;
  json["fn"] = metrics.counts.falseNegatives;
  json["thresholds"] = Json::array();
  for (const MatchCounts & counts : metrics.thresholds)
  {
    Json row{ { "iou", counts.iouThreshold } };
    row.update(ScoresToJson(counts));
    json["thresholds"].push_back(row);
  }
  json["aji"] = metrics.AggregatedJaccard();
  json["pq"] = metrics.counts.PanopticQuality();
  json["iou"] = metrics.counts.iouThreshold;
  json["mean_jaccard"] = metrics.MeanJaccard();
  json["boundary_precision"] = metrics.BoundaryPrecision();
  json["boundary_recall"] = metrics.BoundaryRecall();
  json["boundary_f"] = metrics.BoundaryFScore();
  for (std::size_t i = 0; i < metrics.overlapClasses.size(); ++i)
  {
    AddTruthCounts(metrics.overlapClasses[i], json["overlap_classes"][OverlapClassNames()[i]]);
  }
  if (!metrics.depthGaps.empty())
  {
    json["depth_gaps"] = DepthGapsToJson(metrics);
  }
  return json;
}

// What the columns of a gap begin with: gap_0_10, ... gap_40_up.
std::string
GapName(const std::vector<double> & limits, std::size_t gap)
{
  std::ostringstream name;
  name << "gap_" << (gap == 0 ? 0.0 : limits[gap - 1]) << '_';
  if (gap < limits.size())
  {
    name << limits[gap];
  }
  else
  {
    name << "up";
  }
  return name.str();
}

void
WriteTruthCounts(const TruthCounts & counts, std::ostream & csv)
{
  csv << ',' << counts.cells << ',' << counts.found << ',';
  if (counts.cells > 0)
  {
    csv << counts.Recall();
  }
}
} // namespace

const std::array<const char *, itk::PenCore::NumberOfOverlapClasses> &
OverlapClassNames()
{
  static const std::array<const char *, itk::PenCore::NumberOfOverlapClasses> names{ "isolated", "touching",
                                                                                     "overlapping", "stacked" };
  return names;
}

std::string
EvaluationJson(const InstanceMetrics & pooled, const std::vector<EvaluatedImage> & images,
               const std::vector<std::string> & skipped)
{
  Json json = MetricsToJson(pooled);
  json["images"] = Json::array();
  for (const EvaluatedImage & image : images)
  {
    Json row{ { "truth", image.truth }, { "prediction", image.prediction } };
    row.update(MetricsToJson(image.metrics));
    json["images"].push_back(row);
  }
  if (!skipped.empty())
  {
    json["skipped"] = skipped;
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string
EvaluationCsv(const std::vector<EvaluatedImage> & images)
{
  std::vector<double> limits;
  std::size_t numberOfGaps = 0;
  for (const EvaluatedImage & image : images)
  {
    limits = image.metrics.depthGapLimits;
    numberOfGaps = std::max(numberOfGaps, image.metrics.depthGaps.size());
  }
  std::ostringstream csv;
  csv << "truth,prediction,jaccard,precision,recall,quality,tp,fp,fn,aji,pq,mean_jaccard,boundary_f";
  const auto addColumns = [&csv](const std::string & name)
  { csv << ',' << name << "_cells," << name << "_found," << name << "_recall"; };
  for (const char * name : OverlapClassNames())
  {
    addColumns(name);
  }
  for (std::size_t gap = 0; gap < numberOfGaps; ++gap)
  {
    addColumns(GapName(limits, gap));
  }
  csv << '\n';
  for (const EvaluatedImage & image : images)
  {
    const InstanceMetrics & metrics = image.metrics;
    const MatchCounts & counts = metrics.counts;
    csv << DelimitedField(image.truth) << ',' << DelimitedField(image.prediction) << ',' << counts.Jaccard() << ','
        << counts.Precision() << ',' << counts.Recall() << ',' << counts.Quality() << ',' << counts.truePositives << ','
        << counts.falsePositives << ',' << counts.falseNegatives << ',' << metrics.AggregatedJaccard() << ','
        << counts.PanopticQuality() << ',' << metrics.MeanJaccard() << ',' << metrics.BoundaryFScore();
    for (const TruthCounts & truth : metrics.overlapClasses)
    {
      WriteTruthCounts(truth, csv);
    }
    for (std::size_t gap = 0; gap < numberOfGaps; ++gap)
    {
      WriteTruthCounts(metrics.depthGaps.empty() ? TruthCounts() : metrics.depthGaps[gap], csv);
    }
    csv << '\n';
  }
  return csv.str();
}

std::string
EvaluationCurve(const InstanceMetrics & pooled)
{
  Chart chart;
  chart.xLabel = "IoU that makes a match";
  chart.yLabel = "score";
  const std::vector<std::pair<std::string, double (MatchCounts::*)() const>> scores{
    { "Jaccard (AP)", &MatchCounts::Jaccard },
    { "precision", &MatchCounts::Precision },
    { "recall", &MatchCounts::Recall },
    { "quality", &MatchCounts::Quality },
  };
  for (const auto & [name, score] : scores)
  {
    ChartLine line{ name, {} };
    for (const MatchCounts & counts : pooled.thresholds)
    {
      line.points.emplace_back(counts.iouThreshold, (counts.*score)());
    }
    chart.lines.push_back(line);
  }
  return chart.ToSvg();
}
} // namespace pen
