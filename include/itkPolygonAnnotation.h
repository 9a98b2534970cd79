// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPolygonAnnotation_h
#define itkPolygonAnnotation_h

#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancementExport.h"

#include <cstdint>
#include <string>
#include <vector>

namespace itk
{
/** \brief What an annotation file of the paper's authors says about one stack.
 *
 * The file is JSON: `images` holds file_name, width, height and slices; `annotations.regions` holds the lists x_vert,
 * y_vert (one polygon a cell, in pixels) and approx_z (slices, 0 the first), and area, bbox and centroid, which follow
 * from the polygons; `pixelweight` holds the x_vert and y_vert of regions whose truth is not known. A list of one
 * element may be written as that element. PenCore::RasterizePolygon() tells which pixels a polygon holds; its shoelace
 * area is the file's area. */
struct PolygonAnnotation
{
  std::string fileName;   ///< of the stack, without its folder; may be empty
  unsigned int width = 0; ///< of the stack, as those below
  unsigned int height = 0;
  unsigned int slices = 0;          ///< 0 where the file does not say
  std::vector<PenCore::Cell> cells; ///< in the file's order; depth in slices
  std::vector<std::uint8_t> ignore; ///< [height][width], 1 where the truth is not known; empty where no region is told
};

/** \brief Reads the text of an annotation file.
 *
 * A cell whose polygon is an empty list has been taken out by the annotator, and one whose polygon reaches no pixel
 * inside the image cannot be seen: neither gives a cell. Everything else that cannot be right is refused.
 *
 * \throws ExceptionObject with one line that names the entry at fault: text that is no JSON, an entry that is missing
 * or of the wrong type, lists of different lengths, an image larger than 2^16 pixels per side, polygons of one or two
 * vertices, and a depth outside the stack. */
ProjectionEnhancement_EXPORT PolygonAnnotation
ParsePolygonAnnotation(const std::string & text);

/** \brief The text of an annotation file in the authors' layout.
 *
 * A cell becomes the outline of its pixels (PenCore::OutlineMask()), the pixels to ignore one outline for each
 * connected part, so that ParsePolygonAnnotation() gives the same masks and depths again. */
ProjectionEnhancement_EXPORT std::string
WritePolygonAnnotation(const PolygonAnnotation & annotation);
} // namespace itk

#endif
