// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// PEN's forward pass on the CPU against its definition, written out as loops in double precision.
#include "Network/NaiveProjection.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "itkSegmentationNetwork.h"
#include "itkSegmentationNetworkTrainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace
{
using Options = itk::SegmentationNetworkOptions;
using Network = itk::SegmentationNetwork;
using pen_test::Channels;
using pen_test::NaiveBranch;
using pen_test::NaiveCollect;
using pen_test::Stack;

// Half of the voxels are background.
Stack
RandomStack(int slices, int height, int width)
{
  std::mt19937 random(static_cast<unsigned int>(slices * 1000 + width));
  Stack stack{ slices, height, width, {} };
  for (int i = 0; i < slices * height * width; ++i)
  {
    const float value = static_cast<float>(random() % 2001) / 1000.0f - 1.0f;
    stack.values.push_back(std::max(value, 0.0f));
  }
  return stack;
}

// Weights are drawn so that no layer is mostly zeros or mostly linear.
Network::Pointer
RandomNetwork(Options options)
{
  options.features = { 4, 8 };
  auto network = Network::New();
  network->SetDevice("cpu");
  network->SetPrecision(Network::Precision::Float32);
  network->Create(options, 1);
  std::mt19937 random(7);
  for (const auto & parameter : network->GetParameters())
  {
    std::vector<float> values = network->GetParameter(parameter.name);
    const bool positive = parameter.name.find("running_var") != std::string::npos;
    for (float & value : values)
    {
      const float unit = static_cast<float>(random() % 10001) / 5000.0f - 1.0f;
      value = positive ? 0.6f + 0.5f * unit : 0.3f * unit;
    }
    if (parameter.name.find("bn.weight") != std::string::npos)
    {
      std::transform(values.begin(), values.end(), values.begin(), [](float v) { return 1.0f + v; });
    }
    network->SetParameter(parameter.name, values);
  }
  return network;
}

std::vector<float>
Project(const Network * network, const Stack & stack)
{
  std::vector<float> planes(static_cast<std::size_t>(Channels) * stack.height * stack.width, -1.0f);
  network->Project(stack.values.data(), static_cast<unsigned int>(stack.slices),
                   static_cast<unsigned int>(stack.height), static_cast<unsigned int>(stack.width), planes.data());
  return planes;
}

// Largest difference from the definition as a share of its range; \a stack has the network's slices.
double
ErrorAgainstDefinition(const Network * network, const Stack & stack, const std::vector<float> & planes)
{
  std::vector<NaiveBranch> branches;
  for (const unsigned int kernel : network->GetOptions().kernels)
  {
    branches.emplace_back(network, static_cast<int>(kernel));
  }
  const NaiveCollect collect(network);
  double largest = 0.0;
  double low = INFINITY;
  double high = -INFINITY;
  for (int y = 0; y < stack.height; ++y)
  {
    for (int x = 0; x < stack.width; ++x)
    {
      std::vector<std::vector<double>> pooled;
      for (const NaiveBranch & branch : branches)
      {
        pooled.push_back(branch.At(stack, y, x));
      }
      if (network->GetOptions().maximumBranch)
      {
        double most = 0.0;
        for (int z = 0; z < stack.slices; ++z)
        {
          most = std::max<double>(most, stack.At(z, y, x));
        }
        pooled.emplace_back(Channels, most);
      }
      const std::vector<double> expected = collect(pooled);
      for (int p = 0; p < Channels; ++p)
      {
        const double value = planes[(static_cast<std::size_t>(p) * stack.height + y) * stack.width + x];
        const double difference = std::abs(value - expected[static_cast<std::size_t>(p)]);
        largest = std::isfinite(difference) ? std::max(largest, difference) : INFINITY;
        low = std::min(low, expected[static_cast<std::size_t>(p)]);
        high = std::max(high, expected[static_cast<std::size_t>(p)]);
      }
    }
  }
  EXPECT_GT(high, low);
  return largest / (high - low);
}

// \a stack among slices of 0, as many before as behind.
Stack
Centred(const Stack & stack, int slices)
{
  Stack centred{ slices, stack.height, stack.width, {} };
  const std::size_t pixels = static_cast<std::size_t>(stack.height) * stack.width;
  centred.values.assign(static_cast<std::size_t>(slices) * pixels, 0.0f);
  const std::size_t before = static_cast<std::size_t>(slices - stack.slices) / 2 * pixels;
  std::copy(stack.values.begin(), stack.values.end(), centred.values.begin() + static_cast<std::ptrdiff_t>(before));
  return centred;
}

Options
SmallOptions(std::vector<unsigned int> kernels, unsigned int slices)
{
  Options options;
  options.kernels = std::move(kernels);
  options.slices = slices;
  return options;
}
} // namespace

