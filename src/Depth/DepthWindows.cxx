// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Depth/DepthWindows.h"

#include "ProjectionEnhancement/Cells/Overlap.h"

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
  if (std::isnan(parameters.adoptionScore))
  {
    throw std::invalid_argument("the score from which on cells are adopted is not a number");
  }
  if (!(parameters.adoptionShare > 0.0 && parameters.adoptionShare <= 1.0))
  {
    throw std::invalid_argument(
      "the share of an adopted cell that another may have must be above 0 and at most 1, got " +
      std::to_string(parameters.adoptionShare));
  }
  if (!(parameters.adoptionReach >= 0.0))
  {
    throw std::invalid_argument(
      "the depth within which a cell keeps another from being adopted must be no less than 0, "
      "got " +
      std::to_string(parameters.adoptionReach));
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

// A cell that may stay.
struct Candidate
{
  std::uint32_t cell;
  std::uint32_t window;
  bool isOwned; // its depth is its window's
  std::uint64_t pixels;
  double depth;
  double score;
};

bool
AreRivals(const Candidate & a, const Candidate & b, std::uint64_t sharedPixels,
          const JoinDepthWindowsParameters & parameters)
{
  const auto shared = static_cast<double>(sharedPixels);
  const double apart = std::abs(a.depth - b.depth);
  if (a.isOwned && b.isOwned)
  {
    const double iou = shared / (static_cast<double>(a.pixels + b.pixels) - shared);
    return a.window != b.window && iou >= parameters.iouThreshold && apart <= parameters.depthTolerance;
  }
  return shared >= parameters.adoptionShare * static_cast<double>(std::min(a.pixels, b.pixels)) &&
         apart <= parameters.adoptionReach;
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

JoinDepthWindowsParameters
JoinParametersOf(double windowExtent, bool networkLearnedWindows)
{
  JoinDepthWindowsParameters parameters;
  parameters.depthTolerance = 0.375 * windowExtent;
  parameters.adoptionReach = windowExtent;
  if (!networkLearnedWindows)
  {
    parameters.adoptionScore = std::numeric_limits<double>::infinity();
  }
  return parameters;
}

std::vector<std::uint32_t>
JoinDepthWindows(const std::vector<Cell> & cells, const std::vector<std::uint32_t> & windowOfCell,
                 const std::vector<DepthRange> & own, const JoinDepthWindowsParameters & parameters)
{
  Verify(cells, windowOfCell, own.size(), parameters);
  std::vector<Candidate> candidates;
  MaskPointers masks;
  for (std::uint32_t i = 0; i < cells.size(); ++i)
  {
    const DepthRange & range = own[windowOfCell[i]];
    const bool isOwned = cells[i].depth >= range.first && cells[i].depth < range.end;
    if (isOwned || cells[i].score >= parameters.adoptionScore)
    {
      candidates.push_back({ i, windowOfCell[i], isOwned, CountPixels(cells[i].runs), cells[i].depth, cells[i].score });
      masks.push_back(&cells[i].runs);
    }
  }

  // Of each candidate: those of which only one stays.
  std::vector<std::vector<std::uint32_t>> rivals(candidates.size());
  for (const OverlappingPair & pair : FindOverlappingPairs(masks, parameters.numberOfThreads))
  {
    if (AreRivals(candidates[pair.first], candidates[pair.second], pair.pixels, parameters))
    {
      rivals[pair.first].push_back(pair.second);
      rivals[pair.second].push_back(pair.first);
    }
  }

  std::vector<std::uint32_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto keyOf = [&](std::uint32_t i)
  {
    const Candidate & cell = candidates[i];
    return std::make_tuple(!cell.isOwned, -cell.score, -static_cast<double>(cell.pixels), i);
  };
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return keyOf(a) < keyOf(b); });
  std::vector<char> stays(candidates.size(), 0);
  for (const std::uint32_t i : order)
  {
    stays[i] = std::none_of(rivals[i].begin(), rivals[i].end(), [&](std::uint32_t j) { return stays[j] != 0; }) ? 1 : 0;
  }
  std::vector<std::uint32_t> joined;
  for (std::size_t i = 0; i < candidates.size(); ++i)
  {
    if (stays[i] != 0)
    {
      joined.push_back(candidates[i].cell);
    }
  }
  return joined;
}
} // namespace PenCore
} // namespace itk
