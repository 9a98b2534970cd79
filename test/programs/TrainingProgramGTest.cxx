// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include "itkSegmentationNetwork.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <future>
#include <iterator>
#include <random>
#include <sstream>

namespace
{
using pen_test::ExpectOneErrorLine;
using pen_test::ExpectSilentSuccess;
using pen_test::ReadText;
using pen_test::RunAsUser;
using pen_test::TemporaryFolder;

// A stack of two bright blocks that overlap in projection, slices 1-2 and 5-6, as a training folder.
void
WriteSample(const std::string & path, double sliceSpacing = 10.0)
{
  std::filesystem::create_directories(path);
  auto stack = pen_test::MakeRamp<itk::Image<unsigned char, 3>>({ { 64, 48, 8 } }, 0);
  auto layers = pen_test::MakeRamp<itk::Image<unsigned char, 3>>({ { 64, 48, 2 } }, 0);
  stack->FillBuffer(10);
  layers->FillBuffer(0);
  const double spacing[3] = { 1.0, 1.0, sliceSpacing };
  stack->SetSpacing(spacing);
  for (itk::IndexValueType y = 10; y < 30; ++y)
  {
    for (itk::IndexValueType x = 10; x < 34; ++x)
    {
      layers->SetPixel({ { x, y, 0 } }, 1);
      layers->SetPixel({ { x + 16, y + 6, 1 } }, 2);
      for (const itk::IndexValueType z : { 1, 2 })
      {
        stack->SetPixel({ { x, y, z } }, 200);
        stack->SetPixel({ { x + 16, y + 6, z + 4 } }, 180);
      }
    }
  }
  pen_test::WriteImage(stack.GetPointer(), path + "/stack.nrrd");
  pen_test::WriteImage(layers.GetPointer(), path + "/layers.nrrd");
  pen_test::WriteText(path + "/cells.csv", "label,layer,approx_z\n1,0,1.5\n2,1,5.5\n");
}

std::vector<std::string>
TrainingArguments(const TemporaryFolder & folder, const std::string & model, const std::vector<std::string> & more,
                  const std::string & crop = "32")
{
  std::vector<std::string> arguments{ "--data",     folder / "sample",
                                      "-o",         model,
                                      "--kernels",  "1,3",
                                      "--features", "4,8",
                                      "--crop",     crop,
                                      "--batch",    "2",
                                      "--steps",    "3",
                                      "--loss",     "cellpose",
                                      "--assign",   "local_order",
                                      "--channels", "2",
                                      "--quiet",    "--seed",
                                      "3",          "--device",
                                      "cpu",        "--precision",
                                      "f32" };
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// One epoch of small crops from a model's weights on.
void
FineTune(const TemporaryFolder & folder, const std::string & initialModel, const std::string & model,
         const std::vector<std::string> & more)
{
  std::vector<std::string> arguments{
    "--data", folder / "sample", "-o", model,    "--initial-model", initialModel, "--epochs", "1", "--crop",
    "32",     "--batch",         "2",  "--quiet"
  };
  arguments.insert(arguments.end(), more.begin(), more.end());
  ExpectSilentSuccess(RunAsUser("pen-train", arguments));
}

#if !defined(_WIN32)
// Two processes that train one model, as a launcher starts them.
std::vector<pen_test::ProgramResult>
TrainWithTwoProcesses(const std::vector<std::string> & arguments)
{
  std::random_device device;
  // Below the ports that systems give out.
  const std::string port = std::to_string(std::uniform_int_distribution<unsigned int>(20000, 32000)(device));
  std::vector<std::future<pen_test::ProgramResult>> processes;
  for (const std::string rank : { "0", "1" })
  {
    std::vector<std::string> command{ "WORLD_SIZE=2",        "RANK=" + rank,
                                      "MASTER_PORT=" + port, std::string(PEN_PROGRAMS_DIR) + "/pen-train",
                                      "--threads",           "1" };
    command.insert(command.end(), arguments.begin(), arguments.end());
    processes.push_back(std::async(std::launch::async, RunAsUser, "/usr/bin/env", command));
  }
  return { processes[0].get(), processes[1].get() };
}
#endif

// The log without its last column, the seconds.
std::string
LogWithoutSeconds(const std::string & model)
{
  std::istringstream log(ReadText(model + ".log.csv"));
  std::string text;
  for (std::string row; std::getline(log, row);)
  {
    text += row.substr(0, row.rfind(',')) + '\n';
  }
  return text;
}
} // namespace

TEST(TrainingProgram, AResumedTrainingEndsLikeAnUnbrokenOneForAnyNumberOfWorkers)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  for (const std::string optimizer : { "sgd", "adamw" })
  {
    const std::vector<std::string> settings{ "--optimizer",  optimizer,         "--decay",          "cosine",
                                             "--validation", folder / "sample", "--validate-every", "2" };
    const auto train = [&](const std::string & model, std::vector<std::string> more)
    {
      more.insert(more.end(), settings.begin(), settings.end());
      ExpectSilentSuccess(RunAsUser("pen-train", TrainingArguments(folder, model, more)));
    };
    const std::string whole = folder / (optimizer + "_whole.pt");
    train(whole, { "--epochs", "4", "--workers", "2" });
    // The cosine's end is part of what is resumed: the first part is stopped, not shortened.
    const std::string parts = folder / (optimizer + "_parts.pt");
    train(parts, { "--epochs", "4", "--workers", "0", "--stop-after", "2" });
    EXPECT_FALSE(std::filesystem::exists(parts));
    train(parts, { "--epochs", "4", "--resume" });
    EXPECT_EQ(LogWithoutSeconds(parts), LogWithoutSeconds(whole));
    EXPECT_TRUE(std::filesystem::exists(parts + ".best"));
    EXPECT_TRUE(std::filesystem::exists(parts + ".curves.svg"));
  }
}

