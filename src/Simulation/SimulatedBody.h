// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Simulation_SimulatedBody_h
#define ProjectionEnhancement_Simulation_SimulatedBody_h

#include "Base/Waves.h"
#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Simulation/Simulation.h"

#include <array>
#include <vector>

namespace itk
{
namespace PenCore
{
using Point = std::array<double, 3>;

/** A straight piece of a body: balls whose radius goes evenly from one end's to the other's. */
struct TaperedPiece
{
  Point from;
  Point to;
  double fromRadius;
  double toRadius;
  float density; ///< relative brightness
};

struct Ellipsoid
{
  std::array<Point, 3> axes; ///< unit vectors
  Point semiAxes;
};

/** \brief A solid in um around its own centre. */
struct SimulatedBody
{
  std::vector<TaperedPiece> pieces;    ///< whose surface the ripples move
  std::vector<TaperedPiece> processes; ///< thin ones, without ripples
  std::vector<Wave> ripples;
  std::vector<Wave> texture;
  std::vector<Ellipsoid> ellipsoids; ///< at the centre; empty, or one instead of pieces
  Ellipsoid nucleus;
  Point nucleusCentre = { { 0.0, 0.0, 0.0 } };
  float nucleusShadow = 0.0F; ///< share of the brightness that is missing there
  double brightness = 0.0;
};

/** \brief Points of a regular grid: origin + index * step in um. */
struct SampleGrid
{
  Point origin;
  Point step;
  std::array<std::size_t, 3> count; ///< x, y, z

  std::size_t
  Count() const
  {
    return count[0] * count[1] * count[2];
  }
};

/** Lower and upper corner of a box. */
struct Box
{
  Point lower;
  Point upper;
};

SimulatedBody
DrawEllipsoid(const SimulationParameters & parameters, Random & random);

SimulatedBody
DrawCell(const SimulationParameters & parameters, Random & random);

/** A body with the outline of one of the parameters' cells. */
SimulatedBody
DrawOutlinedCell(const SimulationParameters & parameters, Random & random);

/** \brief Balls whose union has this outline, as large as fit, up to a radius; the first, a largest one, at the origin.
 *
 * What a ball leaves out of the mask at its corners is at most a tenth of its radius and half a pixel wide. */
std::vector<TaperedPiece>
BallsOfOutline(const CellOutline & outline, double largestRadius);

/** A grain that is no cell. */
SimulatedBody
DrawSpeck(const SimulationParameters & parameters, Random & random);

/** What holds the body, relative to its centre. */
Box
BoundsOf(const SimulatedBody & body);

/** \brief Distance in um from each grid point to the surface of a body at \a centre, positive inside; right up to
 * \a reach outside, and less than -reach beyond. Where \a density is not null, it gets the relative brightness of the
 * nearest piece. */
void
SampleDistance(const SimulatedBody & body, const Point & centre, const SampleGrid & grid, double reach,
               std::vector<float> & distance, std::vector<float> * density);

/** \brief Multiplies density by the texture and the nucleus's shadow where the distance is at least -reach. */
void
ShadeDensity(const SimulatedBody & body, const Point & centre, const SampleGrid & grid, double reach,
             const std::vector<float> & distance, std::vector<float> & density);
} // namespace PenCore
} // namespace itk

#endif
