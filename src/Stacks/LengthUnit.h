// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_LengthUnit_h
#define ProjectionEnhancement_Stacks_LengthUnit_h

#include <optional>
#include <string>

namespace itk
{
namespace PenCore
{
/** um in a unit of length as microscopes' files spell it: every length of OME's schema ("um", "nm", "thou", ...), and
 * words such as "micron" and "Inches"; empty for pixels and what is unknown. */
std::optional<double>
MicrometresPerUnit(const std::string & unit);
} // namespace PenCore
} // namespace itk

#endif
