// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Network/Folding.h"

#include "ProjectionEnhancement/Base/FlowFieldLayout.h"

#include <ATen/ATen.h>

namespace itk
{
namespace PenTorch
{
namespace
{
constexpr auto FieldComponents = static_cast<int64_t>(PenCore::FlowFieldComponents);

// Weights [out, in, k, k] with each output multiplied.
torch::Tensor
ScaleOutputs(const torch::Tensor & weight, const torch::Tensor & scale)
{
  return weight * scale.reshape({ -1, 1, 1, 1 });
}

// Sums the three taps of a kernel along a dimension into the two pixels that an even (odd) place of a doubled map sees.
torch::Tensor
SumTaps(const torch::Tensor & kernel, int64_t dimension, bool odd)
{
  const torch::Tensor first = kernel.narrow(dimension, 0, 1);
  const torch::Tensor middle = kernel.narrow(dimension, 1, 1);
  const torch::Tensor last = kernel.narrow(dimension, 2, 1);
  return odd ? at::cat({ first + middle, last }, dimension) : at::cat({ first, middle + last }, dimension);
}

std::string
Unit(const std::string & level, int i)
{
  return level + ".convolution" + std::to_string(i);
}
} // namespace

NetworkFolder::NetworkFolder(const torch::nn::Module & network, double epsilon, torch::Device device,
                             torch::ScalarType type)
  : m_Parameters(network.named_parameters())
  , m_Buffers(network.named_buffers())
  , m_Epsilon(epsilon)
  , m_Device(device)
  , m_Type(type)
{
}

torch::Tensor
NetworkFolder::Array(const std::string & name) const
{
  const torch::Tensor * parameter = m_Parameters.find(name);
  return (parameter ? *parameter : m_Buffers[name]).detach().to(torch::kCPU, torch::kFloat64);
}

ScaleAndShift
NetworkFolder::Norm(const std::string & unit) const
{
  const torch::Tensor scale =
    this->Array(unit + ".bn.weight") / (this->Array(unit + ".bn.running_var") + m_Epsilon).sqrt();
  return { scale, this->Array(unit + ".bn.bias") - this->Array(unit + ".bn.running_mean") * scale };
}

ScaleAndShift
NetworkFolder::Cast(const ScaleAndShift & norm) const
{
  return { norm.scale.to(m_Device, m_Type), norm.shift.to(m_Device, m_Type) };
}

FoldedConvolution
NetworkFolder::Cast(const torch::Tensor & weight, const torch::Tensor & bias) const
{
  const torch::Tensor ownWeight = weight.to(m_Device, m_Type).contiguous(at::MemoryFormat::ChannelsLast);
  return { ownWeight, bias.defined() ? bias.to(m_Device, m_Type) : bias };
}

FoldedConvolution
NetworkFolder::Projection(const std::string & level, int64_t copies) const
{
  const std::string unit = level + ".projection";
  const ScaleAndShift norm = this->Norm(unit);
  const torch::Tensor weight = this->Array(unit + ".conv.weight");
  const torch::Tensor bias = this->Array(unit + ".conv.bias") + at::matmul(weight.flatten(1), norm.shift);
  return this->Cast((weight * norm.scale.reshape({ 1, -1, 1, 1 })).repeat({ copies, 1, 1, 1 }),
                    bias.repeat({ copies }));
}

FoldedDownLevel
NetworkFolder::Down(std::size_t i) const
{
  const std::string level = "down" + std::to_string(i);
  FoldedDownLevel folded;
  folded.first = this->Cast(this->Norm(Unit(level, 0)));
  folded.second = this->Cast(this->Norm(Unit(level, 2)));
  folded.projection = this->Projection(level, 1);
  for (int c = 0; c < 4; ++c)
  {
    torch::Tensor weight = this->Array(Unit(level, c) + ".conv.weight");
    torch::Tensor bias = this->Array(Unit(level, c) + ".conv.bias");
    if (c % 2 == 0)
    {
      const ScaleAndShift after = this->Norm(Unit(level, c + 1));
      weight = ScaleOutputs(weight, after.scale);
      bias = bias * after.scale + after.shift;
    }
    folded.convolutions[static_cast<std::size_t>(c)] = this->Cast(weight, bias);
  }
  return folded;
}

// Of the batch norm before convolution i, which sees the style's shift, and the bias of the convolution before it where
// nothing but these is in between.
StyledShift
NetworkFolder::Shift(const std::string & level, int i) const
{
  const ScaleAndShift norm = this->Norm(Unit(level, i));
  const std::string style = level + ".style" + std::to_string(i);
  torch::Tensor moved = this->Array(style + ".bias");
  if (i % 2 == 1)
  {
    moved = moved + this->Array(Unit(level, i - 1) + ".conv.bias");
  }
  const torch::Tensor weight = this->Array(style + ".weight") * norm.scale.unsqueeze(1);
  const torch::Tensor bias = norm.shift + norm.scale * moved;
  return { weight.to(m_Device, torch::kFloat32), bias.to(m_Device, torch::kFloat32) };
}

FoldedUpLevel
NetworkFolder::Up(std::size_t i, bool doubled) const
{
  const std::string level = "up" + std::to_string(i);
  FoldedUpLevel folded;
  folded.first = this->Cast(this->Norm(Unit(level, 0)));
  folded.projection = this->Projection(level, doubled ? 2 : 1);
  folded.scale1 = this->Cast(this->Norm(Unit(level, 1))).scale;
  folded.scale2 = this->Cast(this->Norm(Unit(level, 2))).scale;
  for (int c = 0; c < 4; ++c)
  {
    const auto index = static_cast<std::size_t>(c);
    torch::Tensor weight = this->Array(Unit(level, c) + ".conv.weight");
    torch::Tensor bias = this->Array(Unit(level, c) + ".conv.bias");
    if (c % 2 == 0)
    {
      weight = ScaleOutputs(weight, this->Norm(Unit(level, c + 1)).scale);
      bias.reset(); // part of the styled shift
    }
    if (c > 0)
    {
      folded.shifts[index - 1] = this->Shift(level, c);
    }
    if (c > 0 || !doubled)
    {
      folded.convolutions[index] = this->Cast(weight, bias);
      continue;
    }
    for (const bool odd : { false, true })
    {
      const torch::Tensor rows = SumTaps(weight, 2, odd);
      folded.doubled[odd ? 1 : 0] = this->Cast(at::cat({ SumTaps(rows, 3, true), SumTaps(rows, 3, false) }, 0), {});
    }
  }
  return folded;
}

ScaleAndShift
NetworkFolder::HeadNorm() const
{
  return this->Cast(this->Norm("head"));
}

FoldedConvolution
NetworkFolder::Head(const SegmentationNetworkOptions & options) const
{
  const int64_t channels = options.outputChannels;
  const int64_t maps = options.GetMapsPerChannel();
  torch::Tensor weight = this->Array("head.conv.weight");
  torch::Tensor bias = this->Array("head.conv.bias").reshape({ maps, channels });
  const int64_t in = weight.size(1);
  const int64_t kernel = weight.size(2);
  weight = weight.reshape({ maps, channels, in, kernel, kernel });
  if (maps < FieldComponents)
  {
    weight = at::cat({ weight, at::zeros_like(weight.narrow(0, 0, 1)) });
    bias = at::cat({ bias, at::full_like(bias.narrow(0, 0, 1), -PenCore::TargetLogit) });
  }
  weight.narrow(0, 0, 2).div_(options.flowFactor);
  bias.narrow(0, 0, 2).div_(options.flowFactor);
  return this->Cast(weight.transpose(0, 1).reshape({ channels * FieldComponents, in, kernel, kernel }),
                    bias.transpose(0, 1).reshape({ channels * FieldComponents }));
}
} // namespace PenTorch
} // namespace itk
