// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/PixelRuns.h"
#include "ProjectionEnhancement/Metrics/Boundary.h"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

using namespace itk::PenCore;

namespace
{
constexpr int Width = 32;
constexpr int Height = 24;

using Picture = std::vector<char>;

PixelRuns
RunsOf(const Picture & picture)
{
  return itk::PenCore::RunsOfMask(picture.data(), Width, Height);
}

bool
IsInside(const Picture & picture, int x, int y)
{
  return x >= 0 && x < Width && y >= 0 && y < Height && picture[y * Width + x] != 0;
}

// Straight from the definition: a pixel of the mask with one of its 8 neighbours outside.
Picture
BoundaryByDefinition(const Picture & picture)
{
  Picture boundary(picture.size(), 0);
  for (int y = 0; y < Height; ++y)
  {
    for (int x = 0; x < Width; ++x)
    {
      bool isInterior = true;
      for (int dy = -1; dy <= 1; ++dy)
      {
        for (int dx = -1; dx <= 1; ++dx)
        {
          isInterior = isInterior && IsInside(picture, x + dx, y + dy);
        }
      }
      boundary[y * Width + x] = picture[y * Width + x] && !isInterior ? 1 : 0;
    }
  }
  return boundary;
}

Picture
RandomPicture(unsigned int seed)
{
  std::mt19937 generator(seed);
  Picture picture(Width * Height, 0);
  for (int blob = 0; blob < 8; ++blob)
  {
    const int x0 = static_cast<int>(generator() % Width);
    const int y0 = static_cast<int>(generator() % Height);
    const int radius = 1 + static_cast<int>(generator() % 6);
    for (int y = 0; y < Height; ++y)
    {
      for (int x = 0; x < Width; ++x)
      {
        if ((x - x0) * (x - x0) + (y - y0) * (y - y0) <= radius * radius)
        {
          picture[y * Width + x] = blob % 4 == 3 ? 0 : 1;
        }
      }
    }
  }
  return picture;
}

std::uint64_t
CountNearByDefinition(const Picture & boundary, const Picture & other, double tolerance)
{
  std::uint64_t count = 0;
  for (int y = 0; y < Height; ++y)
  {
    for (int x = 0; x < Width; ++x)
    {
      bool isNear = false;
      for (int v = 0; v < Height; ++v)
      {
        for (int u = 0; u < Width; ++u)
        {
          isNear = isNear || (other[v * Width + u] && (u - x) * (u - x) + (v - y) * (v - y) <= tolerance * tolerance);
        }
      }
      count += boundary[y * Width + x] && isNear ? 1 : 0;
    }
  }
  return count;
}
} // namespace

TEST(PenCoreBoundary, BoundaryOfAThreeByThreeSquareIsAllButItsCentre)
{
  const PixelRuns expected{ { 4, 7, 3 }, { 4, 8, 1 }, { 6, 8, 1 }, { 4, 9, 3 } };
  EXPECT_EQ(MaskBoundary({ { 4, 7, 3 }, { 4, 8, 3 }, { 4, 9, 3 } }), expected);
}

TEST(PenCoreBoundary, ThinMaskIsAllBoundary)
{
  const PixelRuns line{ { 0, 3, 20 }, { 0, 4, 20 } };
  EXPECT_EQ(MaskBoundary(line), line);
  EXPECT_TRUE(MaskBoundary({}).empty());
}

TEST(PenCoreBoundary, IsTheMaskMinusItsErosion)
{
  for (unsigned int seed = 0; seed < 20; ++seed)
  {
    const Picture picture = RandomPicture(seed);
    EXPECT_EQ(MaskBoundary(RunsOf(picture)), RunsOf(BoundaryByDefinition(picture)));
  }
}

TEST(PenCoreBoundary, ShiftedSquareAgreesWithinTheShift)
{
  std::vector<PixelRuns> truth(1);
  std::vector<PixelRuns> prediction(1);
  for (int y = 0; y < 10; ++y)
  {
    truth[0].push_back({ 0, y, 10 });
    prediction[0].push_back({ 2, y, 10 });
  }
  // Of the 36 boundary pixels, those on the 8 shared columns of the top and bottom rows coincide.
  const BoundaryCounts exact = CompareBoundaries(MasksOf(truth), MasksOf(prediction), 0.0);
  EXPECT_EQ(exact.truthPixels, 36u);
  EXPECT_EQ(exact.truthPixelsFound, 16u);
  EXPECT_EQ(exact.predictionPixelsRight, 16u);
  const BoundaryCounts within = CompareBoundaries(MasksOf(truth), MasksOf(prediction), 2.0);
  EXPECT_EQ(within.truthPixelsFound, 36u);
  EXPECT_EQ(within.predictionPixelsRight, 36u);
}

TEST(PenCoreBoundary, AgreesWithTheDefinitionForAnyNumberOfThreads)
{
  for (unsigned int seed = 0; seed < 6; ++seed)
  {
    const Picture first = RandomPicture(seed);
    const Picture second = RandomPicture(seed + 100);
    const std::vector<PixelRuns> truth{ RunsOf(first) };
    const std::vector<PixelRuns> prediction{ RunsOf(second) };
    for (const double tolerance : { 0.0, 1.0, 1.5, 3.0 })
    {
      const std::uint64_t found =
        CountNearByDefinition(BoundaryByDefinition(first), BoundaryByDefinition(second), tolerance);
      const std::uint64_t right =
        CountNearByDefinition(BoundaryByDefinition(second), BoundaryByDefinition(first), tolerance);
      for (const unsigned int threads : { 1u, 2u, 8u })
      {
        const BoundaryCounts counts = CompareBoundaries(MasksOf(truth), MasksOf(prediction), tolerance, threads);
        EXPECT_EQ(counts.truthPixelsFound, found);
        EXPECT_EQ(counts.predictionPixelsRight, right);
      }
    }
  }
}

TEST(PenCoreBoundary, RefusesANegativeTolerance)
{
  EXPECT_THROW(CompareBoundaries({}, {}, -1.0), std::invalid_argument);
}
