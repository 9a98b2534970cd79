// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_LengthUnit_h
#define pen_programs_Files_LengthUnit_h

#include <optional>
#include <string>

namespace pen
{
/** um in a unit of length as microscopes' files spell it ("um", "micron", "nm", "inch", ...); empty for pixels and
 * what is unknown. */
std::optional<double>
MicrometresPerUnit(const std::string & unit);
} // namespace pen

#endif
