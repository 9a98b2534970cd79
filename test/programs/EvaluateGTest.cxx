// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// What pen-evaluate reports beside its scores: kinds of true cells, gaps in depth, the curve.

#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using pen_test::ExpectOneErrorLine;
using pen_test::ExpectSilentSuccess;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
using Layers = itk::Image<unsigned char, 3>;

void
FillBox(Layers * layers, unsigned char label, const itk::Index<3> & first, const itk::Size<3> & size)
{
  const Layers::RegionType box(first, size);
  for (itk::ImageRegionIterator<Layers> it(layers, box); !it.IsAtEnd(); ++it)
  {
    it.Set(label);
  }
}

// True cells of 10 x 10 pixels: 1 alone, 2 beside 3, 4 under 5 by two columns, 6 under 7 whole. Predicted: 1, 2, 4, 5
// and 6 exactly.
class Evaluate : public testing::Test
{
protected:
  void
  SetUp() override
  {
    const auto truth = Layers::New();
    truth->SetRegions(itk::Size<3>{ { 100, 50, 2 } });
    truth->Allocate(true);
    const auto prediction = Layers::New();
    prediction->SetRegions(itk::Size<3>{ { 100, 50, 2 } });
    prediction->Allocate(true);
    const auto add = [&](unsigned char label, const itk::Index<3> & first, bool isFound)
    {
      FillBox(truth, label, first, { { 10, 10, 1 } });
      if (isFound)
      {
        FillBox(prediction, label, first, { { 10, 10, 1 } });
      }
    };
    add(1, { { 0, 0, 0 } }, true);
    add(2, { { 30, 0, 0 } }, true);
    add(3, { { 40, 0, 0 } }, false);
    add(4, { { 0, 30, 0 } }, true);
    add(5, { { 8, 30, 1 } }, true);
    add(6, { { 60, 30, 0 } }, true);
    add(7, { { 60, 30, 1 } }, false);
    pen_test::WriteImage(truth.GetPointer(), m_Folder / "truth.nrrd");
    pen_test::WriteImage(prediction.GetPointer(), m_Folder / "prediction.nrrd");
    WriteText(m_Folder / "slices.csv", "label,approx_z\n1,0\n2,0\n3,0\n4,1\n5,2.5\n6,1\n7,7\n");
    WriteText(m_Folder / "um.csv", "label,page,x,y,z\n1,0,0,0,0\n2,0,0,0,0\n3,0,0,0,0\n4,0,0,0,10\n5,1,0,0,25\n"
                                   "6,0,0,0,10\n7,1,0,0,70\n");
  }

