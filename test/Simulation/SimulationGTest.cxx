// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Cells/Overlap.h"
#include "ProjectionEnhancement/Simulation/Simulation.h"
#include "Simulation/TestSimulation.h"
#include "itkMath.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

using namespace itk::PenCore;

namespace
{

SimulationParameters
PlainEllipsoids()
{
  SimulationParameters parameters = pen_test::PlainSimulation(SimulatedShape::Ellipsoid);
  parameters.borderMargin = 20.0;
  parameters.shallowestDepth = 0.3;
  parameters.deepestDepth = 0.7;
  return parameters;
}

double
SumOf(const std::vector<float> & values)
{
  double sum = 0.0;
  for (const float value : values)
  {
    sum += static_cast<double>(value);
  }
  return sum;
}

// Mean and variance of all voxels.
std::pair<double, double>
Moments(const std::vector<float> & values)
{
  const auto count = static_cast<double>(values.size());
  const double mean = SumOf(values) / count;
  double squares = 0.0;
  for (const float value : values)
  {
    squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
  }
  return { mean, squares / count };
}

// Standard deviation of light along an axis, in um, around its centroid.
double
SpreadAlong(const SimulatedStack & simulated, const SimulationParameters & parameters, std::size_t axis)
{
  double sum = 0.0, first = 0.0, second = 0.0;
  for (std::size_t i = 0; i < simulated.stack.size(); ++i)
  {
    const std::size_t index[3] = { i % parameters.size[0], i / parameters.size[0] % parameters.size[1],
                                   i / (parameters.size[0] * parameters.size[1]) };
    const double position = static_cast<double>(index[axis]) * parameters.spacing[axis];
    const auto value = static_cast<double>(simulated.stack[i]);
    sum += value;
    first += value * position;
    second += value * position * position;
  }
  return std::sqrt(second / sum - (first / sum) * (first / sum));
}
} // namespace

TEST(PenCoreSimulation, AnEllipsoidHasItsVolumeCentroidAndLight)
{
  SimulationParameters parameters = PlainEllipsoids();
  parameters.size = { { 160, 160, 60 } };
  parameters.spacing = { { 0.5, 0.5, 1.0 } };
  parameters.numberOfCells = 1;
  parameters.smallestSemiAxes = parameters.largestSemiAxes = { { 9.0, 6.0, 4.0 } };
  for (std::uint64_t seed = 0; seed < 4; ++seed)
  {
    parameters.seed = seed;
    const SimulatedStack simulated = SimulateCellStack(parameters);
    ASSERT_EQ(simulated.cells.size(), 1u);
    const SimulatedCell & cell = simulated.cells[0];
    const double volume = 4.0 / 3.0 * itk::Math::pi * 9.0 * 6.0 * 4.0;
    EXPECT_NEAR(cell.volume, volume, 0.01 * volume);
    const auto voxels = std::count(simulated.labels3d.begin(), simulated.labels3d.end(), 1u);
    EXPECT_NEAR(static_cast<double>(voxels) * 0.25, volume, 0.03 * volume);
    // The blur moves light but keeps its sum.
    EXPECT_NEAR(SumOf(simulated.stack) * 0.25, volume * cell.brightness, 0.01 * volume * cell.brightness);
    double sum = 0.0, depth = 0.0;
    for (std::size_t i = 0; i < simulated.stack.size(); ++i)
    {
      sum += static_cast<double>(simulated.stack[i]);
      depth += static_cast<double>(simulated.stack[i]) * static_cast<double>(i / (160 * 160));
    }
    EXPECT_NEAR(cell.depthInSlices, depth / sum, 0.05);
    EXPECT_NEAR(cell.centroid[2], cell.depthInSlices * 1.0, 1e-9);
  }
}

