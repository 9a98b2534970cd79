// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/PixelBox.h"
#include "ProjectionEnhancement/Cells/Polygon.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace itk
{
namespace PenCore
{
namespace
{
// Directions along the pixels' edges, clockwise where y points down.
enum Direction
{
  East,
  South,
  West,
  North
};
constexpr std::array<int, 4> StepX{ 1, 0, -1, 0 };
constexpr std::array<int, 4> StepY{ 0, 1, 0, -1 };

struct Corner
{
  int x;
  int y;
};

/** The edges between a mask and what is around it, as steps from corner to corner with the mask on their right.
 * Corner (x, y) is the upper left one of pixel (x, y). */
class EdgeGrid
{
public:
  explicit EdgeGrid(const PixelRuns & runs)
  {
    const PixelBox box = BoundingBox(runs);
    m_Left = box.left;
    m_Top = box.top;
    m_Width = box.Width() + 1;
    m_Height = box.Height() + 1;
    m_Steps.assign(static_cast<std::size_t>(m_Width) * static_cast<std::size_t>(m_Height), 0);
    for (const PixelRun & run : runs)
    {
      for (int x = run.x; x < run.x + run.length; ++x)
      {
        AddPixel(x, run.y);
      }
    }
  }

  /** The corners where a walk along the edges turns, from the first edge that is left; empty when none is. */
  std::vector<Corner>
  TakeLoop()
  {
    while (m_Next < m_Steps.size() && m_Steps[m_Next] == 0)
    {
      ++m_Next;
    }
    std::vector<Corner> turns;
    if (m_Next == m_Steps.size())
    {
      return turns;
    }
    const auto width = static_cast<std::size_t>(m_Width);
    const Corner start{ m_Left + static_cast<int>(m_Next % width), m_Top + static_cast<int>(m_Next / width) };
    Corner corner = start;
    int direction = FirstDirection(corner);
    do
    {
      At(corner) &= ~(1u << direction);
      corner = { corner.x + StepX[direction], corner.y + StepY[direction] };
      const int before = direction;
      direction = NextDirection(corner, before);
      if (direction != before)
      {
        turns.push_back(corner);
      }
    } while (direction != NoDirection);
    return turns;
  }

private:
  static constexpr int NoDirection = -1;

  unsigned char &
  At(const Corner & corner)
  {
    return m_Steps[static_cast<std::size_t>(corner.y - m_Top) * static_cast<std::size_t>(m_Width) +
                   static_cast<std::size_t>(corner.x - m_Left)];
  }

  // A step that a neighbour has taken the other way lies between two pixels of the mask.
  void
  AddStep(const Corner & from, Direction direction)
  {
    const Corner to{ from.x + StepX[direction], from.y + StepY[direction] };
    const unsigned int opposite = 1u << ((direction + 2) % 4);
    if (At(to) & opposite)
    {
      At(to) &= ~opposite;
    }
    else
    {
      At(from) |= 1u << direction;
    }
  }

  void
  AddPixel(int x, int y)
  {
    AddStep({ x, y }, East);
    AddStep({ x + 1, y }, South);
    AddStep({ x + 1, y + 1 }, West);
    AddStep({ x, y + 1 }, North);
  }

  int
  FirstDirection(const Corner & corner)
  {
    for (int direction = East; direction <= North; ++direction)
    {
      if (At(corner) & (1u << direction))
      {
        return direction;
      }
    }
    return NoDirection;
  }

  // Right before straight before left: where pixels touch at a corner only, the walk stays with its pixel.
  int
  NextDirection(const Corner & corner, int direction)
  {
    for (const int turn : { 1, 0, 3 })
    {
      const int next = (direction + turn) % 4;
      if (At(corner) & (1u << next))
      {
        return next;
      }
    }
    return NoDirection;
  }

  int m_Left;
  int m_Top;
  int m_Width;
  int m_Height;
  std::vector<unsigned char> m_Steps;
  std::size_t m_Next = 0;
};

void
AddVertex(const Corner & corner, Polygon & polygon)
{
  polygon.x.push_back(corner.x - 0.5);
  polygon.y.push_back(corner.y - 0.5);
}
} // namespace

Polygon
OutlineMask(const PixelRuns & runs)
{
  Polygon polygon;
  if (runs.empty())
  {
    return polygon;
  }
  EdgeGrid grid(runs);
  std::vector<Corner> anchors;
  for (std::vector<Corner> loop = grid.TakeLoop(); !loop.empty(); loop = grid.TakeLoop())
  {
    // The way to a loop goes along lines of corners, which no pixel's centre lies on.
    if (!anchors.empty())
    {
      AddVertex({ loop.front().x, anchors.back().y }, polygon);
    }
    anchors.push_back(loop.front());
    for (const Corner & corner : loop)
    {
      AddVertex(corner, polygon);
    }
    AddVertex(loop.front(), polygon);
  }
  for (std::size_t i = anchors.size() - 1; i > 0; --i)
  {
    AddVertex({ anchors[i].x, anchors[i - 1].y }, polygon);
    AddVertex(anchors[i - 1], polygon);
  }
  return polygon;
}
} // namespace PenCore
} // namespace itk
