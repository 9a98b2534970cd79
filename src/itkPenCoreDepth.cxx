// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreDepth.h"

#include "itkPenCoreThreads.h"

#include <algorithm>
#include <cstdint>

namespace itk
{
namespace PenCore
{
namespace
{
// Share of a cell that must be its own before the shared pixels are left out of its profile.
constexpr double OwnShare = 0.2;

template <typename TVisitor>
void
ForEachPixel(const Cell & cell, std::size_t width, TVisitor && visit)
{
  for (const PixelRun & run : cell.runs)
  {
    const std::size_t first = static_cast<std::size_t>(run.y) * width + static_cast<std::size_t>(run.x);
    for (std::int32_t i = 0; i < run.length; ++i)
    {
      visit(first + static_cast<std::size_t>(i));
    }
  }
}

std::vector<std::uint8_t>
CountCover(const std::vector<Cell> & cells, const GridSize & size)
{
  std::vector<std::uint8_t> cover(size.height * size.width, 0);
  for (const Cell & cell : cells)
  {
    ForEachPixel(cell, size.width, [&](std::size_t pixel) { cover[pixel] += cover[pixel] < 2 ? 1 : 0; });
  }
  return cover;
}

double
CentreOfPeak(const std::vector<double> & profile)
{
  const double lowest = *std::min_element(profile.begin(), profile.end());
  const auto top = std::max_element(profile.begin(), profile.end());
  const double half = (*top - lowest) / 2.0;
  const std::size_t peak = static_cast<std::size_t>(top - profile.begin());
  std::size_t begin = peak;
  std::size_t end = peak + 1;
  while (begin > 0 && profile[begin - 1] - lowest >= half && half > 0.0)
  {
    --begin;
  }
  while (end < profile.size() && profile[end] - lowest >= half && half > 0.0)
  {
    ++end;
  }
  double mass = 0.0;
  double moment = 0.0;
  for (std::size_t z = begin; z < end; ++z)
  {
    mass += profile[z] - lowest;
    moment += (profile[z] - lowest) * static_cast<double>(z);
  }
  return mass > 0.0 ? moment / mass : static_cast<double>(profile.size() - 1) / 2.0;
}
} // namespace

std::vector<double>
EstimateDepths(const std::vector<Cell> & cells, const float * stack, const GridSize & size,
               unsigned int numberOfThreads)
{
  const std::vector<std::uint8_t> cover = CountCover(cells, size);
  const std::size_t pixels = size.height * size.width;
  std::vector<double> depths(cells.size());
  const auto estimate = [&](std::size_t begin, std::size_t end)
  {
    for (std::size_t i = begin; i < end; ++i)
    {
      std::vector<double> own(size.depth, 0.0);
      std::vector<double> all(size.depth, 0.0);
      std::size_t ownCount = 0;
      std::size_t allCount = 0;
      ForEachPixel(cells[i], size.width,
                   [&](std::size_t pixel)
                   {
                     const bool alone = cover[pixel] == 1;
                     ownCount += alone ? 1 : 0;
                     ++allCount;
                     for (std::size_t z = 0; z < size.depth; ++z)
                     {
                       const double value = stack[z * pixels + pixel];
                       all[z] += value;
                       own[z] += alone ? value : 0.0;
                     }
                   });
      depths[i] = CentreOfPeak(ownCount > OwnShare * allCount ? own : all);
    }
  };
  ParallelFor(cells.size(), 1, estimate, numberOfThreads);
  return depths;
}
} // namespace PenCore
} // namespace itk
