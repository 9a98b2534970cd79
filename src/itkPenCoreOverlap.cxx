// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreOverlap.h"

#include "itkPenCoreThreads.h"

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

// Sums the entries of equal pairs; what remains is sorted by first, then second.
void
SumPairs(std::vector<OverlappingPair> & pairs)
{
  std::sort(pairs.begin(), pairs.end(),
            [](const OverlappingPair & a, const OverlappingPair & b)
            { return a.first != b.first ? a.first < b.first : a.second < b.second; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i)
  {
    if (kept > 0 && pairs[kept - 1].first == pairs[i].first && pairs[kept - 1].second == pairs[i].second)
    {
      pairs[kept - 1].pixels += pairs[i].pixels;
    }
    else
    {
      pairs[kept++] = pairs[i];
    }
  }
  pairs.resize(kept);
}

using OpenRuns = std::vector<RowRun>;

// Meets the open runs (those that have begun and not ended) with a new one, and closes those that ended before it.
void
MeetOpenRuns(OpenRuns & open, const RowRun & run, std::uint32_t secondOffset, std::vector<OverlappingPair> & pairs)
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
    pairs.push_back({ low, high - secondOffset, static_cast<std::uint64_t>(std::min(other.end, run.end) - run.begin) });
  }
  open.resize(kept);
}

// secondOffset 0: pairs within one set. Otherwise masks below it meet only masks at or above it.
void
SweepRow(RowRun * begin, RowRun * end, std::uint32_t secondOffset, std::vector<OverlappingPair> & pairs)
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
        for (std::size_t row = band * RowsPerBand; row < lastRow; ++row)
        {
          SweepRow(rows.runs.data() + rows.rowBegin[row], rows.runs.data() + rows.rowBegin[row + 1], secondOffset,
                   bands[band]);
        }
        SumPairs(bands[band]);
      }
    },
    numberOfThreads);

  std::vector<OverlappingPair> pairs;
  for (const std::vector<OverlappingPair> & band : bands)
  {
    pairs.insert(pairs.end(), band.begin(), band.end());
  }
  SumPairs(pairs);
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
