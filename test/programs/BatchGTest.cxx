// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Several files in one run: those that are damaged are named and skipped, the others are done.

#include "programs/RunAsUser.h"
#include "programs/SmallModel.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

using pen_test::ExpectOneErrorLine;
using pen_test::ProgramResult;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

// Good stacks a and c, and b of which the end is missing.
class Batch : public testing::Test
{
protected:
  void
  SetUp() override
  {
    const auto stack = pen_test::MakeRamp<itk::Image<unsigned char, 3>>({ { 24, 20, 4 } }, 0);
    for (const std::string name : { "a", "b", "c" })
    {
      pen_test::WriteImage(stack.GetPointer(), m_Folder / (name + ".nrrd"));
    }
    fs::resize_file(m_Folder / "b.nrrd", fs::file_size(m_Folder / "b.nrrd") / 2);
    pen_test::WriteSmallModel(m_Folder / "model.pt");
  }

  ProgramResult
  Segment(const Arguments & names, const Arguments & more = {}) const
  {
    Arguments arguments{ "-o", m_Folder / "out", "--model", m_Folder / "model.pt", "--no-report" };
    for (const std::string & name : names)
    {
      arguments.push_back(m_Folder / name);
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunAsUser("pen-segment", arguments);
  }

  Arguments
  Tables() const
  {
    Arguments tables;
    for (const auto & entry : fs::directory_iterator(m_Folder / "out"))
    {
      if (entry.path().extension() == ".csv")
      {
        tables.push_back(entry.path().filename().string());
      }
    }
    std::sort(tables.begin(), tables.end());
    return tables;
  }

  // A training folder of a stack, and layers without cells.
  void
  WriteSample(const std::string & name) const
  {
    fs::create_directories(m_Folder / ("data/" + name));
    const std::string folder = m_Folder / ("data/" + name);
    fs::copy_file(m_Folder / (name + ".nrrd"), folder + "/stack.nrrd");
    const auto layers = itk::Image<unsigned char, 2>::New();
    layers->SetRegions(itk::Size<2>{ { 24, 20 } });
    layers->Allocate(true);
    layers->SetPixel({ { 5, 5 } }, 1);
    pen_test::WriteImage(layers.GetPointer(), folder + "/layers.nrrd");
    WriteText(folder + "/cells.csv", "label,approx_z\n1,1\n");
  }

  TemporaryFolder m_Folder;
};

std::size_t
CountLines(const std::string & text)
{
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}
} // namespace

TEST_F(Batch, ADamagedStackIsSkipped)
{
  const ProgramResult result = this->Segment({ "a.nrrd", "b.nrrd", "c.nrrd" });
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_EQ(this->Tables(), (Arguments{ "a_cells.csv", "c_cells.csv" }));
  EXPECT_FALSE(fs::exists(m_Folder / "out/b_labels.nrrd"));
  EXPECT_NE(result.errors.find("pen-segment: warning: skipped: "), std::string::npos) << result.errors;
  const std::size_t summary = result.errors.find("pen-segment: error: 1 of 3 stacks failed: ");
  ASSERT_NE(summary, std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find(m_Folder / "b.nrrd", summary), std::string::npos) << result.errors;
  EXPECT_EQ(CountLines(result.errors.substr(summary)), 1u) << "the summary is the last line";
  EXPECT_EQ(CountLines(result.output), 2u) << result.output;

  const ProgramResult quiet = this->Segment({ "b.nrrd", "c.nrrd" }, { "--quiet" });
  ExpectOneErrorLine(quiet, "pen-segment", 1, "1 of 2 stacks failed: ");
}

