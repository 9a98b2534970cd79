// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_MaskParts_h
#define ProjectionEnhancement_Cells_MaskParts_h

#include "ProjectionEnhancement/Cells/Cell.h"

#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief The parts of a mask, each joined over edges and corners of pixels, in the order of their first pixels. */
std::vector<PixelRuns>
ConnectedParts(const PixelRuns & mask);

/** \brief The holes of a mask, in the order of their first pixels: background, joined over edges of pixels, from which
 * no such path leads out of the mask's box. */
std::vector<PixelRuns>
FindHoles(const PixelRuns & mask);

/** Both masks' pixels as one. */
PixelRuns
UniteRuns(const PixelRuns & a, const PixelRuns & b);
} // namespace PenCore
} // namespace itk

#endif
