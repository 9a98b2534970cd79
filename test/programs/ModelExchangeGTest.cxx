// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Weights from elsewhere and models for elsewhere, as a user moves them.

#include "programs/RunAsUser.h"
#include "programs/SmallModel.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using pen_test::ExpectOneErrorLine;
using pen_test::ExpectSilentSuccess;
using pen_test::ReadImage;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
const std::string Data = std::string(PEN_TEST_DATA_DIR) + "/";

nlohmann::json
InfoOf(const std::string & model)
{
  const auto result = RunAsUser("pen-info", { model, "--json" });
  EXPECT_EQ(result.exitCode, 0) << result.errors;
  return nlohmann::json::parse(result.output);
}
} // namespace

TEST(ModelExchange, KerasWeightsBecomeAModelThatTellsWhereItComesFrom)
{
  const TemporaryFolder folder;
  ExpectSilentSuccess(RunAsUser(
    "pen-import", { "--from", "keras", Data + "network_vectors/pen_conv/weights.h5", "-o", folder / "model.pt" }));
  const nlohmann::json info = InfoOf(folder / "model.pt");
  EXPECT_EQ(info["projection"], "pen");
  EXPECT_EQ(info["slices"], 13);
  EXPECT_EQ(info["flow_factor"], -10.0);
  EXPECT_EQ(info["pixel_size_um"], 0.0);
  EXPECT_EQ(info["provenance"]["imported_from"]["format"], "keras");
  EXPECT_EQ(info["provenance"]["imported_from"]["file"], "weights.h5");
}

TEST(ModelExchange, WhatWeightsLeaveOpenIsAWarningOrAnOption)
{
  const TemporaryFolder folder;
  const std::string weights = Data + "network_vectors/pen_branch_max/weights.h5";
  const auto assumed = RunAsUser("pen-import", { "--from", "keras", weights, "-o", folder / "assumed.pt" });
  EXPECT_EQ(assumed.exitCode, 0);
  EXPECT_NE(assumed.errors.find("pen-import: warning: the weights do not say how many slices"), std::string::npos);
  EXPECT_EQ(InfoOf(folder / "assumed.pt")["slices"], 27);
  ExpectSilentSuccess(
    RunAsUser("pen-import", { "--from", "keras", weights, "-o", folder / "said.pt", "--slices", "13" }));
  EXPECT_EQ(InfoOf(folder / "said.pt")["slices"], 13);
}

TEST(ModelExchange, ACellposeNetworkSegmentsAsCellposeDoes)
{
  const TemporaryFolder folder;
  ExpectSilentSuccess(RunAsUser("pen-import", { "--from", "cellpose", Data + "cellpose_network/nuclei.pth", "-o",
                                                folder / "model.pt", "--cell-size", "10" }));
  const nlohmann::json info = InfoOf(folder / "model.pt");
  EXPECT_EQ(info["format_version"], 2);
  EXPECT_EQ(info["network_diameter"], 25.0);
  EXPECT_NEAR(info["pixel_size_um"].get<double>(), 0.4, 1e-12);
  EXPECT_EQ(info["border_output"], false);

  // A stack of one slice; the diameter goes before its spacing.
  using Stack = itk::Image<unsigned char, 3>;
  pen_test::WriteImage(ReadImage<Stack>(Data + "cellpose_network/nuclei.png").GetPointer(), folder / "nuclei.nrrd");
  const auto result = RunAsUser("pen-segment", { folder / "nuclei.nrrd", "-o", folder / "out", "--model",
                                                 folder / "model.pt", "--diameter", "17.57" });
  ASSERT_EQ(result.exitCode, 0) << result.errors;
  EXPECT_NE(result.output.find(": 43 cells"), std::string::npos) << result.output;
}

