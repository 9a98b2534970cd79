// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Report/Report.h"
#include "Pictures/Png.h"
#include "Report/Markup.h"

#include <sstream>

namespace pen
{
namespace
{
constexpr const char * Style = R"(
body { font-family: sans-serif; max-width: 1200px; margin: 2em auto; padding: 0 1em; color: #222; }
.row { display: flex; flex-wrap: wrap; gap: 1.5em; }
figure { margin: 0; flex: 0 1 calc(50% - .75em); min-width: 320px; }
figure img, figure svg { width: 100%; height: auto; }
figcaption { color: #555; padding: .3em 0 1em; }
table { border-collapse: collapse; margin-bottom: 1em; }
td { padding: .2em 1em .2em 0; vertical-align: top; border-bottom: 1px solid #ddd; }
pre { white-space: pre-wrap; background: #f5f5f5; padding: 1em; }
)";

void
WritePictures(const std::vector<ReportPicture> & pictures, std::ostream & html)
{
  html << "<div class=\"row\">\n";
  for (const ReportPicture & picture : pictures)
  {
    const std::string caption = EscapedForMarkup(picture.caption);
    html << "<figure><img alt=\"" << caption << "\" src=\"data:image/png;base64," << Base64(PngBytes(picture.picture))
         << "\"><figcaption>" << caption << "</figcaption></figure>\n";
  }
  html << "</div>\n";
}

void
WriteFacts(const ReportFacts & facts, std::ostream & html)
{
  html << "<h2>" << EscapedForMarkup(facts.heading) << "</h2>\n<table>\n";
  for (const auto & [name, value] : facts.rows)
  {
    html << "<tr><td>" << EscapedForMarkup(name) << "</td><td>" << EscapedForMarkup(value) << "</td></tr>\n";
  }
  html << "</table>\n";
}
} // namespace

std::string
Report::ToHtml() const
{
  std::ostringstream html;
  const std::string heading = EscapedForMarkup(title);
  html << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" << heading
       << "</title>\n<style>" << Style << "</style>\n</head>\n<body>\n<h1>" << heading << "</h1>\n";
  WritePictures(pictures, html);
  html << "<div class=\"row\">\n";
  for (const Chart & chart : charts)
  {
    html << "<figure>" << chart.ToSvg() << "</figure>\n";
  }
  html << "</div>\n";
  for (const ReportFacts & group : facts)
  {
    WriteFacts(group, html);
  }
  for (const auto & [name, text] : details)
  {
    html << "<details><summary>" << EscapedForMarkup(name) << "</summary><pre>" << EscapedForMarkup(text)
         << "</pre></details>\n";
  }
  html << "</body>\n</html>\n";
  return html.str();
}
} // namespace pen
