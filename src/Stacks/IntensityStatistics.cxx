// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Stacks/IntensityStatistics.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <mutex>
#include <numeric>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t VoxelsPerPiece = 1 << 16;
// Mean size of a second difference of normal noise of deviation 1: sqrt(2 / pi) sqrt(1 + 4 + 1).
constexpr double SecondDifferenceOfNoise = 1.9544100;

// One row of so many tells the sizes of differences.
constexpr std::size_t RowsPerSizedRow = 4;
// A bin is what the exponent of a float and the first bits of its mantissa say.
constexpr unsigned int BitsBelowBin = 20;
constexpr std::size_t SizeBins = std::size_t{ 1 } << (31 - BitsBelowBin);
constexpr double ShareWithoutEdges = 0.95;
// Of normal noise, the mean size up to the 95th percentile over the mean of all: (1 - exp(-1.96^2 / 2)) / .95.
constexpr double ShareOfMeanWithoutEdges = 0.8984;

// Deviation of a number rounded to whole ones: 1 / sqrt(12).
constexpr double HiddenNoise = 0.2887;
constexpr double LeastShareOfStep = 0.01;

std::size_t
SizeBinOf(float difference)
{
  std::uint32_t bits;
  std::memcpy(&bits, &difference, sizeof(bits));
  return (bits & 0x7fffffffu) >> BitsBelowBin;
}

// The middle of a bin; 0 stands for itself.
double
SizeOfBin(std::size_t bin)
{
  const std::uint32_t bits = (static_cast<std::uint32_t>(bin) << BitsBelowBin) + (1u << (BitsBelowBin - 1));
  float size;
  std::memcpy(&size, &bits, sizeof(size));
  return bin > 0 ? static_cast<double>(size) : 0.0;
}
} // namespace

ValueRange
RangeOf(const float * values, std::size_t n)
{
  // In lanes of its own each, which a compiler makes vectors of.
  constexpr std::size_t Lanes = 16;
  std::array<float, Lanes> low;
  std::array<float, Lanes> high;
  low.fill(std::numeric_limits<float>::infinity());
  high.fill(-std::numeric_limits<float>::infinity());
  std::size_t i = 0;
  for (; i + Lanes <= n; i += Lanes)
  {
    for (std::size_t lane = 0; lane < Lanes; ++lane)
    {
      low[lane] = std::min(low[lane], values[i + lane]);
      high[lane] = std::max(high[lane], values[i + lane]);
    }
  }
  for (; i < n; ++i)
  {
    low[0] = std::min(low[0], values[i]);
    high[0] = std::max(high[0], values[i]);
  }
  return { *std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end()) };
}

ValueRange
RangeOf(const std::vector<float> & values, unsigned int numberOfThreads)
{
  ValueRange range;
  std::mutex mutex;
  ParallelFor(
    values.size(), VoxelsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      const ValueRange part = RangeOf(values.data() + begin, end - begin);
      const std::lock_guard<std::mutex> lock(mutex);
      range.Include(part);
    },
    numberOfThreads);
  return range;
}

void
MeanUpTo::Add(const std::vector<float> & band, const GridSize & size)
{
  const std::size_t rows = band.size() / (size.depth * size.width);
  for (std::size_t y = 0; y < rows; ++y)
  {
    double sum = 0.0;
    for (std::size_t z = 0; z < size.depth; ++z)
    {
      const float * row = band.data() + (z * rows + y) * size.width;
      for (std::size_t x = 0; x < size.width; ++x)
      {
        if (row[x] >= 0.0f && row[x] <= m_Maximum)
        {
          sum += row[x];
          ++m_Count;
        }
      }
    }
    m_Sum += sum;
  }
}

NoiseEstimate::NoiseEstimate()
  : m_Sizes(SizeBins, 0)
{
}

