// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_TrainingFolderParts_h
#define pen_programs_Files_TrainingFolderParts_h

#include "Files/StackFile.h"
#include "Files/TrainingFolder.h"

#include "ProjectionEnhancement/Formats/CellsTable.h"

#include <string>
#include <vector>

namespace pen
{
/** A sample with nothing but its stack, and the stack's spacing. */
TrainingFolder
ReadStackOfSample(const std::string & path, const StackOptions & options, ProgramContext & context);

/** Adds the cells of layers to a sample, without their depths. Returns the label of each. Throws with one clear line
 * where the image is damaged, is no layers image, or has another size than the stack. */
std::vector<itk::SizeValueType>
ReadCellMasks(const std::string & path, itk::TrainingSample & sample);

/** Takes the depth of each cell from a table whose header names label and approx_z (slices) or z (um, for which the
 * slices' distance must be known). \a layers is told where a label has no row. Throws with one clear line where a depth
 * lies outside the stack. */
void
SetDepthsFromTable(const std::string & path, const std::string & layers, const std::vector<itk::SizeValueType> & labels,
                   const itk::PenCore::SliceGrid & slices, itk::TrainingSample & sample);

/** Takes the pixels of an image that are not 0 on any page as unknown truth. */
void
ReadIgnoreMask(const std::string & path, itk::TrainingSample & sample);
} // namespace pen

#endif
