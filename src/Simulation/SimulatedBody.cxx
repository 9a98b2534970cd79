// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Simulation/SimulatedBody.h"

#include "Base/RandomDistributions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr float FarOutside = -1e6F;

double
Dot(const Point & a, const Point & b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double
SumOfAmplitudes(const std::vector<Wave> & waves)
{
  double sum = 0.0;
  for (const Wave & wave : waves)
  {
    sum += wave.amplitude;
  }
  return sum;
}

// Distance to an ellipsoid's surface, positive inside: right at the surface, of the right sign and slope elsewhere.
double
EllipsoidDistance(const Ellipsoid & ellipsoid, const Point & p)
{
  double scaled = 0.0;
  double slope = 0.0;
  for (std::size_t i = 0; i < 3; ++i)
  {
    const double along = Dot(ellipsoid.axes[i], p) / ellipsoid.semiAxes[i];
    scaled += along * along;
    slope += along * along / (ellipsoid.semiAxes[i] * ellipsoid.semiAxes[i]);
  }
  if (slope == 0.0)
  {
    return *std::min_element(ellipsoid.semiAxes.begin(), ellipsoid.semiAxes.end());
  }
  return std::sqrt(scaled) * (1.0 - std::sqrt(scaled)) / std::sqrt(slope);
}

struct IndexBox
{
  std::array<std::size_t, 3> begin;
  std::array<std::size_t, 3> end;
};

IndexBox
IndicesWithin(const SampleGrid & grid, const Box & box)
{
  IndexBox indices{};
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const auto count = static_cast<double>(grid.count[axis]);
    const double lower = std::ceil((box.lower[axis] - grid.origin[axis]) / grid.step[axis]);
    const double upper = std::floor((box.upper[axis] - grid.origin[axis]) / grid.step[axis]) + 1.0;
    indices.begin[axis] = static_cast<std::size_t>(std::min(std::max(lower, 0.0), count));
    indices.end[axis] = static_cast<std::size_t>(std::min(std::max(upper, 0.0), count));
  }
  return indices;
}

// Calls body(offset, point relative to the centre) for the grid points within a box.
template <typename TBody>
void
ForEachPoint(const SampleGrid & grid, const IndexBox & box, const Point & centre, TBody && body)
{
  Point p;
  for (std::size_t k = box.begin[2]; k < box.end[2]; ++k)
  {
    p[2] = grid.origin[2] + static_cast<double>(k) * grid.step[2] - centre[2];
    for (std::size_t j = box.begin[1]; j < box.end[1]; ++j)
    {
      p[1] = grid.origin[1] + static_cast<double>(j) * grid.step[1] - centre[1];
      std::size_t offset = (k * grid.count[1] + j) * grid.count[0] + box.begin[0];
      for (std::size_t i = box.begin[0]; i < box.end[0]; ++i, ++offset)
      {
        p[0] = grid.origin[0] + static_cast<double>(i) * grid.step[0] - centre[0];
        body(offset, p);
      }
    }
  }
}

IndexBox
WholeGrid(const SampleGrid & grid)
{
  return { { { 0, 0, 0 } }, grid.count };
}

Box
BoundsOfPiece(const TaperedPiece & piece, double margin)
{
  const double reach = std::max(piece.fromRadius, piece.toRadius) + margin;
  Box box{};
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    box.lower[axis] = std::min(piece.from[axis], piece.to[axis]) - reach;
    box.upper[axis] = std::max(piece.from[axis], piece.to[axis]) + reach;
  }
  return box;
}

void
SamplePiece(const TaperedPiece & piece, const Point & centre, const SampleGrid & grid, double reach,
            std::vector<float> & distance, std::vector<float> * density)
{
  Box box = BoundsOfPiece(piece, reach);
  Point along;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    box.lower[axis] += centre[axis];
    box.upper[axis] += centre[axis];
    along[axis] = piece.to[axis] - piece.from[axis];
  }
  const double squaredLength = std::max(Dot(along, along), 1e-12);
  ForEachPoint(grid, IndicesWithin(grid, box), centre,
               [&](std::size_t offset, const Point & p)
               {
                 const Point q = { { p[0] - piece.from[0], p[1] - piece.from[1], p[2] - piece.from[2] } };
                 const double t = std::min(std::max(Dot(q, along) / squaredLength, 0.0), 1.0);
                 const Point r = { { q[0] - t * along[0], q[1] - t * along[1], q[2] - t * along[2] } };
                 const auto value = static_cast<float>(piece.fromRadius + t * (piece.toRadius - piece.fromRadius) -
                                                       std::sqrt(Dot(r, r)));
                 if (value > distance[offset])
                 {
                   distance[offset] = value;
                   if (density)
                   {
                     (*density)[offset] = piece.density;
                   }
                 }
               });
}
} // namespace

