// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_TrainingFolder_h
#define pen_programs_Files_TrainingFolder_h

#include "Files/StackFile.h"
#include "Frame/Program.h"

#include "itkTrainingSampler.h"

#include <string>
#include <vector>

namespace pen
{
/** An annotated stack as read: raw intensities, and the spacing of its file in um (0 where unknown). */
struct TrainingFolder
{
  std::string path;
  itk::TrainingSample sample;
  double pixelSize = 0.0;
  double sliceSpacing = 0.0;
  double firstSlice = 0.0;       ///< its depth in um, as itk::DepthOfSlice() tells it
  std::size_t group = 0;         ///< of the samples that were named together
  std::string doubtAboutSpacing; ///< itk::DoubtAboutSpacing() of the stack
};

/** \brief The samples at or directly below a path, in the order of their names: folders that hold a stack.nrrd, and
 * the annotations gt/NAME.json of folders in the layout of the paper's authors, whose stacks are images/NAME.ome.tif.
 *
 * Such a file may be named itself. Throws with one clear line where there is none. */
std::vector<std::string>
FindTrainingFolders(const std::string & path);

/** No output of the run may replace a file of a sample that FindTrainingFolders() found. */
void
ProtectSample(const std::string & path);

/** \brief Reads a sample that FindTrainingFolders() found.
 *
 * Of a folder: stack.nrrd, layers.nrrd, cells.csv (columns label, layer, approx_z in slices) and, where they exist,
 * ignore.nrrd and labels3d.nrrd (X x Y x Z, the labels of layers.nrrd). Of an annotation in the authors' layout: its
 * polygons and the stack that belongs to it.
 *
 * Throws with one clear line where a file is missing or damaged, where sizes differ, or where a label has no row in the
 * table. */
TrainingFolder
ReadTrainingFolder(const std::string & path, ProgramContext & context, const StackOptions & options = {});
} // namespace pen

#endif
