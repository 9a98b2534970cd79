// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Augmentation/DensityAugmentation.h"

#include "ProjectionEnhancement/Base/Random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace
{
using itk::TrainingSample;
using namespace itk::PenCore;

// A stack of random voxels with two cells; depths 0.5 and 2.
TrainingSample
MakeSample(unsigned int width, unsigned int height, unsigned int slices)
{
  TrainingSample sample;
  sample.width = width;
  sample.height = height;
  sample.slices = slices;
  Random random(11);
  for (unsigned int i = 0; i < width * height * slices; ++i)
  {
    sample.stack.push_back(1.0f + static_cast<float>(random.Uniform()));
  }
  sample.cells.resize(2);
  sample.cells[0].runs = { { 1, 1, 3 }, { 1, 2, 1 } };
  sample.cells[0].depth = 0.5;
  sample.cells[1].runs = { { 4, 5, 2 } };
  sample.cells[1].depth = 2.0;
  sample.ignore.assign(width * height, 0);
  sample.ignore[0] = 1;
  sample.labels3d.assign(sample.stack.size(), 0);
  for (std::size_t cell = 0; cell < 2; ++cell)
  {
    for (const PixelRun & run : sample.cells[cell].runs)
    {
      for (int x = run.x; x < run.x + run.length; ++x)
      {
        sample.labels3d[(cell * 2 * height + run.y) * width + x] = static_cast<std::uint32_t>(cell + 1);
      }
    }
  }
  return sample;
}

std::multiset<float>
VoxelsUnder(const TrainingSample & sample, const Cell & cell, unsigned int firstSlice, unsigned int slices)
{
  std::multiset<float> voxels;
  for (const PixelRun & run : cell.runs)
  {
    for (int x = run.x; x < run.x + run.length; ++x)
    {
      for (unsigned int z = firstSlice; z < firstSlice + slices; ++z)
      {
        voxels.insert(sample.stack[(static_cast<std::size_t>(z) * sample.height + run.y) * sample.width + x]);
      }
    }
  }
  return voxels;
}
} // namespace

TEST(DensityAugmentation, OrientationMovesVoxelsMasksLabelsAndDepthsTogether)
{
  const TrainingSample sample = MakeSample(8, 6, 4);
  const TrainingSample turned = Oriented(sample, { true, false, true, true });
  ASSERT_EQ(turned.width, 6u);
  ASSERT_EQ(turned.height, 8u);
  // Voxel (x, y, z) goes to (y, 7 - x, 3 - z).
  for (unsigned int z = 0; z < 4; ++z)
  {
    for (unsigned int y = 0; y < 6; ++y)
    {
      for (unsigned int x = 0; x < 8; ++x)
      {
        const std::size_t from = (z * 6 + y) * 8 + x;
        const std::size_t to = ((3 - z) * 8 + (7 - x)) * 6 + y;
        EXPECT_EQ(turned.stack[to], sample.stack[from]);
        EXPECT_EQ(turned.labels3d[to], sample.labels3d[from]);
      }
    }
  }
  EXPECT_EQ(turned.cells[0].runs, (PixelRuns{ { 1, 4, 1 }, { 1, 5, 1 }, { 1, 6, 2 } }));
  EXPECT_EQ(turned.cells[0].depth, 2.5);
  EXPECT_EQ(turned.ignore[7 * 6], 1);
}

TEST(DensityAugmentation, StackPutsAsManyCopiesBelowAsFit)
{
  const TrainingSample sample = MakeSample(8, 8, 4);
  CopyParameters parameters;
  parameters.slices = 14;
  for (parameters.seed = 0; parameters.seed < 20; ++parameters.seed)
  {
    const TrainingSample stacked = StackCopies(sample, parameters);
    ASSERT_EQ(stacked.slices, 12u);
    ASSERT_EQ(stacked.slices, SlicesAfterCopying(4, DensityAugmentationMode::Stack, parameters));
    ASSERT_EQ(stacked.cells.size(), 6u);
    for (std::size_t i = 0; i < 6; ++i)
    {
      const Cell & original = sample.cells[i % 2];
      const auto first = static_cast<unsigned int>(i / 2 * 4);
      // In the published code the depths of the third copy carry the shift of the second too.
      const double depth = stacked.cells[i].depth - first;
      EXPECT_TRUE(depth == original.depth || depth == 3.0 - original.depth) << depth;
      EXPECT_EQ(VoxelsUnder(stacked, stacked.cells[i], first, 4), VoxelsUnder(sample, original, 0, 4));
    }
    for (std::size_t i = 0; i < 256; ++i)
    {
      EXPECT_EQ(stacked.stack[i], sample.stack[i]) << "the first stack stays as it is";
    }
  }
}

