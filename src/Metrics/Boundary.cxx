// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Metrics/Boundary.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t MasksPerPiece = 64;
constexpr std::size_t RowsPerPiece = 16;

// Pixels [first, second) of a row; a list of them is sorted and free of overlap.
using Interval = std::pair<std::int32_t, std::int32_t>;
using Intervals = std::vector<Interval>;

Intervals
ShrinkByOne(const PixelRuns & mask, std::size_t begin, std::size_t end)
{
  Intervals shrunk;
  for (std::size_t i = begin; i < end; ++i)
  {
    if (mask[i].length > 2)
    {
      shrunk.emplace_back(mask[i].x + 1, mask[i].x + mask[i].length - 1);
    }
  }
  return shrunk;
}

Intervals
Intersect(const Intervals & a, const Intervals & b)
{
  Intervals common;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();)
  {
    const Interval both(std::max(i->first, j->first), std::min(i->second, j->second));
    if (both.first < both.second)
    {
      common.push_back(both);
    }
    i->second < j->second ? static_cast<void>(++i) : static_cast<void>(++j);
  }
  return common;
}

// Appends what remains of a run without the holes that lie in it; \a hole moves on to the next run's.
void
AppendWithoutHoles(const PixelRun & run, Intervals::const_iterator & hole, Intervals::const_iterator lastHole,
                   PixelRuns & rest)
{
  std::int32_t x = run.x;
  const std::int32_t end = run.x + run.length;
  for (; hole != lastHole && hole->second <= end; ++hole)
  {
    rest.push_back({ x, run.y, hole->first - x });
    x = hole->second;
  }
  rest.push_back({ x, run.y, end - x });
}

std::size_t
EndOfRow(const PixelRuns & mask, std::size_t begin)
{
  std::size_t end = begin;
  while (end < mask.size() && mask[end].y == mask[begin].y)
  {
    ++end;
  }
  return end;
}

// The boundary pixels of a set of masks: columns in ascending order, row by row.
struct BoundaryRows
{
  std::int32_t firstRow = 0;
  std::vector<std::vector<std::int32_t>> columns;

  const std::vector<std::int32_t> *
  FindRow(std::int64_t y) const
  {
    const std::int64_t row = y - firstRow;
    return row < 0 || row >= static_cast<std::int64_t>(columns.size()) ? nullptr
                                                                       : &columns[static_cast<std::size_t>(row)];
  }
};

std::vector<PixelRuns>
BoundariesOf(const MaskPointers & masks, unsigned int numberOfThreads)
{
  std::vector<PixelRuns> boundaries(masks.size());
  ParallelFor(
    masks.size(), MasksPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        boundaries[i] = MaskBoundary(*masks[i]);
      }
    },
    numberOfThreads);
  return boundaries;
}

BoundaryRows
CollectRows(const std::vector<PixelRuns> & boundaries, unsigned int numberOfThreads)
{
  std::int32_t first = std::numeric_limits<std::int32_t>::max();
  std::int32_t last = std::numeric_limits<std::int32_t>::min();
  for (const PixelRuns & boundary : boundaries)
  {
    if (!boundary.empty())
    {
      first = std::min(first, boundary.front().y);
      last = std::max(last, boundary.back().y);
    }
  }
  BoundaryRows rows;
  if (first > last)
  {
    return rows;
  }
  rows.firstRow = first;
  rows.columns.resize(static_cast<std::size_t>(last) - first + 1);
  for (const PixelRuns & boundary : boundaries)
  {
    for (const PixelRun & run : boundary)
    {
      for (std::int32_t x = run.x; x < run.x + run.length; ++x)
      {
        rows.columns[static_cast<std::size_t>(run.y - first)].push_back(x);
      }
    }
  }
  ParallelFor(
    rows.columns.size(), RowsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t row = begin; row < end; ++row)
      {
        std::vector<std::int32_t> & columns = rows.columns[row];
        std::sort(columns.begin(), columns.end());
        columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
      }
    },
    numberOfThreads);
  return rows;
}

