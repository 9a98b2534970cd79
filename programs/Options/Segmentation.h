// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_Segmentation_h
#define pen_programs_Options_Segmentation_h

#include "Files/FlowFieldFile.h"
#include "Files/LayersFile.h"
#include "Files/StackFile.h"
#include "Frame/Program.h"
#include "Options/NetworkOptions.h"
#include "Options/RecipeOptions.h"
#include "Report/SegmentationResults.h"

#include "itkCellLabelObject.h"
#include "itkCellSegmentationImageFilter.h"

#include <string>
#include <vector>

namespace pen
{
/** The library's filter, of which the programs are a frame. */
using SegmentationFilter = itk::CellSegmentationImageFilter<StackImage>;

/** How the cells of a stack are found: model, recipe, tiles. */
struct SegmentationOptions
{
  std::string model; ///< empty: the one that ships with the programs
  StackOptions reading;
  NetworkPlace place;
  RecipeOptions recipe;
  double pixelSize = 0.0;
  double diameter = 0.0;
  std::vector<double> intensityRange; ///< that count as 0 and 1; empty: by the model's normalisation
  unsigned int memory = 512;          ///< MiB
  std::string scratchFolder; ///< of planes and flows that do not fit the memory; the caller knows where there is room
  unsigned int tile = 512;
  unsigned int overlap = 48;
  std::string ahead = "auto"; ///< auto, on, off
};

/** Bytes that a stack may take to be read as a whole. */
std::size_t
StackBytes(const SegmentationOptions & options);

/** Adds the options of reading, network and recipe, and --model, --pixel-size, --diameter, --tile, --overlap, --memory
 * and
 * --ahead. */
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
  SegmentationFilter::Pointer filter; ///< has been run; makes flows and projection where they were wanted
  LayersImage::Pointer layers;
  itk::ProcessObject::Pointer layersSource; ///< makes the layers, part by part

  const itk::CellLabelMap *
  GetCells() const
  {
    return filter->GetOutput();
  }
};

/** What Segment() keeps or makes beside the cells. */
struct SegmentationExtras
{
  bool projection = false;
  bool flows = false;
};

/** Finds the cells of a stack with the library's filter, of which each stage is one of the program's. Warns of what was
 * left out. \a path is the stack's. */
Segmentation
Segment(const StackFile & stack, const std::string & path, itk::SegmentationNetwork * network,
        const SegmentationOptions & options, const SegmentationExtras & extras, ProgramContext & context);

/** What the files of a run tell: the cells, how they were found, and the parameters as \a parser knows them. */
SegmentationResult
ResultOf(const Segmentation & segmentation, const std::string & name, const std::string & path, const StackFile & stack,
         const SegmentationOptions & options, const CLI::App & parser);
} // namespace pen

#endif
