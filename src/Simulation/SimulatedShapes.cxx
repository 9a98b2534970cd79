// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/RandomDistributions.h"
#include "Simulation/SimulatedBody.h"
#include "itkMath.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
// Unit vectors x, y, z of a frame that is even over all rotations (a random unit quaternion).
std::array<Point, 3>
RandomFrame(Random & random)
{
  NormalNumbers normal;
  std::array<double, 4> q;
  double squaredLength = 0.0;
  for (double & part : q)
  {
    part = normal.Next(random);
    squaredLength += part * part;
  }
  const double scale = 2.0 / squaredLength;
  const double w = q[0], x = q[1], y = q[2], z = q[3];
  return { { { { 1.0 - scale * (y * y + z * z), scale * (x * y - w * z), scale * (x * z + w * y) } },
             { { scale * (x * y + w * z), 1.0 - scale * (x * x + z * z), scale * (y * z - w * x) } },
             { { scale * (x * z - w * y), scale * (y * z + w * x), 1.0 - scale * (x * x + y * y) } } } };
}

struct ThreadRange
{
  double rootRadius;
  double tipRadius;
  double length;
  double bend; // standard deviation of the turn between two pieces, in radians
  float rootDensity;
  float tipDensity;
};

// A curved, tapered thread from a point in a direction; the thinner, the dimmer.
void
AppendThread(std::vector<TaperedPiece> & pieces, Random & random, Point from, double angle, double rise,
             const ThreadRange & range)
{
  constexpr double PieceLength = 3.5;
  const auto count = std::max(2U, static_cast<unsigned int>(range.length / PieceLength));
  const double step = range.length / count;
  NormalNumbers normal;
  double curvature = 0.5 * range.bend * normal.Next(random);
  for (unsigned int i = 0; i < count; ++i)
  {
    const double near = static_cast<double>(i) / count;
    const double far = static_cast<double>(i + 1) / count;
    const Point to = { { from[0] + step * std::cos(angle), from[1] + step * std::sin(angle), from[2] + step * rise } };
    const auto radiusAt = [&](double t) { return range.rootRadius + t * (range.tipRadius - range.rootRadius); };
    const auto density = static_cast<float>(static_cast<double>(range.rootDensity) +
                                            far * static_cast<double>(range.tipDensity - range.rootDensity));
    pieces.push_back({ from, to, radiusAt(near), radiusAt(far), density });
    from = to;
    angle += curvature + range.bend * normal.Next(random);
    rise += 0.05 * normal.Next(random);
  }
}

void
AppendProcess(SimulatedBody & body, Random & random, const Point & root, double angle, double longest)
{
  ThreadRange range{};
  range.rootRadius = random.Uniform(0.9, 1.8);
  range.tipRadius = random.Uniform(0.35, 0.7);
  range.length = LogUniform(random, 0.2 * longest, longest);
  range.bend = 0.18;
  range.rootDensity = 0.8F;
  range.tipDensity = 0.4F;
  AppendThread(body.processes, random, root, angle, random.Uniform(-0.15, 0.15), range);
}

// A long body: thickest somewhere in the middle third, tapering to both ends, bent a little. Processes leave its ends.
void
DrawSpindle(SimulatedBody & body, const SimulationParameters & parameters, Random & random, unsigned int processes)
{
  constexpr unsigned int Count = 12;
  const double length = random.Uniform(parameters.shortestLength, parameters.longestLength);
  const double radius = random.Uniform(0.08, 0.14) * std::min(length, 45.0) + 1.8;
  const double thickest = random.Uniform(0.35, 0.65);
  const double power = random.Uniform(0.9, 1.8);
  const double bend = random.Uniform(-0.12, 0.12) * length;
  const double rise = random.Uniform(-0.05, 0.05) * length;
  const double tipRadius = random.Uniform(0.8, 1.6);
  const auto pointAt = [&](double t)
  {
    return Point{ { (t - thickest) * length, bend * (4.0 * t * (1.0 - t) - 1.0), rise * (4.0 * t * (1.0 - t) - 1.0) } };
  };
  const auto radiusAt = [&](double t)
  {
    const double toTip = t < thickest ? (thickest - t) / thickest : (t - thickest) / (1.0 - thickest);
    return tipRadius + (radius - tipRadius) * std::pow(std::cos(0.5 * Math::pi * toTip), power);
  };
  for (unsigned int i = 0; i < Count; ++i)
  {
    const double near = static_cast<double>(i) / Count;
    const double far = static_cast<double>(i + 1) / Count;
    body.pieces.push_back({ pointAt(near), pointAt(far), radiusAt(near), radiusAt(far), 1.0F });
  }
  for (unsigned int i = 0; i < processes; ++i)
  {
    const bool atFirstEnd = random.Uniform() < 0.5;
    const double along = atFirstEnd ? random.Uniform(0.0, 0.2) : random.Uniform(0.8, 1.0);
    AppendProcess(body, random, pointAt(along), (atFirstEnd ? Math::pi : 0.0) + random.Uniform(-0.5, 0.5), 30.0);
  }
}

