// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Report_Chart_h
#define pen_programs_Report_Chart_h

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

/** \brief Lines or bars over common axes, as SVG text that browsers and README pages show.
 *
 * Axes run over all points and end at round numbers. Each line has its own colour (Okabe and Ito's palette, which the
 * colour-blind can tell apart) and its name beside the chart. */
struct Chart
{
  std::string title;
  std::string xLabel;
  std::string yLabel;
  std::vector<ChartLine> lines;
  double barWidth = 0.0; ///< on the x axis; above 0, points are bars from 0 up, in the middle of their width

  std::string
  ToSvg() const;
};

/** How often values occur, as bars of a round width of which about \a wantedBars hold them all; values that are not
 * finite are left out. */
Chart
Histogram(const std::string & title, const std::string & xLabel, const std::vector<double> & values,
          int wantedBars = 12);
} // namespace pen

#endif
