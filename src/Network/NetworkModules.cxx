// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Network/NetworkModules.h"

#include "Network/Autocast.h"
#include "Projection/Pooling.h"
#include "Projection/StackConvolution.h"
#include "itkSegmentationNetwork.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/nn/functional.h>

#include <array>
#include <cmath>

namespace itk
{
namespace PenTorch
{
namespace
{
namespace F = torch::nn::functional;
using BlockPool = SegmentationNetworkOptions::BlockPool;
using Collect = SegmentationNetworkOptions::Collect;

constexpr int64_t Planes = SegmentationNetwork::NumberOfProjectionPlanes;
// Keras' running statistics keep .99 of their past a step, once there is one.
constexpr double BatchNormMomentum = 0.01;
constexpr double SmallestStyleNorm = 1e-12;
// The depths that attention's planes look at before they learn, as linear depth windows do.
constexpr std::array<double, 3> FirstDepths = { { -0.5, 0.0, 0.5 } };
constexpr double SmallestSampleRange = 1e-12;

// PEN's 3-D convolution on the CPU in float32, where LibTorch's own conv3d, and conv2d with banded weights, take two to
// five times as long. The stack is data: no gradient goes back to it.
class StackConvolutionFunction : public torch::autograd::Function<StackConvolutionFunction>
{
public:
  static bool
  Supports(const torch::Tensor & stack)
  {
    return stack.device().is_cpu() && stack.scalar_type() == torch::kFloat32 && !stack.requires_grad() &&
           !IsAutocast(stack.device());
  }

  static torch::Tensor
  forward(torch::autograd::AutogradContext * context, const torch::Tensor & stack, const torch::Tensor & weight,
          const torch::Tensor & bias, int64_t sections)
  {
    const torch::Tensor stacks = stack.contiguous();
    context->save_for_backward({ stacks, weight });
    const PenCore::StackConvolution convolution = Describe(stacks, weight, sections);
    torch::Tensor sums = torch::empty({ stacks.size(0), Planes, sections, stacks.size(2), stacks.size(3) });
    PenCore::ConvolveStacks(convolution, stacks.data_ptr<float>(), weight.contiguous().data_ptr<float>(),
                            bias.contiguous().data_ptr<float>(), sums.data_ptr<float>(), Threads());
    return sums;
  }

  static torch::autograd::tensor_list
  backward(torch::autograd::AutogradContext * context, const torch::autograd::tensor_list & gradients)
  {
    const auto saved = context->get_saved_variables();
    const torch::Tensor gradient = gradients[0].contiguous();
    std::vector<float> weightGradient =
      PenCore::StackConvolutionWeightGradient(Describe(saved[0], saved[1], gradient.size(2)),
                                              saved[0].data_ptr<float>(), gradient.data_ptr<float>(), Threads());
    return { torch::Tensor(), torch::from_blob(weightGradient.data(), saved[1].sizes()).clone(),
             gradient.sum({ 0, 2, 3, 4 }), torch::Tensor() };
  }

private:
  static PenCore::StackConvolution
  Describe(const torch::Tensor & stacks, const torch::Tensor & weight, int64_t sections)
  {
    const auto size = [](int64_t n) { return static_cast<std::size_t>(n); };
    return { size(stacks.size(0)), size(stacks.size(1)),  size(stacks.size(2)),
             size(stacks.size(3)), size(weight.size(-1)), size(sections) };
  }

