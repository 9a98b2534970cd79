// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// A cell that is cut out and pasted alone: what becomes of its shape, depth and intensity.

#include "Augmentation/TestCells.h"
#include "itkMath.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

namespace
{
using namespace PenTest;
using namespace itk::PenCore;
using itk::TrainingSample;

// The share of what lies above the ground that a lone cell's mask covers.
double
CoveredShare(const TrainingSample & sample)
{
  const std::vector<std::uint8_t> mask = MaskOf(sample.cells.at(0), sample);
  double inside = 0.0;
  double all = 0.0;
  for (std::size_t i = 0; i < sample.stack.size(); ++i)
  {
    const double signal = sample.stack[i] - Ground;
    all += signal;
    inside += mask[i % mask.size()] != 0 ? signal : 0.0;
  }
  return inside / all;
}
} // namespace

TEST(CellCutouts, HoldTheCellsOwnVoxelsAboveTheGround)
{
  for (const bool withLabels : { true, false })
  {
    const TrainingSample sample = MakeEllipsoids(withLabels);
    const std::vector<CellCutout> cells = CutCells(sample);
    ASSERT_EQ(cells.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i)
    {
      const double volume = EllipsoidVolume(i);
      EXPECT_NEAR(static_cast<double>(cells[i].supportSize) * 0.5, volume, 0.04 * volume);
      EXPECT_EQ(cells[i].maskSize, CountPixels(sample.cells[i].runs));
      double sum = 0.0;
      for (const float value : cells[i].intensity)
      {
        sum += value;
      }
      EXPECT_NEAR(sum, 98.0 * static_cast<double>(cells[i].supportSize), 1.0);
    }
  }
}

TEST(CellStamp, VolumeDepthAndIntensityFollowTheTransform)
{
  const TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = CutCells(sample);
  PasteCellsParameters parameters = OneCell(sample);
  parameters.slices = 30;
  parameters.spacing = { { 0.4, 0.6, 1.5 } };
  parameters.cellScale = { { 1.2, 1.2 } };
  parameters.brightness = { { 0.5, 0.5 } };
  parameters.smallestVisibleShare = 1.0;
  for (parameters.seed = 0; parameters.seed < 10; ++parameters.seed)
  {
    const TrainingSample pasted = PasteCells(library, parameters);
    ASSERT_EQ(pasted.cells.size(), 1u);
    double voxels = 0.0;
    double depth = 0.0;
    double signal = 0.0;
    for (std::size_t i = 0; i < pasted.stack.size(); ++i)
    {
      voxels += pasted.labels3d[i];
      depth += pasted.labels3d[i] * static_cast<double>(i / (128 * 128));
      signal += pasted.stack[i] - Ground;
    }
    EXPECT_NEAR(pasted.cells[0].depth, depth / voxels, 0.2);
    const double volume = voxels * 0.4 * 0.6 * 1.5 / (1.2 * 1.2 * 1.2);
    const double ellipsoids[2] = { EllipsoidVolume(0), EllipsoidVolume(1) };
    const double nearest =
      std::abs(volume - ellipsoids[0]) < std::abs(volume - ellipsoids[1]) ? ellipsoids[0] : ellipsoids[1];
    EXPECT_NEAR(volume, nearest, 0.06 * nearest);
    EXPECT_NEAR(signal * 0.4 * 0.6 * 1.5, 49.0 * nearest * 1.2 * 1.2 * 1.2, 0.06 * 49.0 * nearest * 1.728);
  }
}

TEST(CellStamp, AStretchedCellIsLongerAndNarrower)
{
  // Along the direction by the factor, across it by 1 / sqrt: the area grows by sqrt, and so does the volume.
  const TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = { CutCells(sample)[1] }; // round in the plane
  PasteCellsParameters parameters = OneCell(sample);
  parameters.spacing = { { 0.4, 0.6, 2.0 } };
  parameters.cellScale = { { 1.0, 1.0 } };
  parameters.stretch = { { 2.0, 2.0 } };
  parameters.smallestVisibleShare = 1.0;
  for (parameters.seed = 0; parameters.seed < 10; ++parameters.seed)
  {
    const TrainingSample pasted = PasteCells(library, parameters);
    ASSERT_EQ(pasted.cells.size(), 1u);
    // An ellipse of half axes a and b has second moments a a / 4 and b b / 4.
    double n = 0.0;
    double sums[5] = { 0.0, 0.0, 0.0, 0.0, 0.0 };
    const std::vector<std::uint8_t> mask = MaskOf(pasted.cells[0], pasted);
    for (std::size_t i = 0; i < mask.size(); ++i)
    {
      const double x = 0.4 * static_cast<double>(i % 128);
      const double y = 0.6 * static_cast<double>(i / 128);
      n += mask[i];
      const double terms[5] = { x, y, x * x, x * y, y * y };
      for (int term = 0; term < 5; ++term)
      {
        sums[term] += mask[i] * terms[term];
      }
    }
    const double xx = sums[2] / n - sums[0] * sums[0] / n / n;
    const double xy = sums[3] / n - sums[0] * sums[1] / n / n;
    const double yy = sums[4] / n - sums[1] * sums[1] / n / n;
    const double middle = 0.5 * (xx + yy);
    const double half = std::hypot(0.5 * (xx - yy), xy);
    EXPECT_NEAR(2.0 * std::sqrt(middle + half), 12.0, 0.6);
    EXPECT_NEAR(2.0 * std::sqrt(middle - half), 6.0 / std::sqrt(2.0), 0.3);
    const double area = n * 0.4 * 0.6;
    EXPECT_NEAR(area, itk::Math::pi * 36.0 * std::sqrt(2.0), 0.06 * itk::Math::pi * 36.0 * std::sqrt(2.0));
  }
}

