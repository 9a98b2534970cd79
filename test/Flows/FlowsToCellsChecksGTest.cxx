// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// What FlowFieldToCells does with the masks that the dynamics found.
#include "Cells/TestMasks.h"
#include "Flows/TestFlowField.h"

#include "itkMacro.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace PenTest;
using itk::PenCore::Cell;
using itk::PenCore::CountPixels;
using itk::PenCore::FlowsToCellsParameters;
using itk::PenCore::PixelRuns;

TEST(PenCoreFlowsToCells, AHoleBelongsToTheMaskAroundIt)
{
  const Mask ring = MakeMask(60, 60,
                             [](int x, int y)
                             {
                               const int r2 = (x - 30) * (x - 30) + (y - 30) * (y - 30);
                               return r2 < 400 && !(x > 38 && x < 43 && y > 28 && y < 34);
                             });
  const Field field({ CellOf(ring) }, 60, 60);
  FlowsToCellsParameters parameters;
  const auto filled = CellsOf(field, parameters);
  ASSERT_EQ(filled.size(), 1u);
  EXPECT_EQ(CountPixels(filled[0].runs), CountPixels(RunsOf(Ellipse(60, 60, 30, 30, 20, 20))));
  EXPECT_LT(filled[0].score, 10.0);
  parameters.fillHoles = false;
  const auto open = CellsOf(field, parameters);
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(CountPixels(open[0].runs), CountPixels(RunsOf(ring)));
}

TEST(PenCoreFlowsToCells, SizeBorderAndFlowChecksRemoveWhatTheySay)
{
  const Cell small = CellOf(Ellipse(90, 60, 15, 40, 2.9, 2.9)); // 25 pixels
  const Cell cut = CellOf(Ellipse(90, 60, 45, 2, 12, 9));
  const Cell whole = CellOf(Ellipse(90, 60, 60, 40, 12, 9));
  Field field({ small, cut, whole }, 90, 60);
  const auto count = [&](const FlowsToCellsParameters & parameters) { return CellsOf(field, parameters).size(); };
  FlowsToCellsParameters parameters;
  EXPECT_EQ(count(parameters), 3u);
  parameters.minimumSize = 26;
  EXPECT_EQ(count(parameters), 2u);
  parameters.removeCellsTouchingImageBorder = true;
  EXPECT_EQ(count(parameters), 1u);
  parameters = {};
  parameters.maximumSizeShare = 300.0 / (90 * 60);
  EXPECT_EQ(count(parameters), 2u);

  field = Field({ cut, whole }, 90, 60);
  // Weak flow still leads to the centre, but its squared error to the mask's own is (1 - 0.2)^2 = 0.64.
  for (std::size_t i = 0; i < field.values.size(); i += 4)
  {
    field.values[i] *= 0.2F;
    field.values[i + 1] *= 0.2F;
  }
  EXPECT_EQ(count({}), 0u);
  parameters = {};
  parameters.flowThreshold = 0.0;
  const auto unchecked = CellsOf(field, parameters);
  ASSERT_EQ(unchecked.size(), 2u);
  for (const Cell & cell : unchecked)
  {
    EXPECT_NEAR(cell.flowError, 0.64, 0.05);
  }
  parameters.computeFlowErrors = false;
  EXPECT_EQ(CellsOf(field, parameters).front().flowError, 0.0);
}