TEST(DensityAugmentation, StackWithoutRoomIsTheSampleItself)
{
  const TrainingSample sample = MakeSample(8, 6, 4);
  CopyParameters parameters;
  parameters.slices = 7;
  const TrainingSample same = StackCopies(sample, parameters);
  EXPECT_EQ(same.stack, sample.stack);
  EXPECT_EQ(same.labels3d, sample.labels3d);
  EXPECT_EQ(same.cells.size(), 2u);
}

TEST(DensityAugmentation, DenseIsTheMaximumOfShiftedCopies)
{
  const TrainingSample sample = MakeSample(8, 8, 4);
  CopyParameters parameters;
  parameters.slices = 9;
  parameters.background = 0.5f;
  std::set<double> shifts;
  for (parameters.seed = 0; parameters.seed < 30; ++parameters.seed)
  {
    const TrainingSample dense = OverlayCopies(sample, parameters);
    ASSERT_EQ(dense.slices, 9u);
    ASSERT_EQ(dense.cells.size(), 6u);
    for (std::size_t copy = 0; copy < 3; ++copy)
    {
      // Both cells of a copy tell the same shift: 0.5 and 2, or mirrored 2.5 and 1.
      const double first = dense.cells[2 * copy].depth;
      const double second = dense.cells[2 * copy + 1].depth;
      const double shift = second > first ? first - 0.5 : first - 2.5;
      EXPECT_EQ(second, shift + (second > first ? 2.0 : 1.0));
      EXPECT_GE(shift, 0.0);
      EXPECT_LE(shift, 5.0);
      shifts.insert(shift);
      // No voxel under the mask is darker than the copy's own.
      const auto own = VoxelsUnder(sample, sample.cells[0], 0, 4);
      const auto seen = VoxelsUnder(dense, dense.cells[2 * copy], static_cast<unsigned int>(shift), 4);
      for (auto a = own.begin(), b = seen.begin(); a != own.end(); ++a, ++b)
      {
        EXPECT_GE(*b, *a);
      }
    }
    for (const float value : dense.stack)
    {
      EXPECT_TRUE(value == 0.5f || std::find(sample.stack.begin(), sample.stack.end(), value) != sample.stack.end());
    }
  }
  EXPECT_EQ(shifts.size(), 6u) << "every shift from 0 to 5 comes up";
}

TEST(DensityAugmentation, PlanesThatAreNotSquareKeepTheirSize)
{
  const TrainingSample sample = MakeSample(8, 6, 3);
  CopyParameters parameters;
  parameters.slices = 4;
  for (parameters.seed = 0; parameters.seed < 20; ++parameters.seed)
  {
    const TrainingSample dense = OverlayCopies(sample, parameters);
    EXPECT_EQ(dense.width, 8u);
    EXPECT_EQ(dense.height, 6u);
  }
  TrainingSample oblong = MakeSample(8, 8, 3);
  oblong.spacing = { { 1.0, 2.0, 1.0 } };
  EXPECT_EQ(OverlayCopies(oblong, parameters).spacing, oblong.spacing);
}

TEST(DensityAugmentation, AutoStacksWhileTwoStacksFit)
{
  const TrainingSample sample = MakeSample(8, 8, 4);
  CopyParameters parameters;
  for (const auto & [slices, expected] : std::map<unsigned int, unsigned int>{ { 7, 7 }, { 8, 8 }, { 13, 12 } })
  {
    parameters.slices = slices;
    const TrainingSample augmented = AugmentDensity(sample, parameters);
    EXPECT_EQ(augmented.slices, expected);
    EXPECT_EQ(augmented.slices, SlicesAfterCopying(4, DensityAugmentationMode::Auto, parameters));
    EXPECT_EQ(augmented.cells.size(), slices == 7 ? 6u : expected / 2);
  }
}

TEST(DensityAugmentation, WhatDoesNotFitIsAnError)
{
  TrainingSample sample = MakeSample(8, 8, 4);
  CopyParameters parameters;
  parameters.slices = 3;
  EXPECT_THROW(OverlayCopies(sample, parameters), std::invalid_argument);
  sample.labels3d.pop_back();
  EXPECT_THROW(StackCopies(sample, parameters), std::invalid_argument);
}
