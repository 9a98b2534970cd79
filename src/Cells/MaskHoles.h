// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_MaskHoles_h
#define ProjectionEnhancement_Cells_MaskHoles_h

#include "ProjectionEnhancement/Cells/Cell.h"

namespace itk
{
namespace PenCore
{
/** \brief The holes of a mask: background from which no path over edges of pixels leads out of the mask's box. */
PixelRuns
FindHoles(const PixelRuns & mask);

/** Both masks' pixels as one. */
PixelRuns
UniteRuns(const PixelRuns & a, const PixelRuns & b);
} // namespace PenCore
} // namespace itk

#endif
