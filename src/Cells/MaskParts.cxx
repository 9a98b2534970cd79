// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Cells/MaskParts.h"

#include "Cells/DisjointSets.h"
#include "ProjectionEnhancement/Cells/PixelBox.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t NoPart = std::numeric_limits<std::size_t>::max();

// Row by row, what the mask leaves free of its bounding box and one column on either side; rows without mask pixels
// are one run.
PixelRuns
FindGaps(const PixelRuns & mask, const PixelBox & box)
{
  PixelRuns gaps;
  const std::int32_t end = box.right + 1;
  std::int32_t y = mask.front().y;
  std::int32_t begin = box.left - 1;
  for (const PixelRun & run : mask)
  {
    while (y < run.y)
    {
      gaps.push_back({ begin, y, end - begin });
      begin = box.left - 1;
      ++y;
    }
    if (begin < run.x)
    {
      gaps.push_back({ begin, y, run.x - begin });
    }
    begin = run.x + run.length;
  }
  gaps.push_back({ begin, y, end - begin });
  return gaps;
}

// Joins runs with those of the row before that they touch: a run reaches \a corner pixels beyond its ends.
DisjointSets
JoinRuns(const PixelRuns & runs, std::int32_t corner)
{
  DisjointSets sets(runs.size());
  const auto endOf = [&](std::size_t i) { return runs[i].x + runs[i].length + corner; };
  std::size_t above = 0;
  for (std::size_t i = 0; i < runs.size(); ++i)
  {
    const std::int32_t rowAbove = runs[i].y - 1;
    while (above < i && (runs[above].y < rowAbove || (runs[above].y == rowAbove && endOf(above) <= runs[i].x)))
    {
      ++above;
    }
    for (std::size_t j = above; j < i && runs[j].y == rowAbove && runs[j].x < endOf(i); ++j)
    {
      sets.Join(i, j);
    }
  }
  return sets;
}

// The runs of each set for which isWanted(its lowest run) holds.
template <typename TIsWanted>
std::vector<PixelRuns>
CollectParts(const PixelRuns & runs, DisjointSets & sets, TIsWanted && isWanted)
{
  std::vector<PixelRuns> parts;
  std::vector<std::size_t> partOfSet(runs.size(), NoPart);
  for (std::size_t i = 0; i < runs.size(); ++i)
  {
    const std::size_t set = sets.Find(i);
    if (!isWanted(set))
    {
      continue;
    }
    if (partOfSet[set] == NoPart)
    {
      partOfSet[set] = parts.size();
      parts.emplace_back();
    }
    parts[partOfSet[set]].push_back(runs[i]);
  }
  return parts;
}
} // namespace

std::vector<PixelRuns>
ConnectedParts(const PixelRuns & mask)
{
  DisjointSets sets = JoinRuns(mask, 1);
  return CollectParts(mask, sets, [](std::size_t) { return true; });
}

std::vector<PixelRuns>
FindHoles(const PixelRuns & mask)
{
  if (mask.empty())
  {
    return {};
  }
  const PixelBox box = BoundingBox(mask);
  const PixelRuns gaps = FindGaps(mask, box);
  DisjointSets sets = JoinRuns(gaps, 0);
  std::vector<bool> isOpen(gaps.size(), false);
  for (std::size_t i = 0; i < gaps.size(); ++i)
  {
    const PixelRun & gap = gaps[i];
    if (gap.x < box.left || gap.x + gap.length > box.right || gap.y == box.top || gap.y == box.bottom - 1)
    {
      isOpen[sets.Find(i)] = true;
    }
  }
  return CollectParts(gaps, sets, [&](std::size_t set) { return !isOpen[set]; });
}

PixelRuns
UniteRuns(const PixelRuns & a, const PixelRuns & b)
{
  PixelRuns sorted;
  sorted.reserve(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(sorted), IsBefore);
  PixelRuns united;
  for (const PixelRun & run : sorted)
  {
    if (!united.empty() && united.back().y == run.y && run.x <= united.back().x + united.back().length)
    {
      united.back().length = std::max(united.back().x + united.back().length, run.x + run.length) - united.back().x;
    }
    else
    {
      united.push_back(run);
    }
  }
  return united;
}
} // namespace PenCore
} // namespace itk
