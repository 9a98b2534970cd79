// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSegmentationNetworkTrainer.h"
#include "programs/RunAsUser.h"
#include "support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <numeric>
#include <sstream>
#include <vector>

namespace
{
using namespace pen_test;

double
MeanOf(std::vector<double>::const_iterator begin, std::vector<double>::const_iterator end)
{
  return std::accumulate(begin, end, 0.0) / static_cast<double>(end - begin);
}

// The loss of a blank crop without cells.
double
LossOfBackground(itk::SegmentationNetwork * network)
{
  const unsigned int side = 32;
  const auto & options = network->GetOptions();
  itk::TrainingBatch batch;
  batch.size = 1;
  batch.slices = options.slices;
  batch.height = side;
  batch.width = side;
  batch.stacks.assign(std::size_t{ side } * side * batch.slices, 0.0f);
  for (unsigned int i = 0; i < side * side * options.outputChannels; ++i)
  {
    // Flow x and y, and the logits of a pixel that is surely neither cell nor border.
    batch.targets.insert(batch.targets.end(), { 0.0f, 0.0f, -6.0f, -6.0f });
  }
  batch.weights.assign(std::size_t{ side } * side, 1.0f);
  const auto trainer = itk::SegmentationNetworkTrainer::New();
  trainer->SetNetwork(network);
  return trainer->Evaluate(batch).cell;
}

TEST(ExampleTrainNetwork, LossFallsAndTheModelHasLearnedTheBackground)
{
  const TemporaryFolder folder;
  const ProgramResult result =
    RunAsUser("train_network", { PEN_TEST_DATA_DIR "/mda231_stack", folder / "model.pt", "40" });
  ExpectSilentSuccess(result);
  std::istringstream lines(result.output);
  std::vector<double> losses;
  std::size_t step = 0;
  double loss = 0.0;
  while (lines >> step >> loss)
  {
    EXPECT_EQ(step, losses.size());
    losses.push_back(loss);
  }
  ASSERT_EQ(losses.size(), 40u) << result.output;
  EXPECT_LT(MeanOf(losses.end() - 5, losses.end()), 0.8 * MeanOf(losses.begin(), losses.begin() + 5)) << result.output;

  const auto trained = itk::SegmentationNetwork::New();
  trained->SetDevice("cpu");
  trained->Load(folder / "model.pt");
  EXPECT_EQ(trained->GetOptions().slices, 20u);
  EXPECT_EQ(trained->GetOptions().pixelSize, 0.538);
  const auto untrained = itk::SegmentationNetwork::New();
  untrained->SetDevice("cpu");
  untrained->Create(trained->GetOptions(), 1);
  EXPECT_LT(LossOfBackground(trained), LossOfBackground(untrained));
}
} // namespace
