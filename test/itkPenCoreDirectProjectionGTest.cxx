// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// PEN's forward pass on the CPU against its definition, written out as loops in double precision.
#include "itkPenCoreThreads.h"
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

constexpr int Channels = 3;

struct Stack
{
  int slices;
  int height;
  int width;
  std::vector<float> values;

  double
  At(int z, int y, int x) const
  {
    const bool inside = z >= 0 && z < slices && y >= 0 && y < height && x >= 0 && x < width;
    return inside ? values[(static_cast<std::size_t>(z) * height + y) * width + x] : 0.0;
  }
};

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

// Batch norm of an output channel, then ReLU.
struct NormAndRectify
{
  std::vector<float> gamma;
  std::vector<float> beta;
  std::vector<float> mean;
  std::vector<float> variance;
  double epsilon;

  NormAndRectify(const Network * network, const std::string & name)
    : gamma(network->GetParameter("projection." + name + ".weight"))
    , beta(network->GetParameter("projection." + name + ".bias"))
    , mean(network->GetParameter("projection." + name + ".running_mean"))
    , variance(network->GetParameter("projection." + name + ".running_var"))
    , epsilon(network->GetOptions().batchNormEpsilon)
  {
  }

  double
  operator()(double x, int channel) const
  {
    const auto c = static_cast<std::size_t>(channel);
    return std::max(0.0, gamma[c] * (x - mean[c]) / std::sqrt(variance[c] + epsilon) + beta[c]);
  }
};

// A branch of the published graph at one pixel: features [section][channel], then three pooled values.
class NaiveBranch
{
public:
  NaiveBranch(const Network * network, int kernel)
    : m_Kernel(kernel)
    , m_Mode(network->GetOptions().blockPool)
    , m_Name("branch" + std::to_string(kernel))
    , m_Weight(network->GetParameter("projection." + m_Name + "_conv.weight"))
    , m_Bias(network->GetParameter("projection." + m_Name + "_conv.bias"))
    , m_Norm(network, m_Name + "_conv_bn")
  {
    if (m_Mode == Options::BlockPool::Attention)
    {
      m_Attention = network->GetParameter("projection." + m_Name + "_attention.weight");
      m_DepthAttention = network->GetParameter("projection." + m_Name + "_attention_depth");
    }
    if (m_Mode != Options::BlockPool::Maximum)
    {
      m_PoolWeight = network->GetParameter("projection." + m_Name + "_pool.weight");
      m_PoolBias = network->GetParameter("projection." + m_Name + "_pool.bias");
      m_PoolNorm.push_back(NormAndRectify(network, m_Name + "_pool_bn"));
    }
  }

  std::vector<double>
  At(const Stack & stack, int y, int x) const
  {
    const int padding = m_Kernel > stack.slices ? (m_Kernel - stack.slices) / 2 : 0;
    const int sections = std::max(stack.slices, m_Kernel) - m_Kernel + 1;
    std::vector<double> features;
    for (int section = 0; section < sections; ++section)
    {
      for (int c = 0; c < Channels; ++c)
      {
        features.push_back(m_Norm(this->Convolve(stack, section - padding, y, x, c), c));
      }
    }
    return m_Mode == Options::BlockPool::Attention ? this->Attend(features, sections) : this->Pool(features, sections);
  }

private:
  double
  Convolve(const Stack & stack, int z, int y, int x, int c) const
  {
    double sum = m_Bias[static_cast<std::size_t>(c)];
    const float * weight = m_Weight.data() + c * m_Kernel * m_Kernel * m_Kernel;
    for (int dz = 0; dz < m_Kernel; ++dz)
    {
      for (int dy = 0; dy < m_Kernel; ++dy)
      {
        for (int dx = 0; dx < m_Kernel; ++dx)
        {
          sum += *weight++ * stack.At(z + dz, y + dy - m_Kernel / 2, x + dx - m_Kernel / 2);
        }
      }
    }
    return sum;
  }

