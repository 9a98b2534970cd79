// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_OrderStatistics_h
#define ProjectionEnhancement_Stacks_OrderStatistics_h

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Exact order statistics of values that are shown once or twice and never kept.
 *
 * Whole numbers that 16 bits hold, signed or not, are counted one by one: most microscopes give no others, and one
 * showing is enough for them. Others are counted by the upper half of their bits the first time, the second time by the
 * lower half where a wanted rank lies. Counts are integers, so that neither pieces nor threads matter. */
class ProjectionEnhancement_EXPORT OrderStatistics
{
public:
  OrderStatistics();

  /** First showing, piece by piece. Values must be finite. */
  void
  Count(const float * values, std::size_t n, unsigned int numberOfThreads = 0);

  std::uint64_t
  GetCount() const
  {
    return m_Count;
  }

  /** Says which ranks, from 0, are wanted once all values were shown. Returns whether they must be shown again. */
  bool
  Want(const std::vector<std::uint64_t> & ranks);

  /** Second showing, of the same values. */
  void
  CountFinely(const float * values, std::size_t n, unsigned int numberOfThreads = 0);

  /** The value of a wanted rank. */
  float
  GetValue(std::uint64_t rank) const;

private:
  using Histogram = std::vector<std::uint64_t>;

  // The bin of a rank and how many values lie in the bins before it.
  static std::pair<std::size_t, std::uint64_t>
  Find(const Histogram & histogram, std::uint64_t rank);

  Histogram m_Whole;
  Histogram m_Coarse;                      // without whole numbers until ranks are wanted
  std::map<std::size_t, Histogram> m_Fine; // by coarse bin
  std::uint64_t m_Count = 0;
};
} // namespace PenCore
} // namespace itk

#endif
