// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The programs on good input, as a user chains them.

#include "Files/FlowFieldFile.h"
#include "Files/StackFile.h"
#include "ProjectionEnhancement/Formats/OmeTiffWriter.h"
#include "programs/RunAsUser.h"
#include "programs/SmallModel.h"
#include "support/HandMadeTiff.h"
#include "support/TestFiles.h"

#include "ProjectionEnhancement/Depth/DepthWindows.h"
#include "itkRGBPixel.h"
#include "itkSegmentationNetwork.h"
#include "itkTIFFImageIO.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>

using pen_test::MakeRamp;
using pen_test::ProgramResult;
using pen_test::ReadImage;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;
using pen_test::WriteImage;
using pen_test::WriteText;

namespace
{
using Layers = itk::Image<unsigned char, 3>;

const std::string realLayers = PEN_TEST_DATA_DIR "/mda231_stack/layers.nrrd";
const std::string realIgnore = PEN_TEST_DATA_DIR "/mda231_stack/ignore.nrrd";

void
FillBox(Layers * layers, unsigned char label, const Layers::IndexType & start, const Layers::SizeType & size)
{
  for (itk::ImageRegionIterator<Layers> it(layers, { start, size }); !it.IsAtEnd(); ++it)
  {
    it.Set(label);
  }
}

Layers::Pointer
BlankLayers(const Layers::SizeType & size)
{
  const auto layers = Layers::New();
  layers->SetRegions(size);
  layers->Allocate(true);
  return layers;
}
} // namespace

TEST(Pipeline, RealCellsSurviveFlowsAndMasks)
{
  const TemporaryFolder folder;
  // PEN's flow is that of a limited number of steps: in the longest cell it is not quite what the check expects.
  for (const auto & [method, iou] : std::map<std::string, std::string>{ { "cellpose", "0.95" }, { "pen", "0.8" } })
  {
    ExpectSilentSuccess(RunAsUser("pen-flows", { realLayers, "-o", folder / "flows.nrrd", "--method", method }));
    ExpectSilentSuccess(
      RunAsUser("pen-masks", { folder / "flows.nrrd", "-o", folder / "layers.nrrd", "--timings", folder / "t.json" }));
    const ProgramResult result =
      RunAsUser("pen-evaluate", { "--truth", realLayers, "--prediction", folder / "layers.nrrd", "--iou", iou, "--json",
                                  folder / "scores.json" });
    ExpectSilentSuccess(result);
    const auto scores = nlohmann::json::parse(ReadText(folder / "scores.json"));
    EXPECT_EQ(scores["tp"], 10) << method << '\n' << result.output;
    EXPECT_EQ(scores["fp"], 0) << method << '\n' << result.output;

    const auto truth = ReadImage<Layers>(realLayers);
    const auto found = ReadImage<Layers>(folder / "layers.nrrd");
    EXPECT_EQ(found->GetLargestPossibleRegion(), truth->GetLargestPossibleRegion());
    EXPECT_EQ(found->GetSpacing(), truth->GetSpacing());
  }
  const auto timings = nlohmann::json::parse(ReadText(folder / "t.json"));
  EXPECT_GT(timings["total"], 0.0);
  EXPECT_GT(timings["stages"]["masks"], 0.0);
  EXPECT_GT(timings["peak_rss_bytes"], 1000000);
}

TEST(Pipeline, ResultDoesNotDependOnThreads)
{
  const TemporaryFolder folder;
  for (const std::string threads : { "1", "3" })
  {
    const std::string suffix = threads + ".nrrd";
    ExpectSilentSuccess(
      RunAsUser("pen-flows", { realLayers, "-o", folder / ("flows" + suffix), "--threads", threads }));
    ExpectSilentSuccess(RunAsUser(
      "pen-masks", { folder / ("flows" + suffix), "-o", folder / ("layers" + suffix), "--threads", threads }));
  }
  EXPECT_EQ(ReadText(folder / "flows1.nrrd"), ReadText(folder / "flows3.nrrd"));
  EXPECT_EQ(ReadText(folder / "layers1.nrrd"), ReadText(folder / "layers3.nrrd"));
}

