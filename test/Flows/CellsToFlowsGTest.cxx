// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Flows/CellsToFlows.h"

#include "Cells/TestMasks.h"

#include "ProjectionEnhancement/Cells/PixelBox.h"
#include "itkMacro.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

using namespace PenTest;
using itk::PenCore::Cell;
using itk::PenCore::CellsToFlowsParameters;
using itk::PenCore::MaskFlowParameters;
using itk::PenCore::TargetLogit;

namespace
{
std::vector<float>
FlowOf(const Mask & mask, const MaskFlowParameters & parameters = {})
{
  const auto runs = RunsOf(mask);
  std::vector<float> flow(2 * itk::PenCore::CountPixels(runs), 99.0F);
  itk::PenCore::ComputeMaskFlow(runs, parameters, flow.data());
  return flow;
}

std::vector<float>
FieldOf(const std::vector<Cell> & cells, int width, int height, int channels,
        const CellsToFlowsParameters & parameters = {})
{
  std::vector<float> field(static_cast<std::size_t>(4 * width * height * channels), 99.0F);
  itk::PenCore::CellsToFlowField(cells, width, height, channels, parameters, field.data());
  return field;
}

MaskFlowParameters
FixedPoint()
{
  MaskFlowParameters parameters;
  parameters.solveToFixedPoint = true;
  return parameters;
}
} // namespace

TEST(PenCoreCellsToFlows, ThreePixelsPointAtTheMiddleOne)
{
  const std::vector<float> expected{ 1, 0, 0, 0, -1, 0 };
  const Mask line = MakeMask(5, 1, [](int x, int) { return x >= 1 && x <= 3; });
  EXPECT_EQ(FlowOf(line), expected);
  EXPECT_EQ(FlowOf(line, FixedPoint()), expected);
  const std::vector<float> expectedDown{ 0, 1, 0, 0, 0, -1 };
  EXPECT_EQ(FlowOf(MakeMask(1, 5, [](int, int y) { return y >= 1 && y <= 3; })), expectedDown);
}

TEST(PenCoreCellsToFlows, EmptyAndOnePixelMasksHaveNoFlow)
{
  EXPECT_TRUE(FlowOf(Mask(4, 4)).empty());
  EXPECT_EQ(FlowOf(Ellipse(3, 3, 1, 1, 0.5, 0.5)), (std::vector<float>{ 0, 0 }));
}

TEST(PenCoreCellsToFlows, AgreesWithSweepsOfTheDefinition)
{
  struct Case
  {
    Mask mask;
    int x, y; // the pixel nearest the mean, by symmetry
  };
  const std::vector<Case> cases{ { Ellipse(61, 61, 30, 30, 17, 17), 30, 30 },
                                 { Ellipse(61, 61, 30, 30, 25, 9, 0.5), 30, 30 },
                                 { MakeMask(41, 21, [](int x, int y) { return x > 1 && x < 39 && y > 1 && y < 19; }),
                                   20, 10 } };
  for (const Case & c : cases)
  {
    const auto box = itk::PenCore::BoundingBox(RunsOf(c.mask));
    const int sweepsOfCellpose = 2 * (box.Width() + 2 + box.Height() + 2);
    const auto early = DiffuseBySweeps(c.mask, c.x, c.y, sweepsOfCellpose);
    EXPECT_GT(ShareWithinTwoDegrees(c.mask, early, FlowOf(c.mask)), 0.99);
    const auto late = DiffuseBySweeps(c.mask, c.x, c.y, 6000);
    EXPECT_GT(ShareWithinTwoDegrees(c.mask, late, FlowOf(c.mask, FixedPoint())), 0.99);
  }
}

TEST(PenCoreCellsToFlows, PenTakesTheHeatsLogarithmFromTheMedian)
{
  // A body and a thin arm to the right: of 695 pixels 500 lie in columns 3 to 27, so the median column is 20 (the mean
  // is 26.2).
  const Mask mask = MakeMask(
    80, 30,
    [](int x, int y) { return (x > 2 && x < 28 && y > 4 && y < 25) || (x >= 28 && x < 67 && y > 11 && y < 17); });
  MaskFlowParameters parameters;
  parameters.method = MaskFlowParameters::Method::Pen;
  const int sweeps = 4 * static_cast<int>(std::ceil(std::hypot(64.0, 20.0)));
  auto heat = DiffuseBySweeps(mask, 20, 14, sweeps);
  for (double & h : heat)
  {
    h = std::log1p(1e23 * h);
  }
  EXPECT_GT(ShareWithinTwoDegrees(mask, heat, FlowOf(mask, parameters)), 0.99);
}

