// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_Waves_h
#define ProjectionEnhancement_Base_Waves_h

#include "Base/RandomDistributions.h"
#include "itkMath.h"

#include <array>
#include <cmath>
#include <vector>

namespace itk
{
namespace PenCore
{
/** A cosine over space: amplitude cos(wave . p + phase). */
struct Wave
{
  std::array<double, 3> wave; ///< radians a um
  double phase;
  double amplitude;
};

/** Waves in all directions, their lengths in um even in the logarithm, whose sum has a standard deviation. */
inline std::vector<Wave>
RandomWaves(Random & random, unsigned int count, double shortest, double longest, double standardDeviation)
{
  std::vector<Wave> waves;
  // The mean square of a cosine is one half.
  const double amplitude = standardDeviation * std::sqrt(2.0 / count);
  for (unsigned int i = 0; i < count; ++i)
  {
    const std::array<double, 3> direction = RandomDirection(random);
    const double number = 2.0 * Math::pi / LogUniform(random, shortest, longest);
    waves.push_back({ { { number * direction[0], number * direction[1], number * direction[2] } },
                      random.Uniform(0.0, 2.0 * Math::pi),
                      amplitude });
  }
  return waves;
}

/** The waves' sum at a point in um. */
inline double
SumOfWaves(const std::vector<Wave> & waves, const std::array<double, 3> & p)
{
  double sum = 0.0;
  for (const Wave & wave : waves)
  {
    sum += wave.amplitude * std::cos(wave.wave[0] * p[0] + wave.wave[1] * p[1] + wave.wave[2] * p[2] + wave.phase);
  }
  return sum;
}
} // namespace PenCore
} // namespace itk

#endif
