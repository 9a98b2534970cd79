// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/NumberText.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <locale>
#include <sstream>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr int FewestDigits = 9;
using Buffer = std::array<char, 32>;

// Digits of the shortest text that reads back to the same number.
int
CountDigits(double value)
{
  Buffer text{};
  const char * end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
  const char * exponent = std::find(static_cast<const char *>(text.data()), end, 'e');
  return static_cast<int>(std::count_if(static_cast<const char *>(text.data()), exponent,
                                        [](unsigned char c) { return std::isdigit(c) != 0; }));
}
} // namespace

std::string
NumberText(double value)
{
  // The shortest text itself would have an exponent from a million on.
  Buffer text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general,
                                 std::max(CountDigits(value), FewestDigits));
  return std::string(text.data(), end.ptr);
}

std::optional<double>
NumberOfText(const std::string & text)
{
  // A thousands separator of another locale would pass for a part of the number.
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  double value = 0.0;
  stream >> value;
  const bool isNumber = !stream.fail() && (stream >> std::ws).eof() && std::isfinite(value);
  return isNumber ? std::optional<double>(value) : std::nullopt;
}
} // namespace PenCore
} // namespace itk
