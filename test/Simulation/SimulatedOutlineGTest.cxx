// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Simulation/TestSimulation.h"
#include "itkMath.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

using namespace itk::PenCore;

namespace
{

// Bodies in the slices' plane, evenly bright and sharp, on 0.5 x 0.5 x 1 um.
SimulationParameters
PlainOutlines(const std::vector<CellOutline> & outlines)
{
  SimulationParameters parameters = pen_test::PlainSimulation(SimulatedShape::Outline);
  parameters.outlines = outlines;
  parameters.size = { { 240, 240, 40 } };
  parameters.spacing = { { 0.5, 0.5, 1.0 } };
  parameters.tilt = 0.0;
  parameters.texture = 0.0;
  parameters.lateralBlur = 0.0;
  parameters.axialBlur = 0.0;
  parameters.borderMargin = 30.0;
  parameters.shallowestDepth = 0.4;
  parameters.deepestDepth = 0.6;
  parameters.numberOfCells = 1;
  return parameters;
}

CellOutline
Disc(int radius, double pixelSize)
{
  CellOutline outline;
  outline.pixelSize = { { pixelSize, pixelSize } };
  for (int y = -radius; y <= radius; ++y)
  {
    const auto half = static_cast<int>(std::sqrt(radius * radius - y * y));
    outline.runs.push_back({ radius - half, y + radius, 2 * half + 1 });
  }
  return outline;
}

// A bar of 80 x 16 pixels with an arm of 6 x 40 at one end: an L.
CellOutline
Angle()
{
  CellOutline outline;
  outline.pixelSize = { { 0.5, 0.5 } };
  for (int y = 0; y < 16; ++y)
  {
    outline.runs.push_back({ 0, y, 80 });
  }
  for (int y = 16; y < 56; ++y)
  {
    outline.runs.push_back({ 0, y, 6 });
  }
  return outline;
}

double
Area(const PixelRuns & runs, double pixelSize)
{
  return static_cast<double>(CountPixels(runs)) * pixelSize * pixelSize;
}

// Largest distance between two pixels.
double
Diameter(const PixelRuns & runs, double pixelSize)
{
  double largest = 0.0;
  for (const PixelRun & a : runs)
  {
    for (const PixelRun & b : runs)
    {
      for (const int xa : { a.x, a.x + a.length - 1 })
      {
        for (const int xb : { b.x, b.x + b.length - 1 })
        {
          largest = std::max(largest, std::hypot(xa - xb, a.y - b.y));
        }
      }
    }
  }
  return largest * pixelSize;
}

// Second moments along the axes of inertia, larger first: the same however the mask is turned or mirrored.
std::array<double, 2>
PrincipalMoments(const PixelRuns & runs, double pixelSize)
{
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
  for (const PixelRun & run : runs)
  {
    for (int i = 0; i < run.length; ++i)
    {
      const double px = (run.x + i) * pixelSize;
      const double py = run.y * pixelSize;
      n += 1.0, x += px, y += py, xx += px * px, xy += px * py, yy += py * py;
    }
  }
  xx = xx / n - x * x / n / n;
  yy = yy / n - y * y / n / n;
  xy = xy / n - x * y / n / n;
  const double half = std::hypot(0.5 * (xx - yy), xy);
  return { { 0.5 * (xx + yy) + half, 0.5 * (xx + yy) - half } };
}
} // namespace

TEST(SimulatedOutline, AMaskHasTheShapeOfItsOutline)
{
  for (const std::uint64_t seed : { 1u, 2u, 3u })
  {
    SimulationParameters parameters = PlainOutlines({ Angle() });
    parameters.seed = seed;
    const SimulatedStack simulated = SimulateCellStack(parameters);
    ASSERT_EQ(simulated.cells.size(), 1u);
    const PixelRuns & mask = simulated.cells[0].runs;
    const PixelRuns & outline = parameters.outlines[0].runs;
    // Balls round the corners off.
    EXPECT_NEAR(Area(mask, 0.5), Area(outline, 0.5), 0.06 * Area(outline, 0.5));
    EXPECT_NEAR(Diameter(mask, 0.5), Diameter(outline, 0.5), 3.0);
    const auto moments = PrincipalMoments(mask, 0.5);
    const auto expected = PrincipalMoments(outline, 0.5);
    EXPECT_NEAR(moments[0], expected[0], 0.1 * expected[0]);
    EXPECT_NEAR(moments[1], expected[1], 0.1 * expected[1]);
  }
}

TEST(SimulatedOutline, PixelSizeCountsAndWideBodiesAreAsThickAsAsked)
{
  for (const double pixelSize : { 0.5, 1.0 })
  {
    SimulationParameters parameters = PlainOutlines({ Disc(20, pixelSize) });
    parameters.thinnestOutline = parameters.thickestOutline = 12.0;
    const SimulatedStack simulated = SimulateCellStack(parameters);
    ASSERT_EQ(simulated.cells.size(), 1u);
    const double area = itk::Math::pi * 400.0 * pixelSize * pixelSize;
    EXPECT_NEAR(Area(simulated.cells[0].runs, 0.5), area, 0.06 * area);
    std::set<std::size_t> slices;
    for (std::size_t i = 0; i < simulated.labels3d.size(); ++i)
    {
      if (simulated.labels3d[i] != 0)
      {
        slices.insert(i / (240 * 240));
      }
    }
    EXPECT_NEAR(static_cast<double>(slices.size()), 12.0, 1.0);
  }
}

TEST(SimulatedOutline, EveryOutlineComes)
{
  SimulationParameters parameters = PlainOutlines({ Disc(8, 0.5), Disc(16, 0.5) });
  parameters.numberOfCells = 20;
  parameters.size = { { 600, 600, 40 } };
  const SimulatedStack simulated = SimulateCellStack(parameters);
  ASSERT_EQ(simulated.cells.size(), 20u);
  std::set<int> radii;
  for (const SimulatedCell & cell : simulated.cells)
  {
    radii.insert(static_cast<int>(std::lround(std::sqrt(Area(cell.runs, 0.5) / itk::Math::pi) / 4.0)));
  }
  EXPECT_EQ(radii, (std::set<int>{ 1, 2 })); // 4 and 8 um
}

TEST(SimulatedOutline, NonsenseIsRefused)
{
  EXPECT_THROW(SimulateCellStack(PlainOutlines({})), std::invalid_argument);
  EXPECT_THROW(SimulateCellStack(PlainOutlines({ Disc(4, 0.0) })), std::invalid_argument);
  EXPECT_THROW(SimulateCellStack(PlainOutlines({ CellOutline() })), std::invalid_argument);
  SimulationParameters parameters = PlainOutlines({ Disc(4, 0.5) });
  parameters.thickestOutline = 0.5 * parameters.thinnestOutline;
  EXPECT_THROW(SimulateCellStack(parameters), std::invalid_argument);
}
