// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penSegmentation_h
#define penSegmentation_h

#include "penFlowFieldFile.h"
#include "penLayersFile.h"
#include "penMaskOptions.h"
#include "penNetworkOptions.h"
#include "penProgram.h"
#include "penSegmentationResults.h"
#include "penStackFile.h"

#include "itkCellLabelObject.h"
#include "itkSegmentationNetwork.h"

#include <string>
#include <vector>

namespace pen
{
/** How the cells of a stack are found: model, depth windows, tiles, dynamics, duplicates. */
struct SegmentationOptions
{
  std::string model; ///< empty: the one that ships with the programs
  StackOptions reading;
  NetworkPlace place;
  MaskOptions masks;
  std::string merge = "0.5";
  std::string depthWindow = "auto";
  double pixelSize = 0.0;
  double diameter = 0.0;
  double minimumArea = OurMinimumArea;
  unsigned int memory = 512; ///< MiB
  std::string scratchFolder; ///< of planes and flows that do not fit the memory; the caller knows where there is room
  unsigned int tile = 512;
  unsigned int overlap = 48;
  std::string ahead = "auto"; ///< auto, on, off
};

/** Bytes that a stack may take to be read as a whole. */
std::size_t
StackBytes(const SegmentationOptions & options);

/** Adds the options of reading, network, masks, merging and depth windows, and --model, --pixel-size, --diameter,
 * --tile, --overlap, --memory, --ahead and --min-area. */
void
AddSegmentationOptions(CLI::App & app, SegmentationOptions & options);

/** The model that the options name, or that ships. */
std::string
ModelPath(const SegmentationOptions & options);

/** Loads the model, as a stage. Throws UsageError where the options contradict each other or it. */
itk::SegmentationNetwork::Pointer
LoadNetwork(const SegmentationOptions & options, ProgramContext & context);

/** What Segment() will go through, for the progress bar; "read" and "write" are the caller's. */
std::vector<PlannedStage>
SegmentationStages(bool withProjection);

/** The cells of a stack, with depths and channels, and what led to them. */
struct Segmentation
{
  FlowFieldImage::Pointer flows; ///< a window's depth channels, then the next one's; null where they were not wanted
  itk::ProcessObject::Pointer flowSource; ///< reads the flows where they are not in memory
  itk::CellLabelMap::Pointer cells;
  LayersImage::Pointer layers;
  itk::ProcessObject::Pointer layersSource; ///< makes the layers, part by part
  PictureImage::Pointer projection;         ///< PEN's picture; null where it was not wanted
};

/** What Segment() keeps or makes beside the cells. */
struct SegmentationExtras
{
  bool projection = false;
  bool flows = false;
};

/** Finds the cells of a stack, window by window: network, dynamics, merging of duplicates, depths. */
Segmentation
Segment(const StackFile & stack, itk::SegmentationNetwork * network, const SegmentationOptions & options,
        const SegmentationExtras & extras, ProgramContext & context);

/** What the files of a run tell: the cells, how they were found, and the parameters as \a parser knows them. */
SegmentationResult
ResultOf(const Segmentation & segmentation, const std::string & name, const std::string & path, const StackFile & stack,
         const itk::SegmentationNetwork * network, const SegmentationOptions & options, const CLI::App & parser);
} // namespace pen

#endif
