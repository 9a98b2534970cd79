// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Flows/FlowBlocks.h"

#include "Flows/MaskedFlow.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
// Beyond the last pixel that is passed: its neighbour, which interpolation reads, and what rounding may add.
constexpr int Margin = 3;

int
CeilOf(float value, int most)
{
  return static_cast<int>(std::min(std::ceil(static_cast<double>(value)), static_cast<double>(most)));
}

// Pixels that iterations steps lead away at most.
int
WalkOf(float longestStep, unsigned int iterations, int most)
{
  return static_cast<int>(
    std::min(std::ceil(static_cast<double>(longestStep) * iterations) + 1.0, static_cast<double>(most)));
}
} // namespace

bool
IsFinitePixel(const float * pixel)
{
  return std::isfinite(pixel[0]) && std::isfinite(pixel[1]) && std::isfinite(pixel[2]) && std::isfinite(pixel[3]);
}

FlowBlocks::FlowBlocks(int width, int height)
  : m_Width(width)
  , m_Height(height)
  , m_Columns((width + Side - 1) / Side)
  , m_Rows((height + Side - 1) / Side)
  , m_Fastest(static_cast<std::size_t>(m_Columns) * static_cast<std::size_t>(m_Rows))
  , m_IsForeground(m_Fastest.size(), 0)
{
}

void
FlowBlocks::Add(int firstRow, int rows, const float * values, const FlowsToCellsParameters & parameters)
{
  const int firstBlock = firstRow / Side;
  const int endRow = firstRow + rows;
  const auto addRowsOfBlocks = [&](std::size_t begin, std::size_t end)
  {
    const int top = std::max((firstBlock + static_cast<int>(begin)) * Side, firstRow);
    const int bottom = std::min((firstBlock + static_cast<int>(end)) * Side, endRow);
    for (int y = top; y < bottom; ++y)
    {
      this->AddRow(
        y, values + static_cast<std::size_t>(y - firstRow) * static_cast<std::size_t>(m_Width) * FlowFieldComponents,
        parameters);
    }
  };
  ParallelFor(static_cast<std::size_t>((endRow + Side - 1) / Side - firstBlock), 1, addRowsOfBlocks,
              parameters.numberOfThreads);
}

void
FlowBlocks::AddRow(int y, const float * values, const FlowsToCellsParameters & parameters)
{
  const std::size_t first = static_cast<std::size_t>(y / Side) * static_cast<std::size_t>(m_Columns);
  for (int x = 0; x < m_Width; ++x, values += FlowFieldComponents)
  {
    if (IsFollowablePixel(values, parameters))
    {
      const std::size_t block = first + static_cast<std::size_t>(x / Side);
      m_IsForeground[block] = 1;
      m_Fastest[block].x = std::max(m_Fastest[block].x, std::abs(values[0]));
      m_Fastest[block].y = std::max(m_Fastest[block].y, std::abs(values[1]));
    }
  }
}

FlowBlocks::Range
FlowBlocks::BlocksOf(const FlowRegion & region) const
{
  return { region.x / Side, region.y / Side, (region.x + region.width + Side - 1) / Side,
           (region.y + region.height + Side - 1) / Side };
}

FlowRegion
FlowBlocks::Grown(const FlowRegion & region, int x, int y) const
{
  const int left = std::max(region.x - x, 0);
  const int top = std::max(region.y - y, 0);
  return { left, top, std::min(region.x + region.width + x, m_Width) - left,
           std::min(region.y + region.height + y, m_Height) - top };
}

FlowBlocks::Speed
FlowBlocks::FastestIn(const Range & range) const
{
  Speed fastest;
  for (int row = range.top; row < range.bottom; ++row)
  {
    const Speed * blocks = m_Fastest.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(m_Columns);
    for (int column = range.left; column < range.right; ++column)
    {
      fastest.x = std::max(fastest.x, blocks[column].x);
      fastest.y = std::max(fastest.y, blocks[column].y);
    }
  }
  return fastest;
}

