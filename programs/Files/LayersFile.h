// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_LayersFile_h
#define pen_programs_Files_LayersFile_h

#include "Frame/OutputFile.h"

#include "ProjectionEnhancement/Formats/LabelBands.h"
#include "itkCellLabelObject.h"

#include <string>

namespace pen
{
using itk::PenCore::LayersImage;

/** \brief Reads a 2-D or 3-D label image of any integer type, or a 3D Slicer segmentation (.seg.nrrd).
 *
 * A 2-D image becomes one page; the layers of a segmentation, and all pages of a TIFF, become pages. Spacing is in um,
 * 1 where the file does not tell it.
 * Throws with one clear line for a missing or foreign file, colour, a floating-point type, another dimension, and
 * labels below 0 or above 2^32 - 1. */
LayersImage::Pointer
ReadLayers(const std::string & path);

/** The cells of layers, whose channels are their pages. Throws with one clear line, which tells the file that the
 * layers come from, when a label lies on two pages. */
itk::CellLabelMap::Pointer
CellsOfLayers(const LayersImage * layers, const std::string & path);

/** Reads layers as cells. */
itk::CellLabelMap::Pointer
ReadCells(const std::string & path);

/** Writes layers, compressed, in the smallest unsigned type that holds every label; as .nrrd band by band, so that they
 * need not fit the memory where a filter makes them. The caller commits. */
void
WriteLayers(const LayersImage * layers, const OutputFile & output);
} // namespace pen

#endif