TEST(PenCoreFlowsToCells, DirectionAndScoreChecksRemoveWhatTheySay)
{
  const Cell left = CellOf(Ellipse(90, 60, 25, 30, 12, 9));
  const Cell right = CellOf(Ellipse(90, 60, 62, 30, 12, 9));
  const Field straight({ left, right }, 90, 60);
  const auto count = [](const Field & field, double direction, double score)
  {
    FlowsToCellsParameters parameters;
    parameters.flowThreshold = 0.0;
    parameters.directionThreshold = direction;
    parameters.minimumScore = score;
    return CellsOf(field, parameters).size();
  };
  // A weak flow has the right direction.
  Field weak = straight;
  // Turned by 60 degrees it spirals to the same centres; the cosine of 60 degrees is a half.
  Field turned = straight;
  const double cosine = 0.5;
  const double sine = std::sqrt(0.75);
  for (std::size_t i = 0; i < straight.values.size(); i += 4)
  {
    weak.values[i] *= 0.2F;
    weak.values[i + 1] *= 0.2F;
    turned.values[i] = static_cast<float>(cosine * straight.values[i] - sine * straight.values[i + 1]);
    turned.values[i + 1] = static_cast<float>(sine * straight.values[i] + cosine * straight.values[i + 1]);
  }
  constexpr double AnyScore = -100.0;
  EXPECT_EQ(count(weak, 0.05, AnyScore), 2u);
  EXPECT_EQ(count(turned, 0.0, AnyScore), 2u);
  EXPECT_EQ(count(turned, 0.55, AnyScore), 2u);
  EXPECT_EQ(count(turned, 0.45, AnyScore), 0u);

  // The left cell's logits are 10, the right one's become 3.
  Field unsure = straight;
  for (int y = 0; y < 60; ++y)
  {
    for (int x = 45; x < 90; ++x)
    {
      float & logit = unsure.At(x, y)[2];
      logit = logit > 0.0F ? 3.0F : logit;
    }
  }
  EXPECT_EQ(count(unsure, 0.0, 2.9), 2u);
  EXPECT_EQ(count(unsure, 0.0, 3.1), 1u);
}

TEST(PenCoreFlowsToCells, CellThresholdAndIterationsAreObeyed)
{
  Field field({ CellOf(Ellipse(60, 60, 30, 30, 15, 15)) }, 60, 60);
  for (int y = 0; y < 60; ++y)
  {
    for (int x = 0; x < 30; ++x)
    {
      field.At(x, y)[2] = std::min(1.0F, field.At(x, y)[2]);
    }
  }
  FlowsToCellsParameters parameters;
  parameters.flowThreshold = 0.0;
  const auto both = CellsOf(field, parameters);
  parameters.cellThreshold = 2.0F;
  const auto half = CellsOf(field, parameters);
  ASSERT_EQ(both.size(), 1u);
  ASSERT_EQ(half.size(), 1u);
  EXPECT_LT(CountPixels(half[0].runs), 0.6 * static_cast<double>(CountPixels(both[0].runs)));
  parameters = {};
  parameters.iterations = 0;
  EXPECT_TRUE(CellsOf(field, parameters).empty());
  parameters.iterations = 13; // of the 15 to the farthest pixel
  parameters.growthIterations = 0;
  EXPECT_LT(CountPixels(CellsOf(field, parameters).front().runs), CountPixels(both[0].runs));
}

TEST(PenCoreFlowsToCells, AnUnsureCellIsCutWhereItsOwnProbabilityFallsBelowAShare)
{
  // Probability .3 within the inner ellipse and .1 around it; a sure cell beside it with the same surroundings.
  const auto logit = [](double p) { return static_cast<float>(std::log(p / (1.0 - p))); };
  const std::vector<Cell> wide{ CellOf(Ellipse(90, 60, 22, 30, 15, 12)), CellOf(Ellipse(90, 60, 66, 30, 15, 12)) };
  const std::vector<PixelRuns> inner{ RunsOf(Ellipse(90, 60, 22, 30, 11, 8)), RunsOf(Ellipse(90, 60, 66, 30, 11, 8)) };
  Field field(wide, 90, 60);
  for (std::size_t cell = 0; cell < 2; ++cell)
  {
    const auto set = [&](const PixelRuns & runs, double p)
    {
      for (const auto & run : runs)
      {
        for (int x = run.x; x < run.x + run.length; ++x)
        {
          field.At(x, run.y)[2] = logit(p);
        }
      }
    };
    set(wide[cell].runs, 0.1);
    set(inner[cell], cell == 0 ? 0.3 : 0.95);
  }
  FlowsToCellsParameters parameters;
  parameters.cellThreshold = logit(0.05);
  const auto whole = CellsOf(field, parameters);
  ASSERT_EQ(whole.size(), 2u);
  EXPECT_GT(CountPixels(whole[0].runs), 0.9 * static_cast<double>(CountPixels(wide[0].runs)));
  parameters.levelShare = 0.5;
  const auto cut = CellsOf(field, parameters);
  ASSERT_EQ(cut.size(), 2u);
  // What is left of each is what its flow gathered of the inner ellipse.
  for (std::size_t cell = 0; cell < 2; ++cell)
  {
    EXPECT_EQ(CountPixels(cut[cell].runs), CountPixels(inner[cell])) << cell;
  }
  parameters.cellThreshold = 0.0F;
  EXPECT_EQ(CellsOf(field, parameters).size(), 1u) << "the unsure one is nowhere above one half";
}

