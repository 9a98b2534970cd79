// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Report/Chart.h"
#include "Report/Markup.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <sstream>

namespace pen
{
namespace
{
constexpr double Width = 720.0;
constexpr double Height = 420.0;
constexpr double Left = 70.0;
constexpr double Right = 170.0;
constexpr double Top = 40.0;
constexpr double Bottom = 55.0;
constexpr int WantedTicks = 6;

const std::array<const char *, 7> Colours{
  "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"
};

// A range that holds the values and ends at multiples of a round step.
struct Axis
{
  double low = 0.0;
  double high = 1.0;
  double step = 0.2;

  double
  Share(double value) const
  {
    return (value - low) / (high - low);
  }
};

// 1, 2 or 5 times a power of ten, of which at most so many fill a range.
double
RoundStep(double low, double high, int steps)
{
  const double range = high > low ? high - low : std::max(std::abs(high), 1.0);
  const double wish = range / steps;
  const double power = std::pow(10.0, std::floor(std::log10(wish)));
  double step = 10.0 * power;
  for (const double factor : { 5.0, 2.0, 1.0 })
  {
    step = factor * power >= wish ? factor * power : step;
  }
  return step;
}

Axis
MakeAxis(double low, double high)
{
  if (!(low <= high))
  {
    return {};
  }
  const double step = RoundStep(low, high, WantedTicks);
  Axis axis;
  axis.step = step;
  axis.low = std::floor(low / step) * step;
  axis.high = std::max(std::ceil(high / step) * step, axis.low + step);
  return axis;
}

bool
IsDrawn(const std::pair<double, double> & point)
{
  return std::isfinite(point.first) && std::isfinite(point.second);
}

std::string
Number(double value)
{
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", std::abs(value) < 1e-12 ? 0.0 : value);
  return text.data();
}

void
WriteText(std::ostream & svg, double x, double y, const std::string & anchor, const std::string & text)
{
  svg << "<text x=\"" << Number(x) << "\" y=\"" << Number(y) << "\" text-anchor=\"" << anchor << "\">"
      << EscapedForMarkup(text) << "</text>\n";
}

void
WriteRule(std::ostream & svg, double x1, double y1, double x2, double y2)
{
  svg << "<line x1=\"" << Number(x1) << "\" y1=\"" << Number(y1) << "\" x2=\"" << Number(x2) << "\" y2=\"" << Number(y2)
      << "\" stroke=\"#cccccc\"/>\n";
}

void
WriteBars(std::ostream & svg, const ChartLine & line, const char * colour, double width,
          const std::function<double(double)> & toX, const std::function<double(double)> & toY)
{
  for (const auto & point : line.points)
  {
    if (IsDrawn(point))
    {
      svg << "<rect x=\"" << Number(toX(point.first) - 0.5 * width) << "\" y=\"" << Number(toY(point.second))
          << "\" width=\"" << Number(width) << "\" height=\"" << Number(toY(0.0) - toY(point.second)) << "\" fill=\""
          << colour << "\" stroke=\"#ffffff\"/>\n";
    }
  }
}
} // namespace

std::string
Chart::ToSvg() const
{
  constexpr double Infinity = std::numeric_limits<double>::infinity();
  double lowX = Infinity;
  double highX = -Infinity;
  double lowY = Infinity;
  double highY = -Infinity;
  for (const ChartLine & line : lines)
  {
    for (const auto & point : line.points)
    {
      if (IsDrawn(point))
      {
        lowX = std::min(lowX, point.first);
        highX = std::max(highX, point.first);
        lowY = std::min(lowY, point.second);
        highY = std::max(highY, point.second);
      }
    }
  }
  if (barWidth > 0.0)
  {
    lowX -= 0.5 * barWidth;
    highX += 0.5 * barWidth;
    lowY = std::min(lowY, 0.0);
  }
  const Axis xAxis = MakeAxis(lowX, highX);
  const Axis yAxis = MakeAxis(lowY, highY);
  const auto toX = [&](double value) { return Left + xAxis.Share(value) * (Width - Left - Right); };
  const auto toY = [&](double value) { return Height - Bottom - yAxis.Share(value) * (Height - Top - Bottom); };

  std::ostringstream svg;
  svg << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << Width << ' ' << Height
      << "\" font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
  for (int i = 0; xAxis.low + i * xAxis.step <= xAxis.high + 0.5 * xAxis.step; ++i)
  {
    const double value = xAxis.low + i * xAxis.step;
    WriteRule(svg, toX(value), Top, toX(value), Height - Bottom);
    WriteText(svg, toX(value), Height - Bottom + 18.0, "middle", Number(value));
  }
  for (int i = 0; yAxis.low + i * yAxis.step <= yAxis.high + 0.5 * yAxis.step; ++i)
  {
    const double value = yAxis.low + i * yAxis.step;
    WriteRule(svg, Left, toY(value), Width - Right, toY(value));
    WriteText(svg, Left - 8.0, toY(value) + 4.0, "end", Number(value));
  }
  WriteText(svg, Left, Top - 16.0, "start", title);
  WriteText(svg, 0.5 * (Left + Width - Right), Height - 12.0, "middle", xLabel);
  WriteText(svg, 8.0, Top - 16.0, "start", yLabel);
  for (std::size_t i = 0; i < lines.size(); ++i)
  {
    const char * colour = Colours[i % Colours.size()];
    if (barWidth > 0.0)
    {
      WriteBars(svg, lines[i], colour, barWidth * (toX(1.0) - toX(0.0)), toX, toY);
      continue;
    }
    svg << "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" << colour << "\" points=\"";
    for (const auto & point : lines[i].points)
    {
      if (IsDrawn(point))
      {
        svg << Number(toX(point.first)) << ',' << Number(toY(point.second)) << ' ';
      }
    }
    const double y = Top + 20.0 * static_cast<double>(i) + 8.0;
    svg << "\"/>\n<rect x=\"" << Width - Right + 14.0 << "\" y=\"" << y - 8.0 << "\" width=\"14\" height=\"4\" fill=\""
        << colour << "\"/>\n";
    WriteText(svg, Width - Right + 34.0, y - 1.0, "start", lines[i].name);
  }
  svg << "</svg>\n";
  return svg.str();
}

Chart
Histogram(const std::string & title, const std::string & xLabel, const std::vector<double> & values, int wantedBars)
{
  Chart chart{ title, xLabel, "cells", {} };
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  if (finite.empty())
  {
    return chart;
  }
  const auto range = std::minmax_element(finite.begin(), finite.end());
  chart.barWidth = RoundStep(*range.first, *range.second, wantedBars);
  std::map<long long, double> counts;
  for (const double value : finite)
  {
    counts[static_cast<long long>(std::floor(value / chart.barWidth))] += 1.0;
  }
  ChartLine bars;
  for (const auto & [bar, count] : counts)
  {
    bars.points.emplace_back((static_cast<double>(bar) + 0.5) * chart.barWidth, count);
  }
  chart.lines.push_back(bars);
  return chart;
}
} // namespace pen