TEST(CellStamp, GammaChangesTheIntensityButNotTheMask)
{
  const TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = { CutCells(sample)[1] };
  PasteCellsParameters parameters = OneCell(sample);
  parameters.brightness = { { 0.5, 0.5 } };
  parameters.smallestVisibleShare = 1.0;
  // From the brightest voxel down, above the ground: places differ, for another number is drawn.
  const auto paste = [&](double gamma)
  {
    parameters.gamma = { { gamma, gamma } };
    TrainingSample pasted = PasteCells(library, parameters);
    EXPECT_EQ(pasted.cells.size(), 1u);
    std::sort(pasted.stack.begin(), pasted.stack.end(), std::greater<float>());
    return std::make_pair(pasted.stack, CountPixels(pasted.cells[0].runs));
  };
  for (parameters.seed = 0; parameters.seed < 5; ++parameters.seed)
  {
    const auto plain = paste(1.0);
    for (const double gamma : { 0.6, 2.0 })
    {
      const auto curved = paste(gamma);
      EXPECT_EQ(curved.second, plain.second);
      for (std::size_t i = 0; i < 2 * plain.second; ++i)
      {
        const double share = (plain.first[i] - Ground) / 49.0; // brightest: 98 above the ground, halved
        const double expected =
          Ground + 49.0 * (std::pow(0.1 + 0.9 * share, gamma) - std::pow(0.1, gamma)) / (1.0 - std::pow(0.1, gamma));
        ASSERT_NEAR(curved.first[i], expected, 1e-3) << gamma << " " << i;
      }
    }
  }
}

TEST(CellStamp, TextureVariesSmoothlyWithinTheCellAsMuchAsAsked)
{
  TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = { CutCells(sample)[0] };
  PasteCellsParameters parameters = OneCell(sample);
  parameters.spacing = sample.spacing;
  parameters.cellScale = { { 1.0, 1.0 } };
  parameters.brightness = { { 1.0, 1.0 } };
  parameters.smallestVisibleShare = 1.0;
  parameters.texture = 0.3;
  double n = 0.0;
  double sum = 0.0;
  double squares = 0.0;
  double largestStep = 0.0;
  for (parameters.seed = 0; parameters.seed < 200; ++parameters.seed)
  {
    const TrainingSample pasted = PasteCells(library, parameters);
    ASSERT_EQ(pasted.cells.size(), 1u);
    EXPECT_NEAR(static_cast<double>(CountPixels(pasted.cells[0].runs)), itk::Math::pi * 50.0 / 0.25,
                0.06 * itk::Math::pi * 50.0 / 0.25);
    // Voxels well inside, where the cell had one intensity: the middle slice, 2 um and more within the mask.
    const std::vector<std::uint8_t> mask = MaskOf(pasted.cells[0], pasted);
    const auto slice = static_cast<std::size_t>(std::lround(pasted.cells[0].depth));
    const auto isMask = [&](std::size_t x, std::size_t y)
    { return x < pasted.width && y < pasted.height && mask[y * pasted.width + x] != 0; };
    const auto isInside = [&](std::size_t pixel)
    {
      const std::size_t x = pixel % pasted.width;
      const std::size_t y = pixel / pasted.width;
      bool inside = true;
      for (std::size_t d = 0; d <= 4; ++d)
      {
        // What lies beyond the first column or row is no small number.
        inside = inside && isMask(x - d, y) && isMask(x + d, y) && isMask(x, y - d) && isMask(x, y + d);
      }
      return inside;
    };
    const auto logarithm = [&](std::size_t pixel)
    { return std::log((pasted.stack[slice * mask.size() + pixel] - Ground) / 98.0); };
    for (std::size_t pixel = 0; pixel < mask.size(); ++pixel)
    {
      if (isInside(pixel))
      {
        const double value = logarithm(pixel);
        n += 1.0;
        sum += value;
        squares += value * value;
        largestStep = isInside(pixel + 1) ? std::max(largestStep, std::abs(logarithm(pixel + 1) - value)) : largestStep;
      }
    }
  }
  ASSERT_GT(n, 10000.0);
  EXPECT_NEAR(sum / n, 0.0, 0.05);
  EXPECT_NEAR(std::sqrt(squares / n - sum * sum / n / n), 0.3, 0.04);
  // Six waves of amplitude 0.3 sqrt(1 / 3), none shorter than 8 um, on pixels of 0.5 um.
  EXPECT_LT(largestStep, 6.0 * 0.3 * std::sqrt(1.0 / 3.0) * 2.0 * itk::Math::pi / 8.0 * 0.5);
}

