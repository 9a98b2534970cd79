// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/NumberText.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace pen
{
std::string
NumberText(double value)
{
  constexpr int FewestDigits = 9;
  std::array<char, 32> text{};
  for (int digits = FewestDigits; digits <= std::numeric_limits<double>::max_digits10; ++digits)
  {
    std::snprintf(text.data(), text.size(), "%.*g", digits, value);
    if (std::strtod(text.data(), nullptr) == value)
    {
      break;
    }
  }
  return text.data();
}
} // namespace pen