void
NoiseEstimate::Add(const RowRange & rows, const std::vector<float> & band, const GridSize & size,
                   unsigned int numberOfThreads)
{
  if (size.width < 3)
  {
    return;
  }
  std::vector<double> sums(rows.Count(), 0.0);
  std::mutex mutex;
  ParallelFor(
    rows.Count(), std::max<std::size_t>(VoxelsPerPiece / (size.depth * size.width), 1),
    [&](std::size_t begin, std::size_t end)
    {
      std::vector<std::uint64_t> sizes(SizeBins, 0);
      for (std::size_t y = begin; y < end; ++y)
      {
        const bool isSized = (rows.begin + y) % RowsPerSizedRow == 0;
        for (std::size_t z = 0; z < size.depth; ++z)
        {
          const float * row = band.data() + (z * rows.Count() + y) * size.width;
          for (std::size_t x = 1; x + 1 < size.width; ++x)
          {
            sums[y] += std::abs(static_cast<double>(row[x - 1]) - 2.0 * row[x] + row[x + 1]);
          }
          for (std::size_t x = 1; isSized && x + 1 < size.width; ++x)
          {
            ++sizes[SizeBinOf(row[x - 1] - 2.0f * row[x] + row[x + 1])];
          }
        }
      }
      const std::lock_guard<std::mutex> lock(mutex);
      std::transform(sizes.begin(), sizes.end(), m_Sizes.begin(), m_Sizes.begin(), std::plus<>());
    },
    numberOfThreads);
  m_Sum = std::accumulate(sums.begin(), sums.end(), m_Sum);
  m_Count += rows.Count() * size.depth * (size.width - 2);
}

double
NoiseEstimate::Get() const
{
  return m_Count > 0 ? m_Sum / static_cast<double>(m_Count) / SecondDifferenceOfNoise : 0.0;
}

double
NoiseEstimate::GetWithoutEdges() const
{
  const auto all = std::accumulate(m_Sizes.begin(), m_Sizes.end(), std::uint64_t{ 0 });
  const auto wanted = static_cast<std::uint64_t>(ShareWithoutEdges * static_cast<double>(all));
  double sum = 0.0;
  std::uint64_t count = 0;
  for (std::size_t bin = 0; bin < SizeBins && count < wanted; ++bin)
  {
    const std::uint64_t taken = std::min(m_Sizes[bin], wanted - count);
    sum += static_cast<double>(taken) * SizeOfBin(bin);
    count += taken;
  }
  if (count == 0)
  {
    return 0.0;
  }
  const double noise = sum / static_cast<double>(count) / ShareOfMeanWithoutEdges / SecondDifferenceOfNoise;
  return std::max(noise, HiddenNoise * this->GetStep());
}

// The least difference that is no rarity.
double
NoiseEstimate::GetStep() const
{
  const auto all = std::accumulate(m_Sizes.begin() + 1, m_Sizes.end(), std::uint64_t{ 0 });
  std::uint64_t count = 0;
  for (std::size_t bin = 1; bin < SizeBins; ++bin)
  {
    count += m_Sizes[bin];
    if (static_cast<double>(count) > LeastShareOfStep * static_cast<double>(all))
    {
      return SizeOfBin(bin);
    }
  }
  return 0.0;
}

void
ExtremeCounts::Add(const RowRange & rows, const std::vector<float> & band, const GridSize & size,
                   unsigned int numberOfThreads)
{
  std::mutex mutex;
  ParallelFor(
    band.size(), VoxelsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      const auto first = band.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = band.begin() + static_cast<std::ptrdiff_t>(end);
      const ValueRange range = RangeOf(band.data() + begin, end - begin);
      const auto lows = static_cast<std::uint64_t>(std::count(first, last, range.lowest));
      const auto highs = static_cast<std::uint64_t>(std::count(first, last, range.highest));
      const std::lock_guard<std::mutex> lock(mutex);
      if (range.lowest <= m_Range.lowest)
      {
        m_LowestCount = lows + (range.lowest == m_Range.lowest ? m_LowestCount : 0);
      }
      if (range.highest >= m_Range.highest)
      {
        m_HighestCount = highs + (range.highest == m_Range.highest ? m_HighestCount : 0);
      }
      m_Range.Include(range);
    },
    numberOfThreads);
  const auto addEdge = [this](float value)
  {
    ++m_EdgeCount;
    m_EdgeHighestCount = value > m_EdgeHighest ? 1 : m_EdgeHighestCount + (value == m_EdgeHighest ? 1 : 0);
    m_EdgeHighest = std::max(m_EdgeHighest, value);
  };
  for (std::size_t line = 0; line < size.depth * rows.Count(); ++line)
  {
    const std::size_t y = rows.begin + line % rows.Count();
    const float * row = band.data() + line * size.width;
    if (y == 0 || y + 1 == size.height)
    {
      std::for_each(row, row + size.width, addEdge);
      continue;
    }
    addEdge(row[0]);
    addEdge(row[size.width - 1]);
  }
}
} // namespace PenCore
} // namespace itk
