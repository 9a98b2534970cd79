// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Pictures_LabelColour_h
#define pen_programs_Pictures_LabelColour_h

#include "itkIntTypes.h"

#include <array>

namespace pen
{
/** A bright colour, red, green and blue in [0, 1], that a label decides; labels that follow each other differ. */
std::array<double, 3>
LabelColour(itk::SizeValueType label);

/** A bright colour that a depth decides: \a share runs from 0, the first slice (red), over yellow, green and blue to 1,
 * the last (violet); beyond it the nearest of these. */
std::array<double, 3>
DepthColour(double share);
} // namespace pen

#endif