  std::vector<double>
  Pool(const std::vector<double> & features, int sections) const
  {
    std::vector<double> pooled(Channels, 0.0);
    const int step = sections / 3;
    int length = sections;
    if (m_Mode == Options::BlockPool::SplitConvolution)
    {
      length = (sections + 2) / 3;
      length += 2 * step + length < sections ? 1 : 0;
    }
    for (int p = 0; p < Channels; ++p)
    {
      if (m_Mode == Options::BlockPool::Maximum)
      {
        for (int z = 0; z < sections; ++z)
        {
          pooled[p] = std::max(pooled[p], features[z * Channels + p]);
        }
        continue;
      }
      const bool splits = m_Mode == Options::BlockPool::SplitConvolution;
      const int output = splits ? 0 : p;
      const int first = splits ? p * step : 0;
      double sum = m_PoolBias[output];
      for (int c = 0; c < Channels; ++c)
      {
        for (int z = 0; z < length; ++z)
        {
          sum += m_PoolWeight[(output * Channels + c) * length + z] * features[(first + z) * Channels + c];
        }
      }
      pooled[p] = m_PoolNorm[0](sum, output);
    }
    return pooled;
  }

  // Every section's value, weighed by a softmax of its features and its depth in tens of slices from the middle.
  std::vector<double>
  Attend(const std::vector<double> & features, int sections) const
  {
    const auto mix = [&](const std::vector<float> & weight, int p, int z)
    {
      double sum = 0.0;
      for (int c = 0; c < Channels; ++c)
      {
        sum += weight[p * Channels + c] * features[z * Channels + c];
      }
      return sum;
    };
    std::vector<double> pooled;
    for (int p = 0; p < Channels; ++p)
    {
      double sum = 0.0;
      double weights = 0.0;
      for (int z = 0; z < sections; ++z)
      {
        const double depth = (z - (sections - 1) / 2.0) / 10.0;
        const double weight = std::exp(mix(m_Attention, p, z) + m_DepthAttention[2 * p] * depth +
                                       m_DepthAttention[2 * p + 1] * depth * depth);
        sum += weight * (mix(m_PoolWeight, p, z) + m_PoolBias[p]);
        weights += weight;
      }
      pooled.push_back(m_PoolNorm[0](sum / weights, p));
    }
    return pooled;
  }

  int m_Kernel;
  Options::BlockPool m_Mode;
  std::string m_Name;
  std::vector<float> m_Weight;
  std::vector<float> m_Bias;
  NormAndRectify m_Norm;
  std::vector<float> m_Attention;
  std::vector<float> m_DepthAttention;
  std::vector<float> m_PoolWeight;
  std::vector<float> m_PoolBias;
  std::vector<NormAndRectify> m_PoolNorm;
};

class NaiveCollect
{
public:
  explicit NaiveCollect(const Network * network)
    : m_Mode(network->GetOptions().collect)
  {
    if (m_Mode == Options::Collect::Convolution)
    {
      m_Weight = network->GetParameter("projection.collect.weight");
      m_Bias = network->GetParameter("projection.collect.bias");
      m_Norm.push_back(NormAndRectify(network, "collect_bn"));
    }
  }

  std::vector<double>
  operator()(const std::vector<std::vector<double>> & pooled) const
  {
    const std::size_t branches = pooled.size();
    std::vector<double> planes(Channels, 0.0);
    for (std::size_t p = 0; p < Channels; ++p)
    {
      if (m_Mode == Options::Collect::Convolution)
      {
        double sum = m_Bias[p];
        for (std::size_t i = 0; i < Channels * branches; ++i)
        {
          sum += m_Weight[p * Channels * branches + i] * pooled[i % branches][i / branches];
        }
        planes[p] = m_Norm[0](sum, static_cast<int>(p));
        continue;
      }
      for (std::size_t b = 0; b < branches; ++b)
      {
        planes[p] = m_Mode == Options::Collect::Maximum ? std::max(planes[p], pooled[b][p])
                                                        : planes[p] + pooled[b][p] / static_cast<double>(branches);
      }
    }
    return planes;
  }

private:
  Options::Collect m_Mode;
  std::vector<float> m_Weight;
  std::vector<float> m_Bias;
  std::vector<NormAndRectify> m_Norm;
};

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
