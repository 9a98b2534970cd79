// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_Network_NaiveProjection_h
#define pen_test_Network_NaiveProjection_h

#include "itkSegmentationNetwork.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

// PEN at one pixel as its definition says, in loops in double precision.
namespace pen_test
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
} // namespace pen_test

#endif
