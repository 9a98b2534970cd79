// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreOrderStatistics.h"

#include "itkPenCoreThreads.h"

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
// A piece's own histogram takes half a megabyte to clear and to add.
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

// Counts the bins of values; binOf returns Bins for a value that does not count.
template <typename TBinOf>
void
Count(const float * values, std::size_t n, unsigned int numberOfThreads, std::vector<std::uint64_t> & histogram,
      TBinOf && binOf)
{
  std::mutex mutex;
  ParallelFor(
    n, ValuesPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      std::vector<std::uint64_t> own(Bins + 1, 0);
      for (std::size_t i = begin; i < end; ++i)
      {
        ++own[binOf(KeyOf(values[i]))];
      }
      const std::lock_guard<std::mutex> lock(mutex);
      for (std::size_t bin = 0; bin < Bins; ++bin)
      {
        histogram[bin] += own[bin];
      }
    },
    numberOfThreads);
}
} // namespace

OrderStatistics::OrderStatistics()
  : m_Coarse(Bins, 0)
{
}

void
OrderStatistics::CountCoarsely(const float * values, std::size_t n, unsigned int numberOfThreads)
{
  Count(values, n, numberOfThreads, m_Coarse, [](std::uint32_t key) { return key >> 16; });
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

void
OrderStatistics::Want(const std::vector<std::uint64_t> & ranks)
{
  for (const std::uint64_t rank : ranks)
  {
    m_Fine[Find(m_Coarse, rank).first].assign(Bins, 0);
  }
}

void
OrderStatistics::CountFinely(const float * values, std::size_t n, unsigned int numberOfThreads)
{
  for (auto & entry : m_Fine)
  {
    const auto wanted = static_cast<std::uint32_t>(entry.first);
    Count(values, n, numberOfThreads, entry.second,
          [wanted](std::uint32_t key) { return key >> 16 == wanted ? key & 0xffffu : Bins; });
  }
}

float
OrderStatistics::GetValue(std::uint64_t rank) const
{
  const auto coarse = Find(m_Coarse, rank);
  const auto fine = Find(m_Fine.at(coarse.first), rank - coarse.second);
  return ValueOf(static_cast<std::uint32_t>(coarse.first) << 16 | static_cast<std::uint32_t>(fine.first));
}
} // namespace PenCore
} // namespace itk
