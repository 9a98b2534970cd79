// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreCellPasting.h"

#include "itkPenCoreOverlap.h"
#include "itkPenCoreThreads.h"
#include "itkTestReading.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace
{
using itk::TrainingSample;
using namespace itk::PenCore;

constexpr float Ground = 2.0f;

PixelRuns
RunsOf(const std::vector<std::uint8_t> & mask, int width)
{
  PixelRuns runs;
  for (int i = 0; i < static_cast<int>(mask.size()); ++i)
  {
    if (mask[i] != 0)
    {
      const bool continues =
        !runs.empty() && runs.back().y == i / width && runs.back().x + runs.back().length == i % width;
      continues ? static_cast<void>(++runs.back().length) : runs.push_back({ i % width, i / width, 1 });
    }
  }
  return runs;
}

// Ellipsoids of brightness 100 on a ground of 2; radii in um, so that voxels may be anisotropic.
TrainingSample
MakeEllipsoids(bool withLabels)
{
  TrainingSample sample;
  sample.width = 160;
  sample.height = 120;
  sample.slices = 16;
  sample.spacing = { { 0.5, 0.5, 2.0 } };
  sample.stack.assign(160 * 120 * 16, Ground);
  std::vector<std::uint32_t> labels(sample.stack.size(), 0);
  const double centres[2][3] = { { 20.0, 30.0, 12.0 }, { 60.0, 28.0, 18.0 } };
  const double radii[2][3] = { { 10.0, 5.0, 5.0 }, { 6.0, 6.0, 7.0 } };
  for (std::uint32_t cell = 0; cell < 2; ++cell)
  {
    sample.cells.emplace_back();
    sample.cells.back().depth = centres[cell][2] / 2.0;
    std::vector<std::uint8_t> mask(160 * 120, 0);
    for (int y = 0; y < 120; ++y)
    {
      for (int x = 0; x < 160; ++x)
      {
        for (int z = 0; z < 16; ++z)
        {
          const double dx = (x * 0.5 - centres[cell][0]) / radii[cell][0];
          const double dy = (y * 0.5 - centres[cell][1]) / radii[cell][1];
          const double dz = (z * 2.0 - centres[cell][2]) / radii[cell][2];
          if (dx * dx + dy * dy + dz * dz <= 1.0)
          {
            mask[y * 160 + x] = 1;
            labels[(z * 120 + y) * 160 + x] = cell + 1;
            sample.stack[(z * 120 + y) * 160 + x] = 100.0f;
          }
        }
      }
    }
    sample.cells.back().runs = RunsOf(mask, 160);
  }
  sample.labels3d = withLabels ? labels : std::vector<std::uint32_t>();
  return sample;
}

// The stack of test/data/mda231_stack with its ten cells.
TrainingSample
ReadRealStack()
{
  using Bytes = itk::Image<unsigned char, 3>;
  const Bytes::Pointer stack = ReadTestImage<Bytes>("mda231_stack/stack.nrrd");
  const Bytes::Pointer labels = ReadTestImage<Bytes>("mda231_stack/labels3d.nrrd");
  const auto size = stack->GetLargestPossibleRegion().GetSize();
  const std::size_t voxels = size[0] * size[1] * size[2];
  TrainingSample sample;
  sample.width = static_cast<unsigned int>(size[0]);
  sample.height = static_cast<unsigned int>(size[1]);
  sample.slices = static_cast<unsigned int>(size[2]);
  sample.spacing = { { 0.538, 0.538, 10.0 } };
  sample.stack.assign(stack->GetBufferPointer(), stack->GetBufferPointer() + voxels);
  const std::map<unsigned char, std::uint32_t> numbers{ { 2, 1 }, { 3, 2 },  { 4, 3 },  { 6, 4 },  { 7, 5 },
                                                        { 9, 6 }, { 11, 7 }, { 14, 8 }, { 17, 9 }, { 18, 10 } };
  const unsigned char * label = labels->GetBufferPointer();
  std::vector<std::vector<std::uint8_t>> masks(10, std::vector<std::uint8_t>(size[0] * size[1], 0));
  for (std::size_t i = 0; i < voxels; ++i)
  {
    sample.labels3d.push_back(label[i] == 0 ? 0 : numbers.at(label[i]));
    if (label[i] != 0)
    {
      masks[sample.labels3d.back() - 1][i % (size[0] * size[1])] = 1;
    }
  }
  for (const std::vector<std::uint8_t> & mask : masks)
  {
    sample.cells.emplace_back();
    sample.cells.back().runs = RunsOf(mask, static_cast<int>(size[0]));
  }
  return sample;
}

std::vector<std::uint8_t>
MaskOf(const Cell & cell, const TrainingSample & sample)
{
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(sample.width) * sample.height, 0);
  for (const PixelRun & run : cell.runs)
  {
    std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(run.y) * sample.width + run.x, run.length,
                std::uint8_t{ 1 });
  }
  return mask;
}

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

