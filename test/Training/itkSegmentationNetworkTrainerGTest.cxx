// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Flows/CellsToFlows.h"
#include "itkSegmentationNetworkTrainer.h"
#include "itkTrainingSampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

namespace
{
using Trainer = itk::SegmentationNetworkTrainer;

// Two bright discs at slices 1 and 4 of a dark stack.
itk::TrainingSample
MakeSample()
{
  itk::TrainingSample sample;
  sample.slices = 6;
  sample.height = 40;
  sample.width = 48;
  sample.stack.assign(6 * 40 * 48, 0.05f);
  const int centres[2][3] = { { 15, 15, 1 }, { 32, 24, 4 } };
  for (const auto & centre : centres)
  {
    itk::PenCore::Cell cell;
    cell.depth = centre[2];
    for (int y = -7; y <= 7; ++y)
    {
      const int half = static_cast<int>(std::sqrt(49.0 - y * y));
      cell.runs.push_back({ centre[0] - half, centre[1] + y, 2 * half + 1 });
      for (int x = -half; x <= half; ++x)
      {
        sample.stack[(static_cast<std::size_t>(centre[2]) * 40 + centre[1] + y) * 48 + centre[0] + x] = 0.9f;
      }
    }
    sample.cells.push_back(cell);
  }
  return sample;
}

itk::TrainingSampler::Parameters
SamplerParameters()
{
  itk::TrainingSampler::Parameters parameters;
  parameters.cropSize = 32;
  parameters.slices = 8;
  parameters.channels = 2;
  parameters.seed = 5;
  parameters.assignChannels = [](const std::vector<itk::PenCore::Cell> & cells, std::uint64_t)
  {
    std::vector<int> channels;
    for (const auto & cell : cells)
    {
      channels.push_back(cell.depth < 4 ? 0 : 1);
    }
    return channels;
  };
  return parameters;
}

itk::TrainingSampler
MakeSampler(const itk::TrainingSampler::Parameters & parameters = SamplerParameters())
{
  itk::TrainingSampler sampler(parameters);
  sampler.AddSample(MakeSample());
  return sampler;
}

itk::SegmentationNetwork::Pointer
MakeTestNetwork(itk::SegmentationNetworkOptions::Projection projection =
                  itk::SegmentationNetworkOptions::Projection::ProjectionEnhancement)
{
  itk::SegmentationNetworkOptions options;
  options.projection = projection;
  options.slices = 8;
  options.kernels = { 1, 3 };
  options.features = { 8, 16 };
  options.outputChannels = 2;
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Create(options, 2);
  return network;
}

std::vector<double>
Train(Trainer * trainer, unsigned int steps)
{
  const itk::TrainingSampler sampler = MakeSampler();
  trainer->SetNumberOfThreads(1); // small batches gain nothing from more
  std::vector<double> losses;
  for (unsigned int i = 0; i < steps; ++i)
  {
    losses.push_back(trainer->Step(sampler.Draw(trainer->GetNumberOfSteps(), 2)).total);
  }
  return losses;
}
} // namespace

TEST(TrainingSampler, WhatAStepDrawsDependsOnSeedAndStepOnly)
{
  auto parameters = SamplerParameters();
  parameters.numberOfThreads = 1;
  const auto one = MakeSampler(parameters).Draw(7, 4);
  parameters.numberOfThreads = 2;
  const auto sampler = MakeSampler(parameters);
  sampler.Draw(6, 3);
  const auto two = sampler.Draw(7, 4);
  EXPECT_EQ(one.stacks, two.stacks);
  EXPECT_EQ(one.targets, two.targets);
  EXPECT_NE(one.stacks, sampler.Draw(8, 4).stacks);
  parameters.seed = 6;
  EXPECT_NE(one.stacks, MakeSampler(parameters).Draw(7, 4).stacks);
}