// A core with thick, short arms all around.
void
DrawStar(SimulatedBody & body, const SimulationParameters & parameters, Random & random, unsigned int processes)
{
  const double length = random.Uniform(parameters.shortestLength, 0.7 * parameters.longestLength);
  const double radius = random.Uniform(0.16, 0.22) * std::min(length, 35.0) + 1.8;
  body.pieces.push_back({ { { -0.4 * radius, 0, 0 } }, { { 0.4 * radius, 0, 0 } }, radius, 0.9 * radius, 1.0F });
  const auto arms = static_cast<unsigned int>(3 + random.Below(3));
  const double start = random.Uniform(0.0, 2.0 * Math::pi);
  for (unsigned int i = 0; i < arms; ++i)
  {
    const double angle = start + 2.0 * Math::pi * (i + random.Uniform(-0.25, 0.25)) / arms;
    ThreadRange arm{};
    arm.rootRadius = random.Uniform(0.4, 0.75) * radius;
    arm.tipRadius = random.Uniform(0.8, 1.6);
    arm.length = std::max(random.Uniform(0.35, 0.65) * length, 1.2 * radius);
    arm.bend = 0.12;
    arm.rootDensity = 1.0F;
    arm.tipDensity = 0.8F;
    AppendThread(body.pieces, random, { { 0, 0, 0 } }, angle, random.Uniform(-0.12, 0.12), arm);
    if (i < processes)
    {
      AppendProcess(body, random, body.pieces.back().to, angle + random.Uniform(-0.4, 0.4), 18.0);
    }
  }
}

// A rounded cell with blebs, and perhaps a process.
void
DrawRound(SimulatedBody & body, Random & random, unsigned int processes)
{
  const double radius = random.Uniform(6.0, 9.0);
  const double stretch = random.Uniform(0.0, 5.0);
  body.pieces.push_back(
    { { { -0.5 * stretch, 0, 0 } }, { { 0.5 * stretch, 0, 0 } }, radius, radius * random.Uniform(0.75, 1.0), 1.0F });
  const auto blebs = random.Below(7);
  for (std::uint64_t i = 0; i < blebs; ++i)
  {
    const double angle = random.Uniform(0.0, 2.0 * Math::pi);
    const double size = random.Uniform(1.5, 3.2);
    const Point root = { { 0.7 * radius * std::cos(angle), 0.7 * radius * std::sin(angle), 0.0 } };
    const Point tip = { { 1.05 * radius * std::cos(angle), 1.05 * radius * std::sin(angle),
                          random.Uniform(-0.4, 0.4) * radius } };
    body.pieces.push_back({ root, tip, 1.4 * size, size, 0.9F });
  }
  for (unsigned int i = 0; i < processes; ++i)
  {
    const double angle = random.Uniform(0.0, 2.0 * Math::pi);
    AppendProcess(body, random, { { 0.9 * radius * std::cos(angle), 0.9 * radius * std::sin(angle), 0.0 } }, angle,
                  30.0);
  }
}

// Tilts the plane of a body about y, then turns it about z.
Point
Turned(const Point & p, double tilt, double turn)
{
  const double x = p[0] * std::cos(tilt) - p[2] * std::sin(tilt);
  const double z = p[0] * std::sin(tilt) + p[2] * std::cos(tilt);
  return { { x * std::cos(turn) - p[1] * std::sin(turn), x * std::sin(turn) + p[1] * std::cos(turn), z } };
}

