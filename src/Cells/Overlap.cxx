// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/Overlap.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace itk
{
namespace PenCore
{
namespace
{
// Rows swept together: few enough to spread over threads, enough that a cell's rows are summed up at once.
constexpr std::size_t RowsPerBand = 32;

struct RowRun
{
  std::int32_t begin;
  std::int32_t end;
  std::uint32_t mask;
};

// The runs of both sets, row by row; masks of the second set are numbered after those of the first.
struct RunsByRow
{
  std::vector<RowRun> runs;
  std::vector<std::size_t> rowBegin; // one more than there are rows
};

template <typename TFunction>
void
ForEachRun(const MaskPointers & first, const MaskPointers & second, TFunction && function)
{
  std::uint32_t mask = 0;
  for (const MaskPointers * set : { &first, &second })
  {
    for (const PixelRuns * runs : *set)
    {
      for (const PixelRun & run : *runs)
      {
        function(run, mask);
      }
      ++mask;
    }
  }
}

RunsByRow
SortIntoRows(const MaskPointers & first, const MaskPointers & second)
{
  std::int64_t lowest = std::numeric_limits<std::int32_t>::max();
  std::int64_t highest = std::numeric_limits<std::int32_t>::min();
  ForEachRun(first, second,
             [&](const PixelRun & run, std::uint32_t)
             {
               lowest = std::min<std::int64_t>(lowest, run.y);
               highest = std::max<std::int64_t>(highest, run.y);
             });
  RunsByRow rows;
  rows.rowBegin.assign(highest < lowest ? 1 : static_cast<std::size_t>(highest - lowest + 2), 0);
  ForEachRun(first, second,
             [&](const PixelRun & run, std::uint32_t)
             { ++rows.rowBegin[static_cast<std::size_t>(run.y - lowest) + 1]; });
  for (std::size_t row = 1; row < rows.rowBegin.size(); ++row)
  {
    rows.rowBegin[row] += rows.rowBegin[row - 1];
  }
  rows.runs.resize(rows.rowBegin.back());
  std::vector<std::size_t> next(rows.rowBegin);
  ForEachRun(first, second,
             [&](const PixelRun & run, std::uint32_t mask) {
               rows.runs[next[static_cast<std::size_t>(run.y - lowest)]++] = { run.x, run.x + run.length, mask };
             });
  return rows;
}

// Pixels by pair. Runs meet far more often than masks do, so that adding up in a hash table (open addressing, linear
// probing) is much faster than sorting all meetings.
class PairCounts
{
public:
  void
  Add(std::uint32_t first, std::uint32_t second, std::uint64_t pixels)
  {
    OverlappingPair & entry = this->Find(first, second);
    if (entry.pixels == 0)
    {
      entry.first = first;
      entry.second = second;
      ++m_Count;
    }
    entry.pixels += pixels;
    if (2 * m_Count > m_Table.size())
    {
      this->Grow();
    }
  }

  /** In no particular order. */
  std::vector<OverlappingPair>
  Take()
  {
    std::vector<OverlappingPair> pairs;
    pairs.reserve(m_Count);
    for (const OverlappingPair & entry : m_Table)
    {
      if (entry.pixels > 0)
      {
        pairs.push_back(entry);
      }
    }
    m_Table.assign(SmallestTable, {});
    m_Count = 0;
    return pairs;
  }

private:
  static constexpr std::size_t SmallestTable = 64; // a power of two

  // The pair's entry, or the empty one that it gets.
  OverlappingPair &
  Find(std::uint32_t first, std::uint32_t second)
  {
    // Fibonacci hashing: the high bits of a product with 2^64 over the golden ratio.
    constexpr std::uint64_t factor = 0x9E3779B97F4A7C15u;
    const std::uint64_t key = (static_cast<std::uint64_t>(first) << 32) | second;
    std::size_t place = static_cast<std::size_t>((key * factor) >> 32) & (m_Table.size() - 1);
    while (m_Table[place].pixels > 0 && (m_Table[place].first != first || m_Table[place].second != second))
    {
      place = (place + 1) & (m_Table.size() - 1);
    }
    return m_Table[place];
  }

  void
  Grow()
  {
    std::vector<OverlappingPair> old(2 * m_Table.size(), OverlappingPair{});
    old.swap(m_Table);
    for (const OverlappingPair & entry : old)
    {
      if (entry.pixels > 0)
      {
        this->Find(entry.first, entry.second) = entry;
      }
    }
  }

  std::vector<OverlappingPair> m_Table = std::vector<OverlappingPair>(SmallestTable, OverlappingPair{});
  std::size_t m_Count = 0;
};

using OpenRuns = std::vector<RowRun>;

// Meets the open runs (those that have begun and not ended) with a new one, and closes those that ended before it.
void
MeetOpenRuns(OpenRuns & open, const RowRun & run, std::uint32_t secondOffset, PairCounts & pairs)
{
  std::size_t kept = 0;
  for (const RowRun & other : open)
  {
    if (other.end <= run.begin)
    {
      continue;
    }
    open[kept++] = other;
    const std::uint32_t low = std::min(other.mask, run.mask);
    const std::uint32_t high = std::max(other.mask, run.mask);
    pairs.Add(low, high - secondOffset, static_cast<std::uint64_t>(std::min(other.end, run.end) - run.begin));
  }
  open.resize(kept);
}

// secondOffset 0: pairs within one set. Otherwise masks below it meet only masks at or above it.
void
SweepRow(RowRun * begin, RowRun * end, std::uint32_t secondOffset, PairCounts & pairs)
{
  std::sort(begin, end,
            [](const RowRun & a, const RowRun & b)
            { return a.begin != b.begin ? a.begin < b.begin : a.mask < b.mask; });
  OpenRuns open[2];
  for (const RowRun * run = begin; run != end; ++run)
  {
    const bool isSecond = secondOffset > 0 && run->mask >= secondOffset;
    MeetOpenRuns(open[secondOffset > 0 && !isSecond ? 1 : 0], *run, secondOffset, pairs);
    open[isSecond ? 1 : 0].push_back(*run);
  }
}

std::vector<OverlappingPair>
SweepRows(RunsByRow rows, std::uint32_t secondOffset, unsigned int numberOfThreads)
{
  const std::size_t numberOfRows = rows.rowBegin.size() - 1;
  const std::size_t numberOfBands = (numberOfRows + RowsPerBand - 1) / RowsPerBand;
  std::vector<std::vector<OverlappingPair>> bands(numberOfBands);
  ParallelFor(
    numberOfBands, 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t band = begin; band < end; ++band)
      {
        const std::size_t lastRow = std::min(numberOfRows, (band + 1) * RowsPerBand);
        PairCounts pairs;
        for (std::size_t row = band * RowsPerBand; row < lastRow; ++row)
        {
          SweepRow(rows.runs.data() + rows.rowBegin[row], rows.runs.data() + rows.rowBegin[row + 1], secondOffset,
                   pairs);
        }
        bands[band] = pairs.Take();
      }
    },
    numberOfThreads);

  PairCounts sums;
  for (const std::vector<OverlappingPair> & band : bands)
  {
    for (const OverlappingPair & pair : band)
    {
      sums.Add(pair.first, pair.second, pair.pixels);
    }
  }
  std::vector<OverlappingPair> pairs = sums.Take();
  std::sort(pairs.begin(), pairs.end(),
            [](const OverlappingPair & a, const OverlappingPair & b)
            { return a.first != b.first ? a.first < b.first : a.second < b.second; });
  return pairs;
}
} // namespace

