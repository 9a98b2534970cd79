// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_RandomDistributions_h
#define ProjectionEnhancement_Base_RandomDistributions_h

#include "ProjectionEnhancement/Base/Random.h"
#include "itkMath.h"

#include <array>
#include <cmath>

namespace itk
{
namespace PenCore
{
/** \brief Standard normal numbers, two by two (Box and Muller 1958). */
class NormalNumbers
{
public:
  double
  Next(Random & random)
  {
    if (m_HasSpare)
    {
      m_HasSpare = false;
      return m_Spare;
    }
    // 1 - u is never 0.
    const double radius = std::sqrt(-2.0 * std::log(1.0 - random.Uniform()));
    const double angle = 2.0 * Math::pi * random.Uniform();
    m_Spare = radius * std::sin(angle);
    m_HasSpare = true;
    return radius * std::cos(angle);
  }

private:
  double m_Spare{ 0.0 };
  bool m_HasSpare{ false };
};

/** A direction, even over the sphere. */
inline std::array<double, 3>
RandomDirection(Random & random)
{
  const double z = random.Uniform(-1.0, 1.0);
  const double angle = 2.0 * Math::pi * random.Uniform();
  const double radius = std::sqrt(1.0 - z * z);
  return { { radius * std::cos(angle), radius * std::sin(angle), z } };
}

/** Even in the logarithm between low and high, both more than 0. */
inline double
LogUniform(Random & random, double low, double high)
{
  return low * std::pow(high / low, random.Uniform());
}

/** Logarithm of n!, n whole and not negative (std::lgamma() writes a global). */
inline double
LogFactorial(double n)
{
  if (n < 10.0)
  {
    double product = 1.0;
    for (double factor = 2.0; factor <= n; factor += 1.0)
    {
      product *= factor;
    }
    return std::log(product);
  }
  // Stirling's series; the next term is below 1e-8.
  const double inverse = 1.0 / n;
  return (n + 0.5) * std::log(n) - n + 0.5 * std::log(2.0 * Math::pi) + inverse / 12.0 -
         inverse * inverse * inverse / 360.0;
}

/** \brief A Poisson number: inversion below a mean of 10, else transformed rejection (Hormann 1993, PTRS). */
inline double
PoissonNumber(Random & random, double mean)
{
  if (mean <= 0.0)
  {
    return 0.0;
  }
  if (mean < 10.0)
  {
    double product = random.Uniform();
    const double limit = std::exp(-mean);
    double probability = limit;
    double count = 0.0;
    // The probability runs out of digits long before the count reaches this.
    constexpr double LargestCount = 1000.0;
    while (product >= probability && count < LargestCount)
    {
      product -= probability;
      count += 1.0;
      probability *= mean / count;
    }
    return count;
  }
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const double quickAcceptance = 0.9277 - 3.6224 / (b - 2.0);
  for (;;)
  {
    const double u = random.Uniform() - 0.5;
    const double v = 1.0 - random.Uniform();
    const double us = 0.5 - std::abs(u);
    const double count = std::floor((2.0 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= quickAcceptance)
    {
      return count;
    }
    if (count < 0.0 || (us < 0.013 && v > us))
    {
      continue;
    }
    const double logMean = std::log(mean);
    if (std::log(v) + std::log(inverseAlpha) - std::log(a / (us * us) + b) <=
        count * logMean - mean - LogFactorial(count))
    {
      return count;
    }
  }
}
} // namespace PenCore
} // namespace itk

#endif
