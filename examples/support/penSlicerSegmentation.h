// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penSlicerSegmentation_h
#define penSlicerSegmentation_h

#include "penLayersFile.h"
#include "penOutputFile.h"

#include "itkCellLabelObject.h"
#include "itkImage.h"

namespace pen
{
/** \brief Writes cells as a 3D Slicer segmentation (.seg.nrrd): one named, coloured segment a cell.
 *
 * Layers of the segmentation are the pages of \a layers, so that cells may overlap. Its only slice is as thick as the
 * whole stack: Slicer shows a cell's mask over every slice of the stack, which is all that a 2-D mask says. A
 * segment's name tells the cell's depth. The caller commits. */
void
WriteSlicerSegmentation(const itk::CellLabelMap * cells, const LayersImage * layers, const itk::ImageBase<3> * stack,
                        const OutputFile & output);
} // namespace pen

#endif
