// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// pen-augment on the real stack, and the training folders that it writes.

#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include "Files/TrainingFolder.h"
#include "Files/TrainingFolderWriter.h"

#include <gtest/gtest.h>

using pen_test::ExpectOneErrorLine;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;

namespace
{
const std::string realStack = PEN_TEST_DATA_DIR "/mda231_stack";

itk::TrainingSample
ReadSample(const std::string & folder)
{
  pen::ProgramContext context("test", true);
  return pen::ReadTrainingFolder(folder, context).sample;
}
} // namespace

TEST(Augment, WithoutChangeTheFolderIsReadBackAsItWas)
{
  const TemporaryFolder folder;
  const auto result = RunAsUser("pen-augment", { realStack, "-o", folder / "same", "--mode", "none" });
  ASSERT_EQ(result.exitCode, 0) << result.errors;
  const itk::TrainingSample before = ReadSample(realStack);
  const itk::TrainingSample after = ReadSample(folder / "same");
  EXPECT_EQ(after.stack, before.stack);
  EXPECT_EQ(after.labels3d, before.labels3d);
  EXPECT_EQ(after.ignore, before.ignore);
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    EXPECT_NEAR(after.spacing[axis], before.spacing[axis], 1e-9);
  }
  ASSERT_EQ(after.cells.size(), before.cells.size());
  for (std::size_t i = 0; i < before.cells.size(); ++i)
  {
    EXPECT_EQ(after.cells[i].runs, before.cells[i].runs);
    EXPECT_EQ(after.cells[i].depth, before.cells[i].depth);
  }
}

TEST(Augment, CopiesComeOutAsDeepAsAskedFor)
{
  const TemporaryFolder folder;
  ASSERT_EQ(RunAsUser("pen-augment", { realStack, "-o", folder / "a", "--mode", "stack", "--depth", "45" }).exitCode,
            0);
  EXPECT_EQ(ReadSample(folder / "a").slices, 40u);
  EXPECT_EQ(ReadSample(folder / "a").cells.size(), 20u);
  // The folder that is there is replaced.
  ASSERT_EQ(RunAsUser("pen-augment", { realStack, "-o", folder / "a", "--depth", "27", "--copies", "2" }).exitCode, 0);
  EXPECT_EQ(ReadSample(folder / "a").slices, 27u);
  EXPECT_EQ(ReadSample(folder / "a").cells.size(), 20u);
  EXPECT_EQ(folder.List(), (std::vector<std::string>{ "a" }));
}

TEST(Augment, SeveralSamplesOfCellsAreTheSameForTheSameSeed)
{
  const TemporaryFolder folder;
  for (const std::string name : { "a", "b" })
  {
    const auto result =
      RunAsUser("pen-augment", { realStack, "-o", folder / name, "--mode", "cells", "--size", "200,160", "--depth",
                                 "20", "--cells", "6", "--samples", "2", "--noise", "--always", "--seed", "4" });
    ASSERT_EQ(result.exitCode, 0) << result.errors;
  }
  for (const std::string sample : { "/cells_0000", "/cells_0001" })
  {
    const itk::TrainingSample a = ReadSample(folder / ("a" + sample));
    EXPECT_EQ(a.width, 200u);
    EXPECT_EQ(a.height, 160u);
    EXPECT_EQ(a.slices, 20u);
    EXPECT_GE(a.cells.size(), 3u);
    EXPECT_EQ(a.stack, ReadSample(folder / ("b" + sample)).stack);
    EXPECT_EQ(ReadText(folder / ("a" + sample + "/cells.csv")), ReadText(folder / ("b" + sample + "/cells.csv")));
  }
}

