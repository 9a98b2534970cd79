// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Pictures/PictureTools.h"
#include "ProjectionEnhancement/Formats/StackDepth.h"
#include "Report/SegmentationResults.h"

#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Cells/Overlap.h"
#include "itkVersion.h"

#include <algorithm>
#include <map>
#include <sstream>

namespace pen
{
namespace
{
// Larger stacks are shown smaller: the page is for looking, the files hold every pixel.
constexpr itk::SizeValueType WidestInReport = 1600;

std::string
Text(double value)
{
  std::ostringstream text;
  text << value;
  return text.str();
}

std::vector<double>
Areas(const itk::CellLabelMap * cells)
{
  const double pixelArea = cells->GetSpacing()[0] * cells->GetSpacing()[1];
  std::vector<double> areas;
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    areas.push_back(static_cast<double>(cells->GetNthLabelObject(i)->Size()) * pixelArea);
  }
  return areas;
}

std::vector<double>
Depths(const itk::CellLabelMap * cells)
{
  std::vector<double> depths;
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    depths.push_back(cells->GetNthLabelObject(i)->GetDepth());
  }
  return depths;
}

std::string
MedianAndRange(std::vector<double> values, const std::string & unit)
{
  if (values.empty())
  {
    return "none";
  }
  std::sort(values.begin(), values.end());
  const double median = 0.5 * (values[(values.size() - 1) / 2] + values[values.size() / 2]);
  return Text(median) + " (" + Text(values.front()) + " to " + Text(values.back()) + ") " + unit;
}

ReportFacts
CountsOf(const SegmentationResult & result)
{
  const itk::CellLabelMap * cells = result.cells;
  const bool isKnown = result.stack.spacingIsKnown;
  std::map<unsigned int, std::size_t> channels;
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    ++channels[cells->GetNthLabelObject(i)->GetChannel()];
  }
  ReportFacts facts{ "Cells", {} };
  facts.rows.emplace_back("cells", std::to_string(cells->GetNumberOfLabelObjects()));
  for (const auto & [channel, count] : channels)
  {
    facts.rows.emplace_back("in depth channel " + std::to_string(channel), std::to_string(count));
  }
  facts.rows.emplace_back("that overlap another", std::to_string(CountOverlapping(cells)));
  facts.rows.emplace_back("depth, median and range", MedianAndRange(Depths(cells), isKnown ? "um" : "slices"));
  facts.rows.emplace_back("area, median and range", MedianAndRange(Areas(cells), isKnown ? "um^2" : "pixels"));
  return facts;
}

ReportFacts
StackOf(const SegmentationResult & result)
{
  const auto size = result.stack.image->GetLargestPossibleRegion().GetSize();
  const auto spacing = result.stack.image->GetSpacing();
  const auto times = [](auto x, auto y, auto z) { return Text(x) + " x " + Text(y) + " x " + Text(z); };
  return { "Stack",
           { { "voxels", times(size[0], size[1], size[2]) },
             { "voxel size",
               result.stack.spacingIsKnown ? times(spacing[0], spacing[1], spacing[2]) + " um" : "not known" } } };
}

PictureImage::Pointer
Shown(const SegmentationResult & result, const PictureImage * background)
{
  const auto own = background->GetLargestPossibleRegion().GetSize(0);
  const PictureImage::Pointer picture = Resized(background, std::min(own, WidestInReport));
  if (result.stack.spacingIsKnown)
  {
    DrawScaleBar(picture);
  }
  return picture;
}
} // namespace

Report
ReportOfSegmentation(const SegmentationResult & result)
{
  const bool isKnown = result.stack.spacingIsKnown;
  const itk::PenCore::StackDepth range(result.stack.image);
  const PictureImage::Pointer gray = GrayMaximumProjection(result.stack.image, WidestInReport);
  const PictureImage::Pointer overlay = Shown(result, gray);
  DrawOutlines(result.cells, overlay);
  const PictureImage::Pointer byDepth = Shown(result, gray);
  DrawDepthOutlines(result.cells, result.stack.image, byDepth);

  Report report;
  report.title = result.name + ": " + std::to_string(result.cells->GetNumberOfLabelObjects()) + " cells";
  report.pictures.push_back({ "Outlines on the maximum projection, colours at random", overlay.GetPointer() });
  report.pictures.push_back({ "Outlines by depth, red " + Text(range.GetFirst()) + " to violet " +
                                Text(range.GetLast()) + (isKnown ? " um" : " slices"),
                              byDepth.GetPointer() });
  if (result.projection != nullptr)
  {
    report.pictures.push_back({ "PEN's projection", Shown(result, result.projection).GetPointer() });
  }
  report.charts.push_back(Histogram("Depth of cells", isKnown ? "depth [um]" : "depth [slices]", Depths(result.cells)));
  report.charts.push_back(Histogram("Area of cells", isKnown ? "area [um^2]" : "area [pixels]", Areas(result.cells)));
  report.facts.push_back(CountsOf(result));
  report.facts.push_back(StackOf(result));
  report.facts.insert(report.facts.end(), result.facts.begin(), result.facts.end());
  report.facts.push_back(
    { "Versions", { { "ITKProjectionEnhancement", PEN_VERSION }, { "ITK", itk::Version::GetITKVersion() } } });
  report.details = result.details;
  return report;
}

std::size_t
CountOverlapping(const itk::CellLabelMap * labelMap)
{
  const auto cells = itk::CellsFromLabelMap(labelMap);
  const auto pairs = itk::PenCore::FindOverlappingPairs(itk::PenCore::MasksOf(cells));
  const auto neighbours = itk::PenCore::OverlapNeighbours(pairs, cells.size());
  return static_cast<std::size_t>(
    std::count_if(neighbours.begin(), neighbours.end(), [](const auto & list) { return !list.empty(); }));
}
} // namespace pen