TEST(Pipeline, LittleMemoryAndWorkAheadGiveTheSameResults)
{
  // Read by rows of a TIFF, flow field in a scratch file, cells found in windows of it.
  const TemporaryFolder folder;
  const auto stack = ReadImage<pen::StackImage>(PEN_TEST_DATA_DIR "/mda231_stack/stack.nrrd");
  itk::PenCore::WriteOmeTiff(stack, true, folder / "field.ome.tif");
  for (const std::string memory : { "16", "4096" })
  {
    for (const std::string ahead : { "off", "on" })
    {
      ExpectSilentSuccess(RunAsUser(
        "pen-segment", { folder / "field.ome.tif", "-o", folder / (ahead == "on" ? memory + "-ahead" : memory),
                         "--memory", memory, "--ahead", ahead, "--threads", "2", "--no-report", "--quiet" }));
    }
  }
  for (const std::string run : { "16", "16-ahead", "4096-ahead" })
  {
    for (const char * name : { "field_labels.nrrd", "field_cells.csv", "field.seg.nrrd", "field_overlay.png" })
    {
      EXPECT_EQ(ReadText(folder / (run + "/" + name)), ReadText(folder / (std::string("4096/") + name)))
        << run << ' ' << name;
    }
  }
  const std::string table = ReadText(folder / "16/field_cells.csv");
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 11) << "ten cells";
  // A MetaImage is read by rows too.
  const auto writer = itk::ImageFileWriter<pen::StackImage>::New();
  writer->SetInput(stack);
  writer->SetFileName(folder / "field.mha");
  writer->UseCompressionOff();
  writer->Update();
  const auto segment = [&]
  {
    return RunAsUser("pen-segment", { folder / "field.mha", "-o", folder / "mha", "--memory", "16", "--spacing",
                                      "0.538,0.538,10", "--no-report", "--quiet" });
  };
  ExpectSilentSuccess(segment());
  for (const char * name : { "field_labels.nrrd", "field_cells.csv" })
  {
    EXPECT_EQ(ReadText(folder / ("mha/" + std::string(name))), ReadText(folder / ("4096/" + std::string(name))))
      << name;
  }
  std::filesystem::resize_file(folder / "field.mha", std::filesystem::file_size(folder / "field.mha") - 4096);
  ExpectOneErrorLine(segment(), "pen-segment", 1, "field.mha");
  // The scratch file is gone.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "16"), {}), 4);
}

TEST(Pipeline, NoiseAloneHasNoCells)
{
  const TemporaryFolder folder;
  for (const std::string seed : { "1", "2" })
  {
    ExpectSilentSuccess(RunAsUser(
      "pen-simulate", { "-o", folder / seed, "--cells", "0", "--size", "320,320,13", "--seed", seed, "--quiet" }));
    ExpectSilentSuccess(RunAsUser(
      "pen-segment", { folder / (seed + "/stack.nrrd"), "-o", folder / ("found" + seed), "--no-report", "--quiet" }));
    const std::string table = ReadText(folder / ("found" + seed + "/stack_cells.csv"));
    EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 1) << table;
  }
}

