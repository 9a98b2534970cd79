// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Report/Chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <sstream>

namespace
{
// The points of each polyline of an SVG text.
std::vector<std::vector<std::pair<double, double>>>
LinesOf(const std::string & svg)
{
  std::vector<std::vector<std::pair<double, double>>> lines;
  const std::regex pattern("<polyline[^>]*points=\"([^\"]*)\"");
  for (std::sregex_iterator it(svg.begin(), svg.end(), pattern); it != std::sregex_iterator(); ++it)
  {
    std::istringstream points((*it)[1]);
    lines.emplace_back();
    char comma = 0;
    for (double x = 0.0, y = 0.0; points >> x >> comma >> y;)
    {
      lines.back().emplace_back(x, y);
    }
  }
  return lines;
}
} // namespace

TEST(Chart, PointsLieInTheirPlacesOnCommonAxes)
{
  pen::Chart chart;
  chart.lines = { { "a", { { 0.0, 0.0 }, { 5.0, 5.0 }, { 10.0, 10.0 } } }, { "b", { { 10.0, 5.0 } } } };
  const auto lines = LinesOf(chart.ToSvg());
  ASSERT_EQ(lines.size(), 2u);
  ASSERT_EQ(lines[0].size(), 3u);
  ASSERT_EQ(lines[1].size(), 1u);
  // A straight line stays straight, y grows upward, and equal coordinates of two lines meet.
  EXPECT_NEAR(lines[0][1].first, 0.5 * (lines[0][0].first + lines[0][2].first), 1e-3);
  EXPECT_NEAR(lines[0][1].second, 0.5 * (lines[0][0].second + lines[0][2].second), 1e-3);
  EXPECT_GT(lines[0][2].first, lines[0][0].first);
  EXPECT_LT(lines[0][2].second, lines[0][0].second);
  EXPECT_DOUBLE_EQ(lines[1][0].first, lines[0][2].first);
  EXPECT_DOUBLE_EQ(lines[1][0].second, lines[0][1].second);
}

TEST(Chart, EndsItsAxesAtRoundNumbers)
{
  pen::Chart chart;
  chart.lines = { { "a", { { 3.0, 0.137 }, { 97.0, 0.954 } } } };
  const std::string svg = chart.ToSvg();
  for (const char * label : { ">0<", ">20<", ">100<", ">0.2<", ">1<" })
  {
    EXPECT_NE(svg.find(label), std::string::npos) << label;
  }
}

TEST(Chart, LeavesOutWhatWasNotMeasuredAndStandsWithoutPoints)
{
  pen::Chart chart;
  chart.lines = { { "a", { { 0.0, 1.0 }, { 1.0, std::nan("") }, { 2.0, 3.0 } } } };
  const auto lines = LinesOf(chart.ToSvg());
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].size(), 2u);
  chart.lines = { { "nothing <yet> & so", {} } };
  const std::string svg = chart.ToSvg();
  EXPECT_NE(svg.find("nothing &lt;yet&gt; &amp; so"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(Histogram, CountsValuesInBarsOfARoundWidth)
{
  const auto chart = pen::Histogram("Area", "area [um^2]", { 0.0, 9.9, 10.0, 99.0, 20.0, 25.0, NAN }, 12);
  EXPECT_EQ(chart.barWidth, 10.0);
  ASSERT_EQ(chart.lines.size(), 1u);
  const std::vector<std::pair<double, double>> bars{ { 5.0, 2.0 }, { 15.0, 1.0 }, { 25.0, 2.0 }, { 95.0, 1.0 } };
  EXPECT_EQ(chart.lines[0].points, bars);
  // Background, and a bar each; they stand on the axis at 365.
  const std::string svg = chart.ToSvg();
  std::size_t rectangles = 0;
  for (std::size_t place = svg.find("<rect"); place != std::string::npos; place = svg.find("<rect", place + 1))
  {
    ++rectangles;
  }
  EXPECT_EQ(rectangles, 5u);
  EXPECT_NE(svg.find("<rect x=\"70\" y=\"40\" width=\"48\" height=\"325\""), std::string::npos);
}

TEST(Histogram, StandsWithoutValuesAndWithEqualOnes)
{
  EXPECT_NE(pen::Histogram("Area", "area", {}).ToSvg().find("</svg>"), std::string::npos);
  const auto chart = pen::Histogram("Area", "area", { 7.0, 7.0 });
  ASSERT_EQ(chart.lines.size(), 1u);
  ASSERT_EQ(chart.lines[0].points.size(), 1u);
  EXPECT_EQ(chart.lines[0].points[0].second, 2.0);
}
