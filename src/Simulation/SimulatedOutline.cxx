// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Simulation/SimulatedBody.h"

#include "Cells/PixelList.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace itk
{
namespace PenCore
{
namespace
{
// What a ball may leave out of a mask at its corners, as a share of its radius.
constexpr double ShareLeftOut = 0.1;
// Below this radius a piece is a process: dimmer, as thin ones of real cells are.
constexpr double RadiusOfProcesses = 3.0;
constexpr double LeastDensity = 0.4;

struct Ball
{
  double x;
  double y;
  double radius;
};

double
HalfPixel(const CellOutline & outline)
{
  return 0.25 * (outline.pixelSize[0] + outline.pixelSize[1]);
}

// A mask's pixels, and the pixels around it.
struct OutlinePixels
{
  PixelList inside;
  PixelList border;
};

OutlinePixels
PixelsOf(const PixelRuns & runs)
{
  std::set<PixelList::value_type> inside;
  for (const PixelRun & run : runs)
  {
    for (std::int32_t x = run.x; x < run.x + run.length; ++x)
    {
      inside.emplace(run.y, x);
    }
  }
  std::set<PixelList::value_type> border;
  for (const auto & pixel : inside)
  {
    for (const auto & step :
         { std::make_pair(0, 1), std::make_pair(0, -1), std::make_pair(1, 0), std::make_pair(-1, 0) })
    {
      const auto neighbour = std::make_pair(pixel.first + step.first, pixel.second + step.second);
      if (inside.count(neighbour) == 0)
      {
        border.insert(neighbour);
      }
    }
  }
  return { { inside.begin(), inside.end() }, { border.begin(), border.end() } };
}

// The largest ball inside the mask around each of its pixels, in um; largest first.
std::vector<Ball>
LargestBalls(const CellOutline & outline, double largestRadius)
{
  const OutlinePixels pixels = PixelsOf(outline.runs);
  const double halfPixel = HalfPixel(outline);
  std::vector<Ball> balls;
  for (const auto & pixel : pixels.inside)
  {
    double nearest = std::numeric_limits<double>::max();
    for (const auto & other : pixels.border)
    {
      const double dy = (other.first - pixel.first) * outline.pixelSize[1];
      const double dx = (other.second - pixel.second) * outline.pixelSize[0];
      nearest = std::min(nearest, dx * dx + dy * dy);
    }
    balls.push_back({ pixel.second * outline.pixelSize[0], pixel.first * outline.pixelSize[1],
                      std::min(std::sqrt(nearest) - halfPixel, largestRadius) });
  }
  std::stable_sort(balls.begin(), balls.end(), [](const Ball & a, const Ball & b) { return a.radius > b.radius; });
  return balls;
}
} // namespace

std::vector<TaperedPiece>
BallsOfOutline(const CellOutline & outline, double largestRadius)
{
  const double halfPixel = HalfPixel(outline);
  std::vector<Ball> kept;
  for (const Ball & ball : LargestBalls(outline, largestRadius))
  {
    // A kept ball stands for those that reach hardly farther.
    const bool isCovered = std::any_of(kept.begin(), kept.end(),
                                       [&](const Ball & other)
                                       {
                                         return std::hypot(ball.x - other.x, ball.y - other.y) + ball.radius <=
                                                other.radius * (1.0 + ShareLeftOut) + halfPixel;
                                       });
    if (!isCovered)
    {
      kept.push_back(ball);
    }
  }
  std::vector<TaperedPiece> pieces;
  for (const Ball & ball : kept)
  {
    const double density = LeastDensity + (1.0 - LeastDensity) * std::min(ball.radius / RadiusOfProcesses, 1.0);
    const Point centre = { { ball.x - kept.front().x, ball.y - kept.front().y, 0.0 } };
    pieces.push_back({ centre, centre, ball.radius, ball.radius, static_cast<float>(density) });
  }
  return pieces;
}
} // namespace PenCore
} // namespace itk
