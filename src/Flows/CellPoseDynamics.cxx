// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Flows/Dynamics.h"

#include "Flows/FlowFollower.h"

#include <algorithm>
#include <iterator>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t RowsPerPiece = 16;

using Counts = std::vector<std::int32_t>;

struct Seed
{
  std::int32_t count;
  std::int32_t pixel;
};

bool
IsLargestAround(const Counts & counts, int width, int height, int x, int y, int radius)
{
  const auto at = [&](int xx, int yy)
  { return counts[static_cast<std::size_t>(yy) * static_cast<std::size_t>(width) + static_cast<std::size_t>(xx)]; };
  const std::int32_t count = at(x, y);
  for (int yy = std::max(0, y - radius); yy <= std::min(height - 1, y + radius); ++yy)
  {
    for (int xx = std::max(0, x - radius); xx <= std::min(width - 1, x + radius); ++xx)
    {
      if (at(xx, yy) > count)
      {
        return false;
      }
    }
  }
  return true;
}

// Local maxima, the larger the later; equal ones in row order.
std::vector<Seed>
FindSeeds(const Counts & counts, const FlowPage & page, const FlowsToCellsParameters & parameters)
{
  const auto height = static_cast<std::size_t>(page.height);
  std::vector<std::vector<Seed>> seedsOfPiece((height + RowsPerPiece - 1) / RowsPerPiece);
  ParallelFor(
    seedsOfPiece.size(), 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t row = begin * RowsPerPiece; row < std::min(end * RowsPerPiece, height); ++row)
      {
        const std::size_t start = row * static_cast<std::size_t>(page.width);
        for (int x = 0; x < page.width; ++x)
        {
          const std::size_t pixel = start + static_cast<std::size_t>(x);
          if (counts[pixel] > static_cast<std::int32_t>(parameters.minimumSeedPeak) &&
              IsLargestAround(counts, page.width, page.height, x, static_cast<int>(row),
                              static_cast<int>(parameters.seedRadius)))
          {
            seedsOfPiece[row / RowsPerPiece].push_back({ counts[pixel], static_cast<std::int32_t>(pixel) });
          }
        }
      }
    },
    parameters.numberOfThreads);
  std::vector<Seed> seeds;
  for (const auto & piece : seedsOfPiece)
  {
    seeds.insert(seeds.end(), piece.begin(), piece.end());
  }
  std::stable_sort(seeds.begin(), seeds.end(), [](const Seed & a, const Seed & b) { return a.count < b.count; });
  return seeds;
}

// The pixels that a seed reaches by growths of 3 x 3 over pixels with enough end points.
std::vector<std::int32_t>
Grow(const Seed & seed, const Counts & counts, const FlowPage & page, const FlowsToCellsParameters & parameters)
{
  const int reach = static_cast<int>(parameters.growthIterations);
  const int side = 2 * reach + 1;
  const int left = seed.pixel % page.width - reach;
  const int top = seed.pixel / page.width - reach;
  std::vector<unsigned char> taken(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), 0);
  const auto windowIndex = [&](int x, int y)
  { return static_cast<std::size_t>(y - top) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x - left); };

  std::vector<std::int32_t> grown{ seed.pixel };
  taken[windowIndex(left + reach, top + reach)] = 1;
  std::size_t begin = 0;
  for (int iteration = 0; iteration < reach; ++iteration)
  {
    const std::size_t end = grown.size();
    for (; begin < end; ++begin)
    {
      const int x = grown[begin] % page.width;
      const int y = grown[begin] / page.width;
      for (int yy = std::max(0, y - 1); yy <= std::min(page.height - 1, y + 1); ++yy)
      {
        for (int xx = std::max(0, x - 1); xx <= std::min(page.width - 1, x + 1); ++xx)
        {
          const auto pixel = static_cast<std::int32_t>(yy * page.width + xx);
          if (counts[static_cast<std::size_t>(pixel)] > static_cast<std::int32_t>(parameters.minimumGrowthCount) &&
              taken[windowIndex(xx, yy)] == 0)
          {
            taken[windowIndex(xx, yy)] = 1;
            grown.push_back(pixel);
          }
        }
      }
    }
  }
  return grown;
}

// Turns counts of end points into labels of end points.
void
PaintSeeds(const std::vector<Seed> & seeds, const FlowPage & page, const FlowsToCellsParameters & parameters,
           Counts & counts)
{
  std::vector<std::vector<std::int32_t>> grown(seeds.size());
  constexpr std::size_t SeedsPerPiece = 64;
  ParallelFor(
    seeds.size(), SeedsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        grown[i] = Grow(seeds[i], counts, page, parameters);
      }
    },
    parameters.numberOfThreads);
  std::fill(counts.begin(), counts.end(), 0);
  for (std::size_t i = 0; i < seeds.size(); ++i)
  {
    // Seeds of other regions take their pixels too, and lose them: their cells are found in another window.
    const bool isOwn = page.IsSeeded(static_cast<std::size_t>(seeds[i].pixel));
    for (const std::int32_t pixel : grown[i])
    {
      counts[static_cast<std::size_t>(pixel)] = isOwn ? static_cast<std::int32_t>(i + 1) : 0;
    }
  }
}
} // namespace

PixelLabels
LabelByCellPoseDynamics(const FlowPage & page, const FlowsToCellsParameters & parameters,
                        const ProgressCallback & progress)
{
  const auto isForeground = [&](const float * pixel) { return IsFollowablePixel(pixel, parameters); };
  PixelLabels ends(page.NumberOfPixels());
  {
    const MaskedFlow flow(page.values, page.width, page.height, isForeground, parameters.numberOfThreads);
    constexpr std::size_t PixelsPerPiece = 65536;
    ParallelFor(
      ends.size(), PixelsPerPiece,
      [&](std::size_t begin, std::size_t end)
      {
        for (std::size_t i = begin; i < end; ++i)
        {
          const bool starts = isForeground(page.values + FlowFieldComponents * i) && page.IsFollowed(i);
          ends[i] = starts ? static_cast<std::int32_t>(i) : NoEnd;
        }
      },
      parameters.numberOfThreads);
    FollowInterpolatedFlow(flow, { page.firstColumn, page.firstRow, page.imageWidth, page.imageHeight },
                           parameters.sampling, parameters.iterations, parameters.numberOfThreads, progress,
                           ends.data());
  }

  Counts counts(page.NumberOfPixels(), 0);
  for (const std::int32_t end : ends)
  {
    if (end != NoEnd)
    {
      ++counts[static_cast<std::size_t>(end)];
    }
  }
  PaintSeeds(FindSeeds(counts, page, parameters), page, parameters, counts);
  for (std::int32_t & end : ends)
  {
    end = end == NoEnd ? 0 : counts[static_cast<std::size_t>(end)];
  }
  return ends;
}
} // namespace PenCore
} // namespace itk
