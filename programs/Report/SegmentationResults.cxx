// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Report/SegmentationResults.h"
#include "Pictures/PictureTools.h"
#include "ProjectionEnhancement/Formats/CellsTable.h"
#include "ProjectionEnhancement/Formats/LabelTiff.h"
#include "ProjectionEnhancement/Formats/RoiSet.h"
#include "ProjectionEnhancement/Formats/SlicerSegmentation.h"

#include <CLI/CLI.hpp>

#include <utility>

namespace pen
{
namespace
{
constexpr itk::SizeValueType WidestPicture = 32768;

PictureImage::Pointer
Background(const SegmentationResult & result, const PictureOptions & options)
{
  const auto size = result.stack.image->GetLargestPossibleRegion().GetSize();
  const PictureImage::Pointer gray =
    GrayMaximumProjection(result.stack.image, options.width > 0 ? options.width : UsualPictureWidth(size[0], size[1]));
  const bool grows = options.width > gray->GetLargestPossibleRegion().GetSize(0);
  return grows ? Resized(gray, options.width) : gray;
}

PictureImage::Pointer
Overlay(const SegmentationResult & result, const PictureOptions & options, bool byDepth)
{
  const PictureImage::Pointer picture = Background(result, options);
  if (byDepth)
  {
    DrawDepthOutlines(result.cells, result.stack.image, picture);
  }
  else
  {
    DrawOutlines(result.cells, picture);
  }
  if (options.scaleBar && result.stack.spacingIsKnown)
  {
    DrawScaleBar(picture);
  }
  return picture;
}

void
WritePictures(const SegmentationResult & result, const PictureOptions & options, const ResultFiles & files)
{
  if (const auto * file = files.Find("_overlay.png"))
  {
    WritePicture(Overlay(result, options, false), *file);
  }
  if (const auto * file = files.Find("_depth_overlay.png"))
  {
    WritePicture(Overlay(result, options, true), *file);
  }
  if (result.projection == nullptr)
  {
    return;
  }
  if (const auto * file = files.Find("_side_by_side.png"))
  {
    const PictureImage::Pointer overlay = Overlay(result, options, false);
    const itk::SizeValueType width = overlay->GetLargestPossibleRegion().GetSize(0);
    WritePicture(SideBySide(overlay, Resized(result.projection, width)), *file);
  }
  if (const auto * file = files.Find("_projection.png"))
  {
    WritePicture(result.projection, *file);
  }
}
} // namespace

void
ResultFiles::Claim(const std::string & ending, const std::string & path)
{
  m_Files[ending] = std::make_unique<OutputFile>(path);
}

const OutputFile *
ResultFiles::Find(const std::string & ending) const
{
  const auto found = m_Files.find(ending);
  return found == m_Files.end() ? nullptr : found->second.get();
}

void
ResultFiles::Drop(const std::string & ending)
{
  m_Files.erase(ending);
}

void
ResultFiles::Commit()
{
  for (const auto & [ending, file] : m_Files)
  {
    file->Commit();
  }
}

void
AddPictureOptions(CLI::App & app, PictureOptions & options)
{
  app.add_flag("--scale-bar", options.scaleBar, "Draw a scale bar into the overlays");
  app
    .add_option("--picture-width", options.width,
                "Pixels across the pictures (default: the stack's own, or those of 2^24 pixels)")
    ->check(CLI::Range(itk::SizeValueType{ 16 }, WidestPicture));
}

void
AddResultOptions(CLI::App & app, ResultOptions & options)
{
  app.add_flag("--save-flows", options.flows, "Also write NAME_flows.nrrd");
  app.add_flag("--save-projection", options.projection, "Also write NAME_projection.png");
  app.add_flag("--depth-overlay", options.depthOverlay,
               "Also write NAME_depth_overlay.png, outlines coloured by depth");
  app.add_flag("--side-by-side", options.sideBySide, "Also write NAME_side_by_side.png: overlay and PEN's projection");
  AddPictureOptions(app, options.pictures);
  app.add_flag("--rois", options.rois, "Also write NAME_rois.zip for ImageJ's ROI Manager");
  app.add_flag("--tiff", options.tiff, "Also write NAME_labels.ome.tif");
  app.add_flag("--no-report", options.noReport, "Do not write NAME_report.html");
}

std::vector<std::string>
EndingsOf(const ResultOptions & options)
{
  const std::pair<bool, const char *> wishes[] = { { true, "_labels.nrrd" },
                                                   { true, "_cells.csv" },
                                                   { true, ".seg.nrrd" },
                                                   { true, "_overlay.png" },
                                                   { options.depthOverlay, "_depth_overlay.png" },
                                                   { options.sideBySide, "_side_by_side.png" },
                                                   { options.projection, "_projection.png" },
                                                   { options.flows, "_flows.nrrd" },
                                                   { options.rois, "_rois.zip" },
                                                   { options.tiff, "_labels.ome.tif" },
                                                   { !options.noReport, "_report.html" } };
  std::vector<std::string> endings;
  for (const auto & [isWished, ending] : wishes)
  {
    if (isWished)
    {
      endings.emplace_back(ending);
    }
  }
  return endings;
}

void
ClaimFiles(const ResultOptions & options, const std::string & prefix, ResultFiles & files)
{
  for (const std::string & ending : EndingsOf(options))
  {
    files.Claim(ending, prefix + ending);
  }
}

std::string
WriteSegmentation(const SegmentationResult & result, const PictureOptions & pictures, ResultFiles & files)
{
  std::string problem;
  if (const auto * file = files.Find("_labels.nrrd"))
  {
    WriteLayers(result.layers, *file);
  }
  const auto * table = files.Find("_cells.csv");
  const auto * segmentation = files.Find(".seg.nrrd");
  // A look at all layers, which are made for it.
  const itk::PenCore::LabelPlaces places = table != nullptr || segmentation != nullptr
                                             ? itk::PenCore::PlacesOfLabels(result.layers)
                                             : itk::PenCore::LabelPlaces();
  if (table != nullptr)
  {
    table->Write([&](const std::string & path)
                 { itk::PenCore::WriteCellsTable(result.cells, places, result.stack.image, path); });
  }
  if (segmentation != nullptr)
  {
    segmentation->Write(
      [&](const std::string & path)
      { itk::PenCore::WriteSlicerSegmentation(result.cells, result.layers, places, result.stack.image, path); });
  }
  WritePictures(result, pictures, files);
  if (const auto * file = files.Find("_rois.zip"))
  {
    try
    {
      const itk::PenCore::HyperstackPlace place{ result.stack.channel, result.stack.frame };
      file->Write([&](const std::string & path)
                  { itk::PenCore::WriteRoiSet(result.cells, result.stack.image, path, place); });
    }
    catch (const itk::RangeError & error)
    {
      const std::string description = error.GetDescription();
      const std::string end = ": " + file->GetPath();
      problem = description.substr(0, description.size() - end.size()) + ", all but this is written" + end;
      files.Drop("_rois.zip");
    }
  }
  if (const auto * file = files.Find("_labels.ome.tif"))
  {
    file->Write(
      [&](const std::string & path)
      { itk::PenCore::WriteLabelTiff(result.layers, result.stack.image, result.stack.spacingIsKnown, path); });
  }
  if (const auto * file = files.Find("_flows.nrrd"))
  {
    WriteFlowField(result.flows, *file);
  }
  if (const auto * file = files.Find("_report.html"))
  {
    file->WriteText(ReportOfSegmentation(result).ToHtml());
  }
  return problem;
}
} // namespace pen
