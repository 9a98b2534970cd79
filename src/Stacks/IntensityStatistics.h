// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_IntensityStatistics_h
#define ProjectionEnhancement_Stacks_IntensityStatistics_h

#include "ProjectionEnhancement/Stacks/StackRows.h"
#include "ProjectionEnhancementExport.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace itk
{
namespace PenCore
{
/** The lowest and the highest of some values. */
struct ValueRange
{
  float lowest = std::numeric_limits<float>::infinity();
  float highest = -std::numeric_limits<float>::infinity();

  void
  Include(const ValueRange & other)
  {
    lowest = std::min(lowest, other.lowest);
    highest = std::max(highest, other.highest);
  }
};

/** On one thread. */
ProjectionEnhancement_EXPORT ValueRange
RangeOf(const float * values, std::size_t n);

ProjectionEnhancement_EXPORT ValueRange
RangeOf(const std::vector<float> & values, unsigned int numberOfThreads);

/** \brief The mean of the values from 0 to a maximum, of bands of rows [depth][rows][width].
 *
 * Sums of whole rows, added in the order of the rows: the same whatever the bands are. */
class MeanUpTo
{
public:
  explicit MeanUpTo(double maximum)
    : m_Maximum(maximum)
  {
  }

  void
  Add(const std::vector<float> & band, const GridSize & size);

  double
  Get() const
  {
    return m_Count > 0 ? m_Sum / static_cast<double>(m_Count) : 0.0;
  }

private:
  double m_Maximum;
  double m_Sum = 0.0;
  std::size_t m_Count = 0;
};

/** \brief Deviation of a stack's noise, from the mean size of second differences along rows, which neither background
 * nor the slopes of cells have. Sums of whole rows again. */
class NoiseEstimate
{
public:
  NoiseEstimate();

  void
  Add(const RowRange & rows, const std::vector<float> & band, const GridSize & size, unsigned int numberOfThreads);

  double
  Get() const;

  /** From all but the largest differences of some rows, to some percent: the edges of padding, of bright pixels and of
   * something very bright do not change it. At least what rounding to the steps of the values makes. */
  double
  GetWithoutEdges() const;

private:
  double
  GetStep() const;

  double m_Sum = 0.0;
  std::size_t m_Count = 0;
  std::vector<std::uint64_t> m_Sizes; // how many differences have a size of so many eighths of a power of two
};

/** \brief The lowest and the highest value, how many voxels have them, and how many of those on the edges of slices. */
class ExtremeCounts
{
public:
  void
  Add(const RowRange & rows, const std::vector<float> & band, const GridSize & size, unsigned int numberOfThreads);

  /** Share of the voxels on the edges of slices that have the highest value. */
  double
  GetHighestShareOfEdges() const
  {
    const bool isThere = m_EdgeHighest == m_Range.highest && m_EdgeCount > 0;
    return isThere ? static_cast<double>(m_EdgeHighestCount) / static_cast<double>(m_EdgeCount) : 0.0;
  }

  const ValueRange &
  GetRange() const
  {
    return m_Range;
  }
  std::uint64_t
  GetLowestCount() const
  {
    return m_LowestCount;
  }
  std::uint64_t
  GetHighestCount() const
  {
    return m_HighestCount;
  }

private:
  ValueRange m_Range;
  std::uint64_t m_LowestCount = 0;
  std::uint64_t m_HighestCount = 0;
  float m_EdgeHighest = -std::numeric_limits<float>::infinity();
  std::uint64_t m_EdgeHighestCount = 0;
  std::uint64_t m_EdgeCount = 0;
};
} // namespace PenCore
} // namespace itk

#endif
