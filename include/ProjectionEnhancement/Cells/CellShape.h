// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_CellShape_h
#define ProjectionEnhancement_Cells_CellShape_h

#include "ProjectionEnhancement/Cells/Overlap.h"
#include "ProjectionEnhancement/Stacks/StackRows.h"
#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Number of pixels whose centres lie in or on the convex hull of a mask; 0 for an empty one.
 *
 * The hull is that of the middles of the mask's pixels' edges, as in scikit-image's convex_hull_image, so that a
 * rectangle and a single pixel are their own hulls. Exact: computed in integers. */
ProjectionEnhancement_EXPORT std::size_t
CountConvexPixels(const PixelRuns & mask);

/** \brief Sum of the voxels under each mask over all slices of a stack [depth][height][width].
 *
 * Masks lie within the stack's plane. The same for any number of threads. */
ProjectionEnhancement_EXPORT std::vector<double>
SumUnderMasks(const MaskPointers & masks, const float * stack, const GridSize & size, unsigned int numberOfThreads = 0);

/** \brief Adds to each mask's sum what lies under it in some rows [depth][band.Count()][width] of a stack. */
ProjectionEnhancement_EXPORT void
AddUnderMasks(const MaskPointers & masks, const std::vector<float> & rows, const RowRange & band, const GridSize & size,
              std::vector<double> & sums, unsigned int numberOfThreads = 0);
} // namespace PenCore
} // namespace itk

#endif
