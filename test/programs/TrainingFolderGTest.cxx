// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// What is written as a training folder and read again is the same to the last bit.

#include "support/TestFiles.h"

#include "Files/TrainingFolder.h"
#include "Files/TrainingFolderWriter.h"
#include "Options/TrainingOptions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

using pen_test::MessageOf;
using pen_test::TemporaryFolder;

namespace
{
constexpr std::size_t Width = 9;
constexpr std::size_t Height = 7;
constexpr std::size_t Slices = 4;

// Three cells, of which the second overlaps the others, with depths that no few digits tell.
itk::TrainingSample
MakeSample()
{
  itk::TrainingSample sample;
  sample.width = Width;
  sample.height = Height;
  sample.slices = Slices;
  sample.spacing = { { 0.538, 0.538, 10.0 } };
  sample.labels3d.assign(Width * Height * Slices, 0);
  for (std::size_t i = 0; i < Width * Height * Slices; ++i)
  {
    sample.stack.push_back(static_cast<float>(i) / 3.0f);
  }
  const double depths[] = { 1.0 / 3.0, std::sqrt(2.0), 0.1 + 0.2 };
  for (std::int32_t number = 0; number < 3; ++number)
  {
    itk::PenCore::Cell cell;
    cell.depth = depths[number];
    for (std::int32_t y = 1; y < 5; ++y)
    {
      cell.runs.push_back({ 2 * number, y, 4 });
      sample.labels3d[(static_cast<std::size_t>(number + 1) * Height + static_cast<std::size_t>(y)) * Width +
                      static_cast<std::size_t>(2 * number)] = static_cast<std::uint32_t>(number + 1);
    }
    sample.cells.push_back(cell);
  }
  sample.ignore.assign(Width * Height, 0);
  sample.ignore[Width * Height - 1] = 1;
  return sample;
}

itk::TrainingSample
WriteAndRead(const itk::TrainingSample & sample, const std::string & folder)
{
  pen::WriteTrainingFolder(sample, folder);
  pen::ProgramContext context("pen-test", true);
  return pen::ReadTrainingFolder(folder, context).sample;
}
} // namespace

TEST(TrainingFolder, EverythingSurvivesTheFiles)
{
  const TemporaryFolder folder;
  const itk::TrainingSample before = MakeSample();
  const itk::TrainingSample after = WriteAndRead(before, folder / "sample");
  EXPECT_EQ(after.width, before.width);
  EXPECT_EQ(after.height, before.height);
  EXPECT_EQ(after.slices, before.slices);
  EXPECT_EQ(after.stack, before.stack);
  EXPECT_EQ(after.labels3d, before.labels3d);
  EXPECT_EQ(after.ignore, before.ignore);
  EXPECT_EQ(after.spacing, before.spacing);
  ASSERT_EQ(after.cells.size(), before.cells.size());
  for (std::size_t i = 0; i < before.cells.size(); ++i)
  {
    EXPECT_EQ(after.cells[i].runs, before.cells[i].runs) << i;
    EXPECT_EQ(after.cells[i].depth, before.cells[i].depth) << i;
  }
}

TEST(TrainingFolder, WhatASampleLacksIsNotWritten)
{
  const TemporaryFolder folder;
  itk::TrainingSample sample = MakeSample();
  sample.labels3d.clear();
  sample.ignore.clear();
  const itk::TrainingSample after = WriteAndRead(sample, folder / "sample");
  EXPECT_TRUE(after.labels3d.empty());
  EXPECT_TRUE(after.ignore.empty());
  EXPECT_FALSE(std::filesystem::exists(folder / "sample/labels3d.nrrd"));
  EXPECT_FALSE(std::filesystem::exists(folder / "sample/ignore.nrrd"));
}

TEST(TrainingFolder, AStackWithoutCellsIsASample)
{
  const TemporaryFolder folder;
  itk::TrainingSample sample = MakeSample();
  sample.cells.clear();
  std::fill(sample.labels3d.begin(), sample.labels3d.end(), 0u);
  EXPECT_TRUE(WriteAndRead(sample, folder / "sample").cells.empty());
}

TEST(TrainingFolder, Labels3DOfAnotherSizeAreTold)
{
  const TemporaryFolder folder;
  pen::WriteTrainingFolder(MakeSample(), folder / "sample");
  itk::TrainingSample deeper = MakeSample();
  deeper.slices = 2 * Slices;
  deeper.stack.resize(2 * deeper.stack.size());
  deeper.labels3d.resize(2 * deeper.labels3d.size());
  pen::WriteTrainingFolder(deeper, folder / "deeper");
  std::filesystem::copy_file(folder / "deeper/labels3d.nrrd", folder / "sample/labels3d.nrrd",
                             std::filesystem::copy_options::overwrite_existing);
  pen::ProgramContext context("pen-test", true);
  EXPECT_NE(MessageOf([&] { pen::ReadTrainingFolder(folder / "sample", context); }).find("labels3d.nrrd has [9, 7, 8]"),
            std::string::npos);
}

TEST(TrainingFolder, CropsShowPixelsThatAreNotSquareAsTheNetworkSeesThem)
{
  // 64 x 64 um, a cell of 20 x 20 um.
  pen::TrainingFolder folder;
  folder.pixelSize = 1.0;
  folder.sliceSpacing = 10.0;
  folder.sample.width = 64;
  folder.sample.height = 32;
  folder.sample.slices = 2;
  folder.sample.spacing = { { 1.0, 2.0, 10.0 } };
  folder.sample.stack.assign(64 * 32 * 2, 1.0f);
  itk::PenCore::Cell cell;
  for (std::int32_t y = 10; y < 20; ++y)
  {
    cell.runs.push_back({ 20, y, 20 });
    std::fill_n(folder.sample.stack.begin() + y * 64 + 20, 20, 9.0f);
  }
  folder.sample.cells.push_back(cell);

  pen::TrainingOptions options;
  options.crop = 64;
  options.copyShare = 0.0;
  itk::SegmentationNetworkOptions network;
  network.pixelSize = 1.0;
  network.sliceSpacing = 10.0;
  network.slices = 2;
  network.outputChannels = 1;
  const auto batch = pen::MakeSampler(options, network, { folder }, 1).Draw(0, 1);
  std::size_t pixels = 0;
  for (std::size_t i = 2; i < batch.targets.size(); i += 4)
  {
    pixels += batch.targets[i] > 0.0f ? 1 : 0;
  }
  EXPECT_EQ(pixels, 400u);
}
