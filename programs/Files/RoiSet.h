// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_RoiSet_h
#define pen_programs_Files_RoiSet_h

#include "Frame/OutputFile.h"

#include "itkCellLabelObject.h"
#include "itkImageBase.h"

namespace pen
{
/** \brief Writes cells as a set of regions that ImageJ's and Fiji's ROI Manager opens (.zip of .roi files).
 *
 * A cell is a polygon along the edges of its pixels, which holds exactly its mask; parts and holes are joined to it by
 * lines that hold no area. It lies on the slice of the stack that is nearest to its depth, has DepthColour() over the
 * stack and a name that tells label and depth. Throws std::length_error for what the format cannot hold: pixels beyond
 * 32767, more than 65534 cells. The caller commits. */
void
WriteRoiSet(const itk::CellLabelMap * cells, const itk::ImageBase<3> * stack, const OutputFile & output);
} // namespace pen

#endif
