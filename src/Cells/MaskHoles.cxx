// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Cells/MaskHoles.h"

#include "ProjectionEnhancement/Cells/PixelBox.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace itk
{
namespace PenCore
{
namespace
{
// A gap between two runs of a row, or before the first or behind the last one.
struct Gap
{
  std::int32_t begin;
  std::int32_t end;
  std::int32_t y;
};

// Row by row, what the mask leaves free of its bounding box and one column on either side; rows without mask pixels
// are one gap.
std::vector<Gap>
FindGaps(const PixelRuns & mask, std::int32_t left, std::int32_t right)
{
  std::vector<Gap> gaps;
  std::int32_t y = mask.front().y;
  std::int32_t begin = left - 1;
  for (const PixelRun & run : mask)
  {
    while (y < run.y)
    {
      gaps.push_back({ begin, right + 1, y });
      begin = left - 1;
      ++y;
    }
    if (begin < run.x)
    {
      gaps.push_back({ begin, run.x, y });
    }
    begin = run.x + run.length;
  }
  gaps.push_back({ begin, right + 1, y });
  return gaps;
}

std::size_t
Root(std::vector<std::size_t> & parents, std::size_t i)
{
  while (parents[i] != i)
  {
    parents[i] = parents[parents[i]];
    i = parents[i];
  }
  return i;
}

// Joins gaps that share an edge with one of the row before.
void
JoinGaps(const std::vector<Gap> & gaps, std::vector<std::size_t> & parents)
{
  std::size_t above = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i)
  {
    while (above < i &&
           (gaps[above].y < gaps[i].y - 1 || (gaps[above].y == gaps[i].y - 1 && gaps[above].end <= gaps[i].begin)))
    {
      ++above;
    }
    for (std::size_t j = above; j < i && gaps[j].y == gaps[i].y - 1 && gaps[j].begin < gaps[i].end; ++j)
    {
      parents[Root(parents, i)] = Root(parents, j);
    }
  }
}
} // namespace

PixelRuns
FindHoles(const PixelRuns & mask)
{
  PixelRuns holes;
  if (mask.empty())
  {
    return holes;
  }
  const PixelBox box = BoundingBox(mask);
  const std::vector<Gap> gaps = FindGaps(mask, box.left, box.right);
  std::vector<std::size_t> parents(gaps.size());
  std::iota(parents.begin(), parents.end(), std::size_t{ 0 });
  JoinGaps(gaps, parents);
  std::vector<bool> isOpen(gaps.size(), false);
  for (std::size_t i = 0; i < gaps.size(); ++i)
  {
    const Gap & gap = gaps[i];
    if (gap.begin < box.left || gap.end > box.right || gap.y == box.top || gap.y == box.bottom - 1)
    {
      isOpen[Root(parents, i)] = true;
    }
  }
  for (std::size_t i = 0; i < gaps.size(); ++i)
  {
    if (!isOpen[Root(parents, i)])
    {
      holes.push_back({ gaps[i].begin, gaps[i].y, gaps[i].end - gaps[i].begin });
    }
  }
  return holes;
}

PixelRuns
UniteRuns(const PixelRuns & a, const PixelRuns & b)
{
  PixelRuns sorted;
  sorted.reserve(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(sorted),
             [](const PixelRun & left, const PixelRun & right)
             { return left.y != right.y ? left.y < right.y : left.x < right.x; });
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
