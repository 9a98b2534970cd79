// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Flows/FlowsToCells.h"

#include "Cells/TestMasks.h"
#include "Flows/TestFlowField.h"

#include "itkMacro.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

using namespace PenTest;
using itk::PenCore::Cell;
using itk::PenCore::CountPixels;
using itk::PenCore::FlowFieldToCells;
using itk::PenCore::FlowsToCellsParameters;
using itk::PenCore::PixelRuns;

namespace
{
FlowsToCellsParameters
Pen()
{
  return FlowsToCellsParameters::Published(FlowsToCellsParameters::Method::Pen);
}

std::vector<PixelRuns>
MasksOf(const std::vector<Cell> & cells)
{
  std::vector<PixelRuns> masks;
  for (const Cell & cell : cells)
  {
    masks.push_back(cell.runs);
  }
  return masks;
}

/** To the bit. */
void
ExpectSameCells(const std::vector<Cell> & cells, const std::vector<Cell> & expected)
{
  ASSERT_EQ(cells.size(), expected.size());
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    ASSERT_EQ(cells[i].runs, expected[i].runs) << i;
    ASSERT_EQ(cells[i].channel, expected[i].channel) << i;
    ASSERT_EQ(cells[i].score, expected[i].score) << i;
    ASSERT_EQ(cells[i].flowError, expected[i].flowError) << i;
  }
}

/** Sixteen ellipses of many shapes, 20 to 30 pixels long. */
std::vector<Cell>
ManyCells()
{
  std::vector<Cell> cells;
  for (int i = 0; i < 16; ++i)
  {
    cells.push_back(CellOf(Ellipse(160, 150, 20 + 40 * (i % 4), 19 + 37 * (i / 4), 10 + i % 6, 8 + i % 5, 0.4 * i)));
  }
  return cells;
}

Field
NoisyField(unsigned int seed = 7, float flowNoise = 0.25F)
{
  Field field(ManyCells(), 160, 150);
  std::mt19937 generator(seed);
  const auto noise = [&] { return static_cast<float>(generator() % 20001) / 10000.0F - 1.0F; };
  for (std::size_t i = 0; i < field.values.size(); i += 4)
  {
    field.values[i] += 1.7F * flowNoise * noise();
    field.values[i + 1] += 1.7F * flowNoise * noise();
    field.values[i + 2] = 0.5F * field.values[i + 2] + 3.0F * noise();
  }
  return field;
}

std::vector<int>
LabelImage(const std::vector<Cell> & cells, int width, int height)
{
  std::vector<int> labels(static_cast<std::size_t>(width * height), 0);
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    for (const auto & run : cells[i].runs)
    {
      std::fill_n(labels.begin() + run.y * width + run.x, run.length, static_cast<int>(i + 1));
    }
  }
  return labels;
}

/** Smallest over the cells of a: the largest IoU with a cell of b. */
double
WorstMatch(const std::vector<int> & a, const std::vector<int> & b)
{
  const int na = *std::max_element(a.begin(), a.end());
  const int nb = *std::max_element(b.begin(), b.end());
  std::vector<std::vector<int>> both(static_cast<std::size_t>(na + 1),
                                     std::vector<int>(static_cast<std::size_t>(nb + 1), 0));
  for (std::size_t i = 0; i < a.size(); ++i)
  {
    ++both[static_cast<std::size_t>(a[i])][static_cast<std::size_t>(b[i])];
  }
  double worst = 1.0;
  for (int i = 1; i <= na; ++i)
  {
    double best = 0.0;
    for (int j = 1; j <= nb; ++j)
    {
      const int intersection = both[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
      const auto sizeA = std::count(a.begin(), a.end(), i);
      const auto sizeB = std::count(b.begin(), b.end(), j);
      best = std::max(best, static_cast<double>(intersection) / static_cast<double>(sizeA + sizeB - intersection));
    }
    worst = std::min(worst, best);
  }
  return worst;
}

Field
Transformed(const Field & field, bool transpose, bool flip)
{
  Field out(transpose ? field.height : field.width, transpose ? field.width : field.height);
  for (int y = 0; y < field.height; ++y)
  {
    for (int x = 0; x < field.width; ++x)
    {
      const float * in = &field.values[static_cast<std::size_t>(4 * (y * field.width + x))];
      const int xx = transpose ? y : flip ? field.width - 1 - x : x;
      float * to = out.At(xx, transpose ? x : y);
      to[0] = transpose ? in[1] : flip ? -in[0] : in[0];
      to[1] = transpose ? in[0] : in[1];
      to[2] = in[2];
      to[3] = in[3];
    }
  }
  return out;
}
} // namespace