TEST(PenCoreFlowsToCells, AMaskInTwoPartsIsTwoCells)
{
  // A block whose pixels flow to its middle, with a hole of one pixel, and two rows above it that leap over the rows
  // between: five pixels down at once.
  Field field(60, 60);
  for (int y = 0; y < 60; ++y)
  {
    for (int x = 0; x < 60; ++x)
    {
      const bool inBlock = x >= 20 && x < 40 && y >= 17 && y < 41 && !(x == 33 && y == 37);
      const bool above = x >= 20 && x < 40 && (y == 12 || y == 13);
      const double toMiddle = std::max(std::hypot(29.0 - x, 28.0 - y), 1.0);
      field.At(x, y)[0] = inBlock ? static_cast<float>((29.0 - x) / toMiddle) : 0.0F;
      field.At(x, y)[1] = inBlock ? static_cast<float>((28.0 - y) / toMiddle) : above ? 5.0F : 0.0F;
      field.At(x, y)[2] = inBlock || above ? 3.0F : -3.0F;
    }
  }
  FlowsToCellsParameters parameters;
  parameters.flowThreshold = 0.0;
  const auto cells = CellsOf(field, parameters);
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[0].runs, (PixelRuns{ { 20, 12, 20 }, { 20, 13, 20 } }));
  EXPECT_EQ(cells[0].score, 3.0);
  EXPECT_EQ(CountPixels(cells[1].runs), 20u * 24u);
  EXPECT_NEAR(cells[1].score, (3.0 * (480 - 1) - 3.0) / 480, 1e-6);

  // The smaller part is none where it has too few pixels, and none of the larger one's either.
  parameters.minimumSize = 41;
  const auto largest = CellsOf(field, parameters);
  ASSERT_EQ(largest.size(), 1u);
  EXPECT_EQ(largest[0].runs, cells[1].runs);

  // As Cellpose has it.
  parameters.connectedMasks = false;
  const auto whole = CellsOf(field, parameters);
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_EQ(CountPixels(whole[0].runs), 520u);
  EXPECT_NEAR(whole[0].score, (3.0 * (520 - 1) - 3.0) / 520, 1e-6);
}

TEST(PenCoreFlowsToCells, PartsThatTouchAtACornerAreOne)
{
  // Two squares of 20 pixels that share a corner, whose pixels all end near it.
  Field field(60, 60);
  for (int y = 5; y < 45; ++y)
  {
    for (int x = 5; x < 45; ++x)
    {
      if ((x < 25) == (y < 25))
      {
        const double distance = std::max(std::hypot(24.5 - x, 24.5 - y), 1.0);
        field.At(x, y)[0] = static_cast<float>((24.5 - x) / distance);
        field.At(x, y)[1] = static_cast<float>((24.5 - y) / distance);
        field.At(x, y)[2] = 3.0F;
      }
    }
  }
  FlowsToCellsParameters parameters;
  parameters.flowThreshold = 0.0;
  const auto cells = CellsOf(field, parameters);
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(cells[0].runs.front().y, 5);
  EXPECT_EQ(cells[0].runs.back().y, 44);
}