TEST(TrainingSampler, TargetsLieWhereTheCellsAreBright)
{
  auto parameters = SamplerParameters();
  parameters.dimmestBrightness = 1.0;
  const auto batch = MakeSampler(parameters).Draw(0, 32);
  constexpr std::size_t pixels = 32 * 32;
  std::size_t cellPixels = 0;
  for (std::size_t item = 0; item < batch.size; ++item)
  {
    for (std::size_t p = 0; p < pixels; ++p)
    {
      for (std::size_t channel = 0; channel < 2; ++channel)
      {
        // Channel 0 holds the cells of slices 0 to 3, channel 1 those of slices 4 to 7.
        float brightest = 0.f;
        for (std::size_t z = 4 * channel; z < 4 * channel + 4; ++z)
        {
          brightest = std::max(brightest, batch.stacks[(item * 8 + z) * pixels + p]);
        }
        const bool isCell = batch.targets[((item * 2 + channel) * pixels + p) * 4 + 2] > 0.f;
        cellPixels += isCell ? 1 : 0;
        if (isCell)
        {
          ASSERT_GT(brightest, 0.8f);
        }
      }
    }
  }
  EXPECT_GT(cellPixels, 1000u);
}

TEST(TrainingSampler, OneChannelHoldsTheCellsOfAll)
{
  auto parameters = SamplerParameters();
  parameters.channels = 1;
  itk::TrainingSample sample = MakeSample();
  const auto batchOf = [&]
  {
    itk::TrainingSampler sampler(parameters);
    sampler.AddSample(sample);
    return sampler.Draw(0, 2);
  };
  const auto expected = batchOf();
  sample.cells.back().channel = 2; // of the label image that it was read from
  EXPECT_EQ(batchOf().targets, expected.targets);
}

TEST(TrainingSampler, IgnoredPixelsWeighNothing)
{
  auto parameters = SamplerParameters();
  parameters.copies = 1;
  itk::TrainingSampler sampler(parameters);
  itk::TrainingSample sample = MakeSample();
  sample.ignore.assign(40 * 48, 1);
  sampler.AddSample(sample);
  for (const float weight : sampler.Draw(0, 2).weights)
  {
    EXPECT_EQ(weight, 0.f);
  }
}

TEST(TrainingSampler, ResamplingKeepsMasksAndIntensitiesTogether)
{
  const itk::TrainingSample sample = MakeSample();
  const itk::TrainingSample half = sample.Resampled(sample.slices, 20, 24);
  ASSERT_EQ(half.cells.size(), 2u);
  for (const auto & cell : half.cells)
  {
    const auto slice = static_cast<std::size_t>(cell.depth);
    double sum = 0.0;
    for (const auto & run : cell.runs)
    {
      for (int x = run.x; x < run.x + run.length; ++x)
      {
        sum += half.stack[(slice * 20 + run.y) * 24 + x];
      }
    }
    const auto count = itk::PenCore::CountPixels(cell.runs);
    EXPECT_NEAR(static_cast<double>(count), itk::PenCore::CountPixels(MakeSample().cells[0].runs) / 4.0, 5.0);
    EXPECT_GT(sum / count, 0.75);
  }
}

// One bright sample in a group of its own beside many dark ones: half of the windows are bright.
TEST(TrainingSampler, EachGroupIsDrawnAsOftenAsTheOthers)
{
  auto parameters = SamplerParameters();
  parameters.copies = 1;
  itk::TrainingSampler sampler(parameters);
  auto sample = MakeSample();
  sampler.AddSample(sample, 1);
  std::fill(sample.stack.begin(), sample.stack.end(), 0.0f);
  for (int i = 0; i < 15; ++i)
  {
    sampler.AddSample(sample, 0);
  }
  constexpr unsigned int crops = 400;
  const auto batch = sampler.Draw(0, crops);
  const std::size_t voxels = batch.stacks.size() / crops;
  int bright = 0;
  for (auto crop = batch.stacks.begin(); crop != batch.stacks.end(); crop += static_cast<std::ptrdiff_t>(voxels))
  {
    bright += std::any_of(crop, crop + static_cast<std::ptrdiff_t>(voxels), [](float v) { return v > 0.0f; }) ? 1 : 0;
  }
  EXPECT_NEAR(bright, crops / 2, 4 * std::sqrt(crops * 0.25)); // four standard deviations
}