TEST(PenCoreSimulation, AMaskIsTheProjectedEllipsoid)
{
  // Spheres project to circles whatever their orientation.
  SimulationParameters parameters = PlainEllipsoids();
  parameters.size = { { 200, 200, 12 } };
  parameters.spacing = { { 0.5, 0.5, 10.0 } };
  parameters.numberOfCells = 1;
  parameters.smallestSemiAxes = parameters.largestSemiAxes = { { 8.0, 8.0, 8.0 } };
  const SimulatedStack sphere = SimulateCellStack(parameters);
  ASSERT_EQ(sphere.cells.size(), 1u);
  const double area = itk::Math::pi * 64.0;
  EXPECT_NEAR(static_cast<double>(CountPixels(sphere.cells[0].runs)) * 0.25, area, 0.03 * area);
  for (const PixelRun & run : sphere.cells[0].runs)
  {
    for (const double x : { run.x * 0.5, (run.x + run.length - 1) * 0.5 })
    {
      EXPECT_LT(std::hypot(x - sphere.cells[0].centroid[0], run.y * 0.5 - sphere.cells[0].centroid[1]), 8.3);
    }
  }
  parameters.maskMargin = 2.0;
  const SimulatedStack grown = SimulateCellStack(parameters);
  EXPECT_NEAR(static_cast<double>(CountPixels(grown.cells[0].runs)) * 0.25, itk::Math::pi * 100.0,
              0.03 * itk::Math::pi * 100.0);
}

TEST(PenCoreSimulation, TheLabelsProjectToTheMasks)
{
  SimulationParameters parameters;
  parameters.numberOfCells = 6;
  parameters.stackedShare = 0.0;
  parameters.seed = 11;
  const SimulatedStack simulated = SimulateCellStack(parameters);
  ASSERT_GT(simulated.cells.size(), 3u);
  const std::size_t pixels = parameters.size[0] * parameters.size[1];
  for (std::size_t cell = 0; cell < simulated.cells.size(); ++cell)
  {
    std::vector<unsigned char> projected(pixels, 0);
    for (std::size_t i = 0; i < simulated.labels3d.size(); ++i)
    {
      projected[i % pixels] |= simulated.labels3d[i] == cell + 1 ? 1 : 0;
    }
    std::size_t shared = 0;
    for (const PixelRun & run : simulated.cells[cell].runs)
    {
      for (std::int32_t x = run.x; x < run.x + run.length; ++x)
      {
        shared += projected[static_cast<std::size_t>(run.y) * parameters.size[0] + static_cast<std::size_t>(x)];
      }
    }
    const auto all = static_cast<std::size_t>(std::count(projected.begin(), projected.end(), 1));
    EXPECT_EQ(shared, all) << "no voxel lies outside the mask";
    // Other cells may win a voxel where margins meet.
    EXPECT_GT(static_cast<double>(shared), 0.97 * static_cast<double>(CountPixels(simulated.cells[cell].runs)));
  }
}

TEST(PenCoreSimulation, BlurWidensASmallBodyByThePointSpread)
{
  SimulationParameters parameters = PlainEllipsoids();
  parameters.size = { { 128, 128, 80 } };
  parameters.spacing = { { 0.25, 0.25, 1.0 } };
  parameters.numberOfCells = 1;
  parameters.borderMargin = 12.0;
  parameters.smallestSemiAxes = parameters.largestSemiAxes = { { 1.5, 1.5, 1.5 } };
  parameters.minimumVisibleArea = 0.0;
  parameters.lateralBlur = 1.5;
  parameters.axialBlur = 6.0;
  const SimulatedStack simulated = SimulateCellStack(parameters);
  // A ball's variance along an axis is r^2 / 5; pixels add spacing^2 / 12 by integration.
  const double ball = 1.5 * 1.5 / 5.0;
  const double lateral = std::sqrt(1.5 * 1.5 + ball + 0.25 * 0.25 / 12.0);
  const double axial = std::sqrt(36.0 + ball);
  EXPECT_NEAR(SpreadAlong(simulated, parameters, 0), lateral, 0.02 * lateral);
  EXPECT_NEAR(SpreadAlong(simulated, parameters, 1), lateral, 0.02 * lateral);
  EXPECT_NEAR(SpreadAlong(simulated, parameters, 2), axial, 0.02 * axial);
}