// Marks the columns that have one of \a others within \a halfWidth.
void
MarkNear(const std::vector<std::int32_t> & columns, const std::vector<std::int32_t> & others, std::int32_t halfWidth,
         std::vector<char> & isNear)
{
  auto other = others.begin();
  for (std::size_t i = 0; i < columns.size(); ++i)
  {
    while (other != others.end() && *other < columns[i] - halfWidth)
    {
      ++other;
    }
    if (other == others.end())
    {
      return;
    }
    if (*other <= columns[i] + halfWidth)
    {
      isNear[i] = 1;
    }
  }
}

// How many pixels there are, and how many of them lie within the tolerance of one of \a others.
std::pair<std::uint64_t, std::uint64_t>
CountNear(const BoundaryRows & rows, const BoundaryRows & others, double tolerance, unsigned int numberOfThreads)
{
  const auto reach = static_cast<std::int32_t>(std::floor(tolerance));
  std::vector<std::uint64_t> near(rows.columns.size(), 0);
  ParallelFor(
    rows.columns.size(), RowsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t row = begin; row < end; ++row)
      {
        std::vector<char> isNear(rows.columns[row].size(), 0);
        for (std::int32_t dy = -reach; dy <= reach; ++dy)
        {
          const auto * otherRow = others.FindRow(static_cast<std::int64_t>(rows.firstRow) + dy + row);
          if (otherRow != nullptr)
          {
            const double halfWidth = std::sqrt(tolerance * tolerance - static_cast<double>(dy) * dy);
            MarkNear(rows.columns[row], *otherRow, static_cast<std::int32_t>(halfWidth), isNear);
          }
        }
        near[row] = static_cast<std::uint64_t>(std::count(isNear.begin(), isNear.end(), 1));
      }
    },
    numberOfThreads);
  std::pair<std::uint64_t, std::uint64_t> counts(0, 0);
  for (std::size_t row = 0; row < rows.columns.size(); ++row)
  {
    counts.first += rows.columns[row].size();
    counts.second += near[row];
  }
  return counts;
}
} // namespace

PixelRuns
MaskBoundary(const PixelRuns & mask)
{
  PixelRuns boundary;
  Intervals above;
  std::size_t begin = 0;
  Intervals here = mask.empty() ? Intervals{} : ShrinkByOne(mask, 0, EndOfRow(mask, 0));
  while (begin < mask.size())
  {
    const std::size_t end = EndOfRow(mask, begin);
    const std::int32_t y = mask[begin].y;
    const bool isFollowed = end < mask.size() && mask[end].y == y + 1;
    Intervals below = end < mask.size() ? ShrinkByOne(mask, end, EndOfRow(mask, end)) : Intervals{};
    const Intervals interior = isFollowed ? Intersect(Intersect(above, here), below) : Intervals{};
    auto hole = interior.begin();
    for (std::size_t i = begin; i < end; ++i)
    {
      AppendWithoutHoles(mask[i], hole, interior.end(), boundary);
    }
    above = isFollowed ? std::move(here) : Intervals{};
    here = std::move(below);
    begin = end;
  }
  return boundary;
}

BoundaryCounts
CompareBoundaries(const MaskPointers & truth, const MaskPointers & prediction, double tolerance,
                  unsigned int numberOfThreads)
{
  constexpr double HighestTolerance = 1e6;
  if (!(tolerance >= 0.0 && tolerance <= HighestTolerance))
  {
    throw std::invalid_argument("CompareBoundaries: the tolerance must be within 0 and 1e6 pixels");
  }
  const BoundaryRows truthRows = CollectRows(BoundariesOf(truth, numberOfThreads), numberOfThreads);
  const BoundaryRows predictionRows = CollectRows(BoundariesOf(prediction, numberOfThreads), numberOfThreads);
  const auto found = CountNear(truthRows, predictionRows, tolerance, numberOfThreads);
  const auto right = CountNear(predictionRows, truthRows, tolerance, numberOfThreads);
  return { found.first, found.second, right.first, right.second };
}
} // namespace PenCore
} // namespace itk