// The blocks with foreground in one region and, where asked for, those that are connected with them in another.
FlowBlocks::Range
FlowBlocks::Spread(const FlowRegion & from, const FlowRegion & within, bool isConnected, Set & reached) const
{
  const Range start = this->BlocksOf(isConnected ? from : within);
  const Range limit = this->BlocksOf(within);
  Range hull{ m_Columns, m_Rows, 0, 0 };
  std::vector<std::pair<int, int>> fringe;
  const auto take = [&](int column, int row)
  {
    std::uint8_t & isReached = reached.m_Blocks[static_cast<std::size_t>(row) * static_cast<std::size_t>(m_Columns) +
                                                static_cast<std::size_t>(column)];
    if (isReached == 0 && this->IsForeground(column, row))
    {
      isReached = 1;
      hull = { std::min(hull.left, column), std::min(hull.top, row), std::max(hull.right, column + 1),
               std::max(hull.bottom, row + 1) };
      fringe.emplace_back(column, row);
    }
  };
  for (int row = start.top; row < start.bottom; ++row)
  {
    for (int column = start.left; column < start.right; ++column)
    {
      take(column, row);
    }
  }
  while (!fringe.empty())
  {
    const auto [column, row] = fringe.back();
    fringe.pop_back();
    for (int y = std::max(row - 1, limit.top); y <= std::min(row + 1, limit.bottom - 1); ++y)
    {
      for (int x = std::max(column - 1, limit.left); x <= std::min(column + 1, limit.right - 1); ++x)
      {
        take(x, y);
      }
    }
  }
  return hull;
}

FlowBlocks::Window
FlowBlocks::WindowOf(const FlowRegion & seeded, const FlowsToCellsParameters & parameters) const
{
  // Whether a seed becomes a cell, and which of its surroundings become its own, depends on seeds that grow into them.
  const int competition =
    3 * static_cast<int>(parameters.growthIterations) + static_cast<int>(parameters.seedRadius) + 2;
  const FlowRegion decisive = this->Grown(seeded, competition, competition);
  const Speed fastest = this->FastestIn({ 0, 0, m_Columns, m_Rows });
  const int stepX = CeilOf(fastest.x, m_Width);
  const int stepY = CeilOf(fastest.y, m_Height);
  int walkX = WalkOf(fastest.x, parameters.iterations, m_Width);
  int walkY = WalkOf(fastest.y, parameters.iterations, m_Height);
  // What comes from farther away than that never does; and what comes from there is no faster than what is there.
  const Speed near =
    this->FastestIn(this->BlocksOf(this->Grown(decisive, 2 * walkX + Side + Margin, 2 * walkY + Side + Margin)));
  walkX = WalkOf(near.x, parameters.iterations, m_Width);
  walkY = WalkOf(near.y, parameters.iterations, m_Height);
  // A step that leaps over a block leaves what is connected.
  const bool isConnected = std::max(stepX, stepY) + Margin <= Side;
  // Ends lie a step, and a pixel that interpolation reads, off the foreground.
  const FlowRegion ends = this->Grown(decisive, stepX + Margin, stepY + Margin);

  Window window{ decisive, Set(m_Columns, m_Rows) };
  const FlowRegion sources = this->Grown(decisive, walkX + Margin, walkY + Margin);
  this->Spread(ends, sources, isConnected, window.followed);
  Set passed(m_Columns, m_Rows);
  const FlowRegion farthest = this->Grown(decisive, 2 * walkX + Side + Margin, 2 * walkY + Side + Margin);
  const Range hull = this->Spread(ends, farthest, isConnected, passed);
  if (hull.left < hull.right)
  {
    const FlowRegion pixels{ hull.left * Side, hull.top * Side, (hull.right - hull.left) * Side,
                             (hull.bottom - hull.top) * Side };
    const FlowRegion reached = this->Grown(pixels, stepX + Margin, stepY + Margin);
    const int left = std::max(std::min(reached.x, decisive.x), farthest.x);
    const int top = std::max(std::min(reached.y, decisive.y), farthest.y);
    const int right =
      std::min(std::max(reached.x + reached.width, decisive.x + decisive.width), farthest.x + farthest.width);
    const int bottom =
      std::min(std::max(reached.y + reached.height, decisive.y + decisive.height), farthest.y + farthest.height);
    window.region = { left, top, right - left, bottom - top };
  }
  return window;
}
} // namespace PenCore
} // namespace itk
