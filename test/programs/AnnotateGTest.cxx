// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// pen-annotate as a user runs it: on balls of known place, on the real stack, and on what it cannot use.

#include "programs/RunAsUser.h"
#include "support/HandMadeTiff.h"
#include "support/TestFiles.h"

#include "Files/LayersFile.h"
#include "ProjectionEnhancement/Formats/CellsTable.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>

using pen_test::ExpectOneErrorLine;
using pen_test::ExpectSilentSuccess;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;

namespace
{
using Stack = itk::Image<unsigned char, 3>;
using PixelsOfLabels = std::map<unsigned int, std::set<std::size_t>>;
const std::vector<std::string> Outputs = { "a_cells.csv", "a_labels3d.nrrd", "a_layers.nrrd" };

// Balls of 10 um radius at (20, 20, 20) um and (26, 22, 60) um, one below the other, and at (60, 30, 40) um; voxels of
// 1 x 1 x 4 um from (100, 200, 300) um.
Stack::Pointer
MakeBalls()
{
  const auto stack = Stack::New();
  stack->SetRegions(Stack::SizeType{ { 80, 50, 20 } });
  const double spacing[] = { 1.0, 1.0, 4.0 };
  const double origin[] = { 100.0, 200.0, 300.0 };
  stack->SetSpacing(spacing);
  stack->SetOrigin(origin);
  stack->Allocate();
  stack->FillBuffer(10);
  const double centres[][3] = { { 20.0, 20.0, 20.0 }, { 26.0, 22.0, 60.0 }, { 60.0, 30.0, 40.0 } };
  for (std::size_t i = 0; i < 80 * 50 * 20; ++i)
  {
    const double p[] = { static_cast<double>(i % 80), static_cast<double>(i / 80 % 50),
                         4.0 * static_cast<double>(i / 4000) };
    for (const auto & c : centres)
    {
      const double squared =
        (p[0] - c[0]) * (p[0] - c[0]) + (p[1] - c[1]) * (p[1] - c[1]) + (p[2] - c[2]) * (p[2] - c[2]);
      if (squared < 100.0)
      {
        stack->GetBufferPointer()[i] = 200;
      }
    }
  }
  return stack;
}

// The pixels of each label on any page or slice.
PixelsOfLabels
Project(const pen::LayersImage * labels)
{
  const auto size = labels->GetLargestPossibleRegion().GetSize();
  PixelsOfLabels pixels;
  for (std::size_t i = 0; i < size[0] * size[1] * size[2]; ++i)
  {
    if (labels->GetBufferPointer()[i] != 0)
    {
      pixels[labels->GetBufferPointer()[i]].insert(i % (size[0] * size[1]));
    }
  }
  return pixels;
}
} // namespace

TEST(Annotate, LabelsLayersAndTableTellTheSame)
{
  const TemporaryFolder folder;
  pen_test::WriteImage(MakeBalls().GetPointer(), folder / "stack.mha");
  const TemporaryFolder output;
  ExpectSilentSuccess(RunAsUser("pen-annotate", { folder / "stack.mha", "-o", output / "a" }));
  EXPECT_EQ(output.List(), Outputs);
  const auto labels = pen::ReadLayers(output / "a_labels3d.nrrd");
  const auto layers = pen::ReadLayers(output / "a_layers.nrrd");
  EXPECT_EQ(labels->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 80, 50, 20 } }));
  EXPECT_DOUBLE_EQ(labels->GetSpacing()[2], 4.0);
  EXPECT_DOUBLE_EQ(labels->GetOrigin()[2], 300.0);
  EXPECT_EQ(layers->GetLargestPossibleRegion().GetSize(2), 2u) << "two balls overlap in projection";
  EXPECT_DOUBLE_EQ(layers->GetOrigin()[0], 100.0);
  const PixelsOfLabels pixels = Project(labels);
  EXPECT_EQ(pixels.size(), 3u);
  EXPECT_EQ(Project(layers), pixels);
  const auto rows = itk::PenCore::ReadCellsTable(output / "a_cells.csv");
  ASSERT_EQ(rows.size(), 3u);
  const std::map<double, std::pair<double, double>> centreOfDepth{ { 20.0, { 20.0, 20.0 } },
                                                                   { 40.0, { 60.0, 30.0 } },
                                                                   { 60.0, { 26.0, 22.0 } } };
  std::set<double> depths;
  for (const itk::PenCore::CellsTableRow & row : rows)
  {
    EXPECT_EQ(pixels.count(row.label), 1u);
    const double depth = 20.0 * std::round((row.z - 300.0) / 20.0);
    ASSERT_EQ(centreOfDepth.count(depth), 1u) << row.z;
    depths.insert(depth);
    EXPECT_NEAR(row.z, 300.0 + depth, 2.0);
    EXPECT_NEAR(row.x, 100.0 + centreOfDepth.at(depth).first, 0.5);
    EXPECT_NEAR(row.y, 200.0 + centreOfDepth.at(depth).second, 0.5);
  }
  EXPECT_EQ(depths.size(), 3u);
}

