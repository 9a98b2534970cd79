// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penChart_h
#define penChart_h

#include <string>
#include <utility>
#include <vector>

namespace pen
{
/** A line of a chart; points whose coordinates are not finite are left out. */
struct ChartLine
{
  std::string name;
  std::vector<std::pair<double, double>> points;
};

/** \brief Lines over common axes, as SVG text that browsers and README pages show.
 *
 * Axes run over all points and end at round numbers. Each line has its own colour (Okabe and Ito's palette, which the
 * colour-blind can tell apart) and its name beside the chart. */
struct Chart
{
  std::string title;
  std::string xLabel;
  std::string yLabel;
  std::vector<ChartLine> lines;

  std::string
  ToSvg() const;
};
} // namespace pen

#endif