TEST(PenCoreFlowsToCells, CellsComeBackFromTheirOwnFlows)
{
  std::vector<Cell> truth = ManyCells();
  const Field field(truth, 160, 150);
  for (const auto & parameters : { FlowsToCellsParameters{}, Pen() })
  {
    const auto cells = CellsOf(field, parameters);
    ASSERT_EQ(cells.size(), truth.size());
    EXPECT_GE(WorstMatch(LabelImage(truth, 160, 150), LabelImage(cells, 160, 150)), 0.95);
    for (const Cell & cell : cells)
    {
      EXPECT_EQ(cell.score, 10.0);
      EXPECT_EQ(cell.channel, 0);
      EXPECT_LT(cell.flowError, 0.05);
    }
  }
}

TEST(PenCoreFlowsToCells, ChannelsAreSeparatePassesInOrder)
{
  // Two cells at the same place in two channels, and one that comes first in the second.
  const Mask disc = Ellipse(60, 50, 30, 25, 10, 12);
  const Field field({ CellOf(disc, 0), CellOf(disc, 1), CellOf(Ellipse(60, 50, 45, 8, 6, 5), 1) }, 60, 50, 2);
  const auto cells = CellsOf(field);
  ASSERT_EQ(cells.size(), 3u);
  EXPECT_EQ(cells[0].channel, 0);
  EXPECT_EQ(cells[1].channel, 1);
  EXPECT_EQ(cells[2].channel, 1);
  EXPECT_EQ(cells[0].runs, cells[2].runs);
  EXPECT_LT(cells[1].runs.front().y, cells[2].runs.front().y);
}

TEST(PenCoreFlowsToCells, FollowingAgreesWithEveryEulerStepTaken)
{
  // The definition, step by step, up to the histogram: ends of all foreground pixels, in double.
  Field field = NoisyField();
  FlowsToCellsParameters parameters;
  parameters.flowThreshold = 0.0;
  parameters.fillHoles = false;
  parameters.minimumSize = 1;
  const auto labels = LabelImage(CellsOf(field, parameters), 160, 150);

  std::vector<int> ends(160 * 150, -1);
  std::vector<int> counts(160 * 150, 0);
  for (int start = 0; start < 160 * 150; ++start)
  {
    if (!(field.At(start % 160, start / 160)[2] > 0))
    {
      continue;
    }
    double x = start % 160;
    double y = start / 160;
    for (int step = 0; step < 200; ++step)
    {
      const auto column = static_cast<int>(x);
      const auto row = static_cast<int>(y);
      double move[2] = { 0, 0 };
      for (int k = 0; k < 4; ++k)
      {
        const int cx = std::min(159, column + k % 2);
        const int cy = std::min(149, row + k / 2);
        const double weight = (k % 2 ? x - column : 1 - x + column) * (k / 2 ? y - row : 1 - y + row);
        const float * flow = field.At(cx, cy);
        move[0] += flow[2] > 0 ? weight * static_cast<double>(flow[0]) : 0;
        move[1] += flow[2] > 0 ? weight * static_cast<double>(flow[1]) : 0;
      }
      x = std::min(159.0, std::max(0.0, x + move[0]));
      y = std::min(149.0, std::max(0.0, y + move[1]));
    }
    ends[static_cast<std::size_t>(start)] = static_cast<int>(y) * 160 + static_cast<int>(x);
    ++counts[static_cast<std::size_t>(ends[static_cast<std::size_t>(start)])];
  }
  // Pixels that end together in a bin of more than ten points share a label or none.
  std::size_t foreground = 0;
  std::size_t agreeing = 0;
  std::vector<int> labelOfBin(counts.size(), 0);
  for (std::size_t i = 0; i < ends.size(); ++i)
  {
    if (ends[i] >= 0 && counts[static_cast<std::size_t>(ends[i])] > 10)
    {
      ++foreground;
      int & label = labelOfBin[static_cast<std::size_t>(ends[i])];
      label = label == 0 ? labels[i] : label;
      agreeing += label == labels[i] && label > 0 ? 1 : 0;
    }
  }
  ASSERT_GT(foreground, 2000u);
  EXPECT_GT(static_cast<double>(agreeing) / static_cast<double>(foreground), 0.99);
}

