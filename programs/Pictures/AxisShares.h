// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Pictures_AxisShares_h
#define pen_programs_Pictures_AxisShares_h

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace pen
{
/** A pixel of an axis and its weight in a pixel of another one. */
struct AxisShare
{
  std::size_t place;
  double weight;
};

/** The pixels of an axis, and their weights, that a pixel of the resized axis is made of: their mean where it shrinks,
 * linear between them where it grows. */
inline std::vector<std::vector<AxisShare>>
SharesOfAxis(std::size_t from, std::size_t to)
{
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  std::vector<std::vector<AxisShare>> shares(to);
  for (std::size_t i = 0; i < to; ++i)
  {
    if (scale > 1.0)
    {
      const double begin = static_cast<double>(i) * scale;
      const double end = std::min(begin + scale, static_cast<double>(from));
      for (auto place = static_cast<std::size_t>(begin); static_cast<double>(place) < end; ++place)
      {
        const double first = std::max(begin, static_cast<double>(place));
        shares[i].push_back({ place, (std::min(end, static_cast<double>(place) + 1.0) - first) / (end - begin) });
      }
      continue;
    }
    const double middle =
      std::clamp((static_cast<double>(i) + 0.5) * scale - 0.5, 0.0, static_cast<double>(from) - 1.0);
    const auto place = static_cast<std::size_t>(middle);
    const double weight = middle - static_cast<double>(place);
    shares[i].push_back({ place, 1.0 - weight });
    shares[i].push_back({ std::min(place + 1, from - 1), weight });
  }
  return shares;
}

/** Pixels down a picture that is resized to so many across. */
inline std::size_t
ResizedHeight(std::size_t width, std::size_t height, std::size_t resizedWidth)
{
  const double scale = static_cast<double>(resizedWidth) / static_cast<double>(width);
  return static_cast<std::size_t>(std::max(1.0, std::round(static_cast<double>(height) * scale)));
}
} // namespace pen

#endif