TEST(Augment, AFolderOfSeveralSamplesGivesSomeOfEach)
{
  const TemporaryFolder folder;
  // The real stack, and the same on a coarser grid.
  itk::TrainingSample sample = ReadSample(realStack);
  std::filesystem::create_directory(folder / "in");
  pen::WriteTrainingFolder(sample, folder / "in/a");
  const itk::TrainingSample half = sample.Resampled(sample.slices, sample.height / 2, sample.width / 2);
  pen::WriteTrainingFolder(half, folder / "in/b");
  const auto result = RunAsUser("pen-augment", { folder / "in", "-o", folder / "out", "--mode", "dense", "--depth",
                                                 "22", "--copies", "2", "--samples", "2", "--seed", "3" });
  ASSERT_EQ(result.exitCode, 0) << result.errors;
  EXPECT_EQ(pen::FindTrainingFolders(folder / "out"),
            (std::vector<std::string>{ folder / "out/a_0000", folder / "out/a_0001", folder / "out/b_0000",
                                       folder / "out/b_0001" }));
  for (const std::string name : { "a_0000", "a_0001", "b_0000", "b_0001" })
  {
    const itk::TrainingSample & source = name[0] == 'a' ? sample : half;
    const itk::TrainingSample written = ReadSample(folder / ("out/" + name));
    EXPECT_EQ(written.slices, 22u);
    EXPECT_EQ(written.cells.size(), 2 * source.cells.size()) << name;
    EXPECT_EQ(static_cast<std::size_t>(written.width) * written.height,
              static_cast<std::size_t>(source.width) * source.height)
      << name;
    EXPECT_NEAR(written.spacing[0], source.spacing[0], 1e-9) << name;
  }
  EXPECT_NE(ReadText(folder / "out/a_0000/stack.nrrd"), ReadText(folder / "out/a_0001/stack.nrrd"));
}

TEST(Augment, BadInputGivesOneLineAndNoFolder)
{
  const TemporaryFolder folder;
  ExpectOneErrorLine(RunAsUser("pen-augment", { folder / "none", "-o", folder / "a" }), "pen-augment", 1, "none");
  ExpectOneErrorLine(RunAsUser("pen-augment", { realStack, "-o", folder / "a", "--mode", "dense", "--depth", "5" }),
                     "pen-augment", 1, "slices");
  ExpectOneErrorLine(RunAsUser("pen-augment", { realStack, "-o", folder / "a", "--blur=3,1" }), "pen-augment", 2,
                     "blur");
  EXPECT_TRUE(folder.List().empty());
  pen_test::WriteText(folder / "mine.txt", "mine");
  ExpectOneErrorLine(RunAsUser("pen-augment", { realStack, "-o", folder / "" }), "pen-augment", 1, "mine.txt");
  EXPECT_EQ(ReadText(folder / "mine.txt"), "mine");
}

TEST(Augment, SamplesOfOneNameDoNotReplaceEachOther)
{
  const TemporaryFolder folder;
  const itk::TrainingSample sample = ReadSample(realStack).Resampled(4, 64, 64);
  for (const std::string part : { "in/one", "in/two" })
  {
    std::filesystem::create_directories(folder / part);
    pen::WriteTrainingFolder(sample, folder / (part + "/folder"));
    ASSERT_EQ(RunAsUser("pen-convert", { folder / (part + "/folder"), "-o", folder / (part + "/data"), "--to", "json" })
                .exitCode,
              0);
    std::filesystem::remove_all(folder / (part + "/folder"));
    std::filesystem::rename(folder / (part + "/data/images"), folder / (part + "/images"));
    std::filesystem::rename(folder / (part + "/data/gt"), folder / (part + "/gt"));
  }
  ExpectOneErrorLine(RunAsUser("pen-augment", { folder / "in", "-o", folder / "out", "--mode", "none" }), "pen-augment",
                     1, "another input has the name folder too");
  EXPECT_EQ(folder.List(), std::vector<std::string>{ "in" });
  // Names with dots differ behind the first one too.
  for (const std::string part : { "one", "two" })
  {
    const std::string gt = folder / ("in/" + part + "/gt/");
    const std::string images = folder / ("in/" + part + "/images/");
    std::filesystem::rename(gt + "folder.json", gt + "a." + part + ".json");
    std::filesystem::rename(images + "folder.ome.tif", images + "a." + part + ".ome.tif");
  }
  const auto result = RunAsUser("pen-augment", { folder / "in", "-o", folder / "out", "--mode", "none" });
  ASSERT_EQ(result.exitCode, 0) << result.errors;
  EXPECT_EQ(pen::FindTrainingFolders(folder / "out"),
            (std::vector<std::string>{ folder / "out/a.one_0000", folder / "out/a.two_0000" }));
}