TEST(PenCoreFlowsToCells, ResultDoesNotDependOnThreads)
{
  const Field field = NoisyField();
  for (auto parameters : { FlowsToCellsParameters{}, Pen() })
  {
    parameters.numberOfThreads = 1;
    const auto expected = CellsOf(field, parameters);
    EXPECT_GE(expected.size(), 14u);
    for (const unsigned int threads : { 2u, 3u, 8u })
    {
      parameters.numberOfThreads = threads;
      const auto cells = CellsOf(field, parameters);
      ExpectSameCells(cells, expected);
    }
  }
}

TEST(PenCoreFlowsToCells, WindowsGiveTheCellsOfTheWholeField)
{
  // Fields beside and above each other, two channels: noisy ones, whose specks connect everything, and a cell in each.
  const int columns = 6;
  const int rows = 5;
  const int width = 160 * columns;
  const int height = 150 * rows;
  for (const bool isNoisy : { true, false })
  {
    Field field(width, height, 2);
    for (int part = 0; part < 2 * rows * columns; ++part)
    {
      const Field of = isNoisy ? NoisyField(static_cast<unsigned int>(part), 0.4F)
                               : Field({ CellOf(Ellipse(160, 150, 70 + part % 20, 75, 28, 20, 0.3 * part)) }, 160, 150);
      for (int y = 0; y < 150; ++y)
      {
        const int line = (part / columns) * 150 + y; // of both channels
        std::copy_n(of.values.begin() + y * 160 * 4, 160 * 4,
                    field.values.begin() + (static_cast<std::ptrdiff_t>(line) * width + part % columns * 160) * 4);
      }
    }
    for (const unsigned int iterations : { 30U, 200U })
    {
      FlowsToCellsParameters parameters;
      parameters.iterations = iterations;
      parameters.levelShare = 0.3;
      parameters.flowThreshold = 0.0;
      const auto whole = FlowFieldToCells(field.values.data(), width, height, 2, parameters);
      ASSERT_GT(whole.size(), isNoisy ? 600U : 59U);
      std::size_t pixels = 0;
      const auto source = [&](int channel, const itk::PenCore::FlowRegion & region, float * out)
      {
        pixels += static_cast<std::size_t>(region.width) * static_cast<std::size_t>(region.height);
        for (int y = region.y; y < region.y + region.height; ++y)
        {
          const float * line =
            field.values.data() + ((static_cast<std::ptrdiff_t>(channel) * height + y) * width + region.x) * 4;
          out = std::copy_n(line, 4 * region.width, out);
        }
      };
      const auto cells = FlowFieldToCells(source, width, height, 2, 1, parameters);
      // Each channel is looked at once as a whole. Cells that lie apart need no more than themselves around a window.
      const std::size_t looks = 2 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
      EXPECT_GT(pixels, 2 * looks);
      EXPECT_LT(pixels, isNoisy ? 6 * looks : 3 * looks);
      ExpectSameCells(cells, whole);
    }
  }
}