TEST(PenCoreCellsToFlows, AThinProcessKeepsItsDirectionToTheEnd)
{
  // Heat three pixels wide falls as r^x (1, sqrt 2, 1) with (1 + sqrt 2) (r + 1 + 1/r) = 9: to 1e-500 over 1400
  // pixels, which no double holds.
  constexpr int Length = 3000;
  const Mask mask = MakeMask(
    Length, 61,
    [](int x, int y) { return (x - 30) * (x - 30) + (y - 30) * (y - 30) < 900 || (x > 30 && std::abs(y - 30) <= 1); });
  const auto runs = RunsOf(mask);
  double sumX = 0.0;
  for (const auto & run : runs)
  {
    sumX += run.length * (run.x + 0.5 * (run.length - 1));
  }
  const double centre = sumX / static_cast<double>(itk::PenCore::CountPixels(runs));
  ASSERT_LT(centre, Length - 1000);
  const double sum = 9.0 / (1.0 + std::sqrt(2.0)) - 1.0;
  const double r = (sum - std::sqrt(sum * sum - 4.0)) / 2.0;
  const double slope = (1.0 / r - r) / std::hypot(r - 1.0 / r, std::sqrt(2.0));

  for (const bool fixedPoint : { true, false })
  {
    MaskFlowParameters parameters;
    parameters.solveToFixedPoint = fixedPoint;
    const auto flow = FlowOf(mask, parameters);
    std::size_t pixel = 0;
    for (const auto & run : runs)
    {
      for (int x = run.x; x < run.x + run.length; ++x, ++pixel)
      {
        const bool inProcess = x > 80 && x < Length - 20 && std::abs(x - centre) > 10;
        if (inProcess)
        {
          const double towardCentre = x < centre ? 1.0 : -1.0;
          const double expected = run.y == 30 ? towardCentre : slope * towardCentre;
          EXPECT_NEAR(static_cast<double>(flow[2 * pixel]), expected, 0.01) << x << ' ' << run.y << ' ' << fixedPoint;
          EXPECT_NEAR(std::hypot(flow[2 * pixel], flow[2 * pixel + 1]), 1.0F, 1e-5F);
        }
      }
    }
  }
}

TEST(PenCoreCellsToFlows, ALargeDiscConverges)
{
  const Mask mask = Ellipse(371, 371, 185, 185, 179, 179);
  ASSERT_GT(itk::PenCore::CountPixels(RunsOf(mask)), 100000u);
  // In a disc the heat rises along the radius, at any time.
  const double TwoDegrees = std::cos(2.0 * 3.14159265358979 / 180.0);
  for (const auto & flow : { FlowOf(mask), FlowOf(mask, FixedPoint()) })
  {
    std::size_t pixel = 0;
    std::size_t interior = 0;
    std::size_t within = 0;
    for (const auto & run : RunsOf(mask))
    {
      for (int x = run.x; x < run.x + run.length; ++x, ++pixel)
      {
        const double dx = 185.0 - x;
        const double dy = 185.0 - run.y;
        const double radius = std::hypot(dx, dy);
        const double cosine =
          (static_cast<double>(flow[2 * pixel]) * dx + static_cast<double>(flow[2 * pixel + 1]) * dy) / radius;
        EXPECT_TRUE(radius == 0.0 || cosine > 0.7) << x << ' ' << run.y; // the rim is a staircase
        interior += radius < 177.0 ? 1 : 0;
        within += radius < 177.0 && cosine > TwoDegrees ? 1 : 0;
      }
    }
    EXPECT_GT(static_cast<double>(within) / static_cast<double>(interior), 0.99);
  }
}