MaskPointers
MasksOf(const std::vector<Cell> & cells)
{
  MaskPointers masks;
  masks.reserve(cells.size());
  for (const Cell & cell : cells)
  {
    masks.push_back(&cell.runs);
  }
  return masks;
}

MaskPointers
MasksOf(const std::vector<PixelRuns> & masks)
{
  MaskPointers pointers;
  pointers.reserve(masks.size());
  for (const PixelRuns & mask : masks)
  {
    pointers.push_back(&mask);
  }
  return pointers;
}

std::vector<OverlappingPair>
FindOverlappingPairs(const MaskPointers & masks, unsigned int numberOfThreads)
{
  return SweepRows(SortIntoRows(masks, {}), 0, numberOfThreads);
}

std::vector<OverlappingPair>
FindOverlappingPairs(const MaskPointers & first, const MaskPointers & second, unsigned int numberOfThreads)
{
  if (first.size() + second.size() > std::numeric_limits<std::uint32_t>::max())
  {
    throw std::length_error("FindOverlappingPairs: more than 2^32 masks");
  }
  if (first.empty() || second.empty())
  {
    return {};
  }
  return SweepRows(SortIntoRows(first, second), static_cast<std::uint32_t>(first.size()), numberOfThreads);
}

std::vector<std::vector<std::uint32_t>>
OverlapNeighbours(const std::vector<OverlappingPair> & pairsWithinOneSet, std::size_t numberOfMasks)
{
  std::vector<std::vector<std::uint32_t>> neighbours(numberOfMasks);
  for (const OverlappingPair & pair : pairsWithinOneSet)
  {
    neighbours[pair.first].push_back(pair.second);
    neighbours[pair.second].push_back(pair.first);
  }
  for (std::vector<std::uint32_t> & list : neighbours)
  {
    std::sort(list.begin(), list.end());
  }
  return neighbours;
}
} // namespace PenCore
} // namespace itk