#if !defined(_WIN32)
TEST(TrainingProgram, SeveralProcessesTrainOneModelAndResumeIt)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  const auto train = [&](const std::string & model, const std::vector<std::string> & more)
  {
    for (const auto & result : TrainWithTwoProcesses(TrainingArguments(folder, model, more)))
    {
      ExpectSilentSuccess(result);
    }
  };
  const std::string whole = folder / "whole.pt";
  train(whole, { "--epochs", "2", "--validation", folder / "sample" });
  const std::string parts = folder / "parts.pt";
  train(parts, { "--epochs", "2", "--validation", folder / "sample", "--stop-after", "1" });
  EXPECT_FALSE(std::filesystem::exists(parts));
  train(parts, { "--epochs", "2", "--validation", folder / "sample", "--resume" });
  EXPECT_EQ(LogWithoutSeconds(parts), LogWithoutSeconds(whole));
  const std::string log = LogWithoutSeconds(whole);
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 3) << log; // head and two epochs: one process wrote
  EXPECT_EQ(RunAsUser("pen-info", { whole }).exitCode, 0);

  std::vector<std::string> odd = TrainingArguments(folder, whole, {});
  *std::next(std::find(odd.begin(), odd.end(), "--batch")) = "3";
  for (const auto & result : TrainWithTwoProcesses(odd))
  {
    ExpectOneErrorLine(result, "pen-train", 2, "--batch 3");
  }
}
#endif

TEST(TrainingProgram, FineTuningStartsFromTheModelsWeightsAndKeepsItsArchitecture)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  const std::string first = folder / "first.pt";
  const std::string second = folder / "second.pt";
  ExpectSilentSuccess(RunAsUser(
    "pen-train", TrainingArguments(
                   folder, first, { "--epochs", "1", "--depth-window-share", "0.5", "--depth-window-slices", "2,4" })));
  FineTune(folder, first, second, { "--lr", "1e-12", "--steps", "1", "--assign", "local_order" });
  const auto describe = [](const std::string & model)
  {
    const auto result = RunAsUser("pen-info", { model, "--json" });
    EXPECT_EQ(result.exitCode, 0) << result.errors;
    auto json = nlohmann::json::parse(result.output);
    return json;
  };
  const auto one = describe(first);
  const auto two = describe(second);
  for (const char * key : { "kernels", "features", "slices", "projection", "depth_windows" })
  {
    EXPECT_EQ(one.at(key), two.at(key)) << key;
  }
  EXPECT_EQ(one.at("depth_windows"), true);
  ExpectOneErrorLine(
    RunAsUser("pen-train", { "--data", folder / "sample", "-o", second, "--initial-model", first, "--kernels", "3" }),
    "pen-train", 2, "--initial-model");
}