PasteCellsParameters
OneCell(const TrainingSample & sample)
{
  PasteCellsParameters parameters;
  parameters.width = 128;
  parameters.height = 128;
  parameters.slices = sample.slices;
  parameters.spacing = sample.spacing;
  parameters.numberOfCells = 1;
  parameters.backgroundLevel = Ground;
  return parameters;
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
      const double volume = i == 0 ? 4.0 / 3.0 * M_PI * 10 * 5 * 5 : 4.0 / 3.0 * M_PI * 6 * 6 * 7;
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

TEST(CellPasting, VolumeDepthAndIntensityFollowTheTransform)
{
  const TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = CutCells(sample);
  PasteCellsParameters parameters = OneCell(sample);
  parameters.slices = 30;
  parameters.spacing = { { 0.4, 0.6, 1.5 } };
  parameters.scale = { { 1.2, 1.2 } };
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
    const double ellipsoids[2] = { 4.0 / 3.0 * M_PI * 10 * 5 * 5, 4.0 / 3.0 * M_PI * 6 * 6 * 7 };
    const double nearest =
      std::abs(volume - ellipsoids[0]) < std::abs(volume - ellipsoids[1]) ? ellipsoids[0] : ellipsoids[1];
    EXPECT_NEAR(volume, nearest, 0.06 * nearest);
    EXPECT_NEAR(signal * 0.4 * 0.6 * 1.5, 49.0 * nearest * 1.2 * 1.2 * 1.2, 0.06 * 49.0 * nearest * 1.728);
  }
}

TEST(CellPasting, AStretchedCellIsLongerAndNarrower)
{
  // Along the direction by the factor, across it by 1 / sqrt: the area grows by sqrt, and so does the volume.
  const TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = { CutCells(sample)[1] }; // round in the plane
  PasteCellsParameters parameters = OneCell(sample);
  parameters.spacing = { { 0.4, 0.6, 2.0 } };
  parameters.scale = { { 1.0, 1.0 } };
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
    EXPECT_NEAR(area, M_PI * 36.0 * std::sqrt(2.0), 0.06 * M_PI * 36.0 * std::sqrt(2.0));
  }
}

TEST(CellPasting, GammaChangesTheIntensityButNotTheMask)
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

TEST(CellPasting, TextureVariesSmoothlyWithinTheCellAsMuchAsAsked)
{
  TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = { CutCells(sample)[0] };
  PasteCellsParameters parameters = OneCell(sample);
  parameters.spacing = sample.spacing;
  parameters.scale = { { 1.0, 1.0 } };
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
    EXPECT_NEAR(static_cast<double>(CountPixels(pasted.cells[0].runs)), M_PI * 50.0 / 0.25, 0.06 * M_PI * 50.0 / 0.25);
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
  EXPECT_LT(largestStep, 6.0 * 0.3 * std::sqrt(1.0 / 3.0) * 2.0 * M_PI / 8.0 * 0.5);
}

TEST(CellPasting, ABentCellIsCurvedAndCoversTheSameArea)
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
  parameters.scale = { { 1.0, 1.0 } };
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

TEST(CellPasting, MaskIsTheProjectionOfTheLabelsAndCoversTheIntensity)
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

TEST(CellPasting, OverlapReachesTheWish)
{
  const TrainingSample sample = ReadRealStack();
  const std::vector<CellCutout> library = CutCells(sample);
  PasteCellsParameters parameters = OneCell(sample);
  parameters.width = 1024;
  parameters.height = 1024;
  parameters.numberOfCells = 60;
  for (const double share : { 0.0, 0.368, 0.7 })
  {
    parameters.overlapShare = share;
    double iou = 0.0;
    for (parameters.seed = 0; parameters.seed < 4; ++parameters.seed)
    {
      const TrainingSample pasted = PasteCells(library, parameters);
      const OverlapStatistics statistics = MeasureOverlap(pasted.cells);
      EXPECT_GE(pasted.cells.size(), 50u);
      EXPECT_NEAR(statistics.share, share, 0.03);
      iou += statistics.meanIoU / 4.0;
    }
    EXPECT_NEAR(iou, share > 0.0 ? 0.127 : 0.0, 0.03);
  }
}

TEST(CellPasting, SmallStacksReachTheWishOnAverage)
{
  const TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = CutCells(sample);
  PasteCellsParameters parameters = OneCell(sample);
  parameters.numberOfCells = 8;
  double overlapping = 0.0;
  double cells = 0.0;
  for (parameters.seed = 0; parameters.seed < 200; ++parameters.seed)
  {
    const TrainingSample pasted = PasteCells(library, parameters);
    cells += static_cast<double>(pasted.cells.size());
    overlapping += MeasureOverlap(pasted.cells).share * static_cast<double>(pasted.cells.size());
  }
  EXPECT_NEAR(overlapping / cells, 0.368, 0.03);
}

