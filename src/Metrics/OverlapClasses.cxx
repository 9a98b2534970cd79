// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Metrics/OverlapClasses.h"

#include <stdexcept>
#include <string>

namespace itk
{
namespace PenCore
{
namespace
{
void
Verify(const OverlapClassParameters & parameters)
{
  if (parameters.touchingDistance < 0)
  {
    throw std::invalid_argument("the touching distance must not be negative, got " +
                                std::to_string(parameters.touchingDistance));
  }
  if (!(parameters.stackedShare >= 0.0 && parameters.stackedShare <= 1.0))
  {
    throw std::invalid_argument("the stacked share must be within 0 and 1, got " +
                                std::to_string(parameters.stackedShare));
  }
}

void
MeetOther(CellOverlap & overlap, std::uint32_t other, std::uint64_t shared, std::size_t pixels)
{
  const double share = static_cast<double>(shared) / static_cast<double>(pixels);
  // Pairs come in ascending order of both indices, so that the first of equals is the lowest.
  if (share > overlap.coveredShare)
  {
    overlap.other = other;
    overlap.coveredShare = share;
  }
}

// All pixels within a distance along either axis; runs may overlap each other.
PixelRuns
Grow(const PixelRuns & mask, std::int32_t distance)
{
  PixelRuns grown;
  grown.reserve(mask.size() * (2 * static_cast<std::size_t>(distance) + 1));
  for (const PixelRun & run : mask)
  {
    for (std::int32_t dy = -distance; dy <= distance; ++dy)
    {
      grown.push_back({ run.x - distance, run.y + dy, run.length + 2 * distance });
    }
  }
  return grown;
}

// Only cells that share nothing can touch: few where cells are dense.
void
MarkTouching(const MaskPointers & masks, const OverlapClassParameters & parameters, std::vector<CellOverlap> & overlaps)
{
  std::vector<std::uint32_t> candidates;
  std::vector<PixelRuns> grown;
  for (std::uint32_t i = 0; i < masks.size(); ++i)
  {
    if (overlaps[i].other < 0)
    {
      candidates.push_back(i);
      grown.push_back(Grow(*masks[i], parameters.touchingDistance));
    }
  }
  for (const OverlappingPair & pair : FindOverlappingPairs(MasksOf(grown), masks, parameters.numberOfThreads))
  {
    if (candidates[pair.first] != pair.second)
    {
      overlaps[candidates[pair.first]].overlapClass = OverlapClass::Touching;
    }
  }
}
} // namespace

std::vector<CellOverlap>
ClassifyOverlaps(const MaskPointers & masks, const OverlapClassParameters & parameters)
{
  Verify(parameters);
  std::vector<CellOverlap> overlaps(masks.size());
  for (const OverlappingPair & pair : FindOverlappingPairs(masks, parameters.numberOfThreads))
  {
    MeetOther(overlaps[pair.first], pair.second, pair.pixels, CountPixels(*masks[pair.first]));
    MeetOther(overlaps[pair.second], pair.first, pair.pixels, CountPixels(*masks[pair.second]));
  }
  for (CellOverlap & overlap : overlaps)
  {
    if (overlap.other >= 0)
    {
      overlap.overlapClass =
        overlap.coveredShare >= parameters.stackedShare ? OverlapClass::Stacked : OverlapClass::Overlapping;
    }
  }
  MarkTouching(masks, parameters, overlaps);
  return overlaps;
}
} // namespace PenCore
} // namespace itk
