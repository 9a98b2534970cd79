// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The same answers as scipy's linear_sum_assignment and Cellpose's average_precision (test/data/metrics), and the time
// that ten thousand cells take.
#include "Metrics/Assignment.h"
#include "ProjectionEnhancement/Metrics/Matching.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <random>

using namespace itk::PenCore;

namespace
{
// Copies, which outlive the loops over them.
std::vector<nlohmann::json>
Fixtures(const char * kind)
{
  return nlohmann::json::parse(std::ifstream(std::string(PEN_TEST_DATA_DIR) + "/metrics/metrics.json"))[kind];
}

// The masks of a label image given as value, count, value, count, ...
std::vector<PixelRuns>
MasksOfRuns(const std::vector<std::int32_t> & runs, std::int32_t width)
{
  std::int32_t highest = 0;
  for (std::size_t i = 0; i < runs.size(); i += 2)
  {
    highest = std::max(highest, runs[i]);
  }
  std::vector<PixelRuns> masks(static_cast<std::size_t>(highest));
  std::int32_t pixel = 0;
  for (std::size_t i = 0; i < runs.size(); i += 2)
  {
    const std::int32_t end = pixel + runs[i + 1];
    while (pixel < end)
    {
      const std::int32_t length = std::min(end - pixel, width - pixel % width);
      if (runs[i] > 0)
      {
        masks[static_cast<std::size_t>(runs[i] - 1)].push_back({ pixel % width, pixel / width, length });
      }
      pixel += length;
    }
  }
  return masks;
}

PixelRuns
Disc(double centreX, double centreY, double radius)
{
  PixelRuns runs;
  for (int y = static_cast<int>(centreY - radius); y <= centreY + radius; ++y)
  {
    const double half = radius * radius - (y - centreY) * (y - centreY);
    if (half > 1.0)
    {
      const auto width = static_cast<std::int32_t>(std::sqrt(half));
      runs.push_back({ static_cast<std::int32_t>(centreX) - width, y, 2 * width + 1 });
    }
  }
  return runs;
}
} // namespace

TEST(PenCoreMetricsFixtures, AssignmentsAreWorthAsMuchAsScipys)
{
  // scipy gives every row or every column a partner; so does ours where each pair is worth enough.
  constexpr double worthOfAnyPair = 16.0;
  for (const auto & fixture : Fixtures("assignments"))
  {
    const std::uint32_t rows = fixture["rows"];
    const std::uint32_t columns = fixture["columns"];
    const std::vector<double> weights = fixture["weights"];
    std::vector<AssignmentEdge> edges;
    for (std::uint32_t row = 0; row < rows; ++row)
    {
      for (std::uint32_t column = 0; column < columns; ++column)
      {
        edges.push_back({ row, column, weights[row * columns + column] + worthOfAnyPair });
      }
    }
    const std::vector<std::int64_t> columnOf = SolveMaximumAssignment(rows, columns, edges);
    double total = 0.0;
    std::uint32_t pairs = 0;
    for (std::uint32_t row = 0; row < rows; ++row)
    {
      if (columnOf[row] >= 0)
      {
        total += weights[row * columns + static_cast<std::size_t>(columnOf[row])];
        ++pairs;
      }
    }
    EXPECT_EQ(pairs, std::min(rows, columns));
    EXPECT_NEAR(total, fixture["total"].get<double>(), 1e-9) << rows << " x " << columns;
  }
}

TEST(PenCoreMetricsFixtures, AreThere)
{
  EXPECT_EQ(Fixtures("assignments").size(), 6u);
  EXPECT_EQ(Fixtures("pairs").size(), 5u);
}

// Where no weight is negative a pair that is worth nothing may stay away.
TEST(PenCoreMetricsFixtures, WithoutNegativeWeightsPartnersMayBeLeftOut)
{
  int cases = 0;
  for (const auto & fixture : Fixtures("assignments"))
  {
    const std::uint32_t columns = fixture["columns"];
    const std::vector<double> weights = fixture["weights"];
    if (*std::min_element(weights.begin(), weights.end()) < 0.0)
    {
      continue;
    }
    std::vector<AssignmentEdge> edges;
    for (std::uint32_t i = 0; i < weights.size(); ++i)
    {
      edges.push_back({ i / columns, i % columns, weights[i] });
    }
    double total = 0.0;
    std::size_t row = 0;
    for (const std::int64_t column : SolveMaximumAssignment(fixture["rows"], columns, edges))
    {
      total += column >= 0 ? weights[row * columns + static_cast<std::size_t>(column)] : 0.0;
      ++row;
    }
    EXPECT_NEAR(total, fixture["total"].get<double>(), 1e-9);
    ++cases;
  }
  EXPECT_EQ(cases, 4);
}