  static unsigned int
  Threads()
  {
    return static_cast<unsigned int>(at::get_num_threads());
  }
};

torch::nn::BatchNorm3d
Norm3d(int64_t channels, double epsilon)
{
  return torch::nn::BatchNorm3d(torch::nn::BatchNorm3dOptions(channels).eps(epsilon).momentum(BatchNormMomentum));
}
} // namespace

ProjectionModule::ProjectionModule(const SegmentationNetworkOptions & options)
  : m_Options(options)
{
  const double epsilon = options.batchNormEpsilon;
  for (const unsigned int kernel : options.kernels)
  {
    const std::string prefix = "branch" + std::to_string(kernel);
    Branch branch;
    branch.kernel = kernel;
    branch.sections = std::max<int64_t>(options.slices, kernel) - kernel + 1;
    branch.convolution =
      register_module(prefix + "_conv", torch::nn::Conv3d(torch::nn::Conv3dOptions(1, Planes, branch.kernel)));
    branch.convolutionNorm = register_module(prefix + "_conv_bn", Norm3d(Planes, epsilon));
    if (options.blockPool == BlockPool::Convolution)
    {
      branch.pool = register_module(
        prefix + "_pool", torch::nn::Conv3d(torch::nn::Conv3dOptions(Planes, Planes, { branch.sections, 1, 1 })));
      branch.poolNorm = register_module(prefix + "_pool_bn", Norm3d(Planes, epsilon));
    }
    else if (options.blockPool == BlockPool::SplitConvolution)
    {
      const int64_t length = SplitPoolWindow(branch.sections).first;
      branch.pool =
        register_module(prefix + "_pool", torch::nn::Conv3d(torch::nn::Conv3dOptions(Planes, 1, { length, 1, 1 })));
      branch.poolNorm = register_module(prefix + "_pool_bn", Norm3d(1, epsilon));
    }
    else if (options.blockPool == BlockPool::Attention)
    {
      branch.attention = register_module(prefix + "_attention",
                                         torch::nn::Conv3d(torch::nn::Conv3dOptions(Planes, Planes, 1).bias(false)));
      branch.pool = register_module(prefix + "_pool", torch::nn::Conv3d(torch::nn::Conv3dOptions(Planes, Planes, 1)));
      branch.poolNorm = register_module(prefix + "_pool_bn", Norm3d(Planes, epsilon));
      torch::Tensor depths = torch::empty({ Planes, 2 });
      for (int64_t plane = 0; plane < Planes; ++plane)
      {
        depths[plane][0] = 2.0 * FirstDepths[static_cast<std::size_t>(plane)];
        depths[plane][1] = -1.0;
      }
      branch.depthAttention = register_parameter(prefix + "_attention_depth", depths);
    }
    m_Branches.push_back(branch);
  }
  if (options.collect == Collect::Convolution)
  {
    const auto branches = static_cast<int64_t>(options.kernels.size() + (options.maximumBranch ? 1 : 0));
    m_Collect =
      register_module("collect", torch::nn::Conv3d(torch::nn::Conv3dOptions(Planes, Planes, { branches, 1, 1 })));
    m_CollectNorm = register_module("collect_bn", Norm3d(Planes, epsilon));
  }
}

torch::Tensor
BandedKernel(const torch::Tensor & kernel, int64_t sections, int64_t slices)
{
  const int64_t k = kernel.size(-1);
  const int64_t padded = sections + k - 1;
  const int64_t before = (padded - slices) / 2; // more than 0 only where the kernel is deeper than the stack
  std::vector<torch::Tensor> bands;
  const torch::Tensor flat = kernel.select(1, 0);
  for (int64_t p = 0; p < sections; ++p)
  {
    const torch::Tensor band = F::pad(flat, F::PadFuncOptions({ 0, 0, 0, 0, p, padded - k - p }));
    bands.push_back(band.narrow(1, before, slices));
  }
  return torch::stack(bands, 1).reshape({ kernel.size(0) * sections, slices, k, k });
}

torch::Tensor
SplitPoolKernel(const torch::Tensor & kernel, int64_t sections)
{
  const auto window = SplitPoolWindow(sections);
  const torch::Tensor flat = kernel.reshape({ Planes, window.first });
  std::vector<torch::Tensor> rows;
  for (int64_t section = 0; section < Planes; ++section)
  {
    const int64_t start = section * window.second;
    rows.push_back(F::pad(flat, F::PadFuncOptions({ start, sections - window.first - start })));
  }
  return torch::stack(rows, 0).reshape({ Planes, Planes * sections, 1, 1 });
}

torch::Tensor
ProjectionModule::Convolve(Branch & branch, const torch::Tensor & stack) const
{
  const int64_t n = stack.size(0);
  const int64_t height = stack.size(2);
  const int64_t width = stack.size(3);
  const int64_t k = branch.kernel;
  const int64_t slices = stack.size(1);
  const int64_t sections = std::max(slices, k) - k + 1;
  if (StackConvolutionFunction::Supports(stack))
  {
    return torch::relu(branch.convolutionNorm(
      StackConvolutionFunction::apply(stack, branch.convolution->weight, branch.convolution->bias, sections)));
  }
  const torch::Tensor weight = BandedKernel(branch.convolution->weight, sections, slices);
  const torch::Tensor bias = branch.convolution->bias.repeat_interleave(sections);
  const torch::Tensor sums = F::conv2d(stack, weight, F::Conv2dFuncOptions().bias(bias).padding(k / 2));

  return torch::relu(branch.convolutionNorm(sums.reshape({ n, Planes, sections, height, width })));
}

torch::Tensor
ProjectionModule::Pool(Branch & branch, const torch::Tensor & features) const
{
  const int64_t n = features.size(0);
  const int64_t height = features.size(3);
  const int64_t width = features.size(4);
  if (m_Options.blockPool == BlockPool::Maximum)
  {
    return features.amax(2);
  }
  if (m_Options.blockPool == BlockPool::Attention)
  {
    return this->Attend(branch, features);
  }
  torch::Tensor weight;
  torch::Tensor bias;
  int64_t channels = Planes;
  int64_t sections = 1;
  if (m_Options.blockPool == BlockPool::Convolution)
  {
    weight = branch.pool->weight.reshape({ Planes, Planes * branch.sections, 1, 1 });
    bias = branch.pool->bias;
  }
  else
  {
    weight = SplitPoolKernel(branch.pool->weight, branch.sections);
    bias = branch.pool->bias.repeat(Planes);
    channels = 1;
    sections = Planes;
  }
  const torch::Tensor flat = features.reshape({ n, Planes * branch.sections, height, width });
  const torch::Tensor sums = F::conv2d(flat, weight, F::Conv2dFuncOptions().bias(bias));
  const torch::Tensor normed = branch.poolNorm(sums.reshape({ n, channels, sections, height, width }));
  return torch::relu(normed).reshape({ n, Planes, height, width });
}

torch::Tensor
ProjectionModule::Attend(Branch & branch, const torch::Tensor & features) const
{
  const int64_t sections = features.size(2);
  const torch::Tensor depth =
    (torch::arange(sections, features.options().dtype(torch::kFloat32)) - 0.5 * static_cast<double>(sections - 1)) /
    SlicesPerUnitOfDepth;
  const torch::Tensor ofDepth = branch.depthAttention.select(1, 0).unsqueeze(1) * depth +
                                branch.depthAttention.select(1, 1).unsqueeze(1) * depth.square();
  const torch::Tensor scores = branch.attention(features) + ofDepth.reshape({ 1, Planes, sections, 1, 1 });
  const torch::Tensor pooled = (torch::softmax(scores, 2) * branch.pool(features)).sum(2, true);
  return torch::relu(branch.poolNorm(pooled)).squeeze(2);
}

torch::Tensor
ProjectionModule::CollectBranches(const std::vector<torch::Tensor> & planes)
{
  const torch::Tensor stacked = torch::stack(planes, 2);
  if (m_Options.collect == Collect::Mean)
  {
    return stacked.mean(2);
  }
  if (m_Options.collect == Collect::Maximum)
  {
    return stacked.amax(2);
  }
  const int64_t branches = stacked.size(2);
  const torch::Tensor flat = stacked.reshape({ stacked.size(0), Planes * branches, stacked.size(3), stacked.size(4) });
  const torch::Tensor weight = m_Collect->weight.reshape({ Planes, Planes * branches, 1, 1 });
  const torch::Tensor sums = F::conv2d(flat, weight, F::Conv2dFuncOptions().bias(m_Collect->bias));
  return torch::relu(m_CollectNorm(sums.unsqueeze(2))).squeeze(2);
}

torch::Tensor
ProjectionModule::forward(const torch::Tensor & stack)
{
  std::vector<torch::Tensor> planes;
  for (Branch & branch : m_Branches)
  {
    planes.push_back(this->Pool(branch, this->Convolve(branch, stack)));
  }
  if (m_Options.maximumBranch)
  {
    planes.push_back(stack.amax(1, true).expand({ -1, Planes, -1, -1 }));
  }
  return this->CollectBranches(planes);
}

torch::Tensor
RescaleSamples(const torch::Tensor & planes)
{
  const torch::Tensor shifted = planes - planes.amin({ 1, 2, 3 }, true);
  return shifted / shifted.amax({ 1, 2, 3 }, true).clamp_min(SmallestSampleRange);
}

NormalizedConvolution::NormalizedConvolution(int64_t in, int64_t out, int64_t kernel, bool rectify, double epsilon)
  : m_Rectify(rectify)
  , m_Norm(register_module(
      "bn", torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(in).eps(epsilon).momentum(BatchNormMomentum))))
  , m_Convolution(
      register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).padding(kernel / 2))))
{
}