TEST(Pipeline, EvaluateCountsWhatAPersonCounts)
{
  const TemporaryFolder folder;
  // Three true cells of 20 x 10 pixels. Found: the first exactly; the second shifted by half its length, IoU 1/3;
  // the third not at all; and one that is nowhere near, in the ignored right half of the image.
  const auto truth = BlankLayers({ { 100, 100, 1 } });
  FillBox(truth, 1, { { 0, 0, 0 } }, { { 20, 10, 1 } });
  FillBox(truth, 2, { { 0, 20, 0 } }, { { 20, 10, 1 } });
  FillBox(truth, 3, { { 0, 40, 0 } }, { { 20, 10, 1 } });
  WriteImage(truth.GetPointer(), folder / "truth.nrrd");
  const auto prediction = BlankLayers({ { 100, 100, 2 } });
  FillBox(prediction, 7, { { 0, 0, 0 } }, { { 20, 10, 1 } });
  FillBox(prediction, 8, { { 10, 20, 1 } }, { { 20, 10, 1 } });
  FillBox(prediction, 9, { { 70, 70, 1 } }, { { 20, 10, 1 } });
  WriteImage(prediction.GetPointer(), folder / "prediction.nrrd");
  const auto ignore = BlankLayers({ { 100, 100, 1 } });
  FillBox(ignore, 255, { { 50, 0, 0 } }, { { 50, 100, 1 } });
  WriteImage(ignore.GetPointer(), folder / "ignore.nrrd");

  const auto scoresOf = [&](const std::vector<std::string> & more)
  {
    std::vector<std::string> arguments{ "--truth", folder / "truth.nrrd", "--prediction", folder / "prediction.nrrd",
                                        "--json",  folder / "scores.json" };
    arguments.insert(arguments.end(), more.begin(), more.end());
    ExpectSilentSuccess(RunAsUser("pen-evaluate", arguments));
    return nlohmann::json::parse(ReadText(folder / "scores.json"));
  };
  const auto strict = scoresOf({});
  EXPECT_EQ(strict["tp"], 1);
  EXPECT_EQ(strict["fp"], 2);
  EXPECT_EQ(strict["fn"], 2);
  EXPECT_DOUBLE_EQ(strict["jaccard"], 0.2);
  EXPECT_DOUBLE_EQ(strict["precision"], 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(strict["recall"], 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(strict["quality"], 1.0);
  EXPECT_DOUBLE_EQ(strict["pq"], 1.0 / 3.0);
  // Intersections 200 + 100; unions 200 + 300, the missed cell's 200 and the invented one's 200.
  EXPECT_DOUBLE_EQ(strict["aji"], 300.0 / 900.0);
  ASSERT_EQ(strict["thresholds"].size(), 10u);
  EXPECT_DOUBLE_EQ(strict["thresholds"][0]["iou"], 0.5);
  EXPECT_DOUBLE_EQ(strict["thresholds"][9]["jaccard"], 0.2);

  const auto lenient = scoresOf({ "--iou", "0.3", "--ignore", folder / "ignore.nrrd" });
  EXPECT_EQ(lenient["tp"], 2);
  EXPECT_EQ(lenient["fp"], 0);
  EXPECT_EQ(lenient["fn"], 1);
  EXPECT_DOUBLE_EQ(lenient["quality"], (1.0 + 1.0 / 3.0) / 2.0);
}

TEST(Pipeline, EvaluatePoolsSeveralImagesAndListsEach)
{
  const TemporaryFolder folder;
  const auto blank = BlankLayers({ { 731, 1024, 1 } });
  WriteImage(blank.GetPointer(), folder / "blank.nrrd");
  const ProgramResult result = RunAsUser(
    "pen-evaluate", { "--truth", realLayers, realLayers, "--prediction", realLayers, folder / "blank.nrrd", "--ignore",
                      realIgnore, realIgnore, "--json", folder / "scores.json", "--csv", folder / "scores.csv" });
  ExpectSilentSuccess(result);
  const auto scores = nlohmann::json::parse(ReadText(folder / "scores.json"));
  EXPECT_EQ(scores["tp"], 10);
  EXPECT_EQ(scores["fn"], 10);
  EXPECT_DOUBLE_EQ(scores["jaccard"], 0.5);
  std::istringstream csv(ReadText(folder / "scores.csv"));
  for (const std::string & expected :
       { std::string("truth,prediction,jaccard,precision,recall,quality,tp,fp,fn,aji,pq,"),
         realLayers + "," + realLayers + ",1,1,1,1,10,0,0,1,1,",
         realLayers + "," + (folder / "blank.nrrd") + ",0,0,0,0,0,0,10,0,0," })
  {
    std::string line;
    ASSERT_TRUE(std::getline(csv, line));
    EXPECT_EQ(line.find(expected), 0u) << line;
  }
}

TEST(Pipeline, AssignGivesEqualDepthsEqualChannels)
{
  const TemporaryFolder folder;
  WriteText(folder / "cells.csv", "label,x,y,z\n1,0,0,5\n2,1,0,2\n3,0,1,5\n4,1,1,9\n");
  ExpectSilentSuccess(RunAsUser(
    "pen-assign", { folder / "cells.csv", "-o", folder / "channels.csv", "--channels", "3", "--method", "z_kmeans" }));
  EXPECT_EQ(ReadText(folder / "channels.csv"), "label,channel\n1,1\n2,0\n3,1\n4,2\n");
  const auto cut = [&](const std::string & slices)
  {
    return RunAsUser("pen-assign", { folder / "cells.csv", "-o", folder / "cut.csv", "--channels", "2", "--method",
                                     "slice_stack", "--slices", slices });
  };
  ExpectSilentSuccess(cut("10"));
  EXPECT_EQ(ReadText(folder / "cut.csv"), "label,channel\n1,1\n2,0\n3,1\n4,1\n");
  ExpectOneErrorLine(cut("9"), "pen-assign", 1, "label 4 has depth 9 in slices, but the stack has 9 slices");
  pen_test::ExpectOneErrorLine(
    RunAsUser("pen-assign", { folder / "cells.csv", "-o", folder / "channels.csv", "--method", "local_order" }),
    "pen-assign", 2, "--layers");
}

TEST(Pipeline, SegmentWritesEveryResultOnTheInputsGrid)
{
  const TemporaryFolder folder;
  pen_test::WriteSmallModel(folder / "model.pt");
  const auto stack = MakeRamp<itk::Image<float, 3>>({ { 60, 44, 6 } }, 0.0f);
  const double spacing[3] = { 0.5, 0.5, 2.5 };
  const double origin[3] = { 7.0, 8.0, 9.0 };
  stack->SetSpacing(spacing);
  stack->SetOrigin(origin);
  WriteImage(stack.GetPointer(), folder / "field.nrrd");
  const ProgramResult result = RunAsUser(
    "pen-segment", { folder / "field.nrrd", "-o", folder / "out", "--model", folder / "model.pt", "--save-flows",
                     "--save-projection", "--cell-threshold", "-100", "--flow-threshold", "0", "--quiet" });
  ExpectSilentSuccess(result);
  for (const std::string ending :
       { "_labels.nrrd", "_overlay.png", "_cells.csv", "_flows.nrrd", "_projection.png", ".seg.nrrd" })
  {
    EXPECT_TRUE(std::filesystem::exists(folder / ("out/field" + ending))) << ending;
  }
  const auto labels = ReadImage<Layers>(folder / "out/field_labels.nrrd");
  EXPECT_EQ(labels->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 60, 44, 2 } }));
  EXPECT_DOUBLE_EQ(labels->GetSpacing()[0], 0.5);
  EXPECT_DOUBLE_EQ(labels->GetOrigin()[1], 8.0);
  EXPECT_EQ(ReadText(folder / "out/field_cells.csv").find("label,page,x,y,z,"), 0u);

  // The flows that were saved give the same labels again.
  ExpectSilentSuccess(RunAsUser("pen-masks", { folder / "out/field_flows.nrrd", "-o", folder / "again.nrrd",
                                               "--cell-threshold", "-100", "--flow-threshold", "0" }));
  EXPECT_EQ(ReadImage<Layers>(folder / "again.nrrd")->GetLargestPossibleRegion().GetSize(),
            labels->GetLargestPossibleRegion().GetSize());
}