TEST(DirectProjection, EveryPoolAndCollectionIsTheDefinition)
{
  for (const auto pool :
       { Options::BlockPool::Convolution, Options::BlockPool::Maximum, Options::BlockPool::SplitConvolution })
  {
    for (const auto collect : { Options::Collect::Convolution, Options::Collect::Mean, Options::Collect::Maximum })
    {
      Options options = SmallOptions({ 1, 3, 5 }, 13);
      options.blockPool = pool;
      options.collect = collect;
      const auto network = RandomNetwork(options);
      // 4 slices among 13 leave sections of every kernel without any.
      for (const int slices : { 4, 13 })
      {
        const Stack stack = RandomStack(slices, 7, 21);
        EXPECT_LT(ErrorAgainstDefinition(network, Centred(stack, 13), Project(network, stack)), 1e-5)
          << static_cast<int>(pool) << " " << static_cast<int>(collect) << " " << slices;
      }
    }
  }
}

TEST(DirectProjection, ThePublishedKernelsAreTheDefinition)
{
  const auto network = RandomNetwork(Options());
  for (const int slices : { 1, 13 })
  {
    const Stack stack = RandomStack(slices, 3, 53);
    EXPECT_LT(ErrorAgainstDefinition(network, Centred(stack, 27), Project(network, stack)), 1e-5) << slices;
  }
}

TEST(DirectProjection, KernelsMayBeDeeperAndWiderThanTheStack)
{
  const auto network = RandomNetwork(SmallOptions({ 5, 7, 11 }, 4));
  for (const int slices : { 1, 3, 4 })
  {
    const Stack stack = RandomStack(slices, 2, 3);
    EXPECT_LT(ErrorAgainstDefinition(network, Centred(stack, 4), Project(network, stack)), 1e-5) << slices;
  }
  const Stack pixel{ 4, 1, 1, { 0.5f, 0.25f, 0.0f, 1.0f } };
  const std::vector<float> planes = Project(network, pixel);
  EXPECT_LT(ErrorAgainstDefinition(network, pixel, planes), 1e-5);
}

TEST(DirectProjection, AttentionIsItsDefinitionForAnyNumberOfSlices)
{
  Options options = SmallOptions({ 1, 3, 7 }, 9);
  options.blockPool = Options::BlockPool::Attention;
  const auto network = RandomNetwork(options);
  // Fewer slices than the training's are centred among zeros, as in the training; more stay as they are.
  for (const int slices : { 1, 4, 9, 10, 23 })
  {
    const Stack stack = RandomStack(slices, 6, 17);
    const Stack seen = slices < 9 ? Centred(stack, 9) : stack;
    EXPECT_LT(ErrorAgainstDefinition(network, seen, Project(network, stack)), 1e-5) << slices;
  }
}

TEST(DirectProjection, TheMaximumIsOneMoreBranchOfEveryCollection)
{
  for (const auto pool : { Options::BlockPool::Convolution, Options::BlockPool::Attention })
  {
    for (const auto collect : { Options::Collect::Convolution, Options::Collect::Mean, Options::Collect::Maximum })
    {
      Options options = SmallOptions({ 1, 3 }, 5);
      options.blockPool = pool;
      options.collect = collect;
      options.maximumBranch = true;
      const auto network = RandomNetwork(options);
      const Stack stack = RandomStack(4, 7, 12);
      EXPECT_LT(ErrorAgainstDefinition(network, Centred(stack, 5), Project(network, stack)), 1e-5)
        << static_cast<int>(pool) << " " << static_cast<int>(collect);
    }
  }
}

TEST(DirectProjection, MoreSlicesThanTheNetworksAreBinnedByMaximum)
{
  const auto network = RandomNetwork(SmallOptions({ 1, 3 }, 4));
  const Stack stack = RandomStack(8, 5, 18);
  Stack binned{ 4, 5, 18, {} };
  for (std::size_t i = 0; i < 4 * 5 * 18; ++i)
  {
    const std::size_t z = i / (5 * 18);
    const std::size_t pixel = i % (5 * 18);
    binned.values.push_back(std::max(stack.values[2 * z * 90 + pixel], stack.values[(2 * z + 1) * 90 + pixel]));
  }
  EXPECT_LT(ErrorAgainstDefinition(network, binned, Project(network, stack)), 1e-5);
}

TEST(DirectProjection, ImagesLargerThanATileAreTheDefinition)
{
  const auto network = RandomNetwork(SmallOptions({ 1, 3 }, 5));
  const Stack stack = RandomStack(4, 37, 293);
  EXPECT_LT(ErrorAgainstDefinition(network, Centred(stack, 5), Project(network, stack)), 1e-5);
}

