// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_Random_h
#define ProjectionEnhancement_Base_Random_h

#include <cstdint>

namespace itk
{
namespace PenCore
{
/** \brief SplitMix64: the same numbers on every platform, and cheap to start anew for each item, so that what is drawn
 * for one item depends on neither threads nor the items before it (Steele, Lea, Flood 2014). */
class Random
{
public:
  explicit Random(std::uint64_t seed)
    : m_State(seed)
  {
  }

  /** A stream of its own for an item, identified by up to three numbers. */
  Random(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0)
    : m_State(seed)
  {
    m_State = this->Next() ^ a;
    m_State = this->Next() ^ b;
  }

  std::uint64_t
  Next()
  {
    m_State += 0x9E3779B97F4A7C15u;
    std::uint64_t z = m_State;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  /** Uniform in [0, 1). */
  double
  Uniform()
  {
    return static_cast<double>(this->Next() >> 11) * 0x1.0p-53;
  }

  double
  Uniform(double low, double high)
  {
    return low + (high - low) * this->Uniform();
  }

  /** Uniform in [0, n); n more than 0. */
  std::uint64_t
  Below(std::uint64_t n)
  {
    return static_cast<std::uint64_t>(this->Uniform() * static_cast<double>(n));
  }

private:
  std::uint64_t m_State;
};
} // namespace PenCore
} // namespace itk

#endif