TEST(Pipeline, DepthWindowsGiveTheSameRealCellsAndTheirFlows)
{
  const TemporaryFolder folder;
  const std::string stack = PEN_TEST_DATA_DIR "/mda231_stack/stack.nrrd";
  // 20 slices of 10 um: one window of all, nine of 4, three of 10 that begin at 0, 5 and 10. Two depth channels each.
  const std::map<std::string, unsigned int> pages{ { "off", 2 }, { "auto", 0 }, { "100", 6 } };
  for (const auto & [window, count] : pages)
  {
    std::vector<std::string> arguments{ stack, "-o", folder / window, "--depth-window", window, "--quiet" };
    if (count > 0)
    {
      arguments.insert(arguments.end(), { "--save-flows", "--no-report" });
    }
    ExpectSilentSuccess(RunAsUser("pen-segment", arguments));
    const ProgramResult result =
      RunAsUser("pen-evaluate", { "--truth", realLayers, "--prediction", folder / (window + "/stack_labels.nrrd"),
                                  "--ignore", realIgnore, "--json", folder / "scores.json" });
    ExpectSilentSuccess(result);
    const auto scores = nlohmann::json::parse(ReadText(folder / "scores.json"));
    EXPECT_EQ(scores["tp"], 10) << window << '\n' << result.output;
    EXPECT_EQ(scores["fp"], 0) << window << '\n' << result.output;
    if (count > 0)
    {
      const auto flows = pen::ReadFlowField(folder / (window + "/stack_flows.nrrd"));
      EXPECT_EQ(flows->GetLargestPossibleRegion().GetSize(2), count) << window;
      EXPECT_EQ(flows->GetSpacing()[0], ReadImage<pen::StackImage>(stack)->GetSpacing()[0]);
    }
  }
  EXPECT_NE(ReadText(folder / "auto/stack_report.html").find("9 of 4 slices"), std::string::npos);
  for (const std::string window : { "0", "-3", "40um", "nan", "" })
  {
    ExpectOneErrorLine(RunAsUser("pen-segment", { stack, "-o", folder / "no", "--depth-window=" + window }),
                       "pen-segment", 2, "--depth-window");
  }
}

