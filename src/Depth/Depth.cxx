// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Depth/Depth.h"

#include "ProjectionEnhancement/Base/Threads.h"

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

// Sums of a cell's voxels in each slice.
struct Profile
{
  std::vector<double> own; // where no other cell lies
  std::vector<double> all;
  std::size_t ownCount = 0;
  std::size_t allCount = 0;
  std::size_t nextRun = 0;
};

// Visits a cell's runs from the next one on that begin before row \a end.
template <typename TVisitor>
void
ForEachRunBefore(std::size_t end, const Cell & cell, std::size_t & nextRun, TVisitor && visit)
{
  for (; nextRun < cell.runs.size() && static_cast<std::size_t>(cell.runs[nextRun].y) < end; ++nextRun)
  {
    visit(cell.runs[nextRun]);
  }
}

// How many cells, up to 2, cover each pixel of rows [band.begin, band.end).
std::vector<std::uint8_t>
CountCover(const std::vector<Cell> & cells, const std::vector<Profile> & profiles, const RowRange & band,
           std::size_t width)
{
  std::vector<std::uint8_t> cover(band.Count() * width, 0);
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    std::size_t nextRun = profiles[i].nextRun;
    ForEachRunBefore(band.end, cells[i], nextRun,
                     [&](const PixelRun & run)
                     {
                       std::uint8_t * first =
                         cover.data() + (static_cast<std::size_t>(run.y) - band.begin) * width + run.x;
                       std::for_each(first, first + run.length,
                                     [](std::uint8_t & count) { count = std::min<std::uint8_t>(count + 1, 2); });
                     });
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
  return EstimateDepths(cells, RowsOfBuffer(stack, size), size, numberOfThreads);
}

std::vector<double>
EstimateDepths(const std::vector<Cell> & cells, const StackRows & stack, const GridSize & size,
               unsigned int numberOfThreads, const ProgressCallback & progress)
{
  std::vector<Profile> profiles(cells.size());
  for (Profile & profile : profiles)
  {
    profile.own.assign(size.depth, 0.0);
    profile.all.assign(size.depth, 0.0);
  }
  ForEachBandOfRows(
    stack, size,
    [&](const RowRange & band, const std::vector<float> & rows)
    {
      const std::vector<std::uint8_t> cover = CountCover(cells, profiles, band, size.width);
      const std::size_t pixels = band.Count() * size.width;
      const auto add = [&](std::size_t begin, std::size_t end)
      {
        for (std::size_t i = begin; i < end; ++i)
        {
          Profile & profile = profiles[i];
          ForEachRunBefore(band.end, cells[i], profile.nextRun,
                           [&](const PixelRun & run)
                           {
                             const std::size_t first = (static_cast<std::size_t>(run.y) - band.begin) * size.width +
                                                       static_cast<std::size_t>(run.x);
                             for (std::size_t p = first; p < first + static_cast<std::size_t>(run.length); ++p)
                             {
                               const bool alone = cover[p] == 1;
                               profile.ownCount += alone ? 1 : 0;
                               ++profile.allCount;
                               for (std::size_t z = 0; z < size.depth; ++z)
                               {
                                 const double value = rows[z * pixels + p];
                                 profile.all[z] += value;
                                 profile.own[z] += alone ? value : 0.0;
                               }
                             }
                           });
        }
      };
      ParallelFor(cells.size(), 1, add, numberOfThreads);
    },
    UsualBytesPerBand, progress);
  std::vector<double> depths;
  for (const Profile & profile : profiles)
  {
    const bool hasOwn = static_cast<double>(profile.ownCount) > OwnShare * static_cast<double>(profile.allCount);
    depths.push_back(CentreOfPeak(hasOwn ? profile.own : profile.all));
  }
  return depths;
}
} // namespace PenCore
} // namespace itk
