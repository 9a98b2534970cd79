// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Cells/PixelRuns.h"
#include "ProjectionEnhancement/Cells/Polygon.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using itk::PenCore::OutlineMask;
using itk::PenCore::PixelRuns;
using itk::PenCore::Polygon;
using itk::PenCore::RasterizePolygon;

namespace
{
// A picture of a mask, rows from the top.
std::vector<std::string>
Draw(const PixelRuns & runs, int width, int height)
{
  std::vector<std::string> rows(static_cast<std::size_t>(height), std::string(static_cast<std::size_t>(width), '.'));
  for (const itk::PenCore::PixelRun & run : runs)
  {
    for (int x = run.x; x < run.x + run.length; ++x)
    {
      EXPECT_EQ(rows.at(static_cast<std::size_t>(run.y)).at(static_cast<std::size_t>(x)), '.');
      rows[static_cast<std::size_t>(run.y)][static_cast<std::size_t>(x)] = '#';
    }
  }
  return rows;
}

PixelRuns
RunsOf(const std::vector<std::string> & rows)
{
  PixelRuns runs;
  for (int y = 0; y < static_cast<int>(rows.size()); ++y)
  {
    for (int x = 0; x < static_cast<int>(rows[static_cast<std::size_t>(y)].size()); ++x)
    {
      if (rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] == '#')
      {
        itk::PenCore::AppendPixel(runs, x, y);
      }
    }
  }
  return runs;
}

using Rows = std::vector<std::string>;
} // namespace

TEST(PenCorePolygon, OutlineBelongsToThePolygon)
{
  const Polygon square{ { 1, 3, 3, 1 }, { 1, 1, 3, 3 } };
  EXPECT_EQ(Draw(RasterizePolygon(square, 5, 5), 5, 5), (Rows{ ".....", ".###.", ".###.", ".###.", "....." }));
  const Polygon triangle{ { 0, 4, 0 }, { 0, 0, 4 } };
  EXPECT_EQ(Draw(RasterizePolygon(triangle, 5, 5), 5, 5), (Rows{ "#####", "####.", "###..", "##...", "#...." }));
}

TEST(PenCorePolygon, VertexThatOnlyTouchesARowBelongsToThePolygon)
{
  const Polygon diamond{ { 2, 4, 2, 0 }, { 0, 2, 4, 2 } };
  EXPECT_EQ(Draw(RasterizePolygon(diamond, 5, 5), 5, 5), (Rows{ "..#..", ".###.", "#####", ".###.", "..#.." }));
}

TEST(PenCorePolygon, CentresBetweenTheVerticesCount)
{
  const Polygon square{ { 0.5, 2.5, 2.5, 0.5 }, { 0.5, 0.5, 2.5, 2.5 } };
  EXPECT_EQ(Draw(RasterizePolygon(square, 4, 4), 4, 4), (Rows{ "....", ".##.", ".##.", "...." }));
  const Polygon sliver{ { 0.2, 0.8, 0.8, 0.2 }, { 0.0, 0.0, 3.0, 3.0 } };
  EXPECT_TRUE(RasterizePolygon(sliver, 4, 4).empty());
}

TEST(PenCorePolygon, DirectionAndAClosingVertexMakeNoDifference)
{
  const Polygon forth{ { 0, 4, 0 }, { 0, 0, 4 } };
  const Polygon back{ { 0, 4, 0, 0 }, { 4, 0, 0, 4 } };
  EXPECT_EQ(RasterizePolygon(forth, 5, 5), RasterizePolygon(back, 5, 5));
}

TEST(PenCorePolygon, WhatIsCoveredTwiceIsOutside)
{
  // Two squares of one outline, the inner one a hole whose edge belongs to the polygon.
  const Polygon ring{ { 0, 6, 6, 0, 0, 2, 4, 4, 2, 2, 0 }, { 0, 0, 6, 6, 0, 2, 2, 4, 4, 2, 0 } };
  EXPECT_EQ(Draw(RasterizePolygon(ring, 7, 7), 7, 7),
            (Rows{ "#######", "#######", "#######", "###.###", "#######", "#######", "#######" }));
}

TEST(PenCorePolygon, VerticesOutsideTheImageAreCutOff)
{
  const Polygon large{ { -1e12, 1e12, 1e12, -1e12 }, { -1e12, -1e12, 1e12, 1e12 } };
  EXPECT_EQ(itk::PenCore::CountPixels(RasterizePolygon(large, 7, 5)), 35u);
  const Polygon corner{ { -2, 1, 1, -2 }, { -2, -2, 1, 1 } };
  EXPECT_EQ(Draw(RasterizePolygon(corner, 4, 4), 4, 4), (Rows{ "##..", "##..", "....", "...." }));
  const Polygon outside{ { 10, 12, 12 }, { 0, 0, 2 } };
  EXPECT_TRUE(RasterizePolygon(outside, 4, 4).empty());
}