TEST(DirectProjection, LargeKernelsAreTheDefinitionInEveryRow)
{
  for (const auto pool : { Options::BlockPool::Convolution, Options::BlockPool::Maximum })
  {
    Options options = SmallOptions({ 7, 9, 11, 13 }, 14);
    options.blockPool = pool;
    const auto network = RandomNetwork(options);
    const Stack stack = RandomStack(3, 71, 18);
    EXPECT_LT(ErrorAgainstDefinition(network, Centred(stack, 14), Project(network, stack)), 1e-5);
  }
}

TEST(DirectProjection, DoesNotDependOnTheNumberOfThreads)
{
  const auto network = RandomNetwork(SmallOptions({ 1, 3, 11 }, 13));
  const Stack stack = RandomStack(6, 70, 261);
  itk::PenCore::SetNumberOfThreads(1);
  const std::vector<float> expected = Project(network, stack);
  for (const unsigned int threads : { 2u, 3u, 8u })
  {
    itk::PenCore::SetNumberOfThreads(threads);
    EXPECT_EQ(Project(network, stack), expected) << threads;
  }
  itk::PenCore::SetNumberOfThreads(0);
}

TEST(DirectProjection, AWindowIsProjectedAsWithinTheImage)
{
  const auto network = RandomNetwork(SmallOptions({ 3, 7 }, 9));
  const Stack stack = RandomStack(6, 60, 330);
  const std::vector<float> whole = Project(network, stack);
  Stack window{ 6, 31, 101, {} };
  constexpr int x0 = 190;
  constexpr int y0 = 11;
  for (int i = 0; i < 6 * 31 * 101; ++i)
  {
    const double value = stack.At(i / (31 * 101), y0 + i / 101 % 31, x0 + i % 101);
    window.values.push_back(static_cast<float>(value));
  }
  const std::vector<float> planes = Project(network, window);
  const int radius = static_cast<int>(network->GetProjectionRadius());
  const auto range = std::minmax_element(whole.begin(), whole.end());
  float largest = 0.0f;
  for (int p = 0; p < Channels; ++p)
  {
    for (int y = radius; y < 31 - radius; ++y)
    {
      const float * inWindow = planes.data() + (p * 31 + y) * 101;
      const float * inImage = whole.data() + (p * 60 + y0 + y) * 330 + x0;
      for (int x = radius; x < 101 - radius; ++x)
      {
        largest = std::max(largest, std::abs(inWindow[x] - inImage[x]));
      }
    }
  }
  EXPECT_LT(largest, 1e-6f * (*range.second - *range.first));
}

TEST(DirectProjection, FollowsWeightsThatChange)
{
  Options options = SmallOptions({ 1, 3 }, 8);
  const auto network = RandomNetwork(options);
  const Stack stack = RandomStack(8, 16, 16);
  const std::vector<float> before = Project(network, stack);

  itk::TrainingBatch batch;
  batch.size = 2;
  batch.slices = 8;
  batch.height = 16;
  batch.width = 16;
  batch.stacks = stack.values;
  batch.stacks.insert(batch.stacks.end(), stack.values.begin(), stack.values.end());
  batch.targets.assign(2 * options.outputChannels * 4 * 16 * 16, 0.5f);
  batch.weights.assign(2 * 16 * 16, 1.0f);
  auto trainer = itk::SegmentationNetworkTrainer::New();
  trainer->SetNetwork(network);
  trainer->Step(batch);
  const std::vector<float> trained = Project(network, stack);
  EXPECT_NE(trained, before);
  EXPECT_LT(ErrorAgainstDefinition(network, stack, trained), 1e-5);

  const std::string name = "projection.branch3_conv.weight";
  std::vector<float> weight = network->GetParameter(name);
  std::reverse(weight.begin(), weight.end());
  network->SetParameter(name, weight);
  EXPECT_LT(ErrorAgainstDefinition(network, stack, Project(network, stack)), 1e-5);

  network->Create(network->GetOptions(), 5);
  EXPECT_LT(ErrorAgainstDefinition(network, stack, Project(network, stack)), 1e-5);
}

TEST(DirectProjection, BFloat16TakesTheFasterWay)
{
  const auto network = RandomNetwork(Options());
  EXPECT_TRUE(network->ProjectsDirectly());
  const Stack stack = RandomStack(5, 24, 24);
  const std::vector<float> exact = Project(network, stack);
  network->SetPrecision(Network::Precision::BFloat16);
  const bool direct = network->ProjectsDirectly();
  EXPECT_EQ(network->ProjectsDirectly(), direct);
  const std::vector<float> planes = Project(network, stack);
  EXPECT_EQ(planes == exact, direct);
  // bfloat16 keeps 8 bits of a number.
  EXPECT_LT(ErrorAgainstDefinition(network, Centred(stack, 27), planes), 3e-2);

  Options maximum;
  maximum.projection = Options::Projection::Maximum;
  EXPECT_FALSE(RandomNetwork(maximum)->ProjectsDirectly());
}