TEST(PenCoreSimulation, NoiseIsPoissonPlusGauss)
{
  for (const double background : { 0.5, 4.0, 60.0, 900.0 })
  {
    SimulationParameters parameters = PlainEllipsoids();
    parameters.size = { { 200, 200, 10 } };
    parameters.numberOfCells = 0;
    parameters.background = background;
    parameters.backgroundGradient = 0.0;
    parameters.photonsPerGray = 2.0;
    parameters.readNoise = 1.5;
    parameters.offset = 7.0;
    const auto [mean, variance] = Moments(SimulateCellStack(parameters).stack);
    const double expected = background / 2.0 + 1.5 * 1.5;
    // Four standard errors of a mean and of a variance of 400,000 numbers.
    EXPECT_NEAR(mean, 7.0 + background, 4.0 * std::sqrt(expected / 400000.0));
    EXPECT_NEAR(variance, expected, 4.0 * expected * std::sqrt(2.6 / 400000.0));
  }
}

TEST(PenCoreSimulation, BackgroundSlopesAndDepthDims)
{
  SimulationParameters parameters = PlainEllipsoids();
  parameters.size = { { 101, 101, 11 } };
  parameters.spacing = { { 1.0, 1.0, 10.0 } };
  parameters.numberOfCells = 0;
  parameters.background = 10.0;
  parameters.backgroundGradient = 0.5;
  parameters.attenuationLength = 100.0;
  const SimulatedStack simulated = SimulateCellStack(parameters);
  const auto at = [&](std::size_t x, std::size_t y, std::size_t z)
  { return static_cast<double>(simulated.stack[(z * 101 + y) * 101 + x]); };
  EXPECT_NEAR(at(50, 50, 0), 10.0, 1e-4);
  EXPECT_NEAR(at(50, 50, 10), 10.0 * std::exp(-1.0), 1e-4);
  // The half diagonal is 71.4 pixels, over which the background changes by one half.
  const double slope = std::hypot(at(100, 50, 0) - at(0, 50, 0), at(50, 100, 0) - at(50, 0, 0)) / 100.0;
  EXPECT_NEAR(slope, 10.0 * 0.5 / (0.5 * 101.0 * std::sqrt(2.0)), 1e-4);
}

TEST(PenCoreSimulation, PhotobleachedSlicesAreDim)
{
  SimulationParameters parameters = PlainEllipsoids();
  parameters.size = { { 16, 16, 400 } };
  parameters.numberOfCells = 0;
  parameters.background = 100.0;
  parameters.backgroundGradient = 0.0;
  parameters.dimSliceShare = 0.25;
  parameters.dimmestSlice = 0.4;
  const SimulatedStack simulated = SimulateCellStack(parameters);
  std::size_t dim = 0;
  for (std::size_t slice = 0; slice < 400; ++slice)
  {
    const float value = simulated.stack[slice * 256];
    EXPECT_GE(value, 39.9f);
    dim += value < 99.0f ? 1 : 0;
    EXPECT_TRUE(value < 80.1f || value > 99.9f) << value;
  }
  // Four standard deviations of 400 draws.
  EXPECT_NEAR(static_cast<double>(dim), 100.0, 4.0 * std::sqrt(400 * 0.25 * 0.75));
}

TEST(PenCoreSimulation, EightBitsSaturateAndAreWhole)
{
  SimulationParameters parameters;
  parameters.size = { { 128, 128, 8 } };
  parameters.numberOfCells = 4;
  parameters.dimmestBrightness = parameters.brightestBrightness = 2000.0;
  const SimulatedStack simulated = SimulateCellStack(parameters);
  float largest = 0.0f;
  for (const float value : simulated.stack)
  {
    ASSERT_EQ(value, std::floor(value));
    ASSERT_GE(value, 0.0f);
    largest = std::max(largest, value);
  }
  EXPECT_EQ(largest, 255.0f);
}

