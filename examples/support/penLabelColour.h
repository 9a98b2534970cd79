// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penLabelColour_h
#define penLabelColour_h

#include "itkIntTypes.h"

#include <array>

namespace pen
{
/** A bright colour, red, green and blue in [0, 1], that a label decides; labels that follow each other differ. */
std::array<double, 3>
LabelColour(itk::SizeValueType label);
} // namespace pen

#endif
