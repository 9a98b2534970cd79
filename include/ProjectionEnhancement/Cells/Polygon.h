// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_Polygon_h
#define ProjectionEnhancement_Cells_Polygon_h

#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancementExport.h"

#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief A closed polygon in pixels: vertex i is (x[i], y[i]), the last is joined to the first, and a pixel's centre
 * has whole numbers as coordinates. */
struct Polygon
{
  std::vector<double> x;
  std::vector<double> y;
};

/** \brief The pixels of an image of width x height whose centres a polygon holds.
 *
 * A centre is inside where a ray from it crosses the outline an odd number of times, whatever the outline's direction,
 * or where it lies on the outline (within 1e-9 pixels): the rule of skimage.draw.polygon, which the annotation tools
 * of the paper's authors use. So a polygon that crosses itself has holes where it covers twice. What lies outside the
 * image is cut off; a polygon that reaches no centre gives no runs.
 *
 * \throws std::invalid_argument for fewer than three vertices, lists of different lengths, and coordinates that are
 * not finite. */
ProjectionEnhancement_EXPORT PixelRuns
RasterizePolygon(const Polygon & polygon, int width, int height);

/** Area within a polygon, from its vertices (the shoelace formula); what it goes around clockwise and
 * counter-clockwise cancels. */
ProjectionEnhancement_EXPORT double
PolygonArea(const Polygon & polygon);

/** \brief One polygon along the outer edges of a mask's pixels, whose rasterisation is the mask again.
 *
 * Vertices lie half a pixel from the centres, so that no rule about outlines matters. Parts that do not touch, and
 * holes, are joined by lines that are walked there and back, which holds no area: the polygon's area is the number of
 * the mask's pixels. Empty for an empty mask. */
ProjectionEnhancement_EXPORT Polygon
OutlineMask(const PixelRuns & runs);
} // namespace PenCore
} // namespace itk

#endif