torch::Tensor
NormalizedConvolution::forward(const torch::Tensor & x)
{
  const torch::Tensor normed = m_Norm(x);
  return m_Convolution(m_Rectify ? torch::relu(normed) : normed);
}

DownLevel::DownLevel(int64_t in, int64_t out, double epsilon)
  : m_Projection(register_module("projection", std::make_shared<NormalizedConvolution>(in, out, 1, false, epsilon)))
{
  for (int i = 0; i < 4; ++i)
  {
    m_Convolutions.push_back(
      register_module("convolution" + std::to_string(i),
                      std::make_shared<NormalizedConvolution>(i == 0 ? in : out, out, 3, true, epsilon)));
  }
}

torch::Tensor
DownLevel::forward(const torch::Tensor & x)
{
  const auto convolve = [this](std::size_t i, const torch::Tensor & y) { return m_Convolutions[i]->forward(y); };
  const torch::Tensor y = m_Projection->forward(x) + convolve(1, convolve(0, x));
  return y + convolve(3, convolve(2, y));
}

UpLevel::UpLevel(int64_t in, int64_t out, int64_t styleSize, double epsilon)
  : m_Projection(register_module("projection", std::make_shared<NormalizedConvolution>(in, out, 1, false, epsilon)))
{
  for (int i = 0; i < 4; ++i)
  {
    m_Convolutions.push_back(
      register_module("convolution" + std::to_string(i),
                      std::make_shared<NormalizedConvolution>(i == 0 ? in : out, out, 3, true, epsilon)));
    if (i > 0)
    {
      m_Styles.push_back(register_module("style" + std::to_string(i), torch::nn::Linear(styleSize, out)));
    }
  }
}