TEST(TrainingProgram, AFineTunedModelMayHaveMoreDepthChannels)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  const std::string first = folder / "first.pt";
  const std::string second = folder / "second.pt";
  ExpectSilentSuccess(RunAsUser("pen-train", TrainingArguments(folder, first, { "--epochs", "1" })));
  // All of the initial model's weights: what is saved is where the training started.
  FineTune(folder, first, second, { "--initial-share", "1", "--channels", "4", "--steps", "1" });
  std::vector<std::vector<float>> fields;
  std::vector<unsigned int> channels;
  std::vector<float> planes(3 * 32 * 32);
  for (std::size_t i = 0; i < planes.size(); ++i)
  {
    planes[i] = static_cast<float>((i * 7919) % 101) / 101.0f;
  }
  for (const std::string & model : { first, second })
  {
    auto network = itk::SegmentationNetwork::New();
    network->SetDevice("cpu");
    network->Load(model);
    channels.push_back(network->GetOptions().outputChannels);
    fields.emplace_back(channels.back() * 32 * 32 * 4);
    network->Predict(planes.data(), 1, 32, 32, fields.back().data());
  }
  ASSERT_EQ(channels[1], 4u);
  ASSERT_LT(channels[0], 4u);
  for (std::size_t channel = 0; channel < 4; ++channel)
  {
    const std::size_t from = std::min<std::size_t>(channel, channels[0] - 1);
    for (std::size_t i = 0; i < 32 * 32 * 4; ++i)
    {
      ASSERT_NEAR(fields[1][channel * 32 * 32 * 4 + i], fields[0][from * 32 * 32 * 4 + i], 1e-4) << channel;
    }
  }
}

TEST(TrainingProgram, AttentionAndTheMaximumsBranchAreTrainedAndSegment)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  const std::string model = folder / "model.pt";
  ExpectSilentSuccess(
    RunAsUser("pen-train", TrainingArguments(folder, model,
                                             { "--epochs", "1", "--block-pool", "attention", "--maximum-branch",
                                               "--paste-share", "0.5", "--slab-share", "1" })));
  const auto info = RunAsUser("pen-info", { model, "--json" });
  const auto json = nlohmann::json::parse(info.output);
  EXPECT_EQ(json.at("block_pool"), "attention");
  EXPECT_EQ(json.at("maximum_branch"), true);
  EXPECT_FALSE(json.contains("depth_windows"));
  EXPECT_EQ(json.at("slices"), 8);
  ExpectSilentSuccess(RunAsUser(
    "pen-segment", { folder / "sample/stack.nrrd", "-o", folder / "out", "--model", model, "--quiet", "--no-report" }));
  EXPECT_TRUE(std::filesystem::exists(folder / "out/stack_labels.nrrd"));
}

TEST(TrainingProgram, SamplesAreBroughtToTheModelsSpacingAlongZ)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  const std::string first = folder / "first.pt";
  ExpectSilentSuccess(RunAsUser("pen-train", TrainingArguments(folder, first, { "--epochs", "1" })));
  // Eight slices of 5 um are four of the model's; of 20 um they are sixteen, more than it sees.
  WriteSample(folder / "fine", 5.0);
  WriteSample(folder / "coarse", 20.0);
  const auto tune = [&](const std::string & sample)
  {
    return RunAsUser("pen-train",
                     { "--data", folder / sample, "-o", folder / (sample + ".pt"), "--initial-model", first, "--epochs",
                       "1", "--steps", "1", "--crop", "32", "--batch", "2", "--assign", "local_order", "--quiet" });
  };
  ExpectSilentSuccess(tune("fine"));
  ExpectOneErrorLine(tune("coarse"), "pen-train", 1, "16 slices");
  // Without a model the first sample's spacing is the network's, and the deepest sample's slices there.
  ExpectSilentSuccess(RunAsUser(
    "pen-train", TrainingArguments(folder, folder / "both.pt", { "--data", folder / "coarse", "--epochs", "1" })));
  const auto json = nlohmann::json::parse(RunAsUser("pen-info", { folder / "both.pt", "--json" }).output);
  EXPECT_EQ(json.at("slices"), 16);
  EXPECT_EQ(json.at("slice_spacing_um"), 10.0);
}

TEST(TrainingProgram, TheInitialModelsShareOfTheWeightsIsKept)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  const std::string first = folder / "first.pt";
  ExpectSilentSuccess(RunAsUser("pen-train", TrainingArguments(folder, first, { "--epochs", "1" })));
  const std::vector<std::string> arrays{ "network.head.conv.weight", "network.head.bn.running_mean",
                                         "projection.branch1_conv.weight" };
  const auto read = [&](const std::string & model)
  {
    auto network = itk::SegmentationNetwork::New();
    network->SetDevice("cpu");
    network->Load(model);
    std::vector<std::vector<float>> values;
    for (const std::string & name : arrays)
    {
      values.push_back(network->GetParameter(name));
    }
    return values;
  };
  const auto tune = [&](const std::string & model, const std::string & share)
  {
    FineTune(folder, first, model, { "--initial-share", share, "--freeze-projection", "--steps", "2" });
    return read(model);
  };
  const auto before = read(first);
  const auto after = tune(folder / "after.pt", "0");
  const auto mixed = tune(folder / "mixed.pt", "0.25");
  EXPECT_NE(after[0], before[0]);
  EXPECT_NE(after[1], before[1]);
  EXPECT_EQ(after[2], before[2]); // frozen
  for (std::size_t i = 0; i < arrays.size(); ++i)
  {
    for (std::size_t j = 0; j < before[i].size(); ++j)
    {
      ASSERT_NEAR(mixed[i][j], 0.25 * before[i][j] + 0.75 * after[i][j], 1e-6) << arrays[i];
    }
  }
  ExpectOneErrorLine(
    RunAsUser("pen-train", { "--data", folder / "sample", "-o", folder / "none.pt", "--initial-share", "0.5" }),
    "pen-train", 2, "--initial-model");
}

