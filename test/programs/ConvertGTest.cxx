// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/AnnotatedStack.h"
#include "programs/RunAsUser.h"
#include "support/HandMadeTiff.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

using pen_test::ExpectOneErrorLine;
using pen_test::HandMadeTiff;
using pen_test::OmeXml;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
using Json = nlohmann::json;
const std::string RealStack = std::string(PEN_TEST_DATA_DIR) + "/mda231_stack";
const std::string RealAnnotations = std::string(PEN_TEST_DATA_DIR) + "/mda231_annotations";

itk::TrainingSample
Read(const std::string & path, pen::TrainingFolder * whole = nullptr)
{
  pen::ProgramContext context("pen-test", true);
  pen::TrainingFolder folder = pen::ReadTrainingFolder(path, context);
  if (whole)
  {
    *whole = folder;
  }
  return folder.sample;
}

void
ExpectEqual(const itk::TrainingSample & a, const itk::TrainingSample & b)
{
  EXPECT_EQ(a.width, b.width);
  EXPECT_EQ(a.height, b.height);
  EXPECT_EQ(a.slices, b.slices);
  EXPECT_TRUE(a.stack == b.stack);
  EXPECT_TRUE(a.ignore == b.ignore);
  EXPECT_EQ(a.spacing, b.spacing);
  ASSERT_EQ(a.cells.size(), b.cells.size());
  for (std::size_t i = 0; i < a.cells.size(); ++i)
  {
    EXPECT_TRUE(a.cells[i].runs == b.cells[i].runs) << i;
    EXPECT_EQ(a.cells[i].depth, b.cells[i].depth) << i;
  }
}

void
ExpectDone(const std::vector<std::string> & arguments)
{
  const pen_test::ProgramResult result = RunAsUser("pen-convert", arguments);
  EXPECT_EQ(result.exitCode, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
}

// A stack of 6 x 5 x 4 voxels, with its size and spacing as OME-XML.
void
WriteSmallStack(const std::string & path)
{
  HandMadeTiff tiff;
  tiff.width = 6;
  tiff.height = 5;
  tiff.pages = pen_test::FlatPages(4, 30);
  tiff.description =
    OmeXml(R"(SizeX="6" SizeY="5" SizeZ="4" PhysicalSizeX="0.5" PhysicalSizeY="0.5" PhysicalSizeZ="5")");
  WriteText(path, tiff.Bytes());
}

const char * const SmallAnnotation = R"({"images": {"width": 6, "height": 5, "slices": 4},
  "annotations": {"regions": {"x_vert": [[0, 2, 2, 0], [1, 4, 4, 1]], "y_vert": [[0, 0, 2, 2], [1, 1, 3, 3]],
                              "approx_z": [1, 2.25]}},
  "pixelweight": {"x_vert": [[5, 5, 5]], "y_vert": [[0, 4, 2]]}})";

void
MakeAuthorsFolder(const std::string & folder)
{
  std::filesystem::create_directories(folder + "/images");
  std::filesystem::create_directories(folder + "/gt");
  WriteSmallStack(folder + "/images/field.ome.tif");
  WriteText(folder + "/gt/field.json", SmallAnnotation);
}
} // namespace

TEST(Convert, RealTrainingFolderSurvivesTheAuthorsLayout)
{
  const TemporaryFolder folder;
  ExpectDone({ RealStack, "-o", folder / "authors", "--to", "json" });
  ExpectDone({ folder / "authors", "-o", folder / "folders" });
  const itk::TrainingSample original = Read(RealStack);
  EXPECT_EQ(original.cells.size(), 10u);
  ExpectEqual(Read(folder / "folders/mda231_stack"), original);
  ExpectEqual(Read(folder / "authors/gt/mda231_stack.json"), original);
}

