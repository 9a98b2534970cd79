// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// pen-simulate as a user runs it.

#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include "Files/TrainingFolder.h"
#include "Options/SimulationOptions.h"

#include <gtest/gtest.h>

#include <algorithm>

using pen_test::ExpectOneErrorLine;
using pen_test::ExpectSilentSuccess;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;

namespace
{
const std::vector<std::string> SmallStack = { "--size",  "120,90,8", "--spacing", "0.8,0.8,6",
                                              "--cells", "5",        "--seed",    "7" };

itk::PenCore::SimulationParameters
SmallStackParameters()
{
  itk::PenCore::SimulationParameters parameters;
  parameters.size = { { 120, 90, 8 } };
  parameters.spacing = { { 0.8, 0.8, 6.0 } };
  parameters.numberOfCells = 5;
  parameters.seed = 7;
  return parameters;
}

pen_test::ProgramResult
Simulate(const std::string & output, const std::vector<std::string> & options)
{
  std::vector<std::string> arguments = { "-o", output };
  arguments.insert(arguments.end(), options.begin(), options.end());
  return RunAsUser("pen-simulate", arguments);
}

std::vector<std::string>
With(std::vector<std::string> options, const std::vector<std::string> & more)
{
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

itk::TrainingSample
Read(const std::string & folder)
{
  pen::ProgramContext context("pen-test", true);
  return pen::ReadTrainingFolder(folder, context).sample;
}

void
ExpectEqualFiles(const std::string & a, const std::string & b)
{
  for (const std::string name : { "stack.nrrd", "layers.nrrd", "labels3d.nrrd", "cells.csv" })
  {
    ASSERT_TRUE(std::filesystem::exists(a + "/" + name)) << name;
    EXPECT_TRUE(ReadText(a + "/" + name) == ReadText(b + "/" + name)) << name;
  }
}
} // namespace

TEST(Simulate, TheFolderHoldsWhatTheLibrarySimulates)
{
  const TemporaryFolder folder;
  ExpectSilentSuccess(Simulate(folder / "a", SmallStack));
  EXPECT_EQ(folder.List(), std::vector<std::string>{ "a" });
  const itk::TrainingSample written = Read(folder / "a");
  const itk::PenCore::SimulationParameters parameters = SmallStackParameters();
  const itk::TrainingSample expected = pen::TrainingSampleOf(itk::PenCore::SimulateCellStack(parameters), parameters);
  EXPECT_TRUE(written.stack == expected.stack);
  EXPECT_TRUE(written.labels3d == expected.labels3d);
  EXPECT_TRUE(written.ignore == expected.ignore);
  EXPECT_EQ(written.spacing, expected.spacing);
  ASSERT_GE(written.cells.size(), 3u);
  ASSERT_EQ(written.cells.size(), expected.cells.size());
  for (std::size_t i = 0; i < expected.cells.size(); ++i)
  {
    EXPECT_TRUE(written.cells[i].runs == expected.cells[i].runs) << i;
    EXPECT_EQ(written.cells[i].depth, expected.cells[i].depth) << i;
  }
}

TEST(Simulate, MasksDepthsAndLabelsTellTheSame)
{
  const TemporaryFolder folder;
  ExpectSilentSuccess(Simulate(folder / "a", SmallStack));
  const itk::TrainingSample sample = Read(folder / "a");
  const std::size_t plane = static_cast<std::size_t>(sample.width) * sample.height;
  std::vector<std::vector<char>> masks(sample.cells.size(), std::vector<char>(plane, 0));
  std::vector<char> anyMask(plane, 0);
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    for (const itk::PenCore::PixelRun & run : sample.cells[i].runs)
    {
      const std::size_t first = static_cast<std::size_t>(run.y) * sample.width + static_cast<std::size_t>(run.x);
      std::fill_n(masks[i].begin() + static_cast<std::ptrdiff_t>(first), run.length, 1);
      std::fill_n(anyMask.begin() + static_cast<std::ptrdiff_t>(first), run.length, 1);
    }
  }
  std::vector<char> anyLabel(plane, 0);
  std::vector<double> voxels(sample.cells.size(), 0.0);
  std::vector<double> slices(sample.cells.size(), 0.0);
  for (std::size_t i = 0; i < sample.labels3d.size(); ++i)
  {
    if (sample.labels3d[i] != 0)
    {
      const std::size_t cell = sample.labels3d[i] - 1;
      anyLabel[i % plane] = 1;
      ASSERT_TRUE(masks.at(cell)[i % plane]) << "a voxel of cell " << cell + 1 << " outside its mask";
      voxels[cell] += 1.0;
      slices[cell] += static_cast<double>(i / plane);
    }
  }
  EXPECT_TRUE(anyLabel == anyMask) << "every mask pixel has a voxel above or below it";
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    ASSERT_GT(voxels[i], 0.0);
    EXPECT_NEAR(slices[i] / voxels[i], sample.cells[i].depth, 0.5) << "slices, cell " << i + 1;
  }
}

TEST(Simulate, EqualSeedsGiveEqualFilesForAnyNumberOfThreads)
{
  const TemporaryFolder folder;
  ExpectSilentSuccess(Simulate(folder / "a", With(SmallStack, { "--threads", "1" })));
  ExpectSilentSuccess(Simulate(folder / "b", With(SmallStack, { "--threads", "3" })));
  ExpectEqualFiles(folder / "a", folder / "b");
  std::vector<std::string> otherSeed = SmallStack;
  otherSeed.back() = "8";
  ExpectSilentSuccess(Simulate(folder / "b", otherSeed));
  EXPECT_NE(ReadText(folder / "a/stack.nrrd"), ReadText(folder / "b/stack.nrrd")) << "and the folder was replaced";
}