TEST(TrainingSampler, ImpossibleSamplesAreRefused)
{
  auto parameters = SamplerParameters();
  parameters.slices = 5;
  EXPECT_THROW(MakeSampler(parameters), itk::ExceptionObject);
  EXPECT_THROW(itk::TrainingSampler(SamplerParameters()).Draw(0, 1), itk::ExceptionObject);
  itk::TrainingSampler withoutAGroup(SamplerParameters());
  withoutAGroup.AddSample(MakeSample(), 1);
  EXPECT_THROW(withoutAGroup.Draw(0, 1), itk::ExceptionObject);
  parameters.assignChannels = nullptr;
  EXPECT_THROW(itk::TrainingSampler{ parameters }, itk::ExceptionObject);
}

std::string
NameOfProjection(const testing::TestParamInfo<itk::SegmentationNetworkOptions::Projection> & info)
{
  const char * const names[] = { "ProjectionEnhancement", "Maximum", "LinearDepth" };
  return names[static_cast<int>(info.param)];
}

class TrainerOfProjection : public testing::TestWithParam<itk::SegmentationNetworkOptions::Projection>
{
};

TEST_P(TrainerOfProjection, LowersTheLoss)
{
  auto trainer = Trainer::New();
  trainer->SetNetwork(MakeTestNetwork(GetParam()));
  trainer->SetLoss(Trainer::Loss::CellPose);
  trainer->SetLearningRate(0.05);
  const std::vector<double> losses = Train(trainer, 60);
  double first = 0.0;
  double last = 0.0;
  for (unsigned int i = 0; i < 10; ++i)
  {
    first += losses[i];
    last += losses[losses.size() - 1 - i];
  }
  EXPECT_LT(last, 0.7 * first);
}

INSTANTIATE_TEST_SUITE_P(SegmentationNetworkTrainer, TrainerOfProjection,
                         testing::Values(itk::SegmentationNetworkOptions::Projection::ProjectionEnhancement,
                                         itk::SegmentationNetworkOptions::Projection::Maximum,
                                         itk::SegmentationNetworkOptions::Projection::LinearDepth),
                         NameOfProjection);

TEST(SegmentationNetworkTrainer, PublishedLossOfAKnownOutputIsAsComputedByHand)
{
  // With the head's weights at 0 the output is its bias everywhere: flows 0, cell and border logits 0.
  auto network = MakeTestNetwork(itk::SegmentationNetworkOptions::Projection::Maximum);
  for (const char * name : { "network.head.conv.weight", "network.head.conv.bias" })
  {
    network->SetParameter(name, std::vector<float>(network->GetParameter(name).size(), 0.f));
  }
  auto trainer = Trainer::New();
  trainer->SetNetwork(network);
  const auto batch = MakeSampler().Draw(3, 2);
  const auto losses = trainer->Evaluate(batch);
  const double factor = network->GetOptions().flowFactor;
  double flow = 0.0;
  double dice = 0.0;
  const auto values = batch.targets.size() / 4;
  for (unsigned int item = 0; item < 2; ++item)
  {
    double border = 0.0;
    for (std::size_t i = item * values / 2; i < (item + 1) * values / 2; ++i)
    {
      const float * target = &batch.targets[4 * i];
      flow += (target[0] * target[0] + target[1] * target[1]) * factor * factor / static_cast<double>(values);
      border += target[3] > 0.f ? 1.0 : 0.0;
    }
    // Prediction .5 everywhere: soft Dice is 2 * .5 * border / (border + .25 * pixels).
    dice += (border + 1e-6) / (border + 0.25 * static_cast<double>(values) / 2.0 + 1e-6) / 2.0;
  }
  EXPECT_NEAR(losses.cell, std::log(2.0), 1e-5);
  EXPECT_NEAR(losses.flow, flow, 1e-3 * flow);
  EXPECT_NEAR(losses.border, 1.0 - dice, 1e-4);
  EXPECT_NEAR(losses.total, 2.0 * (losses.cell + losses.flow + losses.border), 1e-4);
}