TEST(PenCoreCellsToFlows, AOnePixelWideSpiralIsClimbedPixelByPixel)
{
  // Arms two pixels apart, some 10,000 pixels long: the heat at the outer end is 1e-9000 of the centre's.
  constexpr int Size = 201;
  Mask mask(Size, Size);
  std::vector<std::pair<int, int>> path{ { 0, 0 } };
  int x = 0, y = 0, dx = 1, dy = 0;
  mask.At(0, 0) = 1;
  for (;;)
  {
    const auto isFree = [&](int steps)
    {
      return x + steps * dx >= 0 && x + steps * dx < Size && y + steps * dy >= 0 && y + steps * dy < Size &&
             !mask.Has(x + steps * dx, y + steps * dy);
    };
    const bool mayGo = isFree(1) && (!mask.Has(x + 2 * dx, y + 2 * dy));
    if (!mayGo)
    {
      std::swap(dx, dy);
      dx = -dx;
      if (!isFree(1) || mask.Has(x + 2 * dx, y + 2 * dy))
      {
        break;
      }
    }
    x += dx;
    y += dy;
    mask.At(x, y) = 1;
    path.push_back({ x, y });
  }
  ASSERT_GT(path.size(), 15000u);

  double meanX = 0.0;
  double meanY = 0.0;
  for (const auto & point : path)
  {
    meanX += point.first / static_cast<double>(path.size());
    meanY += point.second / static_cast<double>(path.size());
  }
  const auto distance = [&](const std::pair<int, int> & point)
  { return std::hypot(point.first - meanX, point.second - meanY); };
  const auto nearest = std::min_element(path.begin(), path.end(),
                                        [&](const auto & a, const auto & b) { return distance(a) < distance(b); });
  const auto centre = static_cast<std::size_t>(nearest - path.begin());
  std::vector<std::size_t> number(mask.pixels.size(), 0);
  for (std::size_t i = 0, n = 0; i < mask.pixels.size(); ++i)
  {
    number[i] = mask.pixels[i] ? n++ : 0;
  }

  for (const bool fixedPoint : { true, false })
  {
    MaskFlowParameters parameters;
    parameters.solveToFixedPoint = fixedPoint;
    const auto flow = FlowOf(mask, parameters);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i + 1 < path.size(); ++i)
    {
      // Along the path, toward the centre; at corners it leans over.
      const std::size_t from = i < centre ? i : i + 1;
      const std::size_t to = i < centre ? i + 1 : i;
      const std::size_t pixel = number[static_cast<std::size_t>(path[from].second * Size + path[from].first)];
      const auto alongX = static_cast<float>(path[to].first - path[from].first);
      const auto alongY = static_cast<float>(path[to].second - path[from].second);
      wrong += flow[2 * pixel] * alongX + flow[2 * pixel + 1] * alongY > 0.1F ? 0 : 1;
    }
    EXPECT_EQ(wrong, 0u) << fixedPoint;
  }
}

TEST(PenCoreCellsToFlows, ADiagonalLineIsClimbedAlongItself)
{
  // The four neighbours of each pixel are outside: the central difference sees nothing.
  const auto flow = FlowOf(MakeMask(9, 9, [](int x, int y) { return x == y; }));
  const float half = std::sqrt(0.5F);
  for (std::size_t i = 0; i < 9; ++i)
  {
    const float expected = i < 4 ? half : i > 4 ? -half : 0.0F;
    EXPECT_NEAR(flow[2 * i], expected, 1e-6F);
    EXPECT_NEAR(flow[2 * i + 1], expected, 1e-6F);
  }
}

TEST(PenCoreCellsToFlows, ComponentsHaveACentreEachUnlessToldOtherwise)
{
  const Mask both =
    MakeMask(60, 20, [](int x, int y) { return y > 2 && y < 15 && ((x > 2 && x < 24) || (x > 40 && x < 50)); });
  const auto runs = RunsOf(both);
  MaskFlowParameters parameters;
  parameters.eachComponentItsOwnCentre = false;
  const auto shared = FlowOf(both, parameters);
  const auto own = FlowOf(both);
  const auto left = FlowOf(MakeMask(60, 20, [](int x, int y) { return y > 2 && y < 15 && x > 2 && x < 24; }));
  std::size_t pixel = 0;
  std::size_t leftPixel = 0;
  for (const auto & run : runs)
  {
    for (int x = run.x; x < run.x + run.length; ++x, ++pixel)
    {
      if (x > 40)
      {
        EXPECT_EQ(shared[2 * pixel], 0.0F);
        EXPECT_EQ(shared[2 * pixel + 1], 0.0F);
        EXPECT_TRUE(x == 45 || (own[2 * pixel] > 0) == (x < 45)) << x;
      }
      else
      {
        EXPECT_EQ(own[2 * pixel], left[2 * leftPixel]);
        EXPECT_EQ(own[2 * pixel + 1], left[2 * leftPixel + 1]);
        ++leftPixel;
      }
    }
  }
}

TEST(PenCoreCellsToFlows, AFlippedMaskHasTheFlippedFlow)
{
  const auto shape = [](int x, int y)
  { return (x - 14) * (x - 14) + 2 * (y - 11) * (y - 11) < 150 || (x > 14 && x + y > 20 && x + y < 27 && y > 2); };
  const Mask mask = MakeMask(40, 30, shape);
  const Mask flipped = MakeMask(40, 30, [&](int x, int y) { return shape(39 - x, y); });
  const auto flow = FlowOf(mask);
  const auto flippedFlow = FlowOf(flipped);
  std::size_t rowStart = 0;
  for (int y = 0; y < 30; ++y)
  {
    std::size_t inRow = 0;
    for (int x = 0; x < 40; ++x)
    {
      inRow += mask.Has(x, y) ? 1 : 0;
    }
    for (std::size_t i = 0; i < inRow; ++i)
    {
      EXPECT_EQ(flow[2 * (rowStart + i)], -flippedFlow[2 * (rowStart + inRow - 1 - i)]);
      EXPECT_EQ(flow[2 * (rowStart + i) + 1], flippedFlow[2 * (rowStart + inRow - 1 - i) + 1]);
    }
    rowStart += inRow;
  }
}