TEST(Pipeline, OnlyModelsThatLearnedDepthWindowsAdoptCells)
{
  const auto scoreOf = [](const itk::SegmentationNetworkOptions & model)
  { return itk::PenCore::JoinParametersOf(4.0, model.GetRecipe().adoptCells).adoptionScore; };
  itk::SegmentationNetworkOptions model;
  EXPECT_EQ(scoreOf(model), std::numeric_limits<double>::infinity());
  model.depthWindows = true;
  EXPECT_EQ(scoreOf(itk::SegmentationNetworkOptions::FromJson(model.ToJson())), 1.0);
  const auto network = itk::SegmentationNetwork::New();
  network->Load(PEN_TEST_DATA_DIR "/../../models/pen-cellpose.pt");
  EXPECT_TRUE(network->GetOptions().GetRecipe().adoptCells);
}

// The real stack in a format, by its ending.
std::string
WriteRealStack(const std::string & ending, const std::string & prefix)
{
  const auto stack = ReadImage<itk::Image<unsigned char, 3>>(PEN_TEST_DATA_DIR "/mda231_stack/stack.nrrd");
  if (ending == ".nrrd")
  {
    WriteImage(stack.GetPointer(), prefix + ending);
  }
  else if (ending == ".ome.tif")
  {
    itk::PenCore::WriteOmeTiff(ReadImage<pen::StackImage>(PEN_TEST_DATA_DIR "/mda231_stack/stack.nrrd"), true,
                               prefix + ending);
  }
  else
  {
    const auto size = stack->GetLargestPossibleRegion().GetSize();
    pen_test::HandMadeTiff imageJ;
    imageJ.width = static_cast<std::uint32_t>(size[0]);
    imageJ.height = static_cast<std::uint32_t>(size[1]);
    imageJ.description = "ImageJ=1.53t\nimages=20\nslices=20\nunit=micron\nspacing=10.0\n";
    imageJ.pixelsPerUnit = 1.0 / 0.538;
    const auto * pixels = reinterpret_cast<const char *>(stack->GetBufferPointer());
    for (std::size_t page = 0; page < size[2]; ++page)
    {
      imageJ.pages.emplace_back(pixels + page * size[0] * size[1], size[0] * size[1]);
    }
    WriteText(prefix + ending, imageJ.Bytes());
  }
  return prefix + ending;
}

class ShippedModel : public testing::TestWithParam<std::pair<const char *, const char *>>
{
};

TEST_P(ShippedModel, TenLinesFindTheCellsOfPenSegment)
{
  const TemporaryFolder folder;
  const std::string model = std::string(PEN_MODELS_DIR "/") + GetParam().first;
  const std::string stack = WriteRealStack(GetParam().second, folder / "stack");
  ExpectSilentSuccess(RunAsUser("segment_ten_lines", { model, stack, folder / "layers.nrrd" }));
  ExpectSilentSuccess(
    RunAsUser("pen-segment", { stack, "-o", folder / "out", "--model", model, "--no-report", "--quiet" }));
  const auto expected = ReadImage<itk::Image<unsigned int, 3>>(folder / "out/stack_labels.nrrd");
  const auto layers = ReadImage<itk::Image<unsigned int, 3>>(folder / "layers.nrrd");
  const auto region = expected->GetLargestPossibleRegion();
  ASSERT_EQ(layers->GetLargestPossibleRegion(), region);
  EXPECT_EQ(layers->GetSpacing(), expected->GetSpacing());
  EXPECT_EQ(layers->GetOrigin(), expected->GetOrigin());
  const unsigned int * labels = expected->GetBufferPointer();
  EXPECT_GE(*std::max_element(labels, labels + region.GetNumberOfPixels()), 9u);
  EXPECT_TRUE(std::equal(labels, labels + region.GetNumberOfPixels(), layers->GetBufferPointer()));
}

INSTANTIATE_TEST_SUITE_P(Pipeline, ShippedModel,
                         testing::Values(std::pair("pen-cellpose.pt", ".nrrd"), std::pair("pen-cellpose-1.pt", ".nrrd"),
                                         std::pair("mip-cellpose.pt", ".nrrd"),
                                         std::pair("linear-cellpose.pt", ".nrrd"),
                                         std::pair("pen-cellpose.pt", ".ome.tif"), std::pair("pen-cellpose.pt", ".tif"),
                                         std::pair("mip-cellpose.pt", ".tif")));

