// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Projection/ColumnTransform.h"

#include "itkMath.h"

#include <cmath>

namespace itk
{
namespace PenCore
{
ColumnTransform
TransformTaps(const std::vector<float> & taps, unsigned int kernel)
{
  constexpr std::size_t rowStep = 6;
  const std::size_t length = TransformedRows + kernel - 1;
  const std::size_t highest = length / 2;
  const double step = 2.0 * Math::pi / static_cast<double>(length);

  ColumnTransform transform;
  transform.length = static_cast<int>(length);
  transform.factors.assign((highest + rowStep) / rowStep * rowStep * (highest + 1) * 2, 0.0f);
  for (std::size_t n = 0; n <= highest; ++n)
  {
    for (std::size_t f = 0; f <= highest; ++f)
    {
      const double angle = step * static_cast<double>(n * f % length);
      const bool isReal = f == 0 || f == highest;
      float * factors = transform.factors.data() + (n * (highest + 1) + f) * 2;
      factors[0] = static_cast<float>(std::cos(angle));
      factors[1] = isReal || n == 0 || n == highest ? 0.0f : static_cast<float>(std::sin(angle));
    }
  }

  const std::size_t row = taps.size() / kernel;
  transform.taps.assign((3 * highest + 1) * row, 0.0f);
  for (std::size_t f = 0; f <= highest; ++f)
  {
    const bool isReal = f == 0 || f == highest;
    const double scale = (isReal ? 1.0 : 2.0) / static_cast<double>(length); // of the way back
    for (std::size_t i = 0; i < row; ++i)
    {
      double cosineSum = 0.0;
      double sineSum = 0.0;
      for (std::size_t y = 0; y < kernel; ++y)
      {
        const double angle = step * static_cast<double>(y * f);
        cosineSum += scale * taps[y * row + i] * std::cos(angle);
        sineSum += scale * taps[y * row + i] * std::sin(angle);
      }
      float * plane = transform.taps.data() + 3 * f * row + i;
      plane[0] = static_cast<float>(cosineSum);
      if (!isReal)
      {
        plane[row] = static_cast<float>(sineSum);
        plane[2 * row] = static_cast<float>(cosineSum + sineSum);
      }
    }
  }
  return transform;
}
} // namespace PenCore
} // namespace itk