torch::Tensor
UpLevel::Styled(std::size_t i, const torch::Tensor & x, const torch::Tensor & style)
{
  const torch::Tensor shift = m_Styles[i - 1](style).unsqueeze(-1).unsqueeze(-1);
  return m_Convolutions[i]->forward(x + shift);
}

torch::Tensor
UpLevel::forward(const torch::Tensor & x, const torch::Tensor & skip, const torch::Tensor & style)
{
  const torch::Tensor merged = this->Styled(1, m_Convolutions[0]->forward(x) + skip, style);
  const torch::Tensor y = m_Projection->forward(x) + merged;
  return y + this->Styled(3, this->Styled(2, y, style), style);
}

FlowNetwork::FlowNetwork(const SegmentationNetworkOptions & options)
{
  const double epsilon = options.batchNormEpsilon;
  const auto & features = options.features;
  const std::size_t levels = features.size();
  for (std::size_t i = 0; i < levels; ++i)
  {
    const int64_t in = i == 0 ? options.planes : features[i - 1];
    m_Down.push_back(
      register_module("down" + std::to_string(i), std::make_shared<DownLevel>(in, features[i], epsilon)));
  }
  for (std::size_t i = 0; i < levels; ++i)
  {
    const int64_t in = features[std::min(i + 1, levels - 1)];
    m_Up.push_back(
      register_module("up" + std::to_string(i), std::make_shared<UpLevel>(in, features[i], features.back(), epsilon)));
  }
  const int64_t maps = options.GetMapsPerChannel() * options.outputChannels;
  m_Head = register_module(
    "head", std::make_shared<NormalizedConvolution>(features[0], maps, options.headKernel, true, epsilon));
}

torch::Tensor
FlowNetwork::forward(const torch::Tensor & planes)
{
  std::vector<torch::Tensor> skips;
  torch::Tensor x = planes;
  for (std::size_t i = 0; i < m_Down.size(); ++i)
  {
    x = m_Down[i]->forward(i == 0 ? x : F::max_pool2d(x, F::MaxPool2dFuncOptions(2)));
    skips.push_back(x);
  }
  const torch::Tensor mean = x.mean({ 2, 3 });
  const torch::Tensor style = mean / mean.norm(2, 1, true).clamp_min(SmallestStyleNorm);
  const auto doubled = F::InterpolateFuncOptions().scale_factor(std::vector<double>{ 2.0, 2.0 }).mode(torch::kNearest);
  for (std::size_t i = m_Up.size(); i-- > 0;)
  {
    const bool deepest = i + 1 == m_Up.size();
    x = m_Up[i]->forward(deepest ? x : F::interpolate(x, doubled), skips[i], style);
  }
  return m_Head->forward(x);
}

SegmentationModule::SegmentationModule(const SegmentationNetworkOptions & options)
{
  if (options.projection == SegmentationNetworkOptions::Projection::ProjectionEnhancement)
  {
    projection = register_module("projection", std::make_shared<ProjectionModule>(options));
  }
  network = register_module("network", std::make_shared<FlowNetwork>(options));
}

void
WeighRunningStatistics(torch::nn::Module & module, std::uint64_t step)
{
  // The weights of all steps so far then add up to 1, as in Adam's means.
  const double weight = BatchNormMomentum / (1.0 - std::pow(1.0 - BatchNormMomentum, static_cast<double>(step)));
  for (const auto & part : module.modules(false))
  {
    if (auto * norm2d = part->as<torch::nn::BatchNorm2d>())
    {
      norm2d->options.momentum(weight);
    }
    else if (auto * norm3d = part->as<torch::nn::BatchNorm3d>())
    {
      norm3d->options.momentum(weight);
    }
  }
}
} // namespace PenTorch
} // namespace itk
