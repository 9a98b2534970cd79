// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Cells/HoleFilling.h"

#include "Cells/MaskParts.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Cells/Overlap.h"

#include <algorithm>
#include <iterator>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t MasksPerPiece = 8;
} // namespace

void
FillHolesOfMasks(const std::vector<PixelRuns *> & masks, unsigned int numberOfThreads)
{
  std::vector<std::vector<PixelRuns>> holesOfMask(masks.size());
  ParallelFor(
    masks.size(), MasksPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        holesOfMask[i] = FindHoles(*masks[i]);
      }
    },
    numberOfThreads);
  std::vector<PixelRuns> holes;
  std::vector<std::size_t> maskOfHole;
  for (std::size_t i = 0; i < masks.size(); ++i)
  {
    maskOfHole.insert(maskOfHole.end(), holesOfMask[i].size(), i);
    std::move(holesOfMask[i].begin(), holesOfMask[i].end(), std::back_inserter(holes));
  }
  std::vector<bool> isFree(holes.size(), true);
  const MaskPointers owners(masks.begin(), masks.end());
  for (const OverlappingPair & pair : FindOverlappingPairs(owners, MasksOf(holes), numberOfThreads))
  {
    isFree[pair.second] = false;
  }
  std::vector<PixelRuns> added(masks.size());
  for (std::size_t hole = 0; hole < holes.size(); ++hole)
  {
    if (isFree[hole])
    {
      PixelRuns & runs = added[maskOfHole[hole]];
      runs.insert(runs.end(), holes[hole].begin(), holes[hole].end());
    }
  }
  for (std::size_t i = 0; i < masks.size(); ++i)
  {
    if (!added[i].empty())
    {
      std::sort(added[i].begin(), added[i].end(), IsBefore);
      *masks[i] = UniteRuns(*masks[i], added[i]);
    }
  }
}
} // namespace PenCore
} // namespace itk
