// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penSegmentationResults_h
#define penSegmentationResults_h

#include "penLayersFile.h"
#include "penOutputFile.h"
#include "penProgram.h"
#include "penReport.h"
#include "penStackFile.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pen
{
/** Files that begin alike and appear together once all are whole. */
class ResultFiles
{
public:
  explicit ResultFiles(std::string prefix);

  /** The file of an ending, claimed when it is asked for first; it lives as long as this. */
  const OutputFile &
  Add(const std::string & ending);

  void
  Commit();

private:
  std::string m_Prefix;
  std::map<std::string, std::unique_ptr<OutputFile>> m_Files;
};

/** What is written beside labels, table, overlay, report and Slicer segmentation, and what pictures look like. */
struct ResultOptions
{
  bool depthOverlay = false;
  bool sideBySide = false;
  bool scaleBar = false;
  bool rois = false;
  bool tiff = false;
  bool noReport = false;
  itk::SizeValueType pictureWidth = 0; ///< 0: the stack's
};

/** Adds --depth-overlay, --side-by-side, --scale-bar, --picture-width, --rois, --tiff and --no-report. */
void
AddResultOptions(CLI::App & app, ResultOptions & options);

/** Claims all files that WriteSegmentation() will write, so that a folder that takes none is told before the work. */
void
ClaimFiles(const ResultOptions & options, ResultFiles & files);

/** The cells of a stack and what they were found with. */
struct SegmentationResult
{
  std::string name;
  const StackFile & stack;
  const itk::CellLabelMap * cells;
  const LayersImage * layers;
  /** PEN's RGB picture; null where it was not made. */
  const PictureImage * projection;
  std::vector<ReportFacts> facts;
  std::vector<std::pair<std::string, std::string>> details;
};

/** \brief Writes _labels.nrrd, _cells.csv, _overlay.png, .seg.nrrd and, as the options say, _report.html,
 * _depth_overlay.png, _side_by_side.png, _rois.zip and _labels.ome.tif; doc/results.md tells what they hold. The caller
 * commits. */
void
WriteSegmentation(const SegmentationResult & result, const ResultOptions & options, ResultFiles & files);

/** The report of a result: pictures, histograms of depth and area, counts, and what the result tells itself. */
Report
ReportOfSegmentation(const SegmentationResult & result);
} // namespace pen

#endif