TEST(PenCoreFlowsToCells, ACellInAnotherOnesHoleStays)
{
  const auto isHole = [](int x, int y) { return x >= 50 && x < 58 && y >= 31 && y < 39; };
  const Mask disc = Ellipse(100, 100, 40, 40, 30, 30);
  const Mask around =
    MakeMask(100, 100, [&](int x, int y) { return (x - 40) * (x - 40) + (y - 40) * (y - 40) < 900 && !isHole(x, y); });
  const Mask inner = MakeMask(100, 100, [](int x, int y) { return x >= 52 && x < 57 && y >= 33 && y < 38; });
  FlowsToCellsParameters parameters;
  const auto alone = CellsOf(Field({ CellOf(around) }, 100, 100), parameters);
  ASSERT_EQ(alone.size(), 1u);
  EXPECT_EQ(CountPixels(alone[0].runs), CountPixels(RunsOf(disc))) << "nothing lies in the hole";

  const Field both({ CellOf(around), CellOf(inner) }, 100, 100);
  const auto cells = CellsOf(both, parameters);
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(CountPixels(cells[0].runs), CountPixels(RunsOf(around)));
  EXPECT_EQ(cells[1].runs, RunsOf(inner));

  // The inner cell is not good enough: its pixels are a hole's again.
  Field unsure = both;
  for (const auto & run : RunsOf(inner))
  {
    for (int x = run.x; x < run.x + run.length; ++x)
    {
      unsure.At(x, run.y)[2] = 1.0F;
    }
  }
  parameters.minimumScore = 2.0;
  itk::PenCore::RemovedMasks removed;
  parameters.removed = &removed;
  const auto filled = CellsOf(unsure, parameters);
  ASSERT_EQ(filled.size(), 1u);
  EXPECT_EQ(filled[0].runs, alone[0].runs);
  EXPECT_EQ(removed.lowScore, 1u);
  EXPECT_EQ(removed.tooSmall + removed.tooLarge + removed.badFlow + removed.atTheBorder, 0u);
}

TEST(PenCoreFlowsToCells, RemovedMasksAreCounted)
{
  Field field({ CellOf(Ellipse(90, 60, 30, 30, 24, 24)), CellOf(Ellipse(90, 60, 70, 20, 6, 6)),
                CellOf(Ellipse(90, 60, 84, 50, 5, 5)) },
              90, 60);
  itk::PenCore::RemovedMasks removed;
  FlowsToCellsParameters parameters;
  parameters.removed = &removed;
  parameters.maximumSizeShare = 0.2; // of 5400 pixels; the first has some 1800
  parameters.minimumSize = 100;      // the second has some 113, the third some 78
  EXPECT_EQ(CellsOf(field, parameters).size(), 1u);
  EXPECT_EQ(removed.tooLarge, 1u);
  EXPECT_EQ(removed.tooSmall, 1u);
  EXPECT_EQ(removed.badFlow, 0u);
  // Flows of half their length: an error of one quarter.
  for (std::size_t i = 0; i < field.values.size(); ++i)
  {
    field.values[i] *= i % 4 < 2 ? 0.5F : 1.0F;
  }
  parameters.flowThreshold = 0.2;
  parameters.maximumSizeShare = 1.0;
  parameters.minimumSize = 0;
  removed = {};
  EXPECT_TRUE(CellsOf(field, parameters).empty());
  EXPECT_EQ(removed.badFlow, 3u);
}

TEST(PenCoreFlowsToCells, FlowsBeyondWhatAFloatHoldsTheDifferenceOfAreSurvived)
{
  constexpr int side = 64;
  std::vector<float> field(static_cast<std::size_t>(side * side * 4), 0.5F);
  for (const int i : { 0, 1 })
  {
    float * pixel = field.data() + 4 * (30 * side + 20 + i);
    pixel[0] = pixel[1] = i == 0 ? 3e38F : -3e38F;
  }
  for (const auto method : { FlowsToCellsParameters::Method::CellPose, FlowsToCellsParameters::Method::Pen })
  {
    FlowsToCellsParameters parameters;
    parameters.method = method;
    for (const Cell & cell : itk::PenCore::FlowFieldToCells(field.data(), side, side, 1, parameters))
    {
      EXPECT_GE(cell.runs.front().y, 0);
      EXPECT_LT(cell.runs.back().y, side);
    }
  }
}

TEST(PenCoreFlowsToCells, PagesWhoseIndicesPass32BitsAreRefused)
{
  // 2^30 pixels, but rows with one pixel more.
  EXPECT_THROW(itk::PenCore::FlowFieldToCells(nullptr, 1 << 15, 1 << 15, 1, FlowsToCellsParameters()),
               itk::ExceptionObject);
}
