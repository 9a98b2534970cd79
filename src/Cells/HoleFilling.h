// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_HoleFilling_h
#define ProjectionEnhancement_Cells_HoleFilling_h

#include "ProjectionEnhancement/Cells/Cell.h"

#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Fills the holes of masks, but for those that another mask has a pixel in: a cell inside a ring of another one
 * stays a cell. Cellpose gives it to the ring.
 *
 * The same for any number of threads. */
void
FillHolesOfMasks(const std::vector<PixelRuns *> & masks, unsigned int numberOfThreads);
} // namespace PenCore
} // namespace itk

#endif