TEST(PenCoreCellsToFlows, FieldHoldsLogitsBordersAndBackground)
{
  const Mask square = MakeMask(8, 7, [](int x, int y) { return x >= 1 && x <= 5 && y >= 1 && y <= 5; });
  const auto field = FieldOf({ CellOf(square, 1) }, 8, 7, 2);
  for (std::size_t i = 0; i < 8 * 7; ++i)
  {
    const std::vector<float> background{ 0, 0, -TargetLogit, -TargetLogit };
    EXPECT_EQ(std::vector<float>(&field[4 * i], &field[4 * i] + 4), background);
    const float * pixel = &field[4 * (56 + i)];
    const bool inside = square.pixels[i] != 0;
    const auto x = static_cast<int>(i % 8);
    const auto y = static_cast<int>(i / 8);
    const bool eroded = x >= 2 && x <= 4 && y >= 2 && y <= 4;
    EXPECT_EQ(pixel[2], inside ? TargetLogit : -TargetLogit);
    EXPECT_EQ(pixel[3], inside && !eroded ? TargetLogit : -TargetLogit);
    if (inside && x == 1 && y == 3)
    {
      EXPECT_EQ(pixel[0], 1.0F);
      EXPECT_EQ(pixel[1], 0.0F);
    }
  }
}

TEST(PenCoreCellsToFlows, TheLaterOfTwoOverlappingCellsIsVisible)
{
  const Mask below = MakeMask(20, 9, [](int x, int y) { return x < 12 && y > 0 && y < 8; });
  const Mask above = MakeMask(20, 9, [](int x, int y) { return x > 7 && x < 19 && y > 0 && y < 8; });
  const Mask visible = MakeMask(20, 9, [](int x, int y) { return x < 8 && y > 0 && y < 8; });
  const auto field = FieldOf({ CellOf(below), CellOf(above) }, 20, 9, 1);
  const auto apart = FieldOf({ CellOf(visible), CellOf(above) }, 20, 9, 1);
  EXPECT_EQ(field, apart);
  EXPECT_GT(field[4 * (4 * 20 + 9)], 0.9F);  // the later cell's left part flows right
  EXPECT_LT(field[4 * (4 * 20 + 7)], -0.9F); // the remainder of the earlier one flows left, to its own middle
  EXPECT_EQ(field[4 * (4 * 20 + 7) + 3], TargetLogit);
  // In two channels nothing is hidden.
  const auto layered = FieldOf({ CellOf(below, 0), CellOf(above, 1) }, 20, 9, 2);
  EXPECT_EQ(layered[4 * (4 * 20 + 9) + 2], TargetLogit);
  EXPECT_EQ(layered[4 * (180 + 4 * 20 + 9) + 2], TargetLogit);
}

TEST(PenCoreCellsToFlows, ResultDoesNotDependOnThreads)
{
  std::vector<Cell> cells;
  for (int i = 0; i < 30; ++i)
  {
    cells.push_back(
      CellOf(Ellipse(150, 120, 15 + 23 * (i % 6), 15 + 21 * (i / 6), 9 + i % 5, 6 + i % 7, 0.3 * i), i % 2));
  }
  CellsToFlowsParameters parameters;
  parameters.numberOfThreads = 1;
  const auto expected = FieldOf(cells, 150, 120, 2, parameters);
  for (const unsigned int threads : { 2u, 3u, 8u })
  {
    parameters.numberOfThreads = threads;
    EXPECT_EQ(FieldOf(cells, 150, 120, 2, parameters), expected) << threads;
  }
}

TEST(PenCoreCellsToFlows, RefusesCellsOutsideTheField)
{
  const Cell inside = CellOf(Ellipse(20, 20, 10, 10, 5, 5));
  EXPECT_THROW(FieldOf({ inside }, 12, 20, 1), itk::ExceptionObject);
  EXPECT_THROW(FieldOf({ inside }, 20, 12, 1), itk::ExceptionObject);
  Cell wrongChannel = inside;
  wrongChannel.channel = 1;
  EXPECT_THROW(FieldOf({ wrongChannel }, 20, 20, 1), itk::ExceptionObject);
  EXPECT_NO_THROW(FieldOf({ wrongChannel }, 20, 20, 2));
}

TEST(PenCoreCellsToFlows, AProgressThatThrowsEndsTheRun)
{
  CellsToFlowsParameters parameters;
  parameters.progress = [](float) { throw std::runtime_error("enough"); };
  EXPECT_THROW(FieldOf({ CellOf(Ellipse(20, 20, 10, 10, 5, 5)) }, 20, 20, 1, parameters), std::runtime_error);
}
