// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkTrainingSample.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace
{
constexpr std::uint32_t Width = 12;
constexpr std::uint32_t Height = 8;
constexpr std::uint32_t Slices = 3;

// Cell 1: an even square of 4 x 4 pixels; cell 2: one pixel, which a coarser grid loses; cell 3: a 6 x 4 rectangle.
// Each lies in the slice of its number.
itk::TrainingSample
MakeSample()
{
  itk::TrainingSample sample;
  sample.slices = Slices;
  sample.height = Height;
  sample.width = Width;
  sample.spacing = { { 0.5, 0.5, 4.0 } };
  sample.stack.assign(Slices * Height * Width, 1.0f);
  sample.labels3d.assign(Slices * Height * Width, 0);
  const auto add = [&](std::int32_t x, std::int32_t y, std::int32_t width, std::int32_t height)
  {
    itk::PenCore::Cell cell;
    cell.depth = static_cast<double>(sample.cells.size());
    for (std::int32_t row = y; row < y + height; ++row)
    {
      cell.runs.push_back({ x, row, width });
      const std::size_t first =
        (sample.cells.size() * Height + static_cast<std::size_t>(row)) * Width + static_cast<std::size_t>(x);
      std::fill_n(sample.labels3d.begin() + static_cast<std::ptrdiff_t>(first), width,
                  static_cast<std::uint32_t>(sample.cells.size() + 1));
    }
    sample.cells.push_back(cell);
  };
  add(0, 0, 4, 4);
  add(9, 1, 1, 1);
  add(6, 4, 6, 4);
  return sample;
}

// Voxels of a label in each slice.
std::vector<std::ptrdiff_t>
VoxelsOf(const itk::TrainingSample & sample, std::uint32_t label)
{
  std::vector<std::ptrdiff_t> voxels;
  const std::ptrdiff_t plane = static_cast<std::ptrdiff_t>(sample.height) * sample.width;
  for (std::ptrdiff_t z = 0; z < static_cast<std::ptrdiff_t>(sample.slices); ++z)
  {
    const auto first = sample.labels3d.begin() + z * plane;
    voxels.push_back(std::count(first, first + plane, label));
  }
  return voxels;
}
} // namespace

TEST(TrainingSample, Labels3DFollowTheCellsToACoarserGrid)
{
  const itk::TrainingSample half = MakeSample().Resampled(Slices, Height / 2, Width / 2);
  EXPECT_EQ(half.spacing, (std::array<double, 3>{ { 1.0, 1.0, 4.0 } }));
  ASSERT_EQ(half.labels3d.size(), Slices * Height / 2 * Width / 2);
  // The single pixel covers a quarter of its new one: the cell goes, and cell 3 becomes cell 2.
  ASSERT_EQ(half.cells.size(), 2u);
  EXPECT_EQ(half.cells[1].depth, 2.0);
  EXPECT_EQ(VoxelsOf(half, 1), (std::vector<std::ptrdiff_t>{ 4, 0, 0 }));
  EXPECT_EQ(VoxelsOf(half, 2), (std::vector<std::ptrdiff_t>{ 0, 0, 6 }));
  EXPECT_EQ(VoxelsOf(half, 3), (std::vector<std::ptrdiff_t>{ 0, 0, 0 }));
  for (const itk::PenCore::PixelRun & run : half.cells[1].runs)
  {
    for (std::int32_t x = run.x; x < run.x + run.length; ++x)
    {
      EXPECT_EQ(
        half.labels3d[(2 * half.height + static_cast<std::size_t>(run.y)) * half.width + static_cast<std::size_t>(x)],
        2u);
    }
  }
}

TEST(TrainingSample, Labels3DOfAFinerGridRepeatEachVoxel)
{
  const itk::TrainingSample sample = MakeSample();
  const itk::TrainingSample twice = sample.Resampled(Slices, 2 * Height, 2 * Width);
  ASSERT_EQ(twice.cells.size(), 3u);
  for (std::size_t i = 0; i < twice.labels3d.size(); ++i)
  {
    const std::size_t x = i % twice.width;
    const std::size_t y = i / twice.width % twice.height;
    const std::size_t z = i / (static_cast<std::size_t>(twice.width) * twice.height);
    ASSERT_EQ(twice.labels3d[i], sample.labels3d[(z * Height + y / 2) * Width + x / 2]) << i;
  }
}

TEST(TrainingSample, MoreSlicesKeepDepthsInUmAndInterpolate)
{
  itk::TrainingSample sample = MakeSample();
  for (std::size_t i = 0; i < sample.stack.size(); ++i)
  {
    sample.stack[i] = static_cast<float>(i * i % 17);
  }
  const itk::TrainingSample deep = sample.Resampled(2 * Slices, Height, Width);
  EXPECT_EQ(deep.spacing, (std::array<double, 3>{ { 0.5, 0.5, 2.0 } }));
  constexpr std::size_t plane = static_cast<std::size_t>(Height) * Width;
  ASSERT_EQ(deep.stack.size(), 2 * Slices * plane);
  ASSERT_EQ(deep.labels3d.size(), 2 * Slices * plane);
  ASSERT_EQ(deep.cells.size(), sample.cells.size());
  for (std::size_t i = 0; i < deep.cells.size(); ++i)
  {
    // Slice z lies from z to z + 1 spacings; its middle stays where it was.
    EXPECT_DOUBLE_EQ((deep.cells[i].depth + 0.5) * 2.0, (sample.cells[i].depth + 0.5) * 4.0);
  }
  for (std::size_t i = 0; i < plane; ++i)
  {
    // The second slice's middle lies a quarter of the way from the first old one's to the next one's.
    ASSERT_NEAR(deep.stack[plane + i], 0.75f * sample.stack[i] + 0.25f * sample.stack[plane + i], 1e-5f);
    ASSERT_EQ(deep.labels3d[2 * plane + i], sample.labels3d[plane + i]);
    ASSERT_EQ(deep.labels3d[3 * plane + i], sample.labels3d[plane + i]);
  }
}

TEST(TrainingSample, TheSameGridChangesNothing)
{
  const itk::TrainingSample sample = MakeSample();
  const itk::TrainingSample same = sample.Resampled(Slices, Height, Width);
  EXPECT_EQ(same.labels3d, sample.labels3d);
  EXPECT_EQ(same.stack, sample.stack);
  EXPECT_EQ(same.spacing, sample.spacing);
  EXPECT_EQ(same.cells.size(), sample.cells.size());
}

TEST(TrainingSample, WithoutLabels3DThereAreNoneAfterwards)
{
  itk::TrainingSample sample = MakeSample();
  sample.labels3d.clear();
  EXPECT_TRUE(sample.Resampled(Slices, Height / 2, Width / 2).labels3d.empty());
}
