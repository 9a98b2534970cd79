// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Report_Report_h
#define pen_programs_Report_Report_h

#include "Pictures/Picture.h"
#include "Report/Chart.h"

#include <string>
#include <utility>
#include <vector>

namespace pen
{
/** Names and what they are, under a heading. */
struct ReportFacts
{
  std::string heading;
  std::vector<std::pair<std::string, std::string>> rows;
};

struct ReportPicture
{
  std::string caption;
  PictureImage::ConstPointer picture;
};

/** \brief A run's result as one HTML page that holds all it shows: it opens without a network or any other file.
 *
 * Pictures are PNG within the page, charts are SVG, the style is the page's own; no script. */
struct Report
{
  std::string title;
  std::vector<ReportPicture> pictures;
  std::vector<Chart> charts;
  std::vector<ReportFacts> facts;
  /** Longer texts by their headings, shown when clicked. */
  std::vector<std::pair<std::string, std::string>> details;

  std::string
  ToHtml() const;
};
} // namespace pen

#endif