  pen_test::ProgramResult
  Run(const std::vector<std::string> & more) const
  {
    std::vector<std::string> arguments{ "--truth", m_Folder / "truth.nrrd", "--prediction",
                                        m_Folder / "prediction.nrrd" };
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunAsUser("pen-evaluate", arguments);
  }

  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(Evaluate, CountsTrueCellsByHowTheyMeet)
{
  const auto result = Run({ "--json", m_Folder / "s.json", "--csv", m_Folder / "s.csv" });
  ExpectSilentSuccess(result);
  EXPECT_NE(result.output.find("found 1 of 1 isolated, 1 of 2 touching, 2 of 2 overlapping, 1 of 2 stacked"),
            std::string::npos)
    << result.output;
  const auto scores = nlohmann::json::parse(ReadText(m_Folder / "s.json"));
  EXPECT_EQ(scores["tp"], 5);
  const auto & classes = scores["overlap_classes"];
  EXPECT_EQ(classes["isolated"]["cells"], 1);
  EXPECT_EQ(classes["touching"]["found"], 1);
  EXPECT_DOUBLE_EQ(classes["touching"]["recall"], 0.5);
  EXPECT_DOUBLE_EQ(classes["overlapping"]["quality"], 1.0);
  EXPECT_DOUBLE_EQ(classes["stacked"]["recall"], 0.5);
  EXPECT_DOUBLE_EQ(scores["mean_jaccard"], 5.0 / 7.0);
  EXPECT_EQ(scores.count("depth_gaps"), 0u) << "depths are not known";
  ASSERT_EQ(scores["images"].size(), 1u);
  EXPECT_EQ(scores["images"][0]["truth"], m_Folder / "truth.nrrd");
  EXPECT_EQ(scores["images"][0]["overlap_classes"], classes);
  const std::string csv = ReadText(m_Folder / "s.csv");
  EXPECT_NE(csv.find("boundary_f,isolated_cells,isolated_found,isolated_recall,touching_cells"), std::string::npos);
  EXPECT_NE(csv.find(",1,1,1,2,1,0.5,2,2,1,2,1,0.5\n"), std::string::npos) << csv;
}

TEST_F(Evaluate, LimitsOfTheClassesAreOptions)
{
  ExpectSilentSuccess(Run({ "--touching-distance", "0", "--stacked-share", "0.2", "--json", m_Folder / "s.json" }));
  const auto classes = nlohmann::json::parse(ReadText(m_Folder / "s.json"))["overlap_classes"];
  EXPECT_EQ(classes["isolated"]["cells"], 3);
  EXPECT_EQ(classes["touching"]["cells"], 0);
  EXPECT_TRUE(classes["touching"]["recall"].is_null());
  EXPECT_EQ(classes["overlapping"]["cells"], 0);
  EXPECT_EQ(classes["stacked"]["cells"], 4);
}

TEST_F(Evaluate, CountsOverlappingCellsByDepthGapInUmOrSlices)
{
  ExpectSilentSuccess(Run(
    { "--truth-cells", m_Folder / "um.csv", "--json", m_Folder / "um.json", "--csv", m_Folder / "um.csv.out.csv" }));
  ExpectSilentSuccess(
    Run({ "--truth-cells", m_Folder / "slices.csv", "--slice-spacing", "10", "--json", m_Folder / "slices.json" }));
  const auto gaps = nlohmann::json::parse(ReadText(m_Folder / "um.json"))["depth_gaps"];
  EXPECT_EQ(nlohmann::json::parse(ReadText(m_Folder / "slices.json"))["depth_gaps"], gaps);
  ASSERT_EQ(gaps.size(), 4u);
  EXPECT_EQ(gaps[0]["cells"], 0);
  EXPECT_TRUE(gaps[0]["recall"].is_null());
  EXPECT_EQ(gaps[1]["from_um"], 10.0);
  EXPECT_EQ(gaps[1]["to_um"], 20.0);
  EXPECT_EQ(gaps[1]["cells"], 2);
  EXPECT_EQ(gaps[1]["found"], 2);
  EXPECT_TRUE(gaps[3]["to_um"].is_null());
  EXPECT_DOUBLE_EQ(gaps[3]["recall"], 0.5);
  EXPECT_NE(ReadText(m_Folder / "um.csv.out.csv").find(",gap_10_20_cells,gap_10_20_found,gap_10_20_recall,gap_20_40"),
            std::string::npos);
  ExpectSilentSuccess(
    Run({ "--truth-cells", m_Folder / "um.csv", "--depth-gaps", "30", "--json", m_Folder / "one.json" }));
  EXPECT_EQ(nlohmann::json::parse(ReadText(m_Folder / "one.json"))["depth_gaps"].size(), 2u);
}

TEST_F(Evaluate, DrawsTheCurveOverThresholds)
{
  ExpectSilentSuccess(Run({ "--curve", m_Folder / "curve.svg" }));
  const std::string svg = ReadText(m_Folder / "curve.svg");
  EXPECT_EQ(svg.find("<svg"), 0u);
  for (const char * name : { "Jaccard (AP)", "precision", "recall", "quality", "IoU that makes a match" })
  {
    EXPECT_NE(svg.find(name), std::string::npos) << name;
  }
}

TEST_F(Evaluate, BadInputGivesOneLineAndNothing)
{
  const auto before = m_Folder.List();
  const auto expect = [&](const std::vector<std::string> & more, int code, const std::string & mentioned)
  { ExpectOneErrorLine(Run(more), "pen-evaluate", code, mentioned); };
  const std::string json = m_Folder / "s.json";
  expect({ "--json", json, "--depth-gaps", "20,10" }, 2, "--depth-gaps must ascend");
  expect({ "--json", json, "--stacked-share", "1.5" }, 2, "--stacked-share");
  expect({ "--json", json, "--truth-cells", m_Folder / "um.csv", m_Folder / "um.csv" }, 2, "--truth-cells");
  expect({ "--json", json, "--truth-cells", m_Folder / "slices.csv" }, 1, "tells depths in slices");
  expect({ "--json", json, "--truth-cells", m_Folder / "none.csv" }, 1, "none.csv");
  expect({ "--json", json, "--curve", m_Folder / "none/curve.svg" }, 1, "none");
  EXPECT_EQ(m_Folder.List(), before);
  WriteText(m_Folder / "few.csv", "label,z\n1,0\n");
  expect({ "--truth-cells", m_Folder / "few.csv" }, 1, "no row for label 2");
}
