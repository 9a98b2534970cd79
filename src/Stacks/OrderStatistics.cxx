// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Stacks/OrderStatistics.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t Bins = 65536;
constexpr std::uint32_t SignBit = 0x80000000u;
// Whole numbers that are counted one by one.
constexpr int LowestWhole = -32768;
constexpr int HighestWhole = 65535;
constexpr std::size_t WholeBins = HighestWhole - LowestWhole + 1;
// A piece's own histogram takes a megabyte to clear and to add.
constexpr std::size_t ValuesPerPiece = 1 << 20;

// Integers in the order of the floats.
std::uint32_t
KeyOf(float value)
{
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return (bits & SignBit) != 0 ? ~bits : bits | SignBit;
}

float
ValueOf(std::uint32_t key)
{
  const std::uint32_t bits = (key & SignBit) != 0 ? key & ~SignBit : ~key;
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

bool
IsCountedAsWhole(float value)
{
  return value >= static_cast<float>(LowestWhole) && value <= static_cast<float>(HighestWhole) &&
         static_cast<float>(static_cast<int>(value)) == value;
}

// Counts the bins of values in a histogram that add(own) adds to, one piece at a time.
template <typename TBinOf, typename TAdd>
void
CountBins(const float * values, std::size_t n, unsigned int numberOfThreads, std::size_t bins, TBinOf && binOf,
          TAdd && add)
{
  std::mutex mutex;
  ParallelFor(
    n, ValuesPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      std::vector<std::uint64_t> own(bins, 0);
      for (std::size_t i = begin; i < end; ++i)
      {
        ++own[binOf(values[i])];
      }
      const std::lock_guard<std::mutex> lock(mutex);
      add(own);
    },
    numberOfThreads);
}

// Adds the bins from \a first on.
void
AddBins(const std::vector<std::uint64_t> & own, std::size_t first, std::vector<std::uint64_t> & histogram)
{
  for (std::size_t bin = 0; bin < histogram.size(); ++bin)
  {
    histogram[bin] += own[first + bin];
  }
}
} // namespace

OrderStatistics::OrderStatistics()
  : m_Whole(WholeBins, 0)
  , m_Coarse(Bins, 0)
{
}

void
OrderStatistics::Count(const float * values, std::size_t n, unsigned int numberOfThreads)
{
  CountBins(
    values, n, numberOfThreads, WholeBins + Bins,
    [](float value)
    {
      return IsCountedAsWhole(value) ? static_cast<std::size_t>(static_cast<int>(value) - LowestWhole)
                                     : WholeBins + (KeyOf(value) >> 16);
    },
    [this](const Histogram & own)
    {
      AddBins(own, 0, m_Whole);
      AddBins(own, WholeBins, m_Coarse);
    });
  m_Count += n;
}

std::pair<std::size_t, std::uint64_t>
OrderStatistics::Find(const Histogram & histogram, std::uint64_t rank)
{
  std::uint64_t before = 0;
  std::size_t bin = 0;
  while (before + histogram[bin] <= rank)
  {
    before += histogram[bin++];
  }
  return { bin, before };
}

bool
OrderStatistics::Want(const std::vector<std::uint64_t> & ranks)
{
  if (std::all_of(m_Coarse.begin(), m_Coarse.end(), [](std::uint64_t count) { return count == 0; }))
  {
    return false;
  }
  for (std::size_t bin = 0; bin < WholeBins; ++bin)
  {
    m_Coarse[KeyOf(static_cast<float>(static_cast<int>(bin) + LowestWhole)) >> 16] += m_Whole[bin];
  }
  m_Whole.clear();
  for (const std::uint64_t rank : ranks)
  {
    m_Fine[Find(m_Coarse, rank).first].assign(Bins, 0);
  }
  return true;
}

void
OrderStatistics::CountFinely(const float * values, std::size_t n, unsigned int numberOfThreads)
{
  // Where the bins of a coarse one begin. One bin more, for what does not count.
  const std::size_t outside = m_Fine.size() * Bins;
  std::vector<std::size_t> firstOfCoarse(Bins, outside);
  std::size_t first = 0;
  for (const auto & entry : m_Fine)
  {
    firstOfCoarse[entry.first] = first;
    first += Bins;
  }
  CountBins(
    values, n, numberOfThreads, outside + 1,
    [&](float value)
    {
      const std::uint32_t key = KeyOf(value);
      const std::size_t begin = firstOfCoarse[key >> 16];
      return begin == outside ? outside : begin + (key & 0xffffu);
    },
    [&](const Histogram & own)
    {
      std::size_t begin = 0;
      for (auto & entry : m_Fine)
      {
        AddBins(own, begin, entry.second);
        begin += Bins;
      }
    });
}

float
OrderStatistics::GetValue(std::uint64_t rank) const
{
  if (m_Fine.empty())
  {
    return static_cast<float>(static_cast<int>(Find(m_Whole, rank).first) + LowestWhole);
  }
  const auto coarse = Find(m_Coarse, rank);
  const auto fine = Find(m_Fine.at(coarse.first), rank - coarse.second);
  return ValueOf(static_cast<std::uint32_t>(coarse.first) << 16 | static_cast<std::uint32_t>(fine.first));
}
} // namespace PenCore
} // namespace itk