TEST(Convert, AuthorsLayoutIsReadAsItIs)
{
  const TemporaryFolder folder;
  MakeAuthorsFolder(folder / "data");
  EXPECT_EQ(pen::FindTrainingFolders(folder / "data"), std::vector<std::string>{ folder / "data/gt/field.json" });
  EXPECT_EQ(pen::FindTrainingFolders(folder / "."), std::vector<std::string>{ folder / "./data/gt/field.json" });
  pen::TrainingFolder whole;
  const itk::TrainingSample sample = Read(folder / "data/gt/field.json", &whole);
  EXPECT_DOUBLE_EQ(whole.pixelSize, 0.5);
  EXPECT_DOUBLE_EQ(whole.sliceSpacing, 5.0);
  EXPECT_EQ(sample.slices, 4u);
  EXPECT_EQ(sample.stack[30], 2.0f);
  ASSERT_EQ(sample.cells.size(), 2u);
  EXPECT_EQ(itk::PenCore::CountPixels(sample.cells[0].runs), 9u);
  EXPECT_EQ(itk::PenCore::CountPixels(sample.cells[1].runs), 12u);
  EXPECT_EQ(sample.cells[1].depth, 2.25);
  EXPECT_EQ(std::count(sample.ignore.begin(), sample.ignore.end(), 1), 5);
}

TEST(Convert, OverlappingCellsKeepTheirMasksAndDepths)
{
  const TemporaryFolder folder;
  MakeAuthorsFolder(folder / "data");
  ExpectDone({ folder / "data", "-o", folder / "folders" });
  ExpectDone({ folder / "folders", "-o", folder / "back", "--to", "json" });
  const itk::TrainingSample original = Read(folder / "data/gt/field.json");
  ExpectEqual(Read(folder / "folders/field"), original);
  ExpectEqual(Read(folder / "back/gt/field.json"), original);
  EXPECT_EQ(ReadText(folder / "folders/field/cells.csv").substr(0, 20), "label,layer,approx_z");
}

TEST(Convert, StackWithJsonOrLabelImageBecomesATrainingFolder)
{
  const TemporaryFolder folder;
  WriteSmallStack(folder / "field.ome.tif");
  WriteText(folder / "cells.json", SmallAnnotation);
  ExpectDone({ folder / "field.ome.tif", "--annotation", folder / "cells.json", "-o", folder / "a" });
  EXPECT_EQ(Read(folder / "a/field").cells.size(), 2u);

  const auto labels = itk::Image<unsigned short, 2>::New();
  labels->SetRegions(itk::Size<2>{ { 6, 5 } });
  labels->Allocate(true);
  labels->SetPixel({ { 1, 1 } }, 300);
  labels->SetPixel({ { 4, 2 } }, 7);
  pen_test::WriteImage(labels.GetPointer(), folder / "labels.tif");
  WriteText(folder / "slices.csv", "label,approx_z\n7,3\n300,1.5\n");
  WriteText(folder / "um.csv", "label,page,x,y,z\n300,0,0,0,7.5\n7,0,0,0,15\n");
  for (const std::string table : { "slices.csv", "um.csv" })
  {
    ExpectDone({ folder / "field.ome.tif", "--annotation", folder / "labels.tif", "--cells", folder / table, "-o",
                 folder / "b" });
    const itk::TrainingSample sample = Read(folder / "b/field");
    ASSERT_EQ(sample.cells.size(), 2u);
    EXPECT_EQ(sample.cells[0].runs, (itk::PenCore::PixelRuns{ { 4, 2, 1 } }));
    EXPECT_DOUBLE_EQ(sample.cells[0].depth, 3.0);
    EXPECT_DOUBLE_EQ(sample.cells[1].depth, 1.5);
  }
}

// Two cells in a stack of 4 slices of 5 um, of which the first is at 300 um.
class ConvertTable : public testing::Test
{
protected:
  void
  SetUp() override
  {
    const auto stack = pen_test::MakeRamp<itk::Image<unsigned char, 3>>({ { 6, 5, 4 } }, 0);
    const double spacing[] = { 1.0, 1.0, 5.0 };
    const double origin[] = { 0.0, 0.0, 300.0 };
    stack->SetSpacing(spacing);
    stack->SetOrigin(origin);
    pen_test::WriteImage(stack.GetPointer(), m_Folder / "stack.mha");
    const auto labels = itk::Image<unsigned char, 2>::New();
    labels->SetRegions(itk::Size<2>{ { 6, 5 } });
    labels->Allocate(true);
    labels->SetPixel({ { 1, 1 } }, 1);
    labels->SetPixel({ { 4, 2 } }, 2);
    pen_test::WriteImage(labels.GetPointer(), m_Folder / "labels.png");
  }

