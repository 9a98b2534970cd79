// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Stacks/LengthUnit.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace itk
{
namespace PenCore
{
namespace
{
using Lengths = std::map<std::string, double>;

constexpr double Meter = 1e6;
constexpr double Inch = 25400.0;
constexpr double AstronomicalUnit = 149597870700.0 * Meter;

// Symbols, whose case counts: mm and Mm differ. OME's schema lists all of those with a prefix and those of the second
// block.
Lengths
Symbols()
{
  Lengths lengths{ { "m", Meter } };
  // um in a meter with the prefix.
  const std::pair<const char *, double> prefixes[] = {
    { "Y", 1e30 },
    { "Z", 1e27 },
    { "E", 1e24 },
    { "P", 1e21 },
    { "T", 1e18 },
    { "G", 1e15 },
    { "M", 1e12 },
    { "k", 1e9 },
    { "h", 1e8 },
    { "da", 1e7 },
    { "d", 1e5 },
    { "c", 1e4 },
    { "m", 1e3 },
    { "u", 1.0 },
    { "n", 1e-3 },
    { "p", 1e-6 },
    { "f", 1e-9 },
    { "a", 1e-12 },
    { "z", 1e-15 },
    { "y", 1e-18 },
    // The micro sign: U+00B5, U+03BC, Latin-1, Latin-1 taken for UTF-8, and as ImageJ writes what is not ASCII.
    { "\xC2\xB5", 1.0 },
    { "\xCE\xBC", 1.0 },
    { "\xB5", 1.0 },
    { "\xC3\x82\xC2\xB5", 1.0 },
    { "\\u00B5", 1.0 },
    { "\\u00b5", 1.0 },
    { "\\u03BC", 1.0 },
    { "\\u03bc", 1.0 }
  };
  for (const auto & [prefix, factor] : prefixes)
  {
    lengths.emplace(std::string(prefix) + 'm', factor);
  }
  // U+00C5, U+212B, Latin-1, ImageJ.
  for (const char * angstrom : { "\xC3\x85", "\xE2\x84\xAB", "\xC5", "\\u00C5", "\\u00c5", "\\u212B", "\\u212b" })
  {
    lengths.emplace(angstrom, 1e-4);
  }
  lengths.insert({ { "thou", 1e-3 * Inch },
                   { "li", Inch / 12.0 },
                   { "in", Inch },
                   { "ft", 12.0 * Inch },
                   { "yd", 36.0 * Inch },
                   { "mi", 63360.0 * Inch },
                   { "pt", Inch / 72.0 },
                   { "ua", AstronomicalUnit },
                   { "ly", 9460730472580800.0 * Meter },
                   { "pc", 648000.0 / 3.14159265358979323846 * AstronomicalUnit } });
  return lengths;
}

// Words in any case, in one number or the other.
Lengths
Words()
{
  Lengths lengths{ { "micron", 1.0 },  { "microns", 1.0 },   { "inch", Inch },
                   { "inches", Inch }, { "angstrom", 1e-4 }, { "angstroms", 1e-4 } };
  const std::pair<const char *, double> prefixes[] = { { "", Meter },    { "kilo", 1e9 },  { "deci", 1e5 },
                                                       { "centi", 1e4 }, { "milli", 1e3 }, { "micro", 1.0 },
                                                       { "nano", 1e-3 }, { "pico", 1e-6 }, { "femto", 1e-9 } };
  for (const auto & [prefix, factor] : prefixes)
  {
    for (const char * ending : { "meter", "meters", "metre", "metres" })
    {
      lengths.emplace(std::string(prefix) + ending, factor);
    }
  }
  return lengths;
}

std::string
Trimmed(const std::string & text)
{
  const char * blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}
} // namespace

std::optional<double>
MicrometresPerUnit(const std::string & unit)
{
  static const Lengths symbols = Symbols();
  static const Lengths words = Words();
  const std::string text = Trimmed(unit);
  const auto symbol = symbols.find(text);
  if (symbol != symbols.end())
  {
    return symbol->second;
  }
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto word = words.find(lower);
  return word == words.end() ? std::nullopt : std::optional<double>(word->second);
}
} // namespace PenCore
} // namespace itk