TEST(SegmentationNetworkTrainer, AdamWsFirstStepIsTheLearningRateAgainstTheGradientAndTheWeightsDecay)
{
  // Both of AdamW's means are then the first gradient and its square, so that each weight moves by the learning rate
  // whatever its gradient; a weight of a matrix first loses learning rate x decay of itself.
  constexpr double rate = 0.01;
  constexpr double decay = 0.5;
  auto network = MakeTestNetwork();
  const std::string matrix = "network.head.conv.weight";
  const std::string vector = "network.head.conv.bias";
  const std::vector<float> matrixBefore = network->GetParameter(matrix);
  const std::vector<float> vectorBefore = network->GetParameter(vector);
  auto trainer = Trainer::New();
  trainer->SetNetwork(network);
  trainer->SetOptimizer(Trainer::Optimizer::AdamW);
  trainer->SetLearningRate(rate);
  trainer->SetWeightDecay(decay);
  Train(trainer, 1);
  const std::vector<float> matrixAfter = network->GetParameter(matrix);
  const std::vector<float> vectorAfter = network->GetParameter(vector);
  for (std::size_t i = 0; i < matrixBefore.size(); ++i)
  {
    EXPECT_NEAR(std::abs(matrixAfter[i] - matrixBefore[i] * (1.0 - rate * decay)), rate, 1e-3 * rate) << i;
  }
  for (std::size_t i = 0; i < vectorBefore.size(); ++i)
  {
    EXPECT_NEAR(std::abs(vectorAfter[i] - vectorBefore[i]), rate, 1e-3 * rate) << i;
  }
}

TEST(SegmentationNetworkTrainer, TheNetworkWorksWithTheStatisticsOfTheStepsAlone)
{
  // At rest each step sees the same statistics, so that a network that works with their mean has the steps' own loss;
  // but for variances, which batch norm divides by n in a step and by n - 1 in the mean.
  for (const unsigned int steps : { 1U, 4U })
  {
    auto trainer = Trainer::New();
    trainer->SetNetwork(MakeTestNetwork());
    trainer->SetLearningRate(0.0);
    trainer->SetNumberOfThreads(1);
    const auto batch = MakeSampler().Draw(0, 4);
    double loss = 0.0;
    for (unsigned int i = 0; i < steps; ++i)
    {
      loss = trainer->Step(batch).total;
    }
    EXPECT_NEAR(trainer->Evaluate(batch).total, loss, 0.01 * loss) << steps << " steps";
  }
}

TEST(SegmentationNetworkTrainer, AFrozenProjectionStaysAsItIsWhileTheNetworkLearns)
{
  auto network = MakeTestNetwork();
  auto trainer = Trainer::New();
  trainer->SetNetwork(network);
  trainer->SetOptimizer(Trainer::Optimizer::AdamW);
  trainer->SetWeightDecay(0.5);
  Train(trainer, 2); // gradients and means of PEN's weights that must not move them later
  const std::vector<std::string> projection{ "projection.branch3_conv.weight",
                                             "projection.branch3_conv_bn.running_mean", "projection.branch1_pool.bias",
                                             "projection.collect.weight" };
  const std::string head = "network.head.conv.weight";
  const auto arraysOf = [&]
  {
    std::vector<std::vector<float>> arrays;
    for (const std::string & name : projection)
    {
      arrays.push_back(network->GetParameter(name));
    }
    return arrays;
  };
  const auto before = arraysOf();
  const std::vector<float> headBefore = network->GetParameter(head);
  trainer->FreezeProjectionOn();
  Train(trainer, 2);
  EXPECT_EQ(arraysOf(), before);
  EXPECT_NE(network->GetParameter(head), headBefore);

  trainer->FreezeProjectionOff();
  Train(trainer, 1);
  const auto after = arraysOf();
  for (std::size_t i = 0; i < projection.size(); ++i)
  {
    EXPECT_NE(after[i], before[i]) << projection[i];
  }
}

