// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_TrainingFolderWriter_h
#define pen_programs_Files_TrainingFolderWriter_h

#include "itkTrainingSample.h"

#include <string>
#include <vector>

namespace pen
{
/** How the voxels of a stack lie in its file. */
enum class StackStorage
{
  Byte,    ///< rounded and clamped to 0..255
  Short,   ///< rounded and clamped to 0..65535
  Float,   ///< as they are
  Smallest ///< the smallest of these that loses nothing
};

/** The smallest storage that loses nothing of these voxels. */
StackStorage
SmallestStorage(const std::vector<float> & voxels);

/** \brief Writes a training folder: stack.nrrd, layers.nrrd, cells.csv (label, layer, approx_z in slices, area_px) and,
 * where the sample has them, ignore.nrrd and labels3d.nrrd.
 *
 * Cell i has label i + 1. The spacing is the sample's. The folder appears whole or not at all; one that is there
 * already is replaced if it is a training folder. pen::ReadTrainingFolder() reads it back. Throws with one clear line
 * where the folder cannot be written, and where the sample's buffers do not fit its size. */
void
WriteTrainingFolder(const itk::TrainingSample & sample, const std::string & path,
                    StackStorage storage = StackStorage::Smallest);
} // namespace pen

#endif