TEST(PenCorePolygon, WrongPolygonsAreRefused)
{
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(RasterizePolygon({ {}, {} }, 4, 4), std::invalid_argument);
  EXPECT_THROW(RasterizePolygon({ { 0, 1 }, { 0, 1 } }, 4, 4), std::invalid_argument);
  EXPECT_THROW(RasterizePolygon({ { 0, 1, 2 }, { 0, 1 } }, 4, 4), std::invalid_argument);
  EXPECT_THROW(RasterizePolygon({ { 0, nan, 2 }, { 0, 1, 2 } }, 4, 4), std::invalid_argument);
  EXPECT_THROW(RasterizePolygon({ { 0, 1, 2 }, { 0, HUGE_VAL, 2 } }, 4, 4), std::invalid_argument);
}

TEST(PenCorePolygon, AgreesWithCountingCrossingsPixelByPixel)
{
  itk::PenCore::Random random(7);
  constexpr int side = 40;
  for (int trial = 0; trial < 50; ++trial)
  {
    Polygon polygon;
    for (int i = 0; i < 12; ++i)
    {
      polygon.x.push_back(random.Uniform() * 60.0 - 10.0);
      polygon.y.push_back(random.Uniform() * 60.0 - 10.0);
    }
    const Rows rows = Draw(RasterizePolygon(polygon, side, side), side, side);
    for (int y = 0; y < side; ++y)
    {
      for (int x = 0; x < side; ++x)
      {
        bool inside = false;
        for (std::size_t i = 0, j = 11; i < 12; j = i++)
        {
          const bool spans = (polygon.y[i] > y) != (polygon.y[j] > y);
          const double at = (polygon.x[j] - polygon.x[i]) * (y - polygon.y[i]) / (polygon.y[j] - polygon.y[i]);
          inside = (spans && x < at + polygon.x[i]) ? !inside : inside;
        }
        ASSERT_EQ(rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)], inside ? '#' : '.')
          << trial << ": " << x << ", " << y;
      }
    }
  }
}

TEST(PenCorePolygon, OutlineOfASinglePixelIsItsSquare)
{
  const Polygon polygon = OutlineMask({ { 3, 2, 1 } });
  EXPECT_DOUBLE_EQ(itk::PenCore::PolygonArea(polygon), 1.0);
  for (std::size_t i = 0; i < polygon.x.size(); ++i)
  {
    EXPECT_DOUBLE_EQ(std::abs(polygon.x[i] - 3.0), 0.5);
    EXPECT_DOUBLE_EQ(std::abs(polygon.y[i] - 2.0), 0.5);
  }
  EXPECT_TRUE(OutlineMask({}).x.empty());
}

TEST(PenCorePolygon, OutlinesGiveTheirMasksBack)
{
  for (const Rows & rows : { Rows{ "###", "#.#", "###" }, Rows{ "#..#", ".##.", ".##.", "#..#" },
                             Rows{ "##...", "##...", ".....", "...##", "...##" },
                             Rows{ "#######", "#.....#", "#.###.#", "#.#.#.#", "#.###.#", "#.....#", "#######" } })
  {
    const PixelRuns runs = RunsOf(rows);
    const Polygon polygon = OutlineMask(runs);
    EXPECT_DOUBLE_EQ(itk::PenCore::PolygonArea(polygon), static_cast<double>(itk::PenCore::CountPixels(runs)));
    EXPECT_EQ(RasterizePolygon(polygon, 20, 20), runs) << rows.front();
  }
}

TEST(PenCorePolygon, OutlinesOfRandomMasksGiveThemBack)
{
  itk::PenCore::Random random(11);
  for (int trial = 0; trial < 100; ++trial)
  {
    Rows rows(17, std::string(23, '.'));
    const double share = 0.1 + 0.8 * random.Uniform();
    for (std::string & row : rows)
    {
      for (char & pixel : row)
      {
        pixel = random.Uniform() < share ? '#' : '.';
      }
    }
    const PixelRuns runs = RunsOf(rows);
    if (runs.empty())
    {
      continue;
    }
    const Polygon polygon = OutlineMask(runs);
    EXPECT_EQ(RasterizePolygon(polygon, 23, 17), runs) << trial;
    EXPECT_DOUBLE_EQ(itk::PenCore::PolygonArea(polygon), static_cast<double>(itk::PenCore::CountPixels(runs)));
  }
}
