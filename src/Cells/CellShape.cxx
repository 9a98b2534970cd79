// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/CellShape.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace itk
{
namespace PenCore
{
namespace
{
// Coordinates in half pixels: pixel centres are even, the middles of edges have one odd coordinate.
struct HalfPixel
{
  std::int64_t x;
  std::int64_t y;
};

// Positive where c lies to the right of the way from a to b, y pointing down.
std::int64_t
Turn(const HalfPixel & a, const HalfPixel & b, const HalfPixel & c)
{
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

// The left boundary of a convex hull from the top down, from the leftmost points of rows in that order.
class LeftChain
{
public:
  void
  Add(const HalfPixel & point)
  {
    while (m_Points.size() > 1 && Turn(m_Points[m_Points.size() - 2], m_Points.back(), point) >= 0)
    {
      m_Points.pop_back();
    }
    m_Points.push_back(point);
  }

  // The first even x on or right of the chain at height y; heights must not decrease from call to call.
  std::int64_t
  FirstCentre(std::int64_t y)
  {
    while (m_Segment + 2 < m_Points.size() && m_Points[m_Segment + 1].y < y)
    {
      ++m_Segment;
    }
    const HalfPixel & a = m_Points[m_Segment];
    const HalfPixel & b = m_Points[m_Segment + 1];
    const std::int64_t height = 2 * (b.y - a.y);
    const std::int64_t numerator = a.x * (b.y - a.y) + (b.x - a.x) * (y - a.y);
    const std::int64_t quotient = numerator / height;
    return 2 * (quotient + (quotient * height < numerator ? 1 : 0));
  }

private:
  std::vector<HalfPixel> m_Points;
  std::size_t m_Segment = 0;
};

// The chain of a mask, or of its mirror image, whose points are the outermost ones at each height.
LeftChain
MakeChain(const PixelRuns & mask, bool isMirrored)
{
  constexpr std::int64_t None = std::numeric_limits<std::int64_t>::max();
  const std::int64_t top = 2 * static_cast<std::int64_t>(mask.front().y) - 1;
  const std::int64_t bottom = 2 * static_cast<std::int64_t>(mask.back().y) + 1;
  std::vector<std::int64_t> leftmost(static_cast<std::size_t>(bottom - top + 1), None);
  const auto reach = [&](std::int64_t x, std::int64_t y)
  {
    std::int64_t & left = leftmost[static_cast<std::size_t>(y - top)];
    left = std::min(left, x);
  };
  for (const PixelRun & run : mask)
  {
    const std::int64_t first = isMirrored ? -(static_cast<std::int64_t>(run.x) + run.length - 1) : run.x;
    const std::int64_t y = 2 * static_cast<std::int64_t>(run.y);
    reach(2 * first - 1, y);
    reach(2 * first, y - 1);
    reach(2 * first, y + 1);
  }
  LeftChain chain;
  for (std::int64_t y = top; y <= bottom; ++y)
  {
    const std::int64_t left = leftmost[static_cast<std::size_t>(y - top)];
    if (left != None)
    {
      chain.Add({ left, y });
    }
  }
  return chain;
}
} // namespace

std::size_t
CountConvexPixels(const PixelRuns & mask)
{
  if (mask.empty())
  {
    return 0;
  }
  LeftChain left = MakeChain(mask, false);
  LeftChain right = MakeChain(mask, true);
  std::size_t count = 0;
  for (std::int64_t row = mask.front().y; row <= mask.back().y; ++row)
  {
    const std::int64_t width = -right.FirstCentre(2 * row) - left.FirstCentre(2 * row);
    count += static_cast<std::size_t>(width / 2 + 1);
  }
  return count;
}

std::vector<double>
SumUnderMasks(const MaskPointers & masks, const float * stack, const GridSize & size, unsigned int numberOfThreads)
{
  std::vector<double> sums(masks.size(), 0.0);
  ForEachBandOfRows(RowsOfBuffer(stack, size), size,
                    [&](const RowRange & band, const std::vector<float> & rows)
                    { AddUnderMasks(masks, rows, band, size, sums, numberOfThreads); });
  return sums;
}

void
AddUnderMasks(const MaskPointers & masks, const std::vector<float> & rows, const RowRange & band, const GridSize & size,
              std::vector<double> & sums, unsigned int numberOfThreads)
{
  const std::size_t pixels = band.Count() * size.width;
  const auto sum = [&](std::size_t begin, std::size_t end)
  {
    for (std::size_t i = begin; i < end; ++i)
    {
      const auto isBefore = [](const PixelRun & run, std::size_t y) { return static_cast<std::size_t>(run.y) < y; };
      auto run = std::lower_bound(masks[i]->begin(), masks[i]->end(), band.begin, isBefore);
      // Row by row and slice by slice: the order of the additions does not depend on the bands.
      for (; run != masks[i]->end() && static_cast<std::size_t>(run->y) < band.end; ++run)
      {
        const float * voxel = rows.data() + (static_cast<std::size_t>(run->y) - band.begin) * size.width + run->x;
        for (std::size_t z = 0; z < size.depth; ++z, voxel += pixels)
        {
          for (std::int32_t x = 0; x < run->length; ++x)
          {
            sums[i] += static_cast<double>(voxel[x]);
          }
        }
      }
    }
  };
  ParallelFor(masks.size(), 1, sum, numberOfThreads);
}
} // namespace PenCore
} // namespace itk
