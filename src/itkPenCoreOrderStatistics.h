// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCoreOrderStatistics_h
#define itkPenCoreOrderStatistics_h

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Exact order statistics of values that are shown twice and never kept.
 *
 * The first time they are counted by the upper half of their bits, the second time by the lower half where a wanted
 * rank lies. Both counts are integers, so that neither pieces nor threads matter. */
class OrderStatistics
{
public:
  OrderStatistics();

  /** First showing. Values must be finite. */
  void
  CountCoarsely(const float * values, std::size_t n, unsigned int numberOfThreads);

  std::uint64_t
  GetCount() const
  {
    return m_Count;
  }

  /** Says which ranks, from 0, the second showing is for. */
  void
  Want(const std::vector<std::uint64_t> & ranks);

  /** Second showing, of the same values. */
  void
  CountFinely(const float * values, std::size_t n, unsigned int numberOfThreads);

  /** The value of a wanted rank, known after the second showing. */
  float
  GetValue(std::uint64_t rank) const;

private:
  using Histogram = std::vector<std::uint64_t>;

  // The bin of a rank and how many values lie in the bins before it.
  static std::pair<std::size_t, std::uint64_t>
  Find(const Histogram & histogram, std::uint64_t rank);

  Histogram m_Coarse;
  std::map<std::size_t, Histogram> m_Fine; // by coarse bin
  std::uint64_t m_Count = 0;
};
} // namespace PenCore
} // namespace itk

#endif