TEST(Simulate, SeveralSamplesLieInNumberedFoldersOfWhichTheFirstIsTheSeeds)
{
  const TemporaryFolder folder;
  ExpectSilentSuccess(Simulate(folder / "one", SmallStack));
  ExpectSilentSuccess(Simulate(folder / "many", With(SmallStack, { "--samples", "2" })));
  EXPECT_EQ(pen::FindTrainingFolders(folder / "many"),
            (std::vector<std::string>{ folder / "many/0001", folder / "many/0002" }));
  ExpectEqualFiles(folder / "one", folder / "many/0001");
  EXPECT_NE(ReadText(folder / "many/0001/stack.nrrd"), ReadText(folder / "many/0002/stack.nrrd"));
}

TEST(Simulate, BodiesTakeTheOutlinesOfFiles)
{
  const TemporaryFolder folder;
  auto layers = itk::Image<unsigned char, 2>::New();
  layers->SetRegions(itk::Size<2>{ { 60, 50 } });
  const double spacing[] = { 0.8, 0.8 };
  layers->SetSpacing(spacing);
  layers->Allocate(true);
  for (itk::IndexValueType y = 20; y < 30; ++y)
  {
    for (itk::IndexValueType x = 10; x < 50; ++x)
    {
      layers->SetPixel({ { x, y } }, 7);
    }
  }
  pen_test::WriteImage(layers.GetPointer(), folder / "layers.nrrd");
  ExpectSilentSuccess(Simulate(folder / "a", { "--size", "120,90,8", "--spacing", "0.8,0.8,6", "--cells", "1", "--seed",
                                               "7", "--tilt", "0", "--visible", "0", "--mask-margin", "0",
                                               "--border-margin", "20", "--outlines", folder / "layers.nrrd" }));
  const itk::TrainingSample sample = Read(folder / "a");
  ASSERT_EQ(sample.cells.size(), 1u);
  // 40 x 10 pixels of the same size, with rounded corners.
  EXPECT_NEAR(static_cast<double>(itk::PenCore::CountPixels(sample.cells[0].runs)), 400.0, 40.0);

  const std::string annotation =
    std::string(PEN_TEST_DATA_DIR) + "/mda231_annotations/25R_15D_110519_Room_Temp_091119_Series035_t30.json";
  ExpectSilentSuccess(Simulate(folder / "b", With(SmallStack, { "--outlines", annotation, folder / "layers.nrrd" })));

  ExpectOneErrorLine(Simulate(folder / "c", With(SmallStack, { "--outlines", folder / "none.nrrd" })), "pen-simulate",
                     1, "none.nrrd");
  layers->FillBuffer(0);
  pen_test::WriteImage(layers.GetPointer(), folder / "empty.nrrd");
  ExpectOneErrorLine(Simulate(folder / "c", With(SmallStack, { "--outlines", folder / "empty.nrrd" })), "pen-simulate",
                     1, "empty.nrrd");
  ExpectOneErrorLine(
    Simulate(folder / "c", With(SmallStack, { "--shape", "cell", "--outlines", folder / "layers.nrrd" })),
    "pen-simulate", 2, "--outlines");
  EXPECT_FALSE(std::filesystem::exists(folder / "c"));
}

TEST(Simulate, CellsWithoutRoomAreOneWarning)
{
  const TemporaryFolder folder;
  const auto result =
    Simulate(folder / "a", { "--size", "40,40,4", "--spacing", "1,1,8", "--cells", "60", "--seed", "1" });
  EXPECT_EQ(result.exitCode, 0);
  EXPECT_EQ(result.errors.find("pen-simulate: warning: "), 0u) << result.errors;
  EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
  EXPECT_NE(result.errors.find("of 60 cells"), std::string::npos) << result.errors;
}

TEST(Simulate, BadInputGivesOneLineAndNothing)
{
  const TemporaryFolder folder;
  const auto expect = [&](const std::vector<std::string> & options, int code, const std::string & mentioned)
  { ExpectOneErrorLine(Simulate(folder / "a", options), "pen-simulate", code, mentioned); };
  ExpectOneErrorLine(RunAsUser("pen-simulate", {}), "pen-simulate", 2, "--output");
  expect({ "--shape", "cube" }, 2, "--shape");
  expect({ "--size", "64,0,8" }, 2, "size");
  expect({ "--size", "64,64" }, 2, "--size");
  expect({ "--spacing", "1,-1,8" }, 2, "spacing");
  expect({ "--samples", "0" }, 2, "--samples");
  expect({ "--dimmest", "50", "--brightest", "10" }, 2, "bright");
  expect({ "--bits", "12" }, 2, "--bits");
  EXPECT_TRUE(folder.List().empty());
  pen_test::WriteText(folder / "file", "mine");
  ExpectOneErrorLine(Simulate(folder / "file", SmallStack), "pen-simulate", 1, "file");
  ExpectOneErrorLine(Simulate(folder / "none/deeper/a", SmallStack), "pen-simulate", 1, "does not exist");
  EXPECT_EQ(folder.List(), std::vector<std::string>{ "file" });
  EXPECT_EQ(ReadText(folder / "file"), "mine");
}
