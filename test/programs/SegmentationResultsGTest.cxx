// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The files that pen-segment leaves, as a user asks for them.

#include "Files/LayersFile.h"
#include "Pictures/Picture.h"
#include "ProjectionEnhancement/Formats/SlicerSegmentation.h"
#include "programs/RunAsUser.h"
#include "programs/SmallModel.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>

using pen_test::ReadImage;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;

namespace
{
using Names = std::vector<std::string>;

class SegmentationResults : public testing::Test
{
protected:
  void
  SetUp() override
  {
    pen_test::WriteSmallModel(m_Folder / "model.pt");
    const auto stack = pen_test::MakeRamp<itk::Image<float, 3>>({ { 60, 44, 6 } }, 0.0f);
    const double spacing[3] = { 0.5, 0.5, 2.5 };
    stack->SetSpacing(spacing);
    pen_test::WriteImage(stack.GetPointer(), m_Folder / "field.nrrd");
  }

  Names
  Segment(Names more)
  {
    Names arguments{ m_Folder / "field.nrrd", "-o",   m_Folder / "out",   "--model", m_Folder / "model.pt",
                     "--cell-threshold",      "-100", "--flow-threshold", "0",       "--quiet" };
    arguments.insert(arguments.end(), more.begin(), more.end());
    ExpectSilentSuccess(RunAsUser("pen-segment", arguments));
    Names names;
    for (const auto & entry : std::filesystem::directory_iterator(m_Folder / "out"))
    {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(SegmentationResults, WithoutWishesFiveFiles)
{
  EXPECT_EQ(Segment({}), (Names{ "field.seg.nrrd", "field_cells.csv", "field_labels.nrrd", "field_overlay.png",
                                 "field_report.html" }));
  const std::string report = ReadText(m_Folder / "out/field_report.html");
  EXPECT_NE(report.find("60 x 44 x 6"), std::string::npos);
  EXPECT_NE(report.find("model.pt"), std::string::npos);
  EXPECT_NE(report.find("cell-threshold=-100"), std::string::npos);
  const auto segmentation = itk::PenCore::ReadSlicerSegmentation(m_Folder / "out/field.seg.nrrd");
  const auto labels = ReadImage<pen::LayersImage>(m_Folder / "out/field_labels.nrrd");
  ASSERT_EQ(segmentation.layers->GetLargestPossibleRegion().GetSize(), labels->GetLargestPossibleRegion().GetSize());
  EXPECT_TRUE(std::equal(labels->GetBufferPointer(),
                         labels->GetBufferPointer() + labels->GetLargestPossibleRegion().GetNumberOfPixels(),
                         segmentation.layers->GetBufferPointer()));
}

TEST_F(SegmentationResults, SlicerSegmentationCountsAsLayers)
{
  Segment({});
  const std::string labels = m_Folder / "out/field_labels.nrrd";
  const std::string segmentation = m_Folder / "out/field.seg.nrrd";
  const auto result =
    RunAsUser("pen-evaluate", { "--truth", labels, "--prediction", segmentation, "--json", m_Folder / "scores.json" });
  EXPECT_EQ(result.exitCode, 0) << result.errors;
  EXPECT_NE(ReadText(m_Folder / "scores.json").find("\"jaccard\": 1.0"), std::string::npos)
    << ReadText(m_Folder / "scores.json");
  for (const std::string & layers : { labels, segmentation })
  {
    ExpectSilentSuccess(RunAsUser("pen-flows", { layers, "-o", m_Folder / "flows.nrrd" }));
  }
}

TEST_F(SegmentationResults, EveryWishIsAFile)
{
  EXPECT_EQ(Segment({ "--no-report", "--depth-overlay", "--side-by-side", "--scale-bar", "--picture-width", "120",
                      "--rois", "--tiff" }),
            (Names{ "field.seg.nrrd", "field_cells.csv", "field_depth_overlay.png", "field_labels.nrrd",
                    "field_labels.ome.tif", "field_overlay.png", "field_rois.zip", "field_side_by_side.png" }));
  const auto sizeOf = [&](const std::string & name)
  { return ReadImage<pen::PictureImage>(m_Folder / ("out/field_" + name))->GetLargestPossibleRegion().GetSize(); };
  EXPECT_EQ(sizeOf("overlay.png"), (itk::Size<2>{ { 120, 88 } }));
  EXPECT_EQ(sizeOf("depth_overlay.png"), (itk::Size<2>{ { 120, 88 } }));
  EXPECT_EQ(sizeOf("side_by_side.png"), (itk::Size<2>{ { 248, 88 } }));
}