TEST(Pipeline, DoubtfulSpacingIsOneWarning)
{
  const TemporaryFolder folder;
  pen_test::WriteSmallModel(folder / "model.pt");
  const auto stack = MakeRamp<itk::Image<float, 3>>({ { 32, 24, 4 } }, 0.0f);
  const double spacing[3] = { 25.0, 25.0, 100.0 };
  stack->SetSpacing(spacing);
  WriteImage(stack.GetPointer(), folder / "stack.mha");
  const std::string warning = "warning: a pixel of 25 x 25 um is larger than a cell, so its unit may be wrong; "
                              "--spacing x,y,z gives the right spacing in um: " +
                              (folder / "stack.mha") + "\n";
  const ProgramResult segmented =
    RunAsUser("pen-segment", { folder / "stack.mha", "-o", folder / "out", "--model", folder / "model.pt" });
  EXPECT_EQ(segmented.exitCode, 0);
  // The second says why the random weights find no cell.
  EXPECT_EQ(segmented.errors.find("pen-segment: " + warning + "pen-segment: warning: no cell was kept"), 0u)
    << segmented.errors;
  EXPECT_EQ(std::count(segmented.errors.begin(), segmented.errors.end(), '\n'), 2);
  const ProgramResult projected = RunAsUser("pen-project", { folder / "stack.mha", "-o", folder / "pen.png", "--method",
                                                             "pen", "--model", folder / "model.pt" });
  EXPECT_EQ(projected.exitCode, 0);
  EXPECT_EQ(projected.errors, "pen-project: " + warning);
}

TEST(Pipeline, ProjectionsInTiffArePicturesWithTheirUnit)
{
  const TemporaryFolder folder;
  const auto stack = MakeRamp<itk::Image<float, 3>>({ { 8, 6, 4 } }, 0.0f);
  const double spacing[3] = { 0.5, 0.5, 10.0 };
  stack->SetSpacing(spacing);
  WriteImage(stack.GetPointer(), folder / "stack.mha");
  for (const std::string method : { "max", "linear" })
  {
    for (const std::string ending : { ".tif", ".ome.tif" })
    {
      const std::string path = folder / (method + ending);
      ExpectSilentSuccess(RunAsUser("pen-project", { folder / "stack.mha", "-o", path, "--method", method }));
      const std::string bytes = ReadText(path);
      const std::string unit = ending == ".tif" ? "ImageJ=1.53t\nunit=micron\n" : "PhysicalSizeX=\"0.5\"";
      EXPECT_NE(bytes.find(unit), std::string::npos) << path;
      const auto imageIO = itk::TIFFImageIO::New();
      imageIO->SetFileName(path);
      imageIO->ReadImageInformation();
      EXPECT_EQ(imageIO->GetNumberOfComponents(), method == "max" ? 1u : 3u) << path;
      EXPECT_EQ(imageIO->GetComponentType(),
                method == "max" ? itk::IOComponentEnum::FLOAT : itk::IOComponentEnum::USHORT)
        << path;
    }
  }
  // The brightest component of all is the highest value.
  const auto colours = ReadImage<itk::Image<itk::RGBPixel<unsigned short>, 2>>(folder / "linear.tif");
  unsigned short highest = 0;
  for (std::size_t i = 0; i < 48; ++i)
  {
    const auto & colour = colours->GetBufferPointer()[i];
    highest = std::max({ highest, colour[0], colour[1], colour[2] });
  }
  EXPECT_EQ(highest, 65535);
}

TEST(Pipeline, UnknownSpacingIsOneWarning)
{
  const TemporaryFolder folder;
  pen_test::WriteSmallModel(folder / "model.pt");
  WriteImage(MakeRamp<itk::Image<float, 3>>({ { 32, 24, 4 } }, 0.0f).GetPointer(), folder / "stack.mha");
  const ProgramResult result =
    RunAsUser("pen-segment", { folder / "stack.mha", "-o", folder / "out", "--model", folder / "model.pt" });
  EXPECT_EQ(result.exitCode, 0);
  // The second says why the random weights find no cell.
  EXPECT_EQ(result.errors.find("pen-segment: warning: the file does not tell its voxel size, and --spacing is not "
                               "given: " +
                               (folder / "stack.mha") + "\npen-segment: warning: no cell was kept"),
            0u)
    << result.errors;
  EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 2);
}

TEST(Pipeline, InfoTellsTheModel)
{
  const TemporaryFolder folder;
  pen_test::WriteSmallModel(folder / "model.pt");
  const ProgramResult result = RunAsUser("pen-info", { folder / "model.pt", "--json" });
  ExpectSilentSuccess(result);
  EXPECT_NO_THROW({ EXPECT_TRUE(nlohmann::json::parse(result.output).is_object()); });
}