TEST(Annotate, EqualFilesForAnyNumberOfThreads)
{
  const TemporaryFolder folder;
  pen_test::WriteImage(MakeBalls().GetPointer(), folder / "stack.mha");
  ExpectSilentSuccess(RunAsUser("pen-annotate", { folder / "stack.mha", "-o", folder / "a", "--threads", "1" }));
  ExpectSilentSuccess(RunAsUser("pen-annotate", { folder / "stack.mha", "-o", folder / "b", "--threads", "3" }));
  for (const std::string name : { "_cells.csv", "_labels3d.nrrd", "_layers.nrrd" })
  {
    EXPECT_TRUE(ReadText(folder / ("a" + name)) == ReadText(folder / ("b" + name))) << name;
  }
}

TEST(Annotate, FindsTheTenCellsOfTheRealStack)
{
  const TemporaryFolder folder;
  ExpectSilentSuccess(RunAsUser("pen-annotate", { PEN_TEST_DATA_DIR "/mda231_stack/stack.nrrd", "-o", folder / "a" }));
  EXPECT_EQ(Project(pen::ReadLayers(folder / "a_layers.nrrd")).size(), 10u);
  EXPECT_EQ(itk::PenCore::ReadCellsTable(folder / "a_cells.csv").size(), 10u);
}

TEST(Annotate, OneChannelOfAHyperstackIsChosen)
{
  const TemporaryFolder folder;
  pen_test::HandMadeTiff tiff;
  tiff.width = 20;
  tiff.height = 20;
  tiff.pages = pen_test::FlatPages(8, 400, 5);
  // A block of 10 x 10 pixels through all slices of channel 2.
  for (std::size_t slice = 0; slice < 4; ++slice)
  {
    for (std::size_t y = 5; y < 15; ++y)
    {
      tiff.pages[2 * slice + 1].replace(20 * y + 5, 10, 10, '\x7f');
    }
  }
  tiff.description = "ImageJ=1.53t\nimages=8\nchannels=2\nslices=4\n";
  pen_test::WriteText(folder / "two.tif", tiff.Bytes());
  const TemporaryFolder output;
  const auto annotate = [&](const std::vector<std::string> & more)
  {
    std::vector<std::string> arguments{ folder / "two.tif", "-o", output / "a", "--spacing", "2,2,5",
                                        "--threshold",      "60" };
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunAsUser("pen-annotate", arguments);
  };
  ExpectOneErrorLine(annotate({}), "pen-annotate", 1, "2 channels");
  EXPECT_TRUE(output.List().empty());
  ExpectSilentSuccess(annotate({ "--channel", "2" }));
  const PixelsOfLabels pixels = Project(pen::ReadLayers(output / "a_layers.nrrd"));
  ASSERT_EQ(pixels.size(), 1u);
  EXPECT_EQ(pixels.begin()->second.size(), 100u);
  EXPECT_EQ(pixels.begin()->second.count(20 * 10 + 10), 1u);
}

TEST(Annotate, LimitsDropCells)
{
  const TemporaryFolder folder;
  pen_test::WriteImage(MakeBalls().GetPointer(), folder / "stack.mha");
  // The balls' projections have about 314 um^2.
  const auto result = RunAsUser("pen-annotate", { folder / "stack.mha", "-o", folder / "a", "--minimum-area", "1000" });
  EXPECT_EQ(result.exitCode, 0);
  EXPECT_EQ(result.errors, "pen-annotate: warning: no cell was found: " + (folder / "stack.mha") + "\n");
  EXPECT_TRUE(Project(pen::ReadLayers(folder / "a_layers.nrrd")).empty());
  EXPECT_TRUE(itk::PenCore::ReadCellsTable(folder / "a_cells.csv").empty());
}

TEST(Annotate, BadInputGivesOneLineAndNothing)
{
  const TemporaryFolder folder;
  auto stack = MakeBalls();
  pen_test::WriteImage(stack.GetPointer(), folder / "stack.mha");
  const auto withNaN = itk::Image<float, 3>::New();
  withNaN->SetRegions(itk::Size<3>{ { 4, 4, 4 } });
  withNaN->Allocate(true);
  withNaN->SetPixel({ { 1, 2, 3 } }, std::numeric_limits<float>::quiet_NaN());
  pen_test::WriteImage(withNaN.GetPointer(), folder / "nan.mha");
  pen_test::WriteText(folder / "text.tif", "no image");
  const auto before = folder.List();
  const auto expect = [&](const std::vector<std::string> & arguments, int code, const std::string & mentioned)
  { ExpectOneErrorLine(RunAsUser("pen-annotate", arguments), "pen-annotate", code, mentioned); };
  expect({}, 2, "");
  expect({ folder / "stack.mha" }, 2, "--output");
  expect({ folder / "stack.mha", "-o", folder / "a", "--smoothing", "-1" }, 2, "--smoothing");
  expect({ folder / "stack.mha", "-o", folder / "a", "--maximum-border-share", "1.5" }, 2, "--maximum-border-share");
  expect({ folder / "none.mha", "-o", folder / "a" }, 1, "none.mha");
  expect({ folder / "text.tif", "-o", folder / "a" }, 1, "text.tif");
  expect({ folder / "nan.mha", "-o", folder / "a", "--spacing", "1,1,1" }, 1, "voxel [1, 2, 3] is NaN");
  expect({ folder / "stack.mha", "-o", folder / "none/a" }, 1, "none");
  EXPECT_EQ(folder.List(), before);
}