TEST(PenCoreFlowsToCells, WindowsHoldWalksAsLongAsTheStepsAllow)
{
  // One strip of foreground along which pixels walk 2 pixels per step, and one of single pixels that they leap over.
  const int width = 1200;
  const int height = 280;
  std::vector<float> values(4 * static_cast<std::size_t>(width) * height, 0.0F);
  for (int x = 0; x < width; ++x)
  {
    for (int y = 0; y < height; ++y)
    {
      float * pixel = values.data() + 4 * (static_cast<std::size_t>(y) * width + x);
      const bool isStrip = y >= 40 && y < 52;
      const bool isDotted = y >= 200 && y < 212 && x % 60 < 30;
      pixel[2] = isStrip || isDotted ? 4.0F : -4.0F;
      // To the right up to the strip's places of rest, every 400 pixels.
      pixel[0] = isStrip && x % 400 != 399 ? 2.0F : isDotted ? 37.0F : 0.0F;
      pixel[1] = isStrip ? 0.1F * (46.0F - static_cast<float>(y)) : 0.0F;
    }
  }
  FlowsToCellsParameters parameters;
  parameters.flowThreshold = 0.0;
  parameters.maximumSizeShare = 1.0;
  for (const float threshold : { 0.0F, -5.0F })
  {
    parameters.cellThreshold = threshold; // below all: every pixel is foreground
    const auto whole = FlowFieldToCells(values.data(), width, height, 1, parameters);
    ASSERT_GE(whole.size(), 2U);
    const auto source = [&](int, const itk::PenCore::FlowRegion & region, float * out)
    {
      for (int y = region.y; y < region.y + region.height; ++y)
      {
        out = std::copy_n(values.data() + 4 * (static_cast<std::size_t>(y) * width + region.x), 4 * region.width, out);
      }
    };
    const auto cells = FlowFieldToCells(source, width, height, 1, 1, parameters);
    ExpectSameCells(cells, whole);
  }
}

TEST(PenCoreFlowsToCells, FlippedAndTransposedFieldsGiveFlippedAndTransposedCells)
{
  const Field field = NoisyField(11, 0.15F);
  const auto cells = CellsOf(field);
  const auto flipped = LabelImage(CellsOf(Transformed(field, false, true)), 160, 150);
  const auto transposed = LabelImage(CellsOf(Transformed(field, true, false)), 150, 160);
  std::vector<int> flippedBack(flipped.size());
  std::vector<int> transposedBack(transposed.size());
  for (int i = 0; i < 160 * 150; ++i)
  {
    flippedBack[static_cast<std::size_t>(i)] = flipped[static_cast<std::size_t>(i / 160 * 160 + 159 - i % 160)];
    transposedBack[static_cast<std::size_t>(i)] = transposed[static_cast<std::size_t>(i % 160 * 150 + i / 160)];
  }
  // End points are truncated, so a flip moves points between bins; pixels at a mask's rim may change.
  EXPECT_GE(WorstMatch(LabelImage(cells, 160, 150), flippedBack), 0.95);
  EXPECT_GE(WorstMatch(LabelImage(cells, 160, 150), transposedBack), 0.95);
}

TEST(PenCoreFlowsToCells, DegenerateFieldsGiveNoCells)
{
  for (const auto & parameters : { FlowsToCellsParameters{}, Pen() })
  {
    EXPECT_TRUE(CellsOf(Field(0, 0), parameters).empty());
    EXPECT_TRUE(CellsOf(Field(40, 30), parameters).empty());
    Field onePixel(1, 1);
    onePixel.values = { 0.5F, -0.5F, 3.0F, -3.0F };
    EXPECT_TRUE(CellsOf(onePixel, parameters).empty());
    // All foreground and no flow: every pixel stays where it is.
    Field still(40, 30);
    for (std::size_t i = 2; i < still.values.size(); i += 4)
    {
      still.values[i] = 5.0F;
      still.values[i + 1] = -5.0F;
    }
    EXPECT_TRUE(CellsOf(still, parameters).empty());
    // A constant flow carries all pixels into one corner: one mask, larger than 0.4 of the image, or with its own
    // flow far from constant.
    Field constant = still;
    for (std::size_t i = 0; i < constant.values.size(); i += 4)
    {
      constant.values[i] = 0.7F;
      constant.values[i + 1] = 0.7F;
    }
    EXPECT_LE(CellsOf(constant, parameters).size(), parameters.method == FlowsToCellsParameters::Method::Pen ? 1u : 0u);
  }
}

