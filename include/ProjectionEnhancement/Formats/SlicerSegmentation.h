// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_SlicerSegmentation_h
#define ProjectionEnhancement_Formats_SlicerSegmentation_h

#include "ProjectionEnhancement/Formats/LabelBands.h"
#include "itkCellLabelObject.h"
#include "itkImage.h"

#include <array>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Writes cells as a 3D Slicer segmentation (.seg.nrrd): one named, coloured segment per cell.
 *
 * Layers of the segmentation are the pages of \a layers, so that cells may overlap; \a places are theirs. Its only
 * slice is as thick as the whole stack: Slicer shows a cell's mask over every slice of the stack, which is all that a
 * 2-D mask says. A segment's name, colour (DepthColour() over the stack) and tags tell the cell's depth.
 *
 * The header is as Slicer 5 writes it (kinds "list domain domain domain" for several layers), which ITK's own writer of
 * vector images does not do.
 * \throws ExceptionObject with FailWithFile()'s one line. */
ProjectionEnhancement_EXPORT void
WriteSlicerSegmentation(const CellLabelMap * cells, const LayersImage * layers, const LabelPlaces & places,
                        const ImageBase<3> * stack, const std::string & path);

/** What a segmentation's header tells of a segment. */
struct SlicerSegment
{
  std::string id;
  std::string name;
  std::string tags;
  std::array<double, 3> colour{ { 0.0, 0.0, 0.0 } };
  std::size_t layer = 0;
  unsigned int label = 0; ///< in the layers as read
};

/** A segmentation of one slice: layers on its grid, and its segments. */
struct SlicerSegmentation
{
  LayersImage::Pointer layers;
  std::vector<SlicerSegment> segments;
};

/** \brief Reads a .seg.nrrd of one slice, ours or one that Slicer has saved again.
 *
 * Labels that several layers share, as Slicer may make them, are numbered anew from 1 in the segments' order; pixels
 * that belong to no segment become background.
 * \throws ExceptionObject with FailWithFile()'s one line for a foreign or damaged file. */
ProjectionEnhancement_EXPORT SlicerSegmentation
ReadSlicerSegmentation(const std::string & path);
} // namespace PenCore
} // namespace itk

#endif
