// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Flows/CellsToFlows.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"
#include "ProjectionEnhancement/Prediction/StackPrediction.h"
#include "itkCellposeWeights.h"
#include "support/TestReading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

namespace
{
using Options = itk::SegmentationNetworkOptions;
using FloatImage = itk::Image<float, 3>;
using LabelImage = itk::Image<unsigned short, 2>;

const std::string Folder = "cellpose_network/";

std::string
DataFile(const std::string & name)
{
  return std::string(PEN_TEST_DATA_DIR) + "/" + Folder + name;
}

std::string
BytesOf(const std::string & path)
{
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

itk::SegmentationNetwork::Pointer
NetworkOf(const std::vector<itk::TorchArray> & arrays)
{
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->SetPrecision(itk::SegmentationNetwork::Precision::Float32);
  network->Create(itk::GetCellposeOptions(arrays));
  itk::SetCellposeWeights(network, arrays);
  return network;
}

template <typename TCall>
std::string
ErrorOf(TCall && call)
{
  try
  {
    call();
  }
  catch (const itk::ExceptionObject & error)
  {
    return error.GetDescription();
  }
  return "";
}

std::string
ReadingError(const std::string & bytes)
{
  return ErrorOf([&] { itk::ReadTorchStateDict(bytes.data(), bytes.size()); });
}

// A file of torch's older format around a pickled object: magic number, protocol, machine; no storages.
std::string
LegacyFile(const std::string & object)
{
  const std::string start("\x80\x02", 2);
  return start + std::string("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 13) + start +
         std::string("M\xe9\x03.", 4) + start + "}." + start + object + start + "].";
}

std::string
Text(const std::string & text)
{
  return "X" + std::string(1, static_cast<char>(text.size())) + std::string(3, '\0') + text;
}

// {"a": an array of the given shape and strides on a storage that says it has four values}
std::string
PickledArray(const std::string & shape, const std::string & strides)
{
  return "}" + Text("a") + "ctorch._utils\n_rebuild_tensor_v2\n((" + Text("storage") + "ctorch\nFloatStorage\n" +
         Text("0") + Text("cpu") + "K\x04" + "tQ" + std::string("K\0", 2) + "(" + shape + "t(" + strides + "t\x89" +
         "ccollections\nOrderedDict\n)RtRs.";
}

// The share of masks of either side that the other side has, at this IoU.
double
AveragePrecision(const std::vector<int> & ours, const std::vector<int> & theirs, double iou)
{
  std::map<int, double> ourSizes;
  std::map<int, double> theirSizes;
  std::map<std::pair<int, int>, double> common;
  for (std::size_t i = 0; i < ours.size(); ++i)
  {
    ++ourSizes[ours[i]];
    ++theirSizes[theirs[i]];
    ++common[{ ours[i], theirs[i] }];
  }
  double matches = 0.0;
  for (const auto & entry : common)
  {
    const double sizes = ourSizes[entry.first.first] + theirSizes[entry.first.second] - entry.second;
    const bool cells = entry.first.first > 0 && entry.first.second > 0;
    matches += cells && entry.second / sizes >= iou ? 1.0 : 0.0;
  }
  return matches / (static_cast<double>(ourSizes.size() + theirSizes.size() - 2) - matches);
}
} // namespace

class CellposeFormats : public testing::TestWithParam<const char *>
{
};

TEST_P(CellposeFormats, ReproducePythonsOutput)
{
  const auto network = NetworkOf(itk::ReadTorchStateDict(DataFile(GetParam())));
  const Options & options = network->GetOptions();
  EXPECT_EQ(options.features, (std::vector<unsigned int>{ 8, 16 }));
  EXPECT_EQ(options.planes, 2u);
  EXPECT_EQ(options.headKernel, 1u);
  EXPECT_EQ(options.outputChannels, 1u);
  EXPECT_FALSE(options.borderOutput);
  EXPECT_EQ(options.networkDiameter, 30.0);
  EXPECT_EQ(options.cellDiameter, 22.5);

  const auto input = ReadTestImage<FloatImage>(Folder + "random_input.nrrd");
  const auto output = ReadTestImage<FloatImage>(Folder + "random_output.nrrd"); // y-flow, x-flow, cell logit
  const auto size = input->GetBufferedRegion().GetSize();
  const std::size_t pixels = size[0] * size[1];
  std::vector<float> field(4 * pixels);
  network->Predict(input->GetBufferPointer(), 1, static_cast<unsigned int>(size[1]), static_cast<unsigned int>(size[0]),
                   field.data());
  const float * expected = output->GetBufferPointer();
  for (std::size_t i = 0; i < pixels; ++i)
  {
    ASSERT_NEAR(5.0f * field[4 * i], expected[pixels + i], 1e-4) << i;
    ASSERT_NEAR(5.0f * field[4 * i + 1], expected[i], 1e-4) << i;
    ASSERT_NEAR(field[4 * i + 2], expected[2 * pixels + i], 1e-4) << i;
    ASSERT_EQ(field[4 * i + 3], -itk::PenCore::TargetLogit);
  }
}

INSTANTIATE_TEST_SUITE_P(CellposeWeights, CellposeFormats, testing::Values("random.pth", "random_legacy"));

TEST(CellposeWeights, AnImageGoesThroughAsCellposeSendsIt)
{
  const auto network = NetworkOf(itk::ReadTorchStateDict(DataFile("nuclei.pth")));
  const auto image = ReadTestImage<FloatImage>(Folder + "nuclei.png");
  const auto flows = ReadTestImage<FloatImage>(Folder + "nuclei_flows.nrrd"); // 5 x-flow, 5 y-flow, cell logit
  const auto masks = ReadTestImage<LabelImage>(Folder + "nuclei_masks.png");
  const auto size = image->GetBufferedRegion().GetSize();
  const std::size_t pixels = size[0] * size[1];

  itk::PenCore::StackPredictionParameters parameters;
  const itk::PenCore::GridSize grid{ 1, size[1], size[0] };
  const double scale = network->GetOptions().GetScaleForDiameter(0.0);
  const auto networkSize = itk::PenCore::NetworkGridSize(network->GetOptions(), grid, parameters);
  EXPECT_EQ(networkSize.width, static_cast<std::size_t>(static_cast<double>(size[0]) * scale));
  EXPECT_GT(networkSize.width, 224u); // several tiles

  const std::vector<float> voxels(image->GetBufferPointer(), image->GetBufferPointer() + pixels);
  const std::vector<float> field = itk::PenCore::PredictFlowField(*network, voxels, grid, parameters);
  double largest = 0.0;
  for (std::size_t i = 0; i < pixels; ++i)
  {
    const float * expected = flows->GetBufferPointer() + i;
    largest = std::max<double>(largest, std::abs(5.0f * field[4 * i] - expected[0]));
    largest = std::max<double>(largest, std::abs(5.0f * field[4 * i + 1] - expected[pixels]));
    largest = std::max<double>(largest, std::abs(field[4 * i + 2] - expected[2 * pixels]));
  }
  EXPECT_LT(largest, 5e-3); // the file is rounded to a thousandth

  itk::PenCore::FlowsToCellsParameters dynamics;
  dynamics.iterations = static_cast<int>(200.0 / scale);
  const auto cells =
    itk::PenCore::FlowFieldToCells(field.data(), static_cast<int>(size[0]), static_cast<int>(size[1]), 1, dynamics);
  std::vector<int> labels(pixels, 0);
  for (std::size_t c = 0; c < cells.size(); ++c)
  {
    for (const auto & run : cells[c].runs)
    {
      std::fill_n(labels.begin() + run.y * static_cast<int>(size[0]) + run.x, run.length, static_cast<int>(c + 1));
    }
  }
  const std::vector<int> expected(masks->GetBufferPointer(), masks->GetBufferPointer() + pixels);
  EXPECT_EQ(*std::max_element(expected.begin(), expected.end()), 43);
  EXPECT_GE(AveragePrecision(labels, expected, 0.9), 0.98);
}

TEST(CellposeWeights, SavingKeepsWhatOnlyImportedNetworksHave)
{
  const auto network = NetworkOf(itk::ReadTorchStateDict(DataFile("random.pth")));
  const std::string fileName = testing::TempDir() + "/pen_cellpose_saved.pt";
  network->Save(fileName);
  auto loaded = itk::SegmentationNetwork::New();
  loaded->SetDevice("cpu");
  loaded->Load(fileName);
  EXPECT_EQ(loaded->GetOptions().ToJson(), network->GetOptions().ToJson());
  EXPECT_NE(loaded->GetOptions().ToJson().find("\"format_version\": 2"), std::string::npos);
  EXPECT_NE(Options().ToJson().find("\"format_version\": 1"), std::string::npos);
  EXPECT_EQ(loaded->GetParameter("network.head.conv.weight"), network->GetParameter("network.head.conv.weight"));
  std::filesystem::remove(fileName);
}

TEST(CellposeWeights, ADiameterDecidesTheGrid)
{
  const Options options = itk::GetCellposeOptions(itk::ReadTorchStateDict(DataFile("random.pth")));
  const itk::PenCore::GridSize grid{ 3, 90, 101 };
  itk::PenCore::StackPredictionParameters parameters;
  // 30 / 22.5 of the stack's, without the fraction.
  EXPECT_EQ(itk::PenCore::NetworkGridSize(options, grid, parameters).height, 120u);
  EXPECT_EQ(itk::PenCore::NetworkGridSize(options, grid, parameters).width, 134u);
  parameters.cellDiameter = 60.0;
  EXPECT_EQ(itk::PenCore::NetworkGridSize(options, grid, parameters).height, 45u);
  EXPECT_EQ(itk::PenCore::NetworkGridSize(options, grid, parameters).width, 50u);
  EXPECT_EQ(itk::PenCore::NetworkGridSize(options, grid, parameters).depth, 3u);
}

TEST(CellposeWeights, ArraysThatDoNotFitAreNamed)
{
  const std::vector<itk::TorchArray> arrays = itk::ReadTorchStateDict(DataFile("random.pth"));
  const std::string name = "upsample.up.res_up_1.conv.conv_2.full.weight";
  const auto place = [&](std::vector<itk::TorchArray> & list)
  { return std::find_if(list.begin(), list.end(), [&](const itk::TorchArray & array) { return array.name == name; }); };

  std::vector<itk::TorchArray> missing = arrays;
  missing.erase(place(missing));
  EXPECT_NE(ErrorOf([&] { NetworkOf(missing); }).find("\"" + name + "\" is missing"), std::string::npos);

  std::vector<itk::TorchArray> reshaped = arrays;
  std::swap(place(reshaped)->shape[0], place(reshaped)->shape[1]);
  place(reshaped)->shape[0] = 4;
  EXPECT_NE(ErrorOf([&] { NetworkOf(reshaped); }).find("\"" + name + "\" has another shape"), std::string::npos);

  std::vector<itk::TorchArray> extra = arrays;
  extra.push_back({ "W2", { 1 }, { 1.0f } });
  EXPECT_NE(ErrorOf([&] { NetworkOf(extra); }).find("\"W2\""), std::string::npos);

  const std::vector<itk::TorchArray> another{ { "layer.weight", { 2, 2 }, { 1, 2, 3, 4 } } };
  EXPECT_NE(ErrorOf([&] { NetworkOf(another); }).find("downsample.down.res_down_0"), std::string::npos);
}

TEST(TorchStateDict, BothFormatsHoldTheSameNumbers)
{
  const auto zip = itk::ReadTorchStateDict(DataFile("random.pth"));
  const auto legacy = itk::ReadTorchStateDict(DataFile("random_legacy"));
  ASSERT_EQ(zip.size(), legacy.size());
  for (std::size_t i = 0; i < zip.size(); ++i)
  {
    EXPECT_EQ(zip[i].name, legacy[i].name);
    EXPECT_EQ(zip[i].shape, legacy[i].shape);
    EXPECT_EQ(zip[i].values, legacy[i].values);
  }
}

TEST(TorchStateDict, CodeIsRefusedByItsName)
{
  const std::string marker = testing::TempDir() + "/pen_pickle_ran";
  std::filesystem::remove(marker);
  const std::string system = "cos\nsystem\n" + Text("touch " + marker) + "\x85R.";
  EXPECT_NE(ReadingError(LegacyFile(system)).find("\"os.system\""), std::string::npos);
  const std::string evaluate = Text("builtins") + Text("eval") + "\x93" + Text("1") + "\x85R.";
  EXPECT_NE(ReadingError(LegacyFile(evaluate)).find("\"builtins.eval\""), std::string::npos);
  const std::string attribute = "ctorch.serialization\nload\n" + Text(marker) + "\x85R.";
  EXPECT_NE(ReadingError(LegacyFile(attribute)).find("\"torch.serialization.load\""), std::string::npos);
  // Known classes, called as torch never calls them, and an unknown instruction (BUILD on a class, INST).
  EXPECT_NE(ReadingError(LegacyFile("ctorch\nFloatStorage\n)R.")), "");
  EXPECT_NE(ReadingError(LegacyFile("ctorch\nFloatStorage\n}b.")), "");
  EXPECT_NE(ReadingError(LegacyFile("(ios\nsystem\n.")).find("instruction"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(marker));
}

TEST(TorchStateDict, CirclesAndImpossibleSizesAreRefused)
{
  EXPECT_NE(ReadingError(LegacyFile(std::string("}q\0", 3) + Text("a") + std::string("h\0s.", 4))).find("itself"),
            std::string::npos);
  EXPECT_NE(ReadingError(LegacyFile(std::string("]q\0", 3) + std::string("h\0a.", 4))).find("itself"),
            std::string::npos);
  EXPECT_NE(ReadingError(LegacyFile("X\xff\xff\xff\xff"
                                    "a."))
              .find("truncated"),
            std::string::npos);
  const std::string huge("\x8a\x08\0\0\0\0\0\0\0\x40", 10);
  for (const auto & shape : { huge, huge + huge, huge + "K\x02", std::string("K\x05") })
  {
    const std::string error = ReadingError(LegacyFile(PickledArray(shape, "K\x01")));
    EXPECT_NE(error.find("array \"a\""), std::string::npos) << error;
  }
  const std::string negative("J\xff\xff\xff\xff", 5);
  EXPECT_NE(ReadingError(LegacyFile(PickledArray(negative, "K\x01"))).find("array \"a\""), std::string::npos);
  // No storage follows in the file.
  EXPECT_NE(ReadingError(LegacyFile(PickledArray("K\x04", "K\x01"))).find("array \"a\" are missing"),
            std::string::npos);
}

TEST(TorchStateDict, EntriesThatAreNoArraysAreNamed)
{
  EXPECT_NE(ReadingError(LegacyFile("}" + Text("epoch") + "K\x03s.")).find("\"epoch\""), std::string::npos);
  EXPECT_NE(ReadingError(LegacyFile("K\x03.")).find("no state dict"), std::string::npos);
}

TEST(TorchStateDict, TruncatedAndDamagedFilesAreRefused)
{
  for (const char * name : { "random.pth", "random_legacy" })
  {
    const std::string bytes = BytesOf(DataFile(name));
    for (const double share : { 0.0, 0.01, 0.1, 0.5, 0.9, 0.999 })
    {
      const auto size = static_cast<std::size_t>(share * static_cast<double>(bytes.size()));
      EXPECT_NE(ReadingError(bytes.substr(0, size)), "") << name << " " << share;
    }
  }
  std::string flipped = BytesOf(DataFile("random.pth"));
  flipped[flipped.size() / 2] ^= 1;
  EXPECT_NE(ReadingError(flipped).find("checksum"), std::string::npos);
  EXPECT_NE(ReadingError("no model at all"), "");
  const std::string absent = testing::TempDir() + "/pen_absent.pth";
  EXPECT_NE(ErrorOf([&] { itk::ReadTorchStateDict(absent); }).find(absent), std::string::npos);
}