TEST(ModelExchange, BadWeightsLeaveNothingBehind)
{
  const TemporaryFolder folder;
  const std::string pickle("\x80\x02"
                           "cposix\nsystem\nX\x04\0\0\0true\x85R.",
                           28);
  WriteText(folder / "hostile.pth", pickle);
  WriteText(folder / "notes.h5", "no weights");
  const std::string zip = ReadText(Data + "cellpose_network/random.pth");
  WriteText(folder / "short.pth", zip.substr(0, zip.size() / 2));
  const auto files = folder.List();
  const auto expectRefused = [&](const std::string & format, const std::string & file, const std::string & mentioned)
  {
    ExpectOneErrorLine(RunAsUser("pen-import", { "--from", format, file, "-o", folder / "model.pt" }), "pen-import", 1,
                       mentioned);
  };
  expectRefused("cellpose", folder / "hostile.pth", "posix.system");
  expectRefused("cellpose", folder / "short.pth", "short.pth");
  expectRefused("cellpose", folder / "absent.pth", "absent.pth");
  expectRefused("cellpose", Data + "network_vectors/mip/weights.h5", "weights.h5");
  expectRefused("keras", folder / "notes.h5", "notes.h5");
  expectRefused("keras", Data + "cellpose_network/random.pth", "random.pth");
  ExpectOneErrorLine(RunAsUser("pen-import", { "--from", "magic", folder / "notes.h5", "-o", folder / "model.pt" }),
                     "pen-import", 2, "--from");
  EXPECT_EQ(folder.List(), files);
}

TEST(ModelExchange, DamagedKerasArraysAreNamedInOneLine)
{
  const TemporaryFolder folder;
  const std::string whole = ReadText(Data + "network_vectors/mip/weights.h5");
  const auto expectRefused = [&](const std::string & bytes, const std::string & mentioned)
  {
    WriteText(folder / "weights.h5", bytes);
    const auto files = folder.List();
    ExpectOneErrorLine(RunAsUser("pen-import", { "--from", "keras", folder / "weights.h5", "-o", folder / "model.pt" }),
                       "pen-import", 1, mentioned);
    EXPECT_EQ(folder.List(), files);
  };
  expectRefused(whole.substr(0, whole.size() - 1), "truncated");

  std::string heap = whole; // an object of the heap of texts grows beyond it
  heap.replace(heap.find("GCOL") + 24, 2, "\xff\xff");
  expectRefused(heap, "heap of texts");

  // Two axes of the first 3 x 3 x 3 x 4 kernel change places, in its extents and its largest extents.
  const auto extents = [](std::initializer_list<char> values)
  {
    std::string text;
    for (const char value : values)
    {
      text += value + std::string(7, '\0');
    }
    return text + text;
  };
  std::string reshaped = whole;
  const std::string shape = extents({ 3, 3, 3, 4 });
  ASSERT_NE(reshaped.find(shape), std::string::npos);
  reshaped.replace(reshaped.find(shape), shape.size(), extents({ 3, 3, 4, 3 }));
  expectRefused(reshaped, "/kernel\" has another shape");
}

TEST(ModelExchange, AnExportedModelIsOneFileOrAFolderForTheZoo)
{
  const TemporaryFolder folder;
  pen_test::WriteSmallModel(folder / "model.pt");
  for (const std::string part : { "pen", "network", "all" })
  {
    ExpectSilentSuccess(
      RunAsUser("pen-export", { folder / "model.pt", "-o", folder / (part + ".pt"), "--part", part }));
  }
  ExpectSilentSuccess(RunAsUser("pen-export", { folder / "model.pt", "-o", folder / "zoo", "--format", "bioimage",
                                                "--name", "a small one", "--author", "somebody" }));
  for (const char * name : { "rdf.yaml", "weights.pt", "test_input.npy", "test_output.npy", "README.md" })
  {
    EXPECT_TRUE(std::filesystem::exists(folder / (std::string("zoo/") + name))) << name;
  }
  EXPECT_NE(ReadText(folder / "zoo/rdf.yaml").find("name: \"a small one\"\n"), std::string::npos);

  const auto files = folder.List();
  ExpectOneErrorLine(RunAsUser("pen-export", { folder / "absent.pt", "-o", folder / "x.pt" }), "pen-export", 1,
                     "absent.pt");
  // TorchScript is no model of this library.
  ExpectOneErrorLine(RunAsUser("pen-export", { folder / "all.pt", "-o", folder / "x.pt" }), "pen-export", 1, "all.pt");
  EXPECT_EQ(folder.List(), files);
}