TEST(PenCoreSimulation, StackedPairsHaveTheirAxialDistance)
{
  SimulationParameters parameters = PlainEllipsoids();
  parameters.size = { { 300, 300, 20 } };
  parameters.numberOfCells = 30;
  parameters.stackedShare = 1.0;
  parameters.stackedAxialDistance = 30.0;
  parameters.stackedLateralDistance = 4.0;
  parameters.shallowestDepth = 0.15;
  parameters.deepestDepth = 0.85;
  const SimulatedStack simulated = SimulateCellStack(parameters);
  std::size_t paired = 0;
  for (const SimulatedCell & cell : simulated.cells)
  {
    if (cell.partner < 0)
    {
      continue;
    }
    ++paired;
    const SimulatedCell & partner = simulated.cells[static_cast<std::size_t>(cell.partner)];
    EXPECT_EQ(&simulated.cells[static_cast<std::size_t>(partner.partner)], &cell);
    EXPECT_NEAR(std::abs(cell.centroid[2] - partner.centroid[2]), 30.0, 0.5);
    EXPECT_LT(std::hypot(cell.centroid[0] - partner.centroid[0], cell.centroid[1] - partner.centroid[1]), 4.2);
  }
  EXPECT_GE(paired, 20u);
  // One above the other, they share pixels.
  EXPECT_GE(FindOverlappingPairs(
              [&]
              {
                MaskPointers masks;
                for (const SimulatedCell & cell : simulated.cells)
                {
                  masks.push_back(&cell.runs);
                }
                return masks;
              }())
              .size(),
            paired / 2);
}

TEST(PenCoreSimulation, TheShareOfPairsIsAsAsked)
{
  SimulationParameters parameters = PlainEllipsoids();
  parameters.size = { { 1200, 1200, 16 } };
  parameters.spacing = { { 1.0, 1.0, 10.0 } };
  parameters.numberOfCells = 300;
  parameters.stackedShare = 0.4;
  parameters.touchingShare = 0.2;
  const SimulatedStack simulated = SimulateCellStack(parameters);
  ASSERT_GT(simulated.cells.size(), 280u);
  std::size_t stacked = 0;
  std::size_t touching = 0;
  for (const SimulatedCell & cell : simulated.cells)
  {
    if (cell.partner >= 0)
    {
      const SimulatedCell & partner = simulated.cells[static_cast<std::size_t>(cell.partner)];
      ++(std::abs(cell.centroid[2] - partner.centroid[2]) > 10.0 ? stacked : touching);
    }
  }
  // Pairs are drawn: three standard deviations are 12 and 10 points.
  EXPECT_NEAR(static_cast<double>(stacked) / static_cast<double>(simulated.cells.size()), 0.4, 0.12);
  EXPECT_NEAR(static_cast<double>(touching) / static_cast<double>(simulated.cells.size()), 0.2, 0.1);
}

TEST(PenCoreSimulation, CrowdedCellsDoNotShareVolume)
{
  // On voxels of half a um, the labels' volume is the bodies' volume unless bodies share some.
  SimulationParameters parameters = PlainEllipsoids();
  parameters.size = { { 160, 160, 80 } };
  parameters.spacing = { { 0.5, 0.5, 0.5 } };
  parameters.axialBlur = 1.0;
  parameters.numberOfCells = 60;
  parameters.borderMargin = 0.0;
  parameters.shallowestDepth = 0.0;
  parameters.deepestDepth = 1.0;
  parameters.smallestSemiAxes = { { 6.0, 4.0, 4.0 } };
  parameters.largestSemiAxes = { { 9.0, 6.0, 5.0 } };
  const SimulatedStack apart = SimulateCellStack(parameters);
  const auto share = [&](const SimulatedStack & simulated)
  {
    double bodies = 0.0;
    for (const SimulatedCell & cell : simulated.cells)
    {
      bodies += cell.volume;
    }
    const auto background = std::count(simulated.labels3d.begin(), simulated.labels3d.end(), 0u);
    return static_cast<double>(static_cast<std::ptrdiff_t>(simulated.labels3d.size()) - background) * 0.125 / bodies;
  };
  ASSERT_GT(apart.cells.size(), 15u);
  EXPECT_NEAR(share(apart), 1.0, 0.02);
  // Bodies at random places that fill f of the stack leave exp(-f) of it empty.
  parameters.avoidIntersection = false;
  parameters.numberOfCells = 200;
  const SimulatedStack together = SimulateCellStack(parameters);
  double filled = 0.0;
  for (const SimulatedCell & cell : together.cells)
  {
    filled += cell.volume / (80.0 * 80.0 * 40.0);
  }
  EXPECT_NEAR(share(together), (1.0 - std::exp(-filled)) / filled, 0.05);
}

