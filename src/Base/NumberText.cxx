// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/NumberText.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <system_error>

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

std::string
RoundedNumberText(double value)
{
  // From here on four decimals are more than six significant digits; and from there on a double has no decimals.
  constexpr double fromDecimals = 100.0;
  constexpr double toDecimals = 1e12;
  if (!std::isfinite(value))
  {
    return {};
  }
  Buffer text{};
  char * first = text.data();
  char * last = first + text.size();
  const double size = std::abs(value);
  if (size < fromDecimals || size >= toDecimals)
  {
    const int digits = size < fromDecimals ? 6 : 17;
    return std::string(first, std::to_chars(first, last, value + 0.0, std::chars_format::general, digits).ptr);
  }
  std::string decimals(first, std::to_chars(first, last, value, std::chars_format::fixed, 4).ptr);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  if (decimals.back() == '.')
  {
    decimals.pop_back();
  }
  return decimals;
}

std::optional<double>
NumberOfText(const std::string & text)
{
  constexpr const char * spaces = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(spaces);
  if (begin == std::string::npos)
  {
    return std::nullopt;
  }
  const char * first = text.data() + begin;
  const char * last = text.data() + text.find_last_not_of(spaces) + 1;
  const bool hasSign = last - first > 1 && first[0] == '+' && first[1] != '-';
  double value = 0.0;
  const auto [end, error] = std::from_chars(hasSign ? first + 1 : first, last, value);
  if (error != std::errc() || end != last || !std::isfinite(value))
  {
    return std::nullopt;
  }
  return value;
}
} // namespace PenCore
} // namespace itk
