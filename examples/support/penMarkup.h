// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penMarkup_h
#define penMarkup_h

#include <string>

namespace pen
{
/** A text as it stands in HTML, SVG or an attribute of theirs: what they would take for markup is escaped. */
std::string
EscapedForMarkup(const std::string & text);
} // namespace pen

#endif