TEST(PenCoreSimulation, WhatIsTooSmallOrTooDimDoesNotCount)
{
  SimulationParameters parameters = PlainEllipsoids();
  parameters.numberOfCells = 5;
  parameters.visibleBrightness = 3.0;
  parameters.dimmestBrightness = parameters.brightestBrightness = 2.0;
  EXPECT_TRUE(SimulateCellStack(parameters).cells.empty());
  parameters.dimmestBrightness = parameters.brightestBrightness = 100.0;
  parameters.minimumVisibleArea = 1e6;
  const SimulatedStack simulated = SimulateCellStack(parameters);
  EXPECT_TRUE(simulated.cells.empty());
  EXPECT_EQ(simulated.uncounted.size(), 5u);
  EXPECT_EQ(std::count(simulated.labels3d.begin(), simulated.labels3d.end(), 0u),
            static_cast<std::ptrdiff_t>(simulated.labels3d.size()));
}

TEST(PenCoreSimulation, TheSameForAnyNumberOfThreads)
{
  SetNumberOfThreads(8);
  SimulationParameters parameters;
  parameters.numberOfCells = 20;
  parameters.numberOfSpecks = 10;
  parameters.stackedShare = 0.5;
  parameters.dimSliceShare = 0.2;
  parameters.numberOfThreads = 1;
  const SimulatedStack once = SimulateCellStack(parameters);
  for (const unsigned int threads : { 2u, 3u, 8u })
  {
    parameters.numberOfThreads = threads;
    const SimulatedStack again = SimulateCellStack(parameters);
    EXPECT_TRUE(once.stack == again.stack) << threads;
    EXPECT_TRUE(once.labels3d == again.labels3d) << threads;
    ASSERT_EQ(once.cells.size(), again.cells.size());
    for (std::size_t i = 0; i < once.cells.size(); ++i)
    {
      EXPECT_EQ(once.cells[i].runs, again.cells[i].runs);
      EXPECT_EQ(once.cells[i].centroid, again.cells[i].centroid);
    }
  }
  parameters.seed = 1;
  EXPECT_FALSE(once.stack == SimulateCellStack(parameters).stack);
  SetNumberOfThreads(0);
}

TEST(PenCoreSimulation, NonsenseIsRefused)
{
  const auto refuses = [](auto && spoil)
  {
    SimulationParameters parameters;
    spoil(parameters);
    EXPECT_THROW(SimulateCellStack(parameters), std::invalid_argument);
  };
  refuses([](SimulationParameters & p) { p.size[2] = 0; });
  refuses([](SimulationParameters & p) { p.spacing[0] = 0.0; });
  refuses([](SimulationParameters & p) { p.axialBlur = -1.0; });
  refuses([](SimulationParameters & p) { p.bits = 12; });
  refuses([](SimulationParameters & p) { p.stackedShare = p.touchingShare = 0.6; });
  refuses([](SimulationParameters & p) { p.brightestBrightness = 1.0; });
  refuses([](SimulationParameters & p) { p.readNoise = std::numeric_limits<double>::quiet_NaN(); });
}
