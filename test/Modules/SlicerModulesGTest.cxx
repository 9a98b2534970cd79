// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The Slicer modules, called as Slicer calls them: a description, progress on stdout, files and returned values.

#include "Files/LayersFile.h"
#include "SlicerDescription.h"
#include "programs/RunAsUser.h"
#include "programs/SmallModel.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <regex>

using pen_test::ExpectSilentSuccess;
using pen_test::ProgramResult;
using pen_test::ReadImage;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
using Words = std::vector<std::string>;
using FloatStack = itk::Image<float, 3>;

std::string
PathOf(const std::string & module)
{
  return std::string(PEN_CLI_MODULES_DIR) + '/' + module;
}

ProgramResult
RunModule(const std::string & module, const Words & words)
{
  return RunAsUser(PathOf(module), words);
}

// A module may have told its start on stdout already.
void
ExpectErrorLine(const ProgramResult & result, const std::string & module, int exitCode, const std::string & mentioned)
{
  EXPECT_EQ(result.exitCode, exitCode) << result.errors;
  EXPECT_EQ(result.errors.find(module + ": error: "), 0u) << result.errors;
  EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
  EXPECT_NE(result.errors.find(mentioned), std::string::npos) << result.errors;
  EXPECT_EQ(result.output.find("<filter-end>"), std::string::npos);
}

// The "name = value" lines of --returnparameterfile.
std::map<std::string, std::string>
ReadReturned(const std::string & path)
{
  std::map<std::string, std::string> values;
  std::istringstream stream(ReadText(path));
  for (std::string line; std::getline(stream, line);)
  {
    const std::size_t equals = line.find(" = ");
    EXPECT_NE(equals, std::string::npos) << line;
    values[line.substr(0, equals)] = line.substr(equals + 3);
  }
  return values;
}

std::vector<double>
ProgressOf(const std::string & output)
{
  const std::regex tag("<filter-progress>([0-9.]+)</filter-progress>\n");
  std::vector<double> progress;
  for (std::sregex_iterator it(output.begin(), output.end(), tag); it != std::sregex_iterator(); ++it)
  {
    progress.push_back(std::stod((*it)[1]));
  }
  return progress;
}

// A stack that the small model makes cells of, with these options.
class SlicerModules : public testing::Test
{
protected:
  void
  SetUp() override
  {
    pen_test::WriteSmallModel(m_Folder / "model.pt");
    const auto stack = pen_test::MakeRamp<FloatStack>({ { 60, 44, 6 } }, 0.0f);
    const double spacing[3] = { 0.5, 0.5, 2.5 };
    stack->SetSpacing(spacing);
    pen_test::WriteImage(stack.GetPointer(), m_Folder / "field.nrrd");
  }

