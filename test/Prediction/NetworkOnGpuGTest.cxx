// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// What a GPU computes is what the processor computes. Without one these tests are skipped, and say so.
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkFlowFieldToLabelMapFilter.h"
#include "itkImageFileReader.h"
#include "itkInstanceSegmentationMetricsFilter.h"
#include "itkSegmentationNetworkTrainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace
{
using Network = itk::SegmentationNetwork;
using Options = itk::SegmentationNetworkOptions;
using Precision = Network::Precision;
using StackType = itk::Image<unsigned char, 3>;
using FlowFieldType = itk::FlowFieldPredictionImageFilter<StackType>::OutputImageType;

class NetworkOnGpu : public testing::Test
{
protected:
  void
  SetUp() override
  {
    if (Network::New()->GetResolvedDevice() == "cpu")
    {
      GTEST_SKIP() << "LibTorch finds no CUDA device here";
    }
  }
};

Network::Pointer
MakeNetwork(const Options & options, const std::string & device, Precision precision = Precision::Float32)
{
  auto network = Network::New();
  network->SetDevice("cpu"); // so that both are given the same random weights
  network->Create(options, 3);
  if (device == "cpu")
  {
    return network;
  }
  auto there = Network::New();
  there->SetDevice(device);
  there->SetPrecision(precision);
  there->Create(options, 3);
  for (const auto & parameter : network->GetParameters())
  {
    there->SetParameter(parameter.name, network->GetParameter(parameter.name));
  }
  return there;
}

Options
SmallOptions()
{
  Options options;
  options.slices = 6;
  options.kernels = { 1, 3, 7 };
  options.features = { 8, 16 };
  options.outputChannels = 2;
  return options;
}

std::vector<float>
Noise(std::size_t n, unsigned int seed)
{
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> uniform;
  std::vector<float> values(n);
  std::generate(values.begin(), values.end(), [&] { return uniform(engine); });
  return values;
}

// Largest difference as a share of what the first values span.
double
RelativeDifference(const std::vector<float> & a, const std::vector<float> & b)
{
  const auto bounds = std::minmax_element(a.begin(), a.end());
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
  {
    largest = std::max<double>(largest, std::abs(a[i] - b[i]));
  }
  return largest / (*bounds.second - *bounds.first);
}

FlowFieldType::Pointer
PredictRealStack(const std::string & device, Precision precision, bool ahead = true)
{
  auto network = Network::New();
  network->SetDevice(device);
  network->SetPrecision(precision);
  network->Load(std::string(PEN_MODELS_DIR) + "/pen-cellpose.pt");
  auto reader = itk::ImageFileReader<StackType>::New();
  reader->SetFileName(std::string(PEN_TEST_DATA_DIR) + "/mda231_stack/stack.nrrd");
  auto prediction = itk::FlowFieldPredictionImageFilter<StackType>::New();
  prediction->SetInput(reader->GetOutput());
  prediction->SetNetwork(network);
  prediction->SetTileSize(128); // several batches
  prediction->SetPredictAhead(ahead && device != "cpu");
  prediction->Update();
  return prediction->GetOutput();
}

double
AveragePrecision(FlowFieldType * expected, FlowFieldType * found, double iou)
{
  using CellsType = itk::FlowFieldToLabelMapFilter<FlowFieldType>;
  auto truth = CellsType::New();
  truth->SetInput(expected);
  auto prediction = CellsType::New();
  prediction->SetInput(found);
  auto metrics = itk::InstanceSegmentationMetricsFilter<>::New();
  metrics->SetTruth(truth->GetOutput());
  metrics->SetPrediction(prediction->GetOutput());
  metrics->SetIoUThreshold(iou);
  metrics->Update();
  EXPECT_GE(truth->GetOutput()->GetNumberOfLabelObjects(), 10u);
  return metrics->GetJaccard(); // TP / (TP + FP + FN): what Cellpose calls average precision
}
} // namespace

TEST_F(NetworkOnGpu, ProjectsAndPredictsAsTheProcessor)
{
  Options attention = SmallOptions();
  attention.blockPool = Options::BlockPool::Attention;
  Options maximum = SmallOptions();
  maximum.maximumBranch = true;
  Options linear = SmallOptions();
  linear.projection = Options::Projection::LinearDepth;
  constexpr unsigned int height = 32;
  constexpr unsigned int width = 48;
  constexpr std::size_t planes = Network::NumberOfProjectionPlanes * height * width;
  const std::vector<float> stack = Noise(5 * height * width, 1);
  for (const Options & options : { SmallOptions(), attention, maximum, linear })
  {
    std::vector<std::vector<float>> projections;
    std::vector<std::vector<float>> fields;
    for (const std::string device : { "cpu", "cuda" })
    {
      const auto network = MakeNetwork(options, device);
      projections.emplace_back(planes);
      network->Project(stack.data(), 5, height, width, projections.back().data());
      fields.emplace_back(2 * height * width * 4);
      network->Predict(projections.front().data(), 1, height, width, fields.back().data());
    }
    EXPECT_LT(RelativeDifference(projections[0], projections[1]), 1e-4) << options.ToJson();
    EXPECT_LT(RelativeDifference(fields[0], fields[1]), 1e-4) << options.ToJson();
  }
}

TEST_F(NetworkOnGpu, FindsTheCellsThatTheProcessorFinds)
{
  const auto expected = PredictRealStack("cpu", Precision::Float32);
  EXPECT_GE(AveragePrecision(expected, PredictRealStack("cuda", Precision::Float32), 0.9), 0.99);
  EXPECT_GE(AveragePrecision(expected, PredictRealStack("cuda", Precision::BFloat16), 0.75), 0.98);
  EXPECT_GE(AveragePrecision(PredictRealStack("cuda", Precision::Float32, false),
                             PredictRealStack("cuda", Precision::Float32), 0.9),
            0.99);
}

TEST_F(NetworkOnGpu, LearnsAsOnTheProcessorAndGoesOnFromItsState)
{
  itk::TrainingBatch batch;
  batch.size = 2;
  batch.slices = 6;
  batch.height = 32;
  batch.width = 32;
  batch.stacks = Noise(2 * 6 * 32 * 32, 1);
  batch.targets = Noise(2 * 2 * 32 * 32 * 4, 2);
  batch.weights.assign(2 * 32 * 32, 1.0f);
  const std::string state = testing::TempDir() + "/pen_gpu_training_state.pt";
  const auto train = [&](const std::string & device, bool fromState, unsigned int steps)
  {
    const auto network = MakeNetwork(SmallOptions(), device);
    auto trainer = itk::SegmentationNetworkTrainer::New();
    trainer->SetNetwork(network);
    trainer->SetOptimizer(itk::SegmentationNetworkTrainer::Optimizer::AdamW);
    trainer->SetLearningRate(0.001);
    if (fromState)
    {
      trainer->LoadState(state);
    }
    std::vector<double> losses;
    for (unsigned int i = 0; i < steps; ++i)
    {
      losses.push_back(trainer->Step(batch).total);
    }
    trainer->SaveState(state);
    return losses;
  };
  const auto here = train("cpu", false, 4);
  auto there = train("cuda", false, 2);
  for (const double loss : train("cuda", true, 2))
  {
    there.push_back(loss);
  }
  for (std::size_t i = 0; i < here.size(); ++i)
  {
    EXPECT_NEAR(there[i], here[i], 1e-3 * here[i]) << "step " << i;
  }
}