TEST(TrainingProgram, AnEarlierModelIsReplacedWhereThatIsAskedForOnly)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  for (const std::string ending : { "", ".checkpoint", ".best" })
  {
    const std::string model = folder / ("m" + ending.substr(0, 2) + ".pt");
    pen_test::WriteText(model + ending, "earlier");
    ExpectOneErrorLine(RunAsUser("pen-train", TrainingArguments(folder, model, {})), "pen-train", 1,
                       "--resume goes on with its training, --overwrite replaces it: " + model + ending);
    EXPECT_EQ(ReadText(model + ending), "earlier");
    EXPECT_FALSE(std::filesystem::exists(model + ".log.csv"));
  }
  const std::string model = folder / "m.pt";
  pen_test::WriteText(model + ".best", "earlier");
  ExpectSilentSuccess(RunAsUser("pen-train", TrainingArguments(folder, model, { "--epochs", "1", "--overwrite" })));
  EXPECT_EQ(RunAsUser("pen-info", { model }).exitCode, 0);
  EXPECT_FALSE(std::filesystem::exists(model + ".best")) << "it is of another training";
  ExpectOneErrorLine(RunAsUser("pen-train", TrainingArguments(folder, model, { "--overwrite", "--resume" })),
                     "pen-train", 2, "--overwrite");
}

TEST(TrainingProgram, SaysWhatIsWrongInOneLine)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  const std::string model = folder / "m.pt";
  ExpectOneErrorLine(RunAsUser("pen-train", TrainingArguments(folder, model, { "--schedule", "3" })), "pen-train", 2,
                     "EPOCH:RATE");
  ExpectOneErrorLine(RunAsUser("pen-train", TrainingArguments(folder, model, { "--resume" })), "pen-train", 1,
                     ".checkpoint");
  ExpectOneErrorLine(RunAsUser("pen-train", TrainingArguments(folder, model, {}, "33")), "pen-train", 1, "33 x 33");
  ExpectOneErrorLine(RunAsUser("pen-train", TrainingArguments(folder, folder / "no/such/m.pt", {})), "pen-train", 1,
                     "no/such");
}

TEST(TrainingProgram, ACheckpointOfOtherStepsIsRefusedBeforeTheLogIsTouched)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  const std::string model = folder / "m.pt";
  ExpectSilentSuccess(
    RunAsUser("pen-train", TrainingArguments(folder, model, { "--epochs", "2", "--stop-after", "1" })));
  const std::string log = ReadText(model + ".log.csv");
  std::vector<std::string> arguments = TrainingArguments(folder, model, { "--epochs", "2", "--resume" });
  for (const std::string steps : { "2", "1" })
  {
    *std::next(std::find(arguments.begin(), arguments.end(), "--steps")) = steps;
    ExpectOneErrorLine(RunAsUser("pen-train", arguments), "pen-train", 2,
                       "--steps is " + steps + ", but the checkpoint is at step 3");
    EXPECT_EQ(ReadText(model + ".log.csv"), log);
  }
}

TEST(TrainingProgram, AStackWithoutCellsCanValidateWhatComposesCrops)
{
  const TemporaryFolder folder;
  WriteSample(folder / "sample");
  const std::string blank = folder / "blank";
  ExpectSilentSuccess(RunAsUser("pen-simulate", { "-o", blank, "--cells", "0", "--size", "64,48,8", "--spacing",
                                                  "1,1,10", "--seed", "4", "--quiet" }));
  const std::string model = folder / "m.pt";
  ExpectSilentSuccess(RunAsUser(
    "pen-train", TrainingArguments(folder, model, { "--epochs", "1", "--paste-share", "1", "--validation", blank })));
  EXPECT_TRUE(std::filesystem::exists(model));
}
