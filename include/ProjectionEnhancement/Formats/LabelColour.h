// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_LabelColour_h
#define ProjectionEnhancement_Formats_LabelColour_h

#include "ProjectionEnhancementExport.h"
#include "itkIntTypes.h"

#include <array>

namespace itk
{
namespace PenCore
{
/** A bright colour, red, green and blue in [0, 1], that a label decides; labels that follow each other differ. */
ProjectionEnhancement_EXPORT std::array<double, 3>
LabelColour(SizeValueType label);

/** A bright colour that a depth decides: \a share runs from 0, the first slice (red), over yellow, green and blue to 1,
 * the last (violet); beyond it the nearest of these. */
ProjectionEnhancement_EXPORT std::array<double, 3>
DepthColour(double share);
} // namespace PenCore
} // namespace itk

#endif