TEST(PenCoreFlowsToCells, AllForegroundIsSplitByItsFlow)
{
  // Two basins cover the image; each is half of it, so the size limit has to be lifted.
  const Mask left = MakeMask(60, 40, [](int x, int) { return x < 30; });
  const Mask right = MakeMask(60, 40, [](int x, int) { return x >= 30; });
  const Field field({ CellOf(left), CellOf(right) }, 60, 40);
  EXPECT_TRUE(CellsOf(field).empty());
  FlowsToCellsParameters parameters;
  parameters.maximumSizeShare = 1.0;
  EXPECT_EQ(MasksOf(CellsOf(field, parameters)), MasksOf({ CellOf(left), CellOf(right) }));
  EXPECT_EQ(MasksOf(CellsOf(field, Pen())), MasksOf({ CellOf(left), CellOf(right) }));
}

TEST(PenCoreFlowsToCells, PixelsThatAreNotFiniteAreBackground)
{
  const float bad[] = { std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                        -std::numeric_limits<float>::infinity() };
  for (const auto & parameters : { FlowsToCellsParameters{}, Pen() })
  {
    Field all(30, 30);
    std::fill(all.values.begin(), all.values.end(), bad[0]);
    EXPECT_TRUE(CellsOf(all, parameters).empty());

    Field some({ CellOf(Ellipse(60, 50, 30, 25, 15, 12)) }, 60, 50);
    for (int k = 0; k < 12; ++k)
    {
      some.At(20 + 2 * (k % 4), 20 + 4 * (k / 4))[k % 4] = bad[k / 4];
    }
    FlowsToCellsParameters keepHoles = parameters;
    keepHoles.fillHoles = false;
    const auto cells = CellsOf(some, keepHoles);
    ASSERT_EQ(cells.size(), 1u);
    FlowsToCellsParameters fill = parameters;
    fill.fillHoles = true;
    const auto filled = CellsOf(some, fill);
    ASSERT_EQ(filled.size(), 1u);
    for (int k = 0; k < 12; ++k)
    {
      const auto pixel = static_cast<std::size_t>((20 + 4 * (k / 4)) * 60 + 20 + 2 * (k % 4));
      EXPECT_EQ(LabelImage(cells, 60, 50)[pixel], 0);
      EXPECT_EQ(LabelImage(filled, 60, 50)[pixel], 1);
    }
    EXPECT_EQ(cells[0].score, 10.0);
    EXPECT_EQ(filled[0].score, 10.0);
  }
}

TEST(PenCoreFlowsToCells, PenLooksForCentresInsideBordersOnly)
{
  Field field({ CellOf(Ellipse(60, 60, 30, 30, 15, 15)) }, 60, 60);
  ASSERT_EQ(CellsOf(field, Pen()).size(), 1u);
  for (std::size_t i = 3; i < field.values.size(); i += 4)
  {
    field.values[i] = 10.0F;
  }
  EXPECT_TRUE(CellsOf(field, Pen()).empty());
}

TEST(PenCoreFlowsToCells, AProgressThatThrowsEndsTheRunAndANewRunIsWhole)
{
  const Field field = NoisyField();
  for (auto parameters : { FlowsToCellsParameters{}, Pen() })
  {
    float last = 0.0F;
    parameters.progress = [&](float done)
    {
      EXPECT_GE(done, last);
      last = done;
    };
    const auto expected = MasksOf(CellsOf(field, parameters));
    EXPECT_GT(last, 0.6F);
    parameters.progress = [](float) { throw std::runtime_error("enough"); };
    EXPECT_THROW(CellsOf(field, parameters), std::runtime_error);
    parameters.progress = {};
    EXPECT_EQ(MasksOf(CellsOf(field, parameters)), expected);
  }
}
