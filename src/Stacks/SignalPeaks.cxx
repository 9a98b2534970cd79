// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Stacks/SignalPeaks.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

namespace itk
{
namespace PenCore
{
namespace
{
// Tiles along the longer side of a stack, and pixels of their sides at least: whatever the size of a stack's pixels, a
// cell lies in the same tiles.
constexpr std::size_t TilesInSide = 16;
constexpr std::size_t ShortestSide = 16;

// The highest minimum of three voxels in a row whose middle is in [begin, end).
float
PeakOf(const float * row, std::size_t begin, std::size_t end, float peak)
{
  // In lanes of its own each, which a compiler makes vectors of.
  constexpr std::size_t Lanes = 8;
  std::array<float, Lanes> peaks;
  peaks.fill(peak);
  std::size_t x = begin;
  for (; x + Lanes <= end; x += Lanes)
  {
    for (std::size_t lane = 0; lane < Lanes; ++lane)
    {
      const float * voxel = row + x + lane;
      const float lowest = std::min(std::min(voxel[-1], voxel[0]), voxel[1]);
      peaks[lane] = std::max(peaks[lane], lowest);
    }
  }
  for (; x < end; ++x)
  {
    peaks[0] = std::max(peaks[0], std::min(std::min(row[x - 1], row[x]), row[x + 1]));
  }
  return *std::max_element(peaks.begin(), peaks.end());
}
} // namespace

SignalPeaks::SignalPeaks(const GridSize & size)
  : m_Size(size)
  , m_TileSide(std::max((std::max(size.width, size.height) + TilesInSide - 1) / TilesInSide, ShortestSide))
  , m_TilesInRow((size.width + m_TileSide - 1) / m_TileSide)
  , m_Peaks(m_TilesInRow * ((size.height + m_TileSide - 1) / m_TileSide), std::numeric_limits<float>::lowest())
{
}

void
SignalPeaks::Add(const RowRange & rows, const std::vector<float> & band, unsigned int numberOfThreads)
{
  if (rows.Count() == 0)
  {
    return;
  }
  const std::size_t firstRow = rows.begin / m_TileSide;
  const std::size_t rowsOfTiles = (rows.end - 1) / m_TileSide + 1 - firstRow;
  ParallelFor(
    rowsOfTiles * m_TilesInRow, 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        const std::size_t top = (firstRow + i / m_TilesInRow) * m_TileSide;
        const std::size_t left = i % m_TilesInRow * m_TileSide;
        const std::size_t xBegin = std::max<std::size_t>(left, 1);
        const std::size_t xEnd = std::min(left + m_TileSide, m_Size.width - 1);
        float & peak = m_Peaks[firstRow * m_TilesInRow + i];
        for (std::size_t z = 0; z < m_Size.depth; ++z)
        {
          for (std::size_t y = std::max(top, rows.begin); y < std::min(top + m_TileSide, rows.end); ++y)
          {
            peak = PeakOf(band.data() + (z * rows.Count() + y - rows.begin) * m_Size.width, xBegin, xEnd, peak);
          }
        }
      }
    },
    numberOfThreads);
}

float
SignalPeaks::TypicalAbove(float value) const
{
  std::vector<float> peaks;
  std::copy_if(m_Peaks.begin(), m_Peaks.end(), std::back_inserter(peaks), [=](float peak) { return peak > value; });
  if (peaks.empty())
  {
    return std::numeric_limits<float>::lowest();
  }
  const auto quartile = peaks.begin() + static_cast<std::ptrdiff_t>(peaks.size() * 3 / 4);
  std::nth_element(peaks.begin(), quartile, peaks.end());
  return *quartile;
}
} // namespace PenCore
} // namespace itk
