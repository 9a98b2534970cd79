// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_HeatDirection_h
#define ProjectionEnhancement_Flows_HeatDirection_h

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
// Chebyshev's error is relative to the hottest pixel; heat from a thousandth of that on is exact enough.
constexpr float SolveReduction = 1e-6F;
constexpr float SmallestSolvedHeat = 1e-3F;

// A rise below this part of the heat is rounding, not a direction.
constexpr float RelativeNoise = 1e-5F;

// East, west, south, north, then the diagonals.
inline constexpr int NeighbourX[8] = { 1, -1, 0, 0, 1, -1, 1, -1 };
inline constexpr int NeighbourY[8] = { 0, 0, 1, -1, 1, 1, -1, -1 };

// Unit vector of the central difference. Where that vanishes (one pixel wide diagonals, ridges) the hottest of the
// eight neighbours shows the way; at the top there is none, and no flow.
inline void
WriteDirection(const float * around, float heat, float noise, float * flow)
{
  float x = around[0] - around[1];
  float y = around[2] - around[3];
  if (std::abs(x) <= noise && std::abs(y) <= noise)
  {
    const auto hottest = std::max_element(around, around + 8);
    if (*hottest <= heat + noise)
    {
      return;
    }
    x = static_cast<float>(NeighbourX[hottest - around]);
    y = static_cast<float>(NeighbourY[hottest - around]);
  }
  const float length = std::sqrt(x * x + y * y);
  flow[0] = x / length;
  flow[1] = y / length;
}
} // namespace PenCore
} // namespace itk

#endif