void
TurnBody(SimulatedBody & body, double tilt, double turn)
{
  for (std::vector<TaperedPiece> * pieces : { &body.pieces, &body.processes })
  {
    for (TaperedPiece & piece : *pieces)
    {
      piece.from = Turned(piece.from, tilt, turn);
      piece.to = Turned(piece.to, tilt, turn);
    }
  }
  for (Point & axis : body.nucleus.axes)
  {
    axis = Turned(axis, tilt, turn);
  }
  body.nucleusCentre = Turned(body.nucleusCentre, tilt, turn);
}

// What bodies of cells have in common: texture, nucleus, tilt, any direction, brightness.
void
FinishCell(SimulatedBody & body, const SimulationParameters & parameters, Random & random)
{
  body.texture = RandomWaves(random, 8, 1.5, 8.0, parameters.texture);
  body.nucleus.axes = { { { { 1, 0, 0 } }, { { 0, 1, 0 } }, { { 0, 0, 1 } } } };
  body.nucleus.semiAxes = { { random.Uniform(3.5, 6.0), random.Uniform(2.5, 4.0), random.Uniform(2.0, 3.5) } };
  body.nucleusCentre = { { random.Uniform(-2.0, 2.0), random.Uniform(-1.0, 1.0), 0.0 } };
  body.nucleusShadow = static_cast<float>(random.Uniform(0.0, 0.5));
  NormalNumbers normal;
  const double tilt = normal.Next(random) * parameters.tilt * Math::pi / 180.0;
  TurnBody(body, tilt, random.Uniform(0.0, 2.0 * Math::pi));
  body.brightness = LogUniform(random, parameters.dimmestBrightness, parameters.brightestBrightness);
}
} // namespace

SimulatedBody
DrawEllipsoid(const SimulationParameters & parameters, Random & random)
{
  SimulatedBody body;
  Ellipsoid ellipsoid;
  ellipsoid.axes = RandomFrame(random);
  for (std::size_t i = 0; i < 3; ++i)
  {
    ellipsoid.semiAxes[i] = random.Uniform(parameters.smallestSemiAxes[i], parameters.largestSemiAxes[i]);
  }
  body.ellipsoids.push_back(ellipsoid);
  body.brightness = LogUniform(random, parameters.dimmestBrightness, parameters.brightestBrightness);
  return body;
}

SimulatedBody
DrawCell(const SimulationParameters & parameters, Random & random)
{
  // Shares of the kinds as among the ten cells of the real stack.
  constexpr double SpindleShare = 0.5;
  constexpr double StarShare = 0.25;
  constexpr double RippleDeviation = 0.35;
  SimulatedBody body;
  const auto processes = static_cast<unsigned int>(random.Below(parameters.mostProcesses + 1));
  const double kind = random.Uniform();
  if (kind < SpindleShare)
  {
    DrawSpindle(body, parameters, random, processes);
  }
  else if (kind < SpindleShare + StarShare)
  {
    DrawStar(body, parameters, random, processes);
  }
  else
  {
    DrawRound(body, random, std::min(processes, 2U));
  }
  body.ripples = RandomWaves(random, 6, 4.0, 12.0, RippleDeviation);
  FinishCell(body, parameters, random);
  return body;
}

SimulatedBody
DrawOutlinedCell(const SimulationParameters & parameters, Random & random)
{
  const CellOutline & outline = parameters.outlines[random.Below(parameters.outlines.size())];
  SimulatedBody body;
  body.pieces = BallsOfOutline(outline, 0.5 * random.Uniform(parameters.thinnestOutline, parameters.thickestOutline));
  const bool mirrored = random.Uniform() < 0.5;
  for (TaperedPiece & ball : body.pieces)
  {
    ball.from[0] = mirrored ? -ball.from[0] : ball.from[0];
    ball.to = ball.from;
  }
  FinishCell(body, parameters, random);
  return body;
}

SimulatedBody
DrawSpeck(const SimulationParameters & parameters, Random & random)
{
  SimulatedBody body;
  const double radius = LogUniform(random, 0.4, 1.2);
  body.pieces.push_back({ { { 0, 0, 0 } }, { { 0.5 * radius, 0, 0 } }, radius, radius, 1.0F });
  body.brightness = LogUniform(random, 0.5 * parameters.dimmestBrightness, parameters.brightestBrightness);
  return body;
}
} // namespace PenCore
} // namespace itk
