// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Network/TensorProjection.h"

#include "Network/NetworkModules.h"
#include "Network/NetworkState.h"
#include "Network/TensorBridge.h"
#include "Projection/Pooling.h"
#include "ProjectionEnhancement/Stacks/Projections.h"

#include <ATen/Parallel.h>

#include <chrono>
#include <cmath>
#include <limits>

namespace itk
{
namespace PenTorch
{
namespace
{
using PenCore::FoldedProjection;
using Options = SegmentationNetworkOptions;

constexpr std::size_t Channels = FoldedProjection::Channels;

// A convolution with the batch norm after it: weight[output][...] and one bias an output.
struct FoldedLayer
{
  std::vector<float> weight;
  std::vector<float> bias;
};

class ProjectionArrays
{
public:
  ProjectionArrays(const ProjectionModule & module, double epsilon)
    : m_Epsilon(epsilon)
    , m_Parameters(module.named_parameters())
    , m_Buffers(module.named_buffers())
  {
  }

  FoldedLayer
  Fold(const std::string & convolution, const std::string & norm) const
  {
    FoldedLayer folded{ this->Get(convolution + ".weight"), this->Get(convolution + ".bias") };
    const std::vector<float> gamma = this->Get(norm + ".weight");
    const std::vector<float> beta = this->Get(norm + ".bias");
    const std::vector<float> mean = this->Get(norm + ".running_mean");
    const std::vector<float> variance = this->Get(norm + ".running_var");
    const std::size_t outputs = folded.bias.size();
    const std::size_t inputs = folded.weight.size() / outputs;
    for (std::size_t o = 0; o < outputs; ++o)
    {
      const double scale = gamma[o] / std::sqrt(variance[o] + m_Epsilon);
      folded.bias[o] = static_cast<float>((static_cast<double>(folded.bias[o]) - mean[o]) * scale + beta[o]);
      for (std::size_t i = 0; i < inputs; ++i)
      {
        folded.weight[o * inputs + i] = static_cast<float>(folded.weight[o * inputs + i] * scale);
      }
    }
    return folded;
  }

private:
  std::vector<float>
  Get(const std::string & name) const
  {
    const torch::Tensor * parameter = m_Parameters.find(name);
    const torch::Tensor & array = parameter ? *parameter : m_Buffers[name];
    std::vector<float> values(static_cast<std::size_t>(array.numel()));
    BufferFromTensor(array, values.data());
    return values;
  }

