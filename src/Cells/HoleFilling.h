// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_HoleFilling_h
#define ProjectionEnhancement_Cells_HoleFilling_h

#include "ProjectionEnhancement/Cells/Cell.h"

#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Fills the holes of masks that do not overlap, by Cellpose's rule: mask by mask, a hole belongs to the mask
 * around it, also where another mask was in it. A mask may lose all its pixels.
 *
 * Works on runs; where masks lie in other masks' holes, on the box around those. The same for any number of threads. */
void
FillHolesOfMasks(const std::vector<PixelRuns *> & masks, unsigned int numberOfThreads);
} // namespace PenCore
} // namespace itk

#endif
