// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Flows/MaskHeat.h"

#include "Flows/HeatDirection.h"

#include <algorithm>
#include <cmath>
#include <limits>

// The remote part of a mask, solved stretch by stretch.
namespace itk
{
namespace PenCore
{
namespace
{
// A stretch ends where its heat has fallen so far that whatever lies behind it does not matter.
constexpr int FirstStretchDepth = 16;
constexpr float ColdEnd = 1e-5F;
} // namespace

void
MaskHeat::SolveRemainder(const Pixels & part, float * flow)
{
  std::vector<std::size_t> fronts;
  for (const Pixel & pixel : part)
  {
    const std::size_t position = Position(pixel.x, pixel.y);
    if (m_State[position] == Unsolved)
    {
      std::fill_n(flow + pixel.flow, 2, 0.0F);
      if (TouchesSolved(position))
      {
        fronts.push_back(position);
      }
    }
  }
  while (!fronts.empty())
  {
    const std::size_t front = fronts.back();
    fronts.pop_back();
    if (m_State[front] != Unsolved)
    {
      continue;
    }
    int depth = FirstStretchDepth;
    GatherStretch(front, depth);
    float hottest = SolveStretch();
    while (m_StretchIsCutOff && !StretchEndsCold(hottest))
    {
      depth *= 2;
      GatherStretch(front, depth);
      hottest = SolveStretch();
    }
    fronts.push_back(front); // not every pixel of a stretch is accepted
    AcceptStretch(hottest, flow, fronts);
  }
}

bool
MaskHeat::TouchesSolved(std::size_t position) const
{
  return std::any_of(
    m_Neighbours, m_Neighbours + 8,
    [&](std::ptrdiff_t offset)
    { return m_State[static_cast<std::size_t>(static_cast<std::ptrdiff_t>(position) + offset)] == Solved; });
}

// The front that a pixel belongs to, and what lies behind it up to a depth in pixels.
void
MaskHeat::GatherStretch(std::size_t front, int depth)
{
  for (const Pixel & pixel : m_Stretch)
  {
    m_Layer[Position(pixel.x, pixel.y)] = 0;
  }
  m_Stretch.clear();
  m_StretchIsCutOff = false;
  const auto take = [&](std::size_t position, int layer)
  {
    m_Layer[position] = layer;
    m_Stretch.push_back(m_Pixels[m_PixelNumber[position]]);
  };
  const auto spread = [&](std::size_t from, std::size_t to, auto && mayTake, int layer)
  {
    // m_Stretch may grow beyond `to` while this runs over it.
    for (std::size_t i = from; i < (to == 0 ? m_Stretch.size() : to); ++i)
    {
      const std::size_t position = Position(m_Stretch[i].x, m_Stretch[i].y);
      for (int k = 0; k < 8; ++k)
      {
        const std::size_t neighbour = Neighbour(position, k);
        if (m_State[neighbour] == Unsolved && m_Layer[neighbour] == 0 && mayTake(neighbour))
        {
          take(neighbour, layer);
        }
      }
    }
  };
  take(front, 1);
  spread(
    0, 0, [&](std::size_t position) { return TouchesSolved(position); }, 1);
  std::size_t begin = 0;
  for (int layer = 2; layer <= depth && begin < m_Stretch.size(); ++layer)
  {
    const std::size_t end = m_Stretch.size();
    spread(
      begin, end, [](std::size_t) { return true; }, layer);
    begin = end;
  }
  m_StretchIsCutOff = begin < m_Stretch.size();
}

// Returns the hottest pixel's heat; heat 1 is that of the hottest solved neighbour.
float
MaskHeat::SolveStretch()
{
  m_StretchReference = std::numeric_limits<double>::lowest();
  const auto forSolvedNeighbours = [&](const Pixel & pixel, auto && use)
  {
    for (int k = 0; k < 8; ++k)
    {
      const std::size_t neighbour = Neighbour(Position(pixel.x, pixel.y), k);
      if (m_State[neighbour] == Solved)
      {
        use(m_LogHeat[neighbour]);
      }
    }
  };
  for (const Pixel & pixel : m_Stretch)
  {
    forSolvedNeighbours(pixel, [&](double logHeat) { m_StretchReference = std::max(m_StretchReference, logHeat); });
  }
  FitBox(m_Stretch);
  for (const Pixel & pixel : m_Stretch)
  {
    double inflow = 0.0;
    forSolvedNeighbours(pixel, [&](double logHeat) { inflow += std::exp(logHeat - m_StretchReference) / 9.0; });
    m_Box.SetInflow(BoxIndex(pixel.x, pixel.y), static_cast<float>(inflow));
  }
  m_Box.Solve(m_Stretch.size(), SolveReduction);
  return *std::max_element(m_Box.Heat().begin(), m_Box.Heat().end());
}

bool
MaskHeat::StretchEndsCold(float hottest) const
{
  const int lastLayer = m_Layer[Position(m_Stretch.back().x, m_Stretch.back().y)];
  return std::all_of(m_Stretch.rbegin(), m_Stretch.rend(),
                     [&](const Pixel & pixel)
                     {
                       return m_Layer[Position(pixel.x, pixel.y)] != lastLayer ||
                              m_Box.Heat()[BoxIndex(pixel.x, pixel.y)] <= ColdEnd * hottest;
                     });
}

void
MaskHeat::AcceptStretch(float hottest, float * flow, std::vector<std::size_t> & fronts)
{
  const auto heatOf = [&](const Pixel & pixel) { return m_Box.Heat()[BoxIndex(pixel.x, pixel.y)]; };
  const auto isAccepted = [&](const Pixel & pixel) { return heatOf(pixel) >= SmallestSolvedHeat * hottest; };
  for (const Pixel & pixel : m_Stretch)
  {
    if (isAccepted(pixel))
    {
      const std::size_t position = Position(pixel.x, pixel.y);
      m_State[position] = Solved;
      m_LogHeat[position] = m_StretchReference + std::log(static_cast<double>(heatOf(pixel)));
    }
  }
  for (const Pixel & pixel : m_Stretch)
  {
    if (!isAccepted(pixel))
    {
      continue;
    }
    const std::size_t position = Position(pixel.x, pixel.y);
    float around[8]{};
    for (int k = 0; k < 8; ++k)
    {
      const std::size_t neighbour = Neighbour(position, k);
      if (m_State[neighbour] == Solved)
      {
        around[k] = static_cast<float>(std::exp(m_LogHeat[neighbour] - m_LogHeat[position]));
      }
      else if (m_State[neighbour] == Unsolved)
      {
        fronts.push_back(neighbour);
        around[k] = m_Layer[neighbour] == 0
                      ? 0.0F
                      : m_Box.Heat()[BoxIndex(pixel.x + NeighbourX[k], pixel.y + NeighbourY[k])] / heatOf(pixel);
      }
    }
    WriteDirection(around, 1.0F, RelativeNoise, flow + pixel.flow);
  }
}
} // namespace PenCore
} // namespace itk
