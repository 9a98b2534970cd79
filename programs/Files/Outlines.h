// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_Outlines_h
#define pen_programs_Files_Outlines_h

#include "ProjectionEnhancement/Simulation/Simulation.h"

#include <string>
#include <vector>

namespace pen
{
/** \brief The outlines of a file's cells: layers, a 3D Slicer segmentation, or JSON of the paper's authors.
 *
 * \param pixelSize  um of the file's pixels; 0: what the file says
 * \param otherwise  um of its pixels where it says nothing
 *
 * Throws with one clear line where the file cannot be read or holds no cell. */
std::vector<itk::PenCore::CellOutline>
ReadOutlines(const std::string & path, double pixelSize, double otherwise);
} // namespace pen

#endif