Box
BoundsOf(const SimulatedBody & body)
{
  constexpr double Largest = std::numeric_limits<double>::max();
  Box bounds{ { { Largest, Largest, Largest } }, { { -Largest, -Largest, -Largest } } };
  const auto include = [&bounds](const Box & box)
  {
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      bounds.lower[axis] = std::min(bounds.lower[axis], box.lower[axis]);
      bounds.upper[axis] = std::max(bounds.upper[axis], box.upper[axis]);
    }
  };
  for (const TaperedPiece & piece : body.pieces)
  {
    include(BoundsOfPiece(piece, SumOfAmplitudes(body.ripples)));
  }
  for (const TaperedPiece & piece : body.processes)
  {
    include(BoundsOfPiece(piece, 0.0));
  }
  for (const Ellipsoid & ellipsoid : body.ellipsoids)
  {
    Point half;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      double squared = 0.0;
      for (std::size_t i = 0; i < 3; ++i)
      {
        const double part = ellipsoid.axes[i][axis] * ellipsoid.semiAxes[i];
        squared += part * part;
      }
      half[axis] = std::sqrt(squared);
    }
    include({ { { -half[0], -half[1], -half[2] } }, half });
  }
  return bounds;
}

void
SampleDistance(const SimulatedBody & body, const Point & centre, const SampleGrid & grid, double reach,
               std::vector<float> & distance, std::vector<float> * density)
{
  distance.assign(grid.Count(), FarOutside);
  if (density)
  {
    density->assign(grid.Count(), 1.0F);
  }
  for (const Ellipsoid & ellipsoid : body.ellipsoids)
  {
    ForEachPoint(grid, WholeGrid(grid), centre,
                 [&](std::size_t offset, const Point & p)
                 { distance[offset] = static_cast<float>(EllipsoidDistance(ellipsoid, p)); });
  }
  const double rippleReach = SumOfAmplitudes(body.ripples) + reach;
  for (const TaperedPiece & piece : body.pieces)
  {
    SamplePiece(piece, centre, grid, rippleReach, distance, density);
  }
  if (!body.ripples.empty())
  {
    ForEachPoint(grid, WholeGrid(grid), centre,
                 [&](std::size_t offset, const Point & p)
                 {
                   if (std::abs(distance[offset]) < rippleReach)
                   {
                     distance[offset] += static_cast<float>(SumOfWaves(body.ripples, p));
                   }
                 });
  }
  for (const TaperedPiece & piece : body.processes)
  {
    SamplePiece(piece, centre, grid, reach, distance, density);
  }
}

void
ShadeDensity(const SimulatedBody & body, const Point & centre, const SampleGrid & grid, double reach,
             const std::vector<float> & distance, std::vector<float> & density)
{
  ForEachPoint(grid, WholeGrid(grid), centre,
               [&](std::size_t offset, const Point & p)
               {
                 if (distance[offset] < -reach)
                 {
                   return;
                 }
                 double factor = std::max(1.0 + SumOfWaves(body.texture, p), 0.0);
                 if (body.nucleusShadow > 0.0F)
                 {
                   const Point q = { { p[0] - body.nucleusCentre[0], p[1] - body.nucleusCentre[1],
                                       p[2] - body.nucleusCentre[2] } };
                   // The nucleus fades in over one um.
                   const double inside = std::min(std::max(EllipsoidDistance(body.nucleus, q) + 0.5, 0.0), 1.0);
                   factor *= 1.0 - static_cast<double>(body.nucleusShadow) * inside;
                 }
                 density[offset] *= static_cast<float>(factor);
               });
}
} // namespace PenCore
} // namespace itk