TEST_F(Batch, WhatIsMissingIsToldBeforeTheWork)
{
  const ProgramResult result = this->Segment({ "a.nrrd", "none.nrrd", "c.nrrd", "nothing.tif" });
  ExpectOneErrorLine(result, "pen-segment", 1, "the file does not exist: " + (m_Folder / "none.nrrd"));
  EXPECT_NE(result.errors.find("the file does not exist: " + (m_Folder / "nothing.tif")), std::string::npos);
  EXPECT_FALSE(fs::exists(m_Folder / "out"));
  ExpectOneErrorLine(RunAsUser("pen-evaluate", { "--truth", m_Folder / "a.nrrd", m_Folder / "c.nrrd", "--prediction",
                                                 m_Folder / "a.nrrd", m_Folder / "none.nrrd" }),
                     "pen-evaluate", 1, "the file does not exist: " + (m_Folder / "none.nrrd"));
}

TEST_F(Batch, ADamagedSampleIsSkipped)
{
  for (const std::string name : { "a", "b", "c" })
  {
    this->WriteSample(name);
  }
  const std::string problem = "1 of 3 samples failed: ";
  const std::string data = m_Folder / "data";
  ExpectOneErrorLine(RunAsUser("pen-convert", { data, "-o", m_Folder / "converted", "--quiet" }), "pen-convert", 1,
                     problem);
  ExpectOneErrorLine(RunAsUser("pen-augment", { data, "-o", m_Folder / "augmented", "--mode", "none", "--quiet" }),
                     "pen-augment", 1, problem);
  for (const std::string folder : { "converted/a", "converted/c", "augmented/a_0000", "augmented/c_0000" })
  {
    EXPECT_TRUE(fs::exists(m_Folder / (folder + "/stack.nrrd"))) << folder;
  }
  EXPECT_FALSE(fs::exists(m_Folder / "converted/b"));
  EXPECT_FALSE(fs::exists(m_Folder / "augmented/b_0000"));
  // A training is one result of all its samples.
  ExpectOneErrorLine(RunAsUser("pen-train", { "--data", data, "-o", m_Folder / "m.pt", "--quiet" }), "pen-train", 1,
                     data + "/b/stack.nrrd");
}

TEST_F(Batch, ADamagedPredictionIsLeftOutOfTheScoresAndNamedThere)
{
  const auto layers = itk::Image<unsigned char, 2>::New();
  layers->SetRegions(itk::Size<2>{ { 24, 20 } });
  layers->Allocate(true);
  layers->SetPixel({ { 5, 5 } }, 1);
  pen_test::WriteImage(layers.GetPointer(), m_Folder / "cells, one.nrrd");
  WriteText(m_Folder / "broken.nrrd", "NRRD0004\n");
  const std::string good = m_Folder / "cells, one.nrrd";
  const std::string broken = m_Folder / "broken.nrrd";
  const ProgramResult result =
    RunAsUser("pen-evaluate", { "--truth", good, good, good, "--prediction", good, broken, good, "--json",
                                m_Folder / "s.json", "--csv", m_Folder / "s.csv" });
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_NE(result.errors.find("pen-evaluate: error: 1 of 3 images failed: "), std::string::npos) << result.errors;
  EXPECT_NE(result.output.find("2 of 3 images"), std::string::npos) << result.output;
  const auto scores = nlohmann::json::parse(ReadText(m_Folder / "s.json"));
  EXPECT_EQ(scores["tp"], 2);
  EXPECT_EQ(scores["images"].size(), 2u);
  EXPECT_EQ(scores["skipped"], nlohmann::json::array({ broken }));
  // Names with commas stand in quotes.
  const std::string csv = ReadText(m_Folder / "s.csv");
  EXPECT_EQ(CountLines(csv), 3u);
  EXPECT_NE(csv.find("\n\"" + good + "\",\"" + good + "\",1,1,1,1,1,0,0,"), std::string::npos) << csv;

  const ProgramResult none = RunAsUser("pen-evaluate", { "--truth", good, good, "--prediction", broken, broken,
                                                         "--json", m_Folder / "none.json", "--quiet" });
  ExpectOneErrorLine(none, "pen-evaluate", 1, "2 of 2 images failed: ");
  EXPECT_FALSE(fs::exists(m_Folder / "none.json"));
}
