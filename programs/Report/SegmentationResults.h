// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Report_SegmentationResults_h
#define pen_programs_Report_SegmentationResults_h

#include "Files/FlowFieldFile.h"
#include "Files/LayersFile.h"
#include "Files/StackFile.h"
#include "Frame/OutputFile.h"
#include "Frame/Program.h"
#include "Pictures/Picture.h"
#include "Report/Report.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pen
{
/** The files that a run is to leave, by their endings ("_cells.csv"); they appear together once all are whole. */
class ResultFiles
{
public:
  /** Claims \a path for the file that by default ends so. A file lives as long as this. */
  void
  Claim(const std::string & ending, const std::string & path);

  /** The file of an ending; null where it is not wanted. */
  const OutputFile *
  Find(const std::string & ending) const;

  /** Leaves out the file of an ending. */
  void
  Drop(const std::string & ending);

  void
  Commit();

private:
  std::map<std::string, std::unique_ptr<OutputFile>> m_Files;
};

/** What the pictures of a run look like. */
struct PictureOptions
{
  bool scaleBar = false;
  itk::SizeValueType width = 0; ///< in pixels; 0: UsualPictureWidth() of the stack
};

/** Adds --scale-bar and --picture-width. */
void
AddPictureOptions(CLI::App & app, PictureOptions & options);

/** Which files a run leaves beside labels, table, overlay and Slicer segmentation. */
struct ResultOptions
{
  PictureOptions pictures;
  bool depthOverlay = false;
  bool sideBySide = false;
  bool rois = false;
  bool tiff = false;
  bool noReport = false;
  bool flows = false;
  bool projection = false;

  bool
  NeedProjection() const
  {
    return projection || sideBySide;
  }
};

/** Adds --save-flows, --save-projection, --depth-overlay, --side-by-side, --scale-bar, --picture-width, --rois, --tiff
 * and --no-report. */
void
AddResultOptions(CLI::App & app, ResultOptions & options);

/** The endings of what the options ask for. */
std::vector<std::string>
EndingsOf(const ResultOptions & options);

/** Claims what the options ask for, named by a common beginning, so that a folder that takes no files is told before
 * the work. */
void
ClaimFiles(const ResultOptions & options, const std::string & prefix, ResultFiles & files);

/** The cells of a stack and what they were found with. */
struct SegmentationResult
{
  std::string name;
  const StackFile & stack;
  const itk::CellLabelMap * cells;
  const LayersImage * layers;
  /** PEN's RGB picture; null where it was not made. */
  const PictureImage * projection;
  const FlowFieldImage * flows;
  std::vector<ReportFacts> facts;
  std::vector<std::pair<std::string, std::string>> details;
};

/** \brief Writes those files that are claimed, of _labels.nrrd, _cells.csv, .seg.nrrd, _overlay.png,
 * _depth_overlay.png, _side_by_side.png, _projection.png, _rois.zip, _labels.ome.tif, _flows.nrrd and _report.html;
 * doc/results.md tells what they hold. The caller commits. A file whose format cannot hold the cells takes none of the
 * others with it: it is dropped, and what is wrong returned, to be told after the commit. Else that is empty. */
std::string
WriteSegmentation(const SegmentationResult & result, const PictureOptions & pictures, ResultFiles & files);

/** How many cells share pixels with another. */
std::size_t
CountOverlapping(const itk::CellLabelMap * cells);

/** The report of a result: pictures, histograms of depth and area, counts, and what the result tells itself. */
Report
ReportOfSegmentation(const SegmentationResult & result);
} // namespace pen

#endif
