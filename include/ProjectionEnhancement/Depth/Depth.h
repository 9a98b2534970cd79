// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Depth_Depth_h
#define ProjectionEnhancement_Depth_Depth_h

#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancement/Stacks/StackRows.h"
#include "ProjectionEnhancementExport.h"

#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Depth of each cell in slices (0 the first), from the intensities of a stack [depth][height][width] under it.
 *
 * A cell's axial profile is the mean intensity under its mask in each slice, over the pixels that no other cell covers
 * where there are enough of those. Its depth is the centre of mass of the profile, above its lowest value, over the
 * slices around the brightest one that reach half its height. */
ProjectionEnhancement_EXPORT std::vector<double>
EstimateDepths(const std::vector<Cell> & cells, const float * stack, const GridSize & size,
               unsigned int numberOfThreads = 0);

/** \brief The same, to the bit, of a stack that is read in bands of rows. */
ProjectionEnhancement_EXPORT std::vector<double>
EstimateDepths(const std::vector<Cell> & cells, const StackRows & stack, const GridSize & size,
               unsigned int numberOfThreads = 0, const ProgressCallback & progress = {});
} // namespace PenCore
} // namespace itk

#endif