  void
  WriteParameters(const nlohmann::json & groups)
  {
    WriteText(m_Folder / "run.json", nlohmann::json{ { "Parameters", groups } }.dump());
  }

  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(SlicerModules, PrintTheDescriptionThatLiesBesideThem)
{
  for (const std::string module : { "PenSegment", "PenProject", "PenEvaluate" })
  {
    const ProgramResult result = RunModule(module, { "--xml" });
    ExpectSilentSuccess(result);
    EXPECT_EQ(result.output.find("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<executable>"), 0u);
    EXPECT_EQ(result.output, ReadText(PathOf(module) + ".xml"));
    EXPECT_EQ(result.output, ReadText(std::string(PEN_CLI_SOURCE_DIR) + '/' + module + '/' + module + ".xml"));
    EXPECT_NO_THROW(pen::ParseSlicerDescription(result.output));
    EXPECT_EQ(RunModule(module, { "--version" }).output, module + " " PEN_PROJECT_VERSION "\n");
    EXPECT_NE(RunModule(module, { "--help" }).output.find("--returnparameterfile"), std::string::npos);
  }
}

TEST_F(SlicerModules, SegmentFromAParameterFileAsTheProgramDoes)
{
  ExpectSilentSuccess(
    RunAsUser("pen-segment", { m_Folder / "field.nrrd", "-o", m_Folder / "out", "--model", m_Folder / "model.pt",
                               "--cell-threshold", "-100", "--flow-threshold", "0", "--scale-bar", "--rois", "--tiff",
                               "--save-flows", "--save-projection", "--side-by-side", "--depth-overlay", "--quiet" }));
  WriteParameters({ { "Input and output",
                      { { "inputVolume", m_Folder / "field.nrrd" },
                        { "labels", m_Folder / "l.nrrd" },
                        { "segmentation", m_Folder / "s.seg.nrrd" },
                        { "table", m_Folder / "t.csv" },
                        { "report", m_Folder / "r.html" } } },
                    { "Model", { { "model", m_Folder / "model.pt" } } },
                    { "Cells", { { "cellThreshold", -100 }, { "flowThreshold", 0.0 } } },
                    { "Pictures and files for other programs",
                      { { "overlay", m_Folder / "o.png" },
                        { "depthOverlay", m_Folder / "d.png" },
                        { "projection", m_Folder / "p.png" },
                        { "sideBySide", m_Folder / "b.png" },
                        { "rois", m_Folder / "r.zip" },
                        { "tiff", m_Folder / "l.ome.tif" },
                        { "flows", m_Folder / "f.nrrd" },
                        { "scaleBar", true } } } });
  const ProgramResult result =
    RunModule("PenSegment", { "--deserialize", m_Folder / "run.json", "--returnparameterfile",
                              m_Folder / "returned.params", "--threads", "1" });
  ExpectSilentSuccess(result);
  for (const auto & [ours, theirs] : std::map<std::string, std::string>{ { "l.nrrd", "field_labels.nrrd" },
                                                                         { "s.seg.nrrd", "field.seg.nrrd" },
                                                                         { "t.csv", "field_cells.csv" },
                                                                         { "o.png", "field_overlay.png" },
                                                                         { "d.png", "field_depth_overlay.png" },
                                                                         { "p.png", "field_projection.png" },
                                                                         { "b.png", "field_side_by_side.png" },
                                                                         { "r.zip", "field_rois.zip" },
                                                                         { "l.ome.tif", "field_labels.ome.tif" },
                                                                         { "f.nrrd", "field_flows.nrrd" } })
  {
    const std::string expected = ReadText(m_Folder / ("out/" + theirs));
    EXPECT_FALSE(expected.empty()) << theirs;
    EXPECT_TRUE(ReadText(m_Folder / ours) == expected) << ours << " is not " << theirs;
  }
  EXPECT_NE(ReadText(m_Folder / "r.html").find("cell-threshold=-100"), std::string::npos);
  const auto cells = pen::ReadCells(m_Folder / "l.nrrd")->GetNumberOfLabelObjects();
  ASSERT_GT(cells, 0u);
  const auto returned = ReadReturned(m_Folder / "returned.params");
  EXPECT_EQ(returned.at("cells"), std::to_string(cells));
  EXPECT_EQ(returned.count("overlappingCells"), 1u);
  EXPECT_EQ(returned.size(), 2u);
}

TEST_F(SlicerModules, TellProgressInOrder)
{
  const ProgramResult result =
    RunModule("PenSegment", { "--model", m_Folder / "model.pt", "--labels", m_Folder / "l.nrrd",
                              "--processinformationaddress", "0x7f00", m_Folder / "field.nrrd" });
  EXPECT_EQ(result.exitCode, 0);
  EXPECT_EQ(result.errors.find("PenSegment: warning: no cell was kept"), 0u) << "random weights find none: " << result.errors;
  const std::string & output = result.output;
  EXPECT_EQ(output.find("<filter-start>\n<filter-name>PenSegment</filter-name>\n<filter-comment>"), 0u);
  const std::regex end("</filter-progress>\n<filter-end>\n<filter-name>PenSegment</filter-name>\n"
                       "<filter-time>[0-9.]+</filter-time>\n</filter-end>\n$");
  EXPECT_TRUE(std::regex_search(output, end)) << output;
  std::size_t place = output.find("</filter-start>");
  for (const std::string stage : { "read", "network", "masks", "depths", "write" })
  {
    place = output.find("<filter-comment>" + stage + "</filter-comment>", place);
    EXPECT_NE(place, std::string::npos) << stage;
  }
  const std::vector<double> progress = ProgressOf(output);
  ASSERT_GE(progress.size(), 4u);
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_EQ(progress.front(), 0.0);
  EXPECT_EQ(progress.back(), 1.0);
  // Nothing but tags and what stands between them, which Slicer takes out of what it shows.
  EXPECT_EQ(std::regex_replace(output, std::regex("<[^>]*>[^<]*"), ""), "");
}

TEST_F(SlicerModules, SerializeARunThatAnotherRepeats)
{
  ExpectSilentSuccess(RunModule("PenProject", { "--method", "std", "--grayImage", m_Folder / "a.nrrd", "--serialize",
                                                m_Folder / "run.json", m_Folder / "field.nrrd" }));
  const auto stored = nlohmann::json::parse(ReadText(m_Folder / "run.json")).at("Parameters");
  EXPECT_EQ(stored.at("Input and output").at("method"), "std");
  EXPECT_EQ(stored.at("Computing").at("threads"), 0);
  ExpectSilentSuccess(
    RunModule("PenProject", { "--deserialize", m_Folder / "run.json", "--grayImage", m_Folder / "b.nrrd" }));
  EXPECT_TRUE(ReadText(m_Folder / "a.nrrd") == ReadText(m_Folder / "b.nrrd"));
}

TEST_F(SlicerModules, ProjectAsTheProgramDoes)
{
  for (const std::string method : { "max", "mean", "sum", "std", "linear", "pen" })
  {
    const bool makesColours = method == "linear" || method == "pen";
    ExpectSilentSuccess(RunAsUser("pen-project", { m_Folder / "field.nrrd", "-o", m_Folder / "expected.nrrd",
                                                   "--method", method, "--model", m_Folder / "model.pt" }));
    ExpectSilentSuccess(
      RunModule("PenProject", { "--method", method, "--model", m_Folder / "model.pt",
                                makesColours ? "--colourImage" : "--grayImage", m_Folder / "image.nrrd",
                                "--returnparameterfile", m_Folder / "returned.params", m_Folder / "field.nrrd" }));
    EXPECT_TRUE(ReadText(m_Folder / "image.nrrd") == ReadText(m_Folder / "expected.nrrd")) << method;
    ExpectErrorLine(RunModule("PenProject", { "--method", method, makesColours ? "--grayImage" : "--colourImage",
                                              m_Folder / "wrong.nrrd", m_Folder / "field.nrrd" }),
                    "PenProject", 2, "method " + method + " makes a " + (makesColours ? "colour" : "gray") + " image");
    EXPECT_FALSE(std::filesystem::exists(m_Folder / "wrong.nrrd"));
    if (method == "max")
    {
      // Of the ramp's last slice.
      const auto returned = ReadReturned(m_Folder / "returned.params");
      EXPECT_EQ(std::stod(returned.at("lowest")), 60 * 44 * 5);
      EXPECT_EQ(std::stod(returned.at("highest")), 60 * 44 * 6 - 1);
    }
  }
}

TEST_F(SlicerModules, EvaluateReturnsWhatTheProgramWrites)
{
  const std::string truth = PEN_TEST_DATA_DIR "/mda231_stack/layers.nrrd";
  const auto layers = pen::ReadLayers(truth);
  // One cell is missed.
  const unsigned int highest = *std::max_element(
    layers->GetBufferPointer(), layers->GetBufferPointer() + layers->GetLargestPossibleRegion().GetNumberOfPixels());
  std::replace(layers->GetBufferPointer(),
               layers->GetBufferPointer() + layers->GetLargestPossibleRegion().GetNumberOfPixels(), highest, 0u);
  pen_test::WriteImage(layers.GetPointer(), m_Folder / "found.nrrd");
  ExpectSilentSuccess(RunModule("PenEvaluate", { "--returnparameterfile", m_Folder / "returned.params", "--json",
                                                 m_Folder / "a.json", truth, m_Folder / "found.nrrd" }));
  ASSERT_EQ(RunAsUser("pen-evaluate",
                      { "--truth", truth, "--prediction", m_Folder / "found.nrrd", "--json", m_Folder / "b.json" })
              .exitCode,
            0);
  EXPECT_EQ(ReadText(m_Folder / "a.json"), ReadText(m_Folder / "b.json"));
  const auto scores = nlohmann::json::parse(ReadText(m_Folder / "b.json"));
  const auto returned = ReadReturned(m_Folder / "returned.params");
  for (const auto & [name, key] : std::map<std::string, std::string>{ { "jaccard", "jaccard" },
                                                                      { "precision", "precision" },
                                                                      { "recall", "recall" },
                                                                      { "quality", "quality" },
                                                                      { "truePositives", "tp" },
                                                                      { "falsePositives", "fp" },
                                                                      { "falseNegatives", "fn" },
                                                                      { "aggregatedJaccard", "aji" },
                                                                      { "panopticQuality", "pq" } })
  {
    EXPECT_NEAR(std::stod(returned.at(name)), scores.at(key).get<double>(), 1e-12) << name;
  }
  EXPECT_EQ(returned.at("falseNegatives"), "1");
  EXPECT_EQ(returned.at("precision"), "1");
}

TEST_F(SlicerModules, BadInputIsOneLineAndLeavesNothing)
{
  const Words before = m_Folder.List();
  const std::string model = m_Folder / "model.pt";
  const std::string labels = m_Folder / "l.nrrd";
  const auto expect = [&](const Words & words, int exitCode, const std::string & mentioned)
  {
    ExpectErrorLine(RunModule("PenSegment", words), "PenSegment", exitCode, mentioned);
    EXPECT_EQ(m_Folder.List(), before);
  };
  expect({}, 2, "inputVolume is missing");
  expect({ "--noSuchParameter", "1", m_Folder / "field.nrrd" }, 2, "--noSuchParameter");
  expect({ "--tile", "1", m_Folder / "field.nrrd" }, 2, "tile is \"1\"");
  expect({ "--tile", "64", m_Folder / "field.nrrd" }, 2, "--overlap");
  expect({ "--mergeDuplicates", "often", m_Folder / "field.nrrd" }, 2, "often");
  expect({ "--labels", labels, "--model", model, m_Folder / "absent.nrrd" }, 1, "absent.nrrd");
  expect({ "--labels", labels, "--model", m_Folder / "absent.pt", m_Folder / "field.nrrd" }, 1, "absent.pt");
  expect({ "--labels", m_Folder / "absent/l.nrrd", "--model", model, m_Folder / "field.nrrd" }, 1, "absent");
  expect({ "--labels", labels, "--returnparameterfile", m_Folder / "absent/r.params", "--model", model,
           m_Folder / "field.nrrd" },
         1, "absent");
  expect({ "--deserialize", m_Folder / "absent.json" }, 1, "absent.json");
  expect({ "--deserialize", m_Folder / "field.nrrd" }, 1, "field.nrrd");
}

#if !defined(_WIN32)
TEST_F(SlicerModules, EndedBySigtermLeaveNoPartialFile)
{
  const auto stack = FloatStack::New();
  stack->SetRegions(itk::Size<3>{ { 1500, 1500, 8 } });
  stack->Allocate(true);
  pen_test::WriteImage(stack.GetPointer(), m_Folder / "large.nrrd");
  std::filesystem::create_directory(m_Folder / "out");
  // The files of a run are claimed before its work, so a signal once they are there meets it at work.
  const std::string script = "'" + PathOf("PenSegment") + "' --model '" + (m_Folder / "model.pt") + "' --labels '" +
                             (m_Folder / "out/l.nrrd") + "' --report '" + (m_Folder / "out/r.html") + "' '" +
                             (m_Folder / "large.nrrd") + "' >'" + (m_Folder / "said") +
                             "' 2>&1 & pid=$!\n"
                             "until grep -q '<filter-progress>' '" +
                             (m_Folder / "said") +
                             "'; do kill -0 $pid || exit 9; sleep 0.01; done\n"
                             "ls -A '" +
                             (m_Folder / "out") + "' >'" + (m_Folder / "claimed") +
                             "'\n"
                             "kill -TERM $pid; wait $pid; exit $?\n";
  WriteText(m_Folder / "script", script);
  const ProgramResult result = RunAsUser("/bin/sh", { m_Folder / "script" });
  EXPECT_EQ(result.exitCode, 128 + 15) << result.errors << ReadText(m_Folder / "said");
  EXPECT_NE(ReadText(m_Folder / "claimed").find(".partial"), std::string::npos);
  EXPECT_EQ(ReadText(m_Folder / "said").find("<filter-end>"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(m_Folder / "out"));
}
#endif
