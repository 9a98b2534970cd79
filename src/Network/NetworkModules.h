// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Network_NetworkModules_h
#define ProjectionEnhancement_Network_NetworkModules_h

#include "itkSegmentationNetworkOptions.h"

#include <torch/nn.h>

#include <cstdint>
#include <string>
#include <vector>

namespace itk
{
namespace PenTorch
{
/** \brief The Projection-Enhancement Network: stack [N, Z, H, W] to planes [N, 3, H, W], before rescaling.
 *
 * The published graph has 3-D convolutions on one input channel. They are computed as 2-D convolutions over slices as
 * channels with banded weights, which is the same sum in an order that CPUs and GPUs are several times faster at.
 * Parameters keep their 3-D shapes [out, in, z, y, x]. */
class ProjectionModule : public torch::nn::Module
{
public:
  explicit ProjectionModule(const SegmentationNetworkOptions & options);

  torch::Tensor
  forward(const torch::Tensor & stack);

private:
  struct Branch
  {
    int64_t kernel;
    int64_t sections; // slices left after the convolution
    torch::nn::Conv3d convolution{ nullptr };
    torch::nn::BatchNorm3d convolutionNorm{ nullptr };
    torch::nn::Conv3d pool{ nullptr };
    torch::nn::BatchNorm3d poolNorm{ nullptr };
    torch::nn::Conv3d attention{ nullptr };
    torch::Tensor depthAttention; // [3, 2]: what a section's depth and its square add to the attention of each plane
  };

  torch::Tensor
  Convolve(Branch & branch, const torch::Tensor & stack) const;
  torch::Tensor
  Pool(Branch & branch, const torch::Tensor & features) const;
  torch::Tensor
  Attend(Branch & branch, const torch::Tensor & features) const;
  torch::Tensor
  CollectBranches(const std::vector<torch::Tensor> & planes);

  SegmentationNetworkOptions m_Options;
  std::vector<Branch> m_Branches;
  torch::nn::Conv3d m_Collect{ nullptr };
  torch::nn::BatchNorm3d m_CollectNorm{ nullptr };
};

/** \brief A 3-D kernel [3, 1, k, k, k] as a 2-D kernel [3 sections, slices, k, k] over slices as channels: one band a
 * section, the kernel at its offset among the slices and zeros elsewhere. */
torch::Tensor
BandedKernel(const torch::Tensor & kernel, int64_t sections, int64_t slices);

/** \brief The kernel [1, 3, length, 1, 1] of block_pool=conv_split as a 2-D kernel [3, 3 sections, 1, 1], one row a
 * section of the stack. */
torch::Tensor
SplitPoolKernel(const torch::Tensor & kernel, int64_t sections);

/** \brief Subtracts each sample's minimum and divides by its maximum then, all planes together; a constant sample
 * becomes 0. */
torch::Tensor
RescaleSamples(const torch::Tensor & planes);

/** \brief Batch norm, ReLU (left out in projections), convolution: the unit the 2-D network is made of. */
class NormalizedConvolution : public torch::nn::Module
{
public:
  NormalizedConvolution(int64_t in, int64_t out, int64_t kernel, bool rectify, double epsilon);
  torch::Tensor
  forward(const torch::Tensor & x);

private:
  bool m_Rectify;
  torch::nn::BatchNorm2d m_Norm;
  torch::nn::Conv2d m_Convolution;
};

/** \brief Two residual units of one resolution on the way down. */
class DownLevel : public torch::nn::Module
{
public:
  DownLevel(int64_t in, int64_t out, double epsilon);
  torch::Tensor
  forward(const torch::Tensor & x);

private:
  std::shared_ptr<NormalizedConvolution> m_Projection;
  std::vector<std::shared_ptr<NormalizedConvolution>> m_Convolutions;
};

/** \brief Two residual units of one resolution on the way up, with the skip added and the style shifting channels. */
class UpLevel : public torch::nn::Module
{
public:
  UpLevel(int64_t in, int64_t out, int64_t styleSize, double epsilon);
  torch::Tensor
  forward(const torch::Tensor & x, const torch::Tensor & skip, const torch::Tensor & style);

private:
  torch::Tensor
  Styled(std::size_t i, const torch::Tensor & x, const torch::Tensor & style);

  std::shared_ptr<NormalizedConvolution> m_Projection;
  std::vector<std::shared_ptr<NormalizedConvolution>> m_Convolutions;
  std::vector<torch::nn::Linear> m_Styles;
};

/** \brief CellPose's U-Net with M output maps a depth channel: planes [N, P, H, W] to [N, M * C, H, W], ordered
 * x-flows, y-flows, cell logits and, where M is 4, border logits. H and W divide by 2^(levels - 1). */
class FlowNetwork : public torch::nn::Module
{
public:
  explicit FlowNetwork(const SegmentationNetworkOptions & options);
  torch::Tensor
  forward(const torch::Tensor & planes);

private:
  std::vector<std::shared_ptr<DownLevel>> m_Down;
  std::vector<std::shared_ptr<UpLevel>> m_Up;
  std::shared_ptr<NormalizedConvolution> m_Head;
};

/** \brief Both parts under one roof, so that one optimiser and one file hold all parameters. */
class SegmentationModule : public torch::nn::Module
{
public:
  explicit SegmentationModule(const SegmentationNetworkOptions & options);

  /** Empty where the projection has no parameters (maximum, linear depth). */
  std::shared_ptr<ProjectionModule> projection;
  std::shared_ptr<FlowNetwork> network;
};

/** \brief Makes the running statistics of batch norm means over a training's steps alone, the latest weighing most.
 *
 * Call it before each step; \a step counts from 1. The statistics start at mean 0 and variance 1, of which a fixed
 * weight of .01 a step leaves 5 % after 300 steps: more than the whole variance of PEN's branches, some .001. */
void
WeighRunningStatistics(torch::nn::Module & module, std::uint64_t step);
} // namespace PenTorch
} // namespace itk

#endif
