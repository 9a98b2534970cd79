// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Report_Markup_h
#define pen_programs_Report_Markup_h

#include <string>

namespace pen
{
/** A text as it stands in HTML, SVG or an attribute of theirs: what they would take for markup is escaped. */
std::string
EscapedForMarkup(const std::string & text);
} // namespace pen

#endif