  double m_Epsilon;
  torch::OrderedDict<std::string, torch::Tensor> m_Parameters;
  torch::OrderedDict<std::string, torch::Tensor> m_Buffers;
};

// From [channel][z][y][x] to [y][x][kernel - 1 - z][channel].
std::vector<float>
ReorderTaps(const std::vector<float> & weight, std::size_t kernel)
{
  std::vector<float> taps(weight.size());
  const std::size_t area = kernel * kernel;
  for (std::size_t c = 0; c < Channels; ++c)
  {
    for (std::size_t z = 0; z < kernel; ++z)
    {
      for (std::size_t i = 0; i < area; ++i)
      {
        taps[(i * kernel + kernel - 1 - z) * Channels + c] = weight[(c * kernel + z) * area + i];
      }
    }
  }
  return taps;
}

// The pool as factors [section][channel][plane].
void
FoldPool(const ProjectionArrays & arrays, const std::string & name, Options::BlockPool mode,
         FoldedProjection::Branch & branch)
{
  branch.poolBias.fill(0.0f); // no maximum of rectified sections is less
  if (mode == Options::BlockPool::Maximum)
  {
    return;
  }
  const FoldedLayer pool = arrays.Fold(name + "_pool", name + "_pool_bn");
  const bool splits = mode == Options::BlockPool::SplitConvolution;
  const std::size_t length =
    splits ? static_cast<std::size_t>(SplitPoolWindow(branch.sections).first) : branch.sections;
  const std::size_t step = splits ? static_cast<std::size_t>(SplitPoolWindow(branch.sections).second) : 0;
  branch.pool.assign(branch.sections * Channels * Channels, 0.0f);
  for (std::size_t p = 0; p < Channels; ++p)
  {
    const std::size_t output = splits ? 0 : p;
    branch.poolBias[p] = pool.bias[output];
    for (std::size_t c = 0; c < Channels; ++c)
    {
      for (std::size_t z = 0; z < length; ++z)
      {
        branch.pool[((z + p * step) * Channels + c) * Channels + p] = pool.weight[(output * Channels + c) * length + z];
      }
    }
  }
}

void
FoldCollect(const ProjectionArrays & arrays, FoldedProjection & projection)
{
  const std::size_t branches = projection.branches.size();
  FoldedLayer collect{ {}, std::vector<float>(Channels, 0.0f) };
  if (projection.collectMode == Options::Collect::Convolution)
  {
    collect = arrays.Fold("collect", "collect_bn");
  }
  for (std::size_t p = 0; p < Channels; ++p)
  {
    projection.collectBias[p] = collect.bias[p];
    for (std::size_t c = 0; c < Channels; ++c)
    {
      for (std::size_t b = 0; b < branches; ++b)
      {
        const float share = p == c ? 1.0f / static_cast<float>(branches) : 0.0f; // of Collect::Mean
        projection.branches[b].collect[c * Channels + p] =
          collect.weight.empty() ? share : collect.weight[(p * Channels + c) * branches + b];
      }
    }
  }
}

// The first of several runs warms caches and allocators up.
template <typename TFunction>
double
ShortestSeconds(TFunction && run)
{
  using Clock = std::chrono::steady_clock;
  constexpr int runs = 3;
  double shortest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < runs; ++i)
  {
    const Clock::time_point start = Clock::now();
    run();
    shortest = std::min(shortest, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return shortest;
}
} // namespace

PenCore::FoldedProjection
FoldProjection(const ProjectionModule & module, const Options & options)
{
  const torch::NoGradGuard guard;
  const ProjectionArrays arrays(module, options.batchNormEpsilon);
  FoldedProjection projection{ options.slices, options.collect, {}, {} };
  for (const unsigned int kernel : options.kernels)
  {
    const std::string name = "branch" + std::to_string(kernel);
    const FoldedLayer convolution = arrays.Fold(name + "_conv", name + "_conv_bn");
    FoldedProjection::Branch branch{};
    branch.kernel = kernel;
    branch.sections = std::max(options.slices, kernel) - kernel + 1;
    branch.taps = ReorderTaps(convolution.weight, kernel);
    std::copy(convolution.bias.begin(), convolution.bias.end(), branch.bias.begin());
    if (kernel >= PenCore::SmallestTransformedKernel)
    {
      branch.transform = PenCore::TransformTaps(branch.taps, kernel);
    }
    FoldPool(arrays, name, options.blockPool, branch);
    projection.branches.push_back(branch);
  }
  FoldCollect(arrays, projection);
  return projection;
}

DirectProjection::DirectProjection(std::shared_ptr<ProjectionModule> module, const Options & options)
  : m_Module(std::move(module))
  , m_Weights(FoldProjection(*m_Module, options))
{
}

void
DirectProjection::Run(const float * stack, unsigned int slices, unsigned int height, unsigned int width,
                      float * planes) const
{
  std::vector<float> binned;
  if (slices > m_Weights.slices)
  {
    binned = PenCore::FitSlices(stack, slices, static_cast<std::size_t>(height) * width, m_Weights.slices);
    stack = binned.data();
    slices = m_Weights.slices;
  }
  PenCore::ProjectDirectly(m_Weights, stack, slices, PenCore::FirstFittedSlice(slices, m_Weights.slices), height, width,
                           planes, static_cast<unsigned int>(at::get_num_threads()));
}

bool
DirectProjection::IsFasterThanBFloat16() const
{
  std::call_once(m_Timed,
                 [this]
                 {
                   constexpr unsigned int size = 96;
                   const unsigned int slices = m_Weights.slices;
                   const std::vector<float> stack(static_cast<std::size_t>(slices) * size * size, 0.5f);
                   std::vector<float> planes(Channels * size * size);
                   const auto input = TensorFromBuffer(stack.data(), { 1, slices, size, size }, torch::kCPU);
                   const auto projectByModule = [&]
                   {
                     const torch::NoGradGuard guard;
                     const BFloat16Scope scope(true, torch::kCPU);
                     BufferFromTensor(m_Module->forward(input), planes.data());
                   };
                   const auto projectDirectly = [&] { this->Run(stack.data(), slices, size, size, planes.data()); };
                   m_IsFaster = ShortestSeconds(projectDirectly) <= ShortestSeconds(projectByModule);
                 });
  return m_IsFaster;
}
} // namespace PenTorch
} // namespace itk
