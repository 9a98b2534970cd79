// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Stacks/LengthUnit.h"

#include <map>

namespace itk
{
namespace PenCore
{
std::optional<double>
MicrometresPerUnit(const std::string & unit)
{
  // The micro sign comes as U+00B5 or U+03BC, in Latin-1, or as ImageJ writes what is not ASCII.
  static const std::map<std::string, double> lengths{
    { "pm", 1e-6 },        { "\xC3\x85", 1e-4 },  { "angstrom", 1e-4 }, { "nm", 1e-3 },        { "nanometer", 1e-3 },
    { "\xC2\xB5m", 1.0 },  { "\xCE\xBCm", 1.0 },  { "\xB5m", 1.0 },     { "\\u00B5m", 1.0 },   { "\\u00b5m", 1.0 },
    { "\\u03BCm", 1.0 },   { "\\u03bcm", 1.0 },   { "um", 1.0 },        { "micron", 1.0 },     { "microns", 1.0 },
    { "micrometer", 1.0 }, { "micrometre", 1.0 }, { "mm", 1e3 },        { "millimeter", 1e3 }, { "cm", 1e4 },
    { "centimeter", 1e4 }, { "inch", 25400.0 },   { "in", 25400.0 },    { "m", 1e6 },          { "meter", 1e6 }
  };
  const auto length = lengths.find(unit);
  return length == lengths.end() ? std::nullopt : std::optional<double>(length->second);
}
} // namespace PenCore
} // namespace itk