  pen_test::ProgramResult
  Convert(const std::string & table)
  {
    WriteText(m_Folder / "cells.csv", table);
    return RunAsUser("pen-convert", { m_Folder / "stack.mha", "--annotation", m_Folder / "labels.png", "--cells",
                                      m_Folder / "cells.csv", "-o", m_Folder / "out", "--quiet" });
  }

  TemporaryFolder m_Folder;
};

TEST_F(ConvertTable, MayComeFromAnyProgram)
{
  const std::string tables[] = {
    "\xEF\xBB\xBFlabel,layer,approx_z\r\n1,0,3\r\n2,0,1.5\r\n",
    "\"label\",\"layer\",\"approx_z\"\n\"1\",0,3\n\"2\",0,1.5\n",
    "label;name;approx_z\n1;\"a; b\";3\n2;\"two\nlines\";1.5\n",
    "label\tz\n1\t315\n2\t307.5\n",
  };
  for (const std::string & table : tables)
  {
    const auto result = this->Convert(table);
    ASSERT_EQ(result.exitCode, 0) << result.errors << table;
    const itk::TrainingSample sample = Read(m_Folder / "out/stack");
    ASSERT_EQ(sample.cells.size(), 2u);
    EXPECT_DOUBLE_EQ(sample.cells[0].depth, 3.0) << table;
    EXPECT_DOUBLE_EQ(sample.cells[1].depth, 1.5) << table;
    EXPECT_EQ(ReadText(m_Folder / "out/stack/cells.csv"), "label,layer,approx_z,area_px\n1,0,3,1\n2,0,1.5,1\n");
  }
}

TEST_F(ConvertTable, IsToldWhereItDoesNotFit)
{
  const std::pair<std::string, std::string> faults[] = {
    { "label,approx_z\n1,3\n2,9\n", "label 2 has depth 9 in slices, but the stack has 4 slices" },
    { "label,approx_z\n1,-1\n2,3\n", "label 1 has depth -1 in slices, but the stack has 4 slices" },
    { "label,z\n1,15\n2,7.5\n", "label 1 has depth -57 in slices, but the stack has 4 slices" },
    { "label,approx_z\n1,3\n2,1\n1,2\n", "label 1 is in lines 2 and 4 of the table" },
    { "label;approx_z\n1;3\n2;1,5\n", "line 3 of the table has no number in column approx_z, but \"1,5\"" },
    { "label,approx_z\n1,0x1\n2,1\n", "line 2 of the table has no number in column approx_z, but \"0x1\"" },
    { "label,approx_z\n1,3\n", "the table has no row for label 2 of " + (m_Folder / "labels.png") },
  };
  for (const auto & [table, mentioned] : faults)
  {
    const auto result = this->Convert(table);
    ExpectOneErrorLine(result, "pen-convert", 1, mentioned);
    ExpectOneErrorLine(result, "pen-convert", 1, m_Folder / "cells.csv");
    EXPECT_FALSE(std::filesystem::exists(m_Folder / "out/stack"));
  }
}

TEST(Convert, DepthsOfALabelImageAloneAreEstimated)
{
  const TemporaryFolder folder;
  const auto stack = itk::Image<unsigned char, 3>::New();
  stack->SetRegions(itk::Size<3>{ { 8, 8, 9 } });
  stack->Allocate(true);
  const auto labels = itk::Image<unsigned char, 2>::New();
  labels->SetRegions(itk::Size<2>{ { 8, 8 } });
  labels->Allocate(true);
  for (itk::IndexValueType i = 0; i < 3; ++i)
  {
    labels->SetPixel({ { 2, 2 + i } }, 1);
    stack->SetPixel({ { 2, 2 + i, 6 } }, 200);
  }
  pen_test::WriteImage(stack.GetPointer(), folder / "stack.nrrd");
  pen_test::WriteImage(labels.GetPointer(), folder / "labels.png");
  ExpectDone({ folder / "stack.nrrd", "--annotation", folder / "labels.png", "--spacing", "1,1,5", "--ignore",
               folder / "labels.png", "-o", folder / "out" });
  const itk::TrainingSample sample = Read(folder / "out/stack");
  ASSERT_EQ(sample.cells.size(), 1u);
  EXPECT_DOUBLE_EQ(sample.cells[0].depth, 6.0);
  EXPECT_DOUBLE_EQ(sample.spacing[2], 5.0);
  EXPECT_EQ(std::count(sample.ignore.begin(), sample.ignore.end(), 1), 3);
}