TEST(CellPasting, StackedCellsLieOverEachOtherAtTheWishedDistance)
{
  const TrainingSample sample = MakeEllipsoids(true);
  PasteCellsParameters parameters = OneCell(sample);
  parameters.slices = 40;
  parameters.overlapShare = 1.0;
  parameters.stackedShare = 1.0;
  parameters.stackedDistance = { { 16.0, 20.0 } };
  std::size_t pairs = 0;
  parameters.numberOfCells = 2;
  for (parameters.seed = 0; parameters.seed < 20; ++parameters.seed)
  {
    const TrainingSample pasted = PasteCells(CutCells(sample), parameters);
    if (pasted.cells.size() == 2 && MeasureOverlap(pasted.cells).share == 1.0)
    {
      const double um = 2.0 * std::abs(pasted.cells[0].depth - pasted.cells[1].depth);
      EXPECT_GE(um, 16.0 - 1e-9);
      EXPECT_LE(um, 20.0 + 1e-9);
      ++pairs;
    }
  }
  EXPECT_GE(pairs, 10u);
}

TEST(CellPasting, NoTwoCellsShareMoreVoxelsThanAllowed)
{
  const TrainingSample sample = MakeEllipsoids(true);
  PasteCellsParameters parameters = OneCell(sample);
  parameters.numberOfCells = 12;
  parameters.overlapShare = 0.9;
  parameters.meanOverlapIoU = 0.4;
  parameters.maximumSharedVoxels = 0.0;
  for (parameters.seed = 0; parameters.seed < 10; ++parameters.seed)
  {
    const TrainingSample pasted = PasteCells(CutCells(sample), parameters);
    // Nothing shared: every voxel that a cell claimed at its own pasting is still its own, so each mask is projected.
    for (std::size_t cell = 0; cell < pasted.cells.size(); ++cell)
    {
      const std::vector<std::uint8_t> mask = MaskOf(pasted.cells[cell], pasted);
      std::vector<std::uint8_t> projection(mask.size(), 0);
      for (std::size_t i = 0; i < pasted.labels3d.size(); ++i)
      {
        projection[i % mask.size()] |= pasted.labels3d[i] == cell + 1 ? 1 : 0;
      }
      EXPECT_EQ(projection, mask);
    }
  }
}

TEST(CellPasting, SeedDecidesAloneAndBackgroundStays)
{
  const TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = CutCells(sample);
  PasteCellsParameters parameters = OneCell(sample);
  parameters.numberOfCells = 6;
  parameters.backgroundNoise = 0.5f;
  std::vector<TrainingSample> parallel(8);
  ParallelFor(8, 1,
              [&](std::size_t begin, std::size_t end)
              {
                for (std::size_t i = begin; i < end; ++i)
                {
                  PasteCellsParameters own = parameters;
                  own.seed = i;
                  parallel[i] = PasteCells(library, own);
                }
              });
  for (parameters.seed = 0; parameters.seed < 8; ++parameters.seed)
  {
    EXPECT_EQ(PasteCells(library, parameters).stack, parallel[parameters.seed].stack);
  }
  EXPECT_NE(parallel[0].stack, parallel[1].stack);

  parameters.width = sample.width;
  parameters.height = sample.height;
  const TrainingSample onto = PasteCells(library, parameters, &sample);
  ASSERT_GE(onto.cells.size(), 3u);
  for (std::size_t i = 0; i < sample.stack.size(); ++i)
  {
    EXPECT_GE(onto.stack[i], sample.stack[i]);
  }
  EXPECT_EQ(onto.cells[1].runs, sample.cells[1].runs);
}

TEST(CellPasting, ImpossibleWishesAreErrors)
{
  const TrainingSample sample = MakeEllipsoids(true);
  const std::vector<CellCutout> library = CutCells(sample);
  PasteCellsParameters parameters = OneCell(sample);
  EXPECT_THROW(PasteCells({}, parameters), std::invalid_argument);
  EXPECT_THROW(PasteCells(library, parameters, &sample), std::invalid_argument) << "another size";
  parameters.overlapShare = 1.5;
  EXPECT_THROW(PasteCells(library, parameters), std::invalid_argument);
  parameters.overlapShare = 0.5;
  parameters.scale = { { 0.0, 1.0 } };
  EXPECT_THROW(PasteCells(library, parameters), std::invalid_argument);
  parameters.scale = { { 1.0, 1.0 } };
  parameters.stretch = { { 2.0, 1.0 } };
  EXPECT_THROW(PasteCells(library, parameters), std::invalid_argument);
  parameters.stretch = { { 1.0, 1.0 } };
  parameters.bend = 1.5;
  EXPECT_THROW(PasteCells(library, parameters), std::invalid_argument);
  parameters.bend = 0.0;
  parameters.texture = -0.1;
  EXPECT_THROW(PasteCells(library, parameters), std::invalid_argument);
  parameters.texture = 0.0;
  parameters.gamma = { { 0.0, 1.0 } };
  EXPECT_THROW(PasteCells(library, parameters), std::invalid_argument);
}