TEST(PenCoreMetricsFixtures, JaccardIsCellposesAveragePrecision)
{
  for (const auto & fixture : Fixtures("pairs"))
  {
    const auto truth = MasksOfRuns(fixture["truth"], fixture["width"]);
    const auto prediction = MasksOfRuns(fixture["prediction"], fixture["width"]);
    InstanceMetricsParameters parameters;
    parameters.thresholds = fixture["thresholds"].get<std::vector<double>>();
    const auto metrics = CompareInstances(MasksOf(truth), MasksOf(prediction), {}, parameters).metrics;
    for (std::size_t i = 0; i < parameters.thresholds.size(); ++i)
    {
      // Below one half the number of matches depends on whether their number or their IoU comes first.
      if (parameters.thresholds[i] >= 0.5)
      {
        EXPECT_EQ(metrics.thresholds[i].truePositives, fixture["tp"][i].get<double>());
        EXPECT_EQ(metrics.thresholds[i].falsePositives, fixture["fp"][i].get<double>());
        EXPECT_EQ(metrics.thresholds[i].falseNegatives, fixture["fn"][i].get<double>());
        EXPECT_NEAR(metrics.thresholds[i].Jaccard(), fixture["ap"][i].get<double>(), 1e-9);
      }
    }
  }
}

// Cellpose's own cost puts the number of matches first: (IoU >= threshold) + IoU / (2 min(truths, predictions)).
TEST(PenCoreMetricsFixtures, OurAssignmentOfCellposesCostHasItsTruePositivesAtEveryThreshold)
{
  for (const auto & fixture : Fixtures("pairs"))
  {
    const auto truth = MasksOfRuns(fixture["truth"], fixture["width"]);
    const auto prediction = MasksOfRuns(fixture["prediction"], fixture["width"]);
    const auto overlaps = ComputeIntersectionsOverUnions(MasksOf(truth), MasksOf(prediction));
    const auto fewest = static_cast<double>(std::min(truth.size(), prediction.size()));
    for (std::size_t i = 0; i < fixture["thresholds"].size(); ++i)
    {
      const double threshold = fixture["thresholds"][i];
      std::vector<AssignmentEdge> edges;
      for (const CellMatch & overlap : overlaps)
      {
        edges.push_back(
          { overlap.truth, overlap.prediction, (overlap.iou >= threshold ? 1.0 : 0.0) + overlap.iou / (2.0 * fewest) });
      }
      const auto predictionOf = SolveMaximumAssignment(truth.size(), prediction.size(), edges);
      const auto matches =
        std::count_if(overlaps.begin(), overlaps.end(),
                      [&](const CellMatch & overlap) {
                        return overlap.iou >= threshold &&
                               predictionOf[overlap.truth] == static_cast<std::int64_t>(overlap.prediction);
                      });
      EXPECT_EQ(static_cast<double>(matches), fixture["tp"][i].get<double>()) << "at " << threshold;
    }
  }
}

TEST(PenCoreMetricsFixtures, TenThousandCellsAgainstTenThousandTakeSeconds)
{
  // 620 x 620 pixels full of them: 465,000 pairs overlap. Measured: 0.56 s of one core.
  constexpr double extent = 620.0;
  std::mt19937 generator(3);
  std::uniform_real_distribution<double> place(0.0, extent);
  std::uniform_real_distribution<double> radius(8.0, 16.0);
  std::uniform_real_distribution<double> change(-2.0, 2.0);
  std::vector<PixelRuns> truth;
  std::vector<PixelRuns> prediction;
  for (int i = 0; i < 10000; ++i)
  {
    const double x = place(generator);
    const double y = place(generator);
    const double r = radius(generator);
    truth.push_back(Disc(x, y, r));
    prediction.push_back(Disc(x + change(generator), y + change(generator), r + 0.5 * change(generator)));
  }
  const std::clock_t start = std::clock();
  const auto comparison = CompareInstances(MasksOf(truth), MasksOf(prediction));
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  RecordProperty("ProcessorSeconds", std::to_string(seconds));
  EXPECT_GT(comparison.metrics.counts.truePositives, 9900u);
  // Far above what it takes, for slow machines and sanitizers; far below what a full matrix of 10^8 pairs would.
  EXPECT_LT(seconds, 20.0);
}
