// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penTrainingFolder_h
#define penTrainingFolder_h

#include "penProgram.h"

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
};

/** \brief The sample folders at or directly below a path: those that hold a stack.nrrd, in the order of their names.
 * Throws with one clear line where there is none. */
std::vector<std::string>
FindTrainingFolders(const std::string & path);

/** \brief Reads stack.nrrd, layers.nrrd, cells.csv (columns label, layer, approx_z in slices) and, where they exist,
 * ignore.nrrd and labels3d.nrrd (X x Y x Z, the labels of layers.nrrd) of one sample folder.
 *
 * Throws with one clear line where a file is missing or damaged, where sizes differ, or where a label has no row in the
 * table. */
TrainingFolder
ReadTrainingFolder(const std::string & path, ProgramContext & context);
} // namespace pen

#endif
