// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Augmentation/TestCells.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Cells/Overlap.h"

#include <gtest/gtest.h>

#include <cmath>

namespace
{
using namespace PenTest;
using namespace itk::PenCore;
using itk::TrainingSample;
} // namespace

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
  parameters.cellScale = { { 0.0, 1.0 } };
  EXPECT_THROW(PasteCells(library, parameters), std::invalid_argument);
  parameters.cellScale = { { 1.0, 1.0 } };
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
