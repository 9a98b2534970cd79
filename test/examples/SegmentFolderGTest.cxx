// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "examples/ExampleFiles.h"
#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace
{
using namespace pen_test;

TEST(ExampleSegmentFolder, GoesOnAfterADamagedFileAndSaysSo)
{
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "in");
  WriteQuickModel(folder / "model.pt");
  const auto stack = CropOfRealStack();
  WriteImage(stack.GetPointer(), folder / "in/a.mha");
  WriteText(folder / "in/b.nrrd", "NRRD0004\ntype: uint8\ndimension: 3\n");
  const double origin[3] = { 5.0, 6.0, 7.0 };
  stack->SetOrigin(origin);
  WriteImage(stack.GetPointer(), folder / "in/c.nrrd");

  const ProgramResult result = RunAsUser("segment_folder", { folder / "model.pt", folder / "in", folder / "out" });
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_NE(result.errors.find("b.nrrd: "), std::string::npos) << result.errors;
  EXPECT_EQ(result.errors.find("a.mha: "), std::string::npos) << result.errors;
  EXPECT_FALSE(std::filesystem::exists(folder / "out/b_labels.nrrd"));

  const auto first = ReadImage<LayersImage>(folder / "out/a_labels.nrrd");
  const auto last = ReadImage<LayersImage>(folder / "out/c_labels.nrrd");
  const std::size_t cells = CountLabels(first).size();
  EXPECT_GE(cells, 2u);
  ExpectSamePixels(first, last);
  EXPECT_EQ(last->GetOrigin()[0], 5.0);
  const std::string count = std::to_string(cells) + " cells\n";
  EXPECT_EQ(result.output, "a.mha: " + count + "c.nrrd: " + count + "3 files, 1 failed\n");
}

TEST(ExampleSegmentFolder, AnEmptyFolderIsNoFailure)
{
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "in");
  const ProgramResult result =
    RunAsUser("segment_folder", { PEN_MODELS_DIR "/mip-cellpose.pt", folder / "in", folder / "out" });
  ExpectSilentSuccess(result);
  EXPECT_EQ(result.output, "0 files, 0 failed\n");
}
} // namespace