TEST(CellStamp, ABentCellIsCurvedAndCoversTheSameArea)
{
  // A bar of 80 x 6 um, one slice of it bright.
  TrainingSample sample;
  sample.width = 120;
  sample.height = 40;
  sample.slices = 4;
  sample.spacing = { { 1.0, 1.0, 5.0 } };
  sample.stack.assign(120 * 40 * 4, Ground);
  sample.labels3d.assign(sample.stack.size(), 0);
  sample.cells.emplace_back();
  for (int y = 17; y < 23; ++y)
  {
    sample.cells[0].runs.push_back({ 20, y, 80 });
    std::fill_n(sample.stack.begin() + (40 + y) * 120 + 20, 80, 100.0f);
    std::fill_n(sample.labels3d.begin() + (40 + y) * 120 + 20, 80, 1u);
  }
  const std::vector<CellCutout> library = CutCells(sample);
  PasteCellsParameters parameters = OneCell(sample);
  parameters.cellScale = { { 1.0, 1.0 } };
  parameters.smallestVisibleShare = 1.0;
  // The longest distance of a pixel of the mask from the straight line through its farthest ends.
  const auto sagitta = [&](double bend)
  {
    parameters.bend = bend;
    const TrainingSample pasted = PasteCells(library, parameters);
    EXPECT_EQ(pasted.cells.size(), 1u);
    std::vector<std::array<double, 2>> points;
    for (const PixelRun & run : pasted.cells[0].runs)
    {
      points.push_back({ { static_cast<double>(run.x), static_cast<double>(run.y) } });
      points.push_back({ { run.x + run.length - 1.0, static_cast<double>(run.y) } });
    }
    std::array<std::array<double, 2>, 2> ends{};
    double longest = 0.0;
    for (const auto & a : points)
    {
      for (const auto & b : points)
      {
        const double length = std::hypot(a[0] - b[0], a[1] - b[1]);
        if (length > longest)
        {
          longest = length;
          ends = { { a, b } };
        }
      }
    }
    double farthest = 0.0;
    for (const auto & p : points)
    {
      const double cross =
        (ends[1][0] - ends[0][0]) * (p[1] - ends[0][1]) - (ends[1][1] - ends[0][1]) * (p[0] - ends[0][0]);
      farthest = std::max(farthest, std::abs(cross) / longest);
    }
    EXPECT_NEAR(static_cast<double>(CountPixels(pasted.cells[0].runs)), 480.0, 0.06 * 480.0) << bend;
    return farthest;
  };
  double straight = 0.0;
  double bent = 0.0;
  for (parameters.seed = 0; parameters.seed < 60; ++parameters.seed)
  {
    straight = std::max(straight, sagitta(0.0));
    bent = std::max(bent, sagitta(1.0));
  }
  EXPECT_LT(straight, 8.0); // the bar's width, and a pixel at either side
  EXPECT_GT(bent, 12.0);
}

TEST(CellStamp, MaskIsTheProjectionOfTheLabelsAndCoversTheIntensity)
{
  const TrainingSample real = ReadRealStack();
  for (const TrainingSample & sample : { MakeEllipsoids(true), MakeEllipsoids(false), real })
  {
    const std::vector<CellCutout> library = CutCells(sample);
    PasteCellsParameters parameters = OneCell(sample);
    double worst = 1.0;
    for (parameters.seed = 0; parameters.seed < 40; ++parameters.seed)
    {
      const TrainingSample pasted = PasteCells(library, parameters);
      ASSERT_EQ(pasted.cells.size(), 1u);
      worst = std::min(worst, CoveredShare(pasted));
      const std::vector<std::uint8_t> mask = MaskOf(pasted.cells[0], pasted);
      std::vector<std::uint8_t> projection(mask.size(), 0);
      for (std::size_t i = 0; i < pasted.labels3d.size(); ++i)
      {
        projection[i % mask.size()] |= pasted.labels3d[i] != 0 ? 1 : 0;
      }
      EXPECT_EQ(projection, mask);
    }
    EXPECT_GE(worst, 0.95);
  }
}
