// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Prediction/StackPrediction.h"
#include "Prediction/TestNetwork.h"
#include "support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

using PenTest::MakeTestNetwork;

TEST(StackPrediction, GivesTheSameRowsAfterItWasEndedAmongTheTiles)
{
  const itk::PenCore::GridSize size{ 5, 100, 90 };
  std::vector<float> stack(size.Count());
  std::iota(stack.begin(), stack.end(), 0.0f);
  const auto network = MakeTestNetwork();
  const std::size_t values = network->GetOptions().outputChannels * size.height * size.width * 4;
  itk::PenCore::StackPredictionParameters parameters;
  parameters.tileSize = 40;
  parameters.tileOverlap = 8;
  const std::vector<float> expected = itk::PenCore::PredictFlowField(*network, stack, size, parameters);
  for (const bool ahead : { false, true })
  {
    bool ends = true;
    parameters.predictAhead = ahead;
    parameters.progress = [&](float done)
    {
      if (ends && done > 0.7f)
      {
        throw std::runtime_error("enough");
      }
    };
    itk::PenCore::StackPrediction prediction(*network, itk::PenCore::RowsOfBuffer(stack.data(), size), size,
                                             parameters);
    std::vector<float> found(values);
    EXPECT_THROW(prediction.PredictRows(0, size.height, found.data()), std::runtime_error);
    ends = false;
    prediction.PredictRows(0, size.height, found.data());
    EXPECT_EQ(found, expected) << ahead;
  }
}

TEST(StackPrediction, ReadsAStackTwiceAndNoMoreOftenWithAScratchFolder)
{
  const itk::PenCore::GridSize size{ 5, 200, 300 };
  std::vector<float> stack(size.Count());
  std::iota(stack.begin(), stack.end(), -70000.0f);
  const auto network = MakeTestNetwork();
  itk::PenCore::StackPredictionParameters parameters;
  parameters.tileSize = 64;
  parameters.tileOverlap = 16;
  const std::vector<float> expected = itk::PenCore::PredictFlowField(*network, stack, size, parameters);
  std::size_t rowsRead = 0;
  const auto rows =
    [&, source = itk::PenCore::RowsOfBuffer(stack.data(), size)](std::size_t begin, std::size_t end, float * target)
  {
    rowsRead += end - begin;
    source(begin, end, target);
  };
  const auto predict = [&]
  {
    rowsRead = 0;
    std::vector<float> found(expected.size());
    itk::PenCore::StackPrediction prediction(*network, rows, size, parameters);
    prediction.PredictRows(0, size.height, found.data());
    return found;
  };
  // Of whole numbers, some of which have more than 16 bits: twice for the percentiles, once for PEN.
  EXPECT_EQ(predict(), expected);
  EXPECT_EQ(rowsRead, 3 * size.height);
  std::transform(stack.begin(), stack.end(), stack.begin(), [](float voxel) { return std::fmod(voxel, 30000.0f); });
  const std::vector<float> ofFewerBits = itk::PenCore::PredictFlowField(*network, stack, size, parameters);
  EXPECT_EQ(predict(), ofFewerBits);
  EXPECT_EQ(rowsRead, 2 * size.height);
  // Too little memory for the planes: bands with margins, and the same again for the rows of tiles.
  parameters.memory = 1 << 16;
  EXPECT_EQ(predict(), ofFewerBits);
  const std::size_t again = rowsRead;
  {
    const pen_test::TemporaryFolder folder;
    parameters.scratchFolder = folder.GetPath();
    EXPECT_EQ(predict(), ofFewerBits);
    EXPECT_LT(rowsRead, 4 * size.height);
    EXPECT_GT(again, rowsRead + size.height);
    EXPECT_TRUE(folder.List().empty());
  }
  EXPECT_THROW(predict(), itk::ExceptionObject) << "the folder is gone";
}

TEST(SegmentationNetwork, PredictsBesideWhatItPredictsAndTellsWhatFails)
{
  const auto network = MakeTestNetwork();
  constexpr unsigned int side = 32;
  std::vector<float> planes(network->GetOptions().planes * side * side);
  std::iota(planes.begin(), planes.end(), 0.0f);
  const std::size_t values = network->GetOptions().outputChannels * side * side * 4;
  std::vector<float> expected(values);
  network->Predict(planes.data(), 1, side, side, expected.data());
  const auto found = network->MakeTransferBuffer(values);
  network->PredictBeside(planes.data(), 1, side, side, found.get()).get();
  EXPECT_EQ(std::vector<float>(found.get(), found.get() + values), expected);
  EXPECT_THROW(network->PredictBeside(planes.data(), 1, side, side - 1, found.get(), 1).get(), itk::ExceptionObject);
  std::fill_n(found.get(), values, 0.0f);
  network->PredictBeside(planes.data(), 1, side, side, found.get(), 1).wait();
  EXPECT_EQ(std::vector<float>(found.get(), found.get() + values), expected);
}

TEST(StackPrediction, APublishedMaximumProjectionIsNormalisedAfterwards)
{
  itk::SegmentationNetworkOptions options;
  options.projection = itk::SegmentationNetworkOptions::Projection::Maximum;
  options.normalizeProjection = true;
  options.normalization.method = itk::IntensityNormalization::Method::Background;
  options.features = { 4, 8 };
  const auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Create(options, 3);
  const itk::PenCore::GridSize size{ 2, 1, 4 };
  // The maxima are 30, 50, 200 and 90; those in [0, 100] have the mean 170 / 3, where the voxels' own would be 30.
  const std::vector<float> stack{ 10, 50, 200, 0, 30, 20, 10, 90 };
  std::vector<float> planes(3 * 4);
  itk::PenCore::StackPrediction(*network, itk::PenCore::RowsOfBuffer(stack.data(), size), size, {})
    .ProjectRows(0, 1, planes.data());
  const double mean = 170.0 / 3.0;
  const std::vector<double> expected{ 0.0, 0.0, (200 - mean) / 255, (90 - mean) / 255 };
  for (std::size_t i = 0; i < planes.size(); ++i)
  {
    EXPECT_NEAR(planes[i], expected[i % 4], 1e-6) << i;
  }
}
