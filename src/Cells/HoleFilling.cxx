// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Cells/HoleFilling.h"

#include "Cells/MaskHoles.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Cells/Overlap.h"
#include "ProjectionEnhancement/Cells/PixelBox.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t MasksPerPiece = 8;

// Fills masks of which some lie in others' holes, in their order.
class ContestedHoles
{
public:
  ContestedHoles(const std::vector<PixelRuns *> & masks, std::vector<PixelRuns> holes)
    : m_Masks(masks)
    , m_Holes(std::move(holes))
    , m_HasLostPixels(masks.size(), false)
  {
    for (const PixelRuns * mask : masks)
    {
      m_Box = m_Box.United(BoundingBox(*mask));
    }
    m_Owners.assign(static_cast<std::size_t>(m_Box.Width()) * static_cast<std::size_t>(m_Box.Height()), 0);
  }

  void
  Fill()
  {
    for (std::size_t i = 0; i < m_Masks.size(); ++i)
    {
      this->Own(*m_Masks[i], i);
    }
    for (std::size_t i = 0; i < m_Masks.size(); ++i)
    {
      if (m_HasLostPixels[i])
      {
        this->KeepOwnPixels(i);
        m_Holes[i] = FindHoles(*m_Masks[i]);
      }
      this->Own(m_Holes[i], i);
      *m_Masks[i] = UniteRuns(*m_Masks[i], m_Holes[i]);
    }
    for (std::size_t i = 0; i < m_Masks.size(); ++i)
    {
      if (m_HasLostPixels[i])
      {
        this->KeepOwnPixels(i);
      }
    }
  }

private:
  std::uint32_t &
  OwnerOf(std::int32_t x, std::int32_t y)
  {
    return m_Owners[static_cast<std::size_t>(y - m_Box.top) * static_cast<std::size_t>(m_Box.Width()) +
                    static_cast<std::size_t>(x - m_Box.left)];
  }

  void
  Own(const PixelRuns & runs, std::size_t i)
  {
    for (const PixelRun & run : runs)
    {
      for (std::int32_t x = run.x; x < run.x + run.length; ++x)
      {
        std::uint32_t & owner = this->OwnerOf(x, run.y);
        if (owner > 0)
        {
          m_HasLostPixels[owner - 1] = true;
        }
        owner = static_cast<std::uint32_t>(i + 1);
      }
    }
  }

  void
  KeepOwnPixels(std::size_t i)
  {
    PixelRuns own;
    for (const PixelRun & run : *m_Masks[i])
    {
      for (std::int32_t x = run.x; x < run.x + run.length; ++x)
      {
        if (this->OwnerOf(x, run.y) == i + 1)
        {
          own.push_back({ x, run.y, 1 });
        }
      }
    }
    *m_Masks[i] = UniteRuns(own, {});
  }

  const std::vector<PixelRuns *> & m_Masks;
  std::vector<PixelRuns> m_Holes;
  std::vector<bool> m_HasLostPixels;
  PixelBox m_Box;                      // that all masks lie in
  std::vector<std::uint32_t> m_Owners; // index + 1 of the mask that a pixel of the box belongs to
};

std::uint32_t
RootOf(std::vector<std::uint32_t> & parents, std::uint32_t i)
{
  while (parents[i] != i)
  {
    parents[i] = parents[parents[i]];
    i = parents[i];
  }
  return i;
}
} // namespace

void
FillHolesOfMasks(const std::vector<PixelRuns *> & masks, unsigned int numberOfThreads)
{
  std::vector<PixelRuns> holes(masks.size());
  ParallelFor(
    masks.size(), MasksPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        holes[i] = FindHoles(*masks[i]);
      }
    },
    numberOfThreads);
  // A mask that loses pixels to another has holes at most where it had, or where it lost them: who may contest with
  // whom is known beforehand.
  std::vector<std::uint32_t> parents(masks.size());
  std::iota(parents.begin(), parents.end(), 0U);
  const MaskPointers owners(masks.begin(), masks.end());
  for (const OverlappingPair & pair : FindOverlappingPairs(owners, MasksOf(holes), numberOfThreads))
  {
    parents[RootOf(parents, pair.first)] = RootOf(parents, pair.second);
  }
  std::map<std::uint32_t, std::vector<std::uint32_t>> groups;
  for (std::uint32_t i = 0; i < masks.size(); ++i)
  {
    groups[RootOf(parents, i)].push_back(i);
  }
  for (const auto & group : groups)
  {
    if (group.second.size() == 1)
    {
      const std::uint32_t i = group.second.front();
      if (!holes[i].empty())
      {
        *masks[i] = UniteRuns(*masks[i], holes[i]);
      }
      continue;
    }
    std::vector<PixelRuns *> contesting;
    std::vector<PixelRuns> theirHoles;
    for (const std::uint32_t i : group.second)
    {
      contesting.push_back(masks[i]);
      theirHoles.push_back(std::move(holes[i]));
    }
    ContestedHoles(contesting, std::move(theirHoles)).Fill();
  }
}
} // namespace PenCore
} // namespace itk
