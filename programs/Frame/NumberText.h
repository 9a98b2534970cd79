// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_NumberText_h
#define pen_programs_Frame_NumberText_h

#include <string>

namespace pen
{
/** \brief A finite number in as few significant digits, at least 9, as read back to the same number; at most 17. */
std::string
NumberText(double value);
} // namespace pen

#endif