TEST(SegmentationNetworkTrainer, AFrozenProjectionIsThatOfPrediction)
{
  // Steps of rate 0 leave weights and a frozen PEN alone, so that the network's statistics come to be those of the
  // batch, and what Evaluate() computes with both is the steps' own loss but for variances, as above.
  auto trainer = Trainer::New();
  auto network = MakeTestNetwork();
  trainer->SetNetwork(network);
  trainer->SetLearningRate(0.05);
  Train(trainer, 4);
  trainer->SetNetwork(network); // starts the network's statistics anew
  trainer->SetLearningRate(0.0);
  trainer->FreezeProjectionOn();
  const auto batch = MakeSampler().Draw(0, 4);
  const double loss = trainer->Step(batch).total;
  EXPECT_NEAR(trainer->Evaluate(batch).total, loss, 0.01 * loss);
}

class ResumedTrainer : public testing::TestWithParam<Trainer::Optimizer>
{
};

TEST_P(ResumedTrainer, TakesTheStepsOfAnUnbrokenOne)
{
  const std::string fileName = testing::TempDir() + "/pen_training_state.pt";
  const auto makeTrainer = []
  {
    auto trainer = Trainer::New();
    trainer->SetNetwork(MakeTestNetwork());
    trainer->SetOptimizer(GetParam());
    return trainer;
  };
  const std::vector<double> unbroken = Train(makeTrainer(), 8);
  auto first = makeTrainer();
  Train(first, 5);
  first->SaveState(fileName);

  auto second = makeTrainer();
  second->LoadState(fileName);
  EXPECT_EQ(second->GetNumberOfSteps(), 5u);
  const std::vector<double> resumed = Train(second, 3);
  for (unsigned int i = 0; i < 3; ++i)
  {
    EXPECT_EQ(resumed[i], unbroken[5 + i]);
  }

  auto other = makeTrainer();
  other->SetOptimizer(GetParam() == Trainer::Optimizer::AdamW ? Trainer::Optimizer::StochasticGradientDescent
                                                              : Trainer::Optimizer::AdamW);
  EXPECT_THROW(other->LoadState(fileName), itk::ExceptionObject);
  std::remove(fileName.c_str());
}

INSTANTIATE_TEST_SUITE_P(SegmentationNetworkTrainer, ResumedTrainer,
                         testing::Values(Trainer::Optimizer::StochasticGradientDescent, Trainer::Optimizer::AdamW),
                         [](const auto & info)
                         { return info.param == Trainer::Optimizer::AdamW ? "AdamW" : "StochasticGradientDescent"; });

TEST(SegmentationNetworkTrainer, AModelIsNoCheckpointAndABadBatchIsRefused)
{
  const std::string fileName = testing::TempDir() + "/pen_training_model.pt";
  auto network = MakeTestNetwork();
  network->Save(fileName);
  auto trainer = Trainer::New();
  EXPECT_THROW(trainer->Step(MakeSampler().Draw(0, 1)), itk::ExceptionObject);
  trainer->SetNetwork(network);
  EXPECT_THROW(trainer->LoadState(fileName), itk::ExceptionObject);
  auto batch = MakeSampler().Draw(0, 2);
  batch.targets.pop_back();
  EXPECT_THROW(trainer->Step(batch), itk::ExceptionObject);
  std::remove(fileName.c_str());
}

TEST(SegmentationNetworkTrainer, StepsAndALoadedStateChangeTheNetworkForFiltersThatHaveIt)
{
  const std::string fileName = testing::TempDir() + "/pen_training_modified.pt";
  auto network = MakeTestNetwork();
  auto trainer = Trainer::New();
  trainer->SetNetwork(network);
  const auto before = network->GetMTime();
  trainer->Step(MakeSampler().Draw(0, 1));
  const auto stepped = network->GetMTime();
  EXPECT_GT(stepped, before);
  trainer->SaveState(fileName);
  EXPECT_EQ(network->GetMTime(), stepped);
  trainer->LoadState(fileName);
  EXPECT_GT(network->GetMTime(), stepped);
  std::remove(fileName.c_str());
}
