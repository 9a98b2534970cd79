// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penSegmentationResults.h"
#include "penCellsTable.h"
#include "penLabelTiff.h"
#include "penPictureTools.h"
#include "penRoiSet.h"
#include "penSlicerSegmentation.h"

#include <utility>

namespace pen
{
namespace
{
constexpr itk::SizeValueType WidestPicture = 32768;

PictureImage::Pointer
Background(const SegmentationResult & result, const ResultOptions & options)
{
  const PictureImage::Pointer gray = GrayMaximumProjection(result.stack.image);
  return options.pictureWidth > 0 ? Resized(gray, options.pictureWidth) : gray;
}

PictureImage::Pointer
Overlay(const SegmentationResult & result, const ResultOptions & options, bool byDepth)
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
WritePictures(const SegmentationResult & result, const ResultOptions & options, ResultFiles & files)
{
  const PictureImage::Pointer overlay = Overlay(result, options, false);
  WritePicture(overlay, files.Add("_overlay.png"));
  if (options.depthOverlay)
  {
    WritePicture(Overlay(result, options, true), files.Add("_depth_overlay.png"));
  }
  if (options.sideBySide && result.projection != nullptr)
  {
    const itk::SizeValueType width = overlay->GetLargestPossibleRegion().GetSize(0);
    WritePicture(SideBySide(overlay, Resized(result.projection, width)), files.Add("_side_by_side.png"));
  }
}
} // namespace

ResultFiles::ResultFiles(std::string prefix)
  : m_Prefix(std::move(prefix))
{
}

const OutputFile &
ResultFiles::Add(const std::string & ending)
{
  auto & file = m_Files[ending];
  if (!file)
  {
    file = std::make_unique<OutputFile>(m_Prefix + ending);
  }
  return *file;
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
AddResultOptions(CLI::App & app, ResultOptions & options)
{
  app.add_flag("--depth-overlay", options.depthOverlay,
               "Also write NAME_depth_overlay.png, outlines coloured by depth");
  app.add_flag("--side-by-side", options.sideBySide, "Also write NAME_side_by_side.png: overlay and PEN's projection");
  app.add_flag("--scale-bar", options.scaleBar, "Draw a scale bar into the overlays");
  app.add_option("--picture-width", options.pictureWidth, "Pixels across the pictures (default: the stack's own)")
    ->check(CLI::Range(itk::SizeValueType{ 16 }, WidestPicture));
  app.add_flag("--rois", options.rois, "Also write NAME_rois.zip for ImageJ's ROI Manager");
  app.add_flag("--tiff", options.tiff, "Also write NAME_labels.ome.tif");
  app.add_flag("--no-report", options.noReport, "Do not write NAME_report.html");
}

void
ClaimFiles(const ResultOptions & options, ResultFiles & files)
{
  for (const char * ending : { "_labels.nrrd", "_cells.csv", ".seg.nrrd", "_overlay.png" })
  {
    files.Add(ending);
  }
  const std::pair<bool, const char *> wishes[] = { { options.depthOverlay, "_depth_overlay.png" },
                                                   { options.sideBySide, "_side_by_side.png" },
                                                   { options.rois, "_rois.zip" },
                                                   { options.tiff, "_labels.ome.tif" },
                                                   { !options.noReport, "_report.html" } };
  for (const auto & [isWished, ending] : wishes)
  {
    if (isWished)
    {
      files.Add(ending);
    }
  }
}

void
WriteSegmentation(const SegmentationResult & result, const ResultOptions & options, ResultFiles & files)
{
  WriteLayers(result.layers, files.Add("_labels.nrrd"));
  WriteCellsTable(result.cells, result.layers, result.stack.image, files.Add("_cells.csv"));
  WriteSlicerSegmentation(result.cells, result.layers, result.stack.image, files.Add(".seg.nrrd"));
  WritePictures(result, options, files);
  if (options.rois)
  {
    WriteRoiSet(result.cells, result.stack.image, files.Add("_rois.zip"));
  }
  if (options.tiff)
  {
    WriteLabelTiff(result.layers, result.stack, files.Add("_labels.ome.tif"));
  }
  if (!options.noReport)
  {
    files.Add("_report.html").WriteText(ReportOfSegmentation(result).ToHtml());
  }
}
} // namespace pen