TEST(Convert, ChannelAndFrameChooseTheStack)
{
  const TemporaryFolder folder;
  HandMadeTiff tiff;
  tiff.width = 6;
  tiff.height = 5;
  tiff.pages = pen_test::FlatPages(16, 30);
  tiff.description = "ImageJ=1.53t\nimages=16\nchannels=2\nslices=4\nframes=2\n";
  std::filesystem::create_directories(folder / "data/images");
  std::filesystem::create_directories(folder / "data/gt");
  WriteText(folder / "data/images/field.tif", tiff.Bytes());
  WriteText(folder / "data/gt/field.json", SmallAnnotation);
  ExpectOneErrorLine(RunAsUser("pen-convert", { folder / "data", "-o", folder / "out" }), "pen-convert", 1,
                     "2 channels and 2 frames; --channel");
  ExpectDone({ folder / "data", "-o", folder / "out", "--channel", "2", "--frame", "2", "--spacing", "1,1,2" });
  const itk::TrainingSample sample = Read(folder / "out/field_channel2_frame2");
  EXPECT_EQ(sample.stack[0], 10.0f);
  EXPECT_EQ(sample.stack[3 * 30], 16.0f);
}

TEST(Convert, WhatDoesNotFitIsTold)
{
  const TemporaryFolder folder;
  MakeAuthorsFolder(folder / "data");
  const auto expect = [&](const std::string & mentioned)
  {
    ExpectOneErrorLine(RunAsUser("pen-convert", { folder / "data", "-o", folder / "out" }), "pen-convert", 1,
                       mentioned);
    EXPECT_FALSE(std::filesystem::exists(folder / "out/field"));
  };
  std::string wider = SmallAnnotation;
  wider.replace(wider.find("\"width\": 6"), 10, "\"width\": 7");
  WriteText(folder / "data/gt/field.json", wider);
  expect("the annotation is of a stack of 7 x 5 x 4 voxels, but its stack has 6 x 5 x 4");
  std::filesystem::remove(folder / "data/images/field.ome.tif");
  expect("field.ome.tif, is missing");
  std::filesystem::remove(folder / "data/gt/field.json");
  expect("holds no training sample");
  ExpectOneErrorLine(RunAsUser("pen-convert", { RealAnnotations + "/25A_15D_022020_Experiment002_Series004_t06.json",
                                                "-o", folder / "out" }),
                     "pen-convert", 1, "is missing");
}

TEST(Convert, WrongUsage)
{
  const TemporaryFolder folder;
  WriteSmallStack(folder / "a.tif");
  const auto expect = [](const std::vector<std::string> & arguments, int code, const std::string & mentioned)
  { ExpectOneErrorLine(RunAsUser("pen-convert", arguments), "pen-convert", code, mentioned); };
  expect({}, 2, "");
  expect({ RealStack }, 2, "--output");
  expect({ RealStack, "-o", folder / "out", "--to", "pdf" }, 2, "--to");
  expect({ RealStack, "-o", folder / "out", "--channel", "0" }, 2, "--channel");
  expect({ RealStack, "-o", folder / "out", "--cells", "t.csv" }, 2, "--annotation");
  expect({ folder / "a.tif", folder / "a.tif", "--annotation", "x.json", "-o", folder / "out" }, 2, "single stack");
  expect({ folder / "a.tif", "-o", folder / "out" }, 1, "a.tif");
  expect({ RealStack, RealStack, "-o", folder / "out" }, 1, "another input has the name mda231_stack");
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}
