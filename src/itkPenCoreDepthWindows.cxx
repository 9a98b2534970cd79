// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreDepthWindows.h"

#include "itkPenCoreOverlap.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>

namespace itk
{
namespace PenCore
{
namespace
{
void
Verify(const std::vector<Cell> & cells, const std::vector<std::uint32_t> & windowOfCell, std::size_t windows,
       const JoinDepthWindowsParameters & parameters)
{
  if (!(parameters.iouThreshold >= 0.0 && parameters.iouThreshold <= 1.0))
  {
    throw std::invalid_argument("the IoU threshold must be within 0 and 1, got " +
                                std::to_string(parameters.iouThreshold));
  }
  if (!(parameters.depthTolerance >= 0.0))
  {
    throw std::invalid_argument("the depth tolerance must be no less than 0, got " +
                                std::to_string(parameters.depthTolerance));
  }
  if (windowOfCell.size() != cells.size() ||
      std::any_of(windowOfCell.begin(), windowOfCell.end(), [&](std::uint32_t window) { return window >= windows; }))
  {
    throw std::invalid_argument("each cell must have one of the " + std::to_string(windows) + " depth windows");
  }
  if (std::any_of(cells.begin(), cells.end(),
                  [](const Cell & cell) { return !std::isfinite(cell.depth) || !std::isfinite(cell.score); }))
  {
    throw std::invalid_argument("a cell's depth or score is not finite");
  }
}
} // namespace

std::vector<DepthWindow>
MakeDepthWindows(std::size_t slices, std::size_t windowSlices)
{
  if (windowSlices == 0 || windowSlices >= slices)
  {
    return { { 0, slices, {} } };
  }
  const std::size_t step = std::max<std::size_t>(windowSlices / 2, 1);
  const std::size_t steps = (slices - windowSlices + step - 1) / step;
  std::vector<DepthWindow> windows;
  for (std::size_t i = 0; i <= steps; ++i)
  {
    const std::size_t begin = (i * (slices - windowSlices) + steps / 2) / steps;
    windows.push_back({ begin, begin + windowSlices, {} });
    if (i > 0)
    {
      DepthWindow & before = windows[i - 1];
      // Depths count from the middle of the first slice.
      before.own.end = static_cast<double>(begin + before.end - 1) / 2.0;
      windows[i].own.first = before.own.end;
    }
  }
  return windows;
}

std::vector<std::uint32_t>
JoinDepthWindows(const std::vector<Cell> & cells, const std::vector<std::uint32_t> & windowOfCell,
                 const std::vector<DepthRange> & own, const JoinDepthWindowsParameters & parameters)
{
  Verify(cells, windowOfCell, own.size(), parameters);
  std::vector<std::uint32_t> owned;
  for (std::uint32_t i = 0; i < cells.size(); ++i)
  {
    const DepthRange & range = own[windowOfCell[i]];
    if (cells[i].depth >= range.first && cells[i].depth < range.end)
    {
      owned.push_back(i);
    }
  }

  std::vector<std::uint64_t> sizes;
  MaskPointers masks;
  for (const std::uint32_t i : owned)
  {
    sizes.push_back(CountPixels(cells[i].runs));
    masks.push_back(&cells[i].runs);
  }
  // Of each owned cell, by its place among them: those that may be the same.
  std::vector<std::vector<std::uint32_t>> same(owned.size());
  for (const OverlappingPair & pair : FindOverlappingPairs(masks, parameters.numberOfThreads))
  {
    const std::uint32_t a = owned[pair.first];
    const std::uint32_t b = owned[pair.second];
    const auto shared = static_cast<double>(pair.pixels);
    const double iou = shared / (static_cast<double>(sizes[pair.first] + sizes[pair.second]) - shared);
    if (windowOfCell[a] != windowOfCell[b] && iou >= parameters.iouThreshold &&
        std::abs(cells[a].depth - cells[b].depth) <= parameters.depthTolerance)
    {
      same[pair.first].push_back(pair.second);
      same[pair.second].push_back(pair.first);
    }
  }

  std::vector<std::uint32_t> order(owned.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto keyOf = [&](std::uint32_t i)
  { return std::make_tuple(-cells[owned[i]].score, -static_cast<double>(sizes[i]), i); };
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return keyOf(a) < keyOf(b); });
  std::vector<char> stays(owned.size(), 0);
  for (const std::uint32_t i : order)
  {
    stays[i] = std::none_of(same[i].begin(), same[i].end(), [&](std::uint32_t j) { return stays[j] != 0; }) ? 1 : 0;
  }
  std::vector<std::uint32_t> joined;
  for (std::size_t i = 0; i < owned.size(); ++i)
  {
    if (stays[i] != 0)
    {
      joined.push_back(owned[i]);
    }
  }
  return joined;
}
} // namespace PenCore
} // namespace itk
