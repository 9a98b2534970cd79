// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Network_Folding_h
#define ProjectionEnhancement_Network_Folding_h

#include "itkSegmentationNetworkOptions.h"

#include <torch/nn/module.h>

#include <array>
#include <vector>

namespace itk
{
namespace PenTorch
{
/** \brief A batch norm at rest, y = scale * x + shift a channel: [C] each. */
struct ScaleAndShift
{
  torch::Tensor scale;
  torch::Tensor shift;
};

/** \brief A convolution with the batch norms before or after it multiplied into its weights. */
struct FoldedConvolution
{
  torch::Tensor weight; // [out, in, k, k], channels-last
  torch::Tensor bias;   // [out], or none
};

/** \brief Shifts of a batch norm that an image's style moves: weight * style + bias, float32. */
struct StyledShift
{
  torch::Tensor weight; // [C, style]
  torch::Tensor bias;   // [C]
};

/** \brief DownLevel: y = projection(x) + c1(relu(c0(relu(first(x))))), then y + c3(relu(c2(relu(second(y))))). */
struct FoldedDownLevel
{
  ScaleAndShift first;
  ScaleAndShift second;
  FoldedConvolution projection;
  std::array<FoldedConvolution, 4> convolutions;
};

/** \brief UpLevel: m = relu(c0(relu(first(x))) + scale1 * skip + shift1), y = projection(x) + c1(m), then
 * y + c3(relu(c2(relu(scale2 * y + shift2)) + shift3)), where the shifts depend on the style.
 *
 * Where x is a map doubled to twice its height and width, c0 and the projection read it undoubled: a 3 x 3 window on a
 * doubled map sees 2 x 2 of its pixels, so that each parity of rows and columns has a 2 x 2 kernel of summed weights.
 * doubled[0] makes the even rows and doubled[1] the odd ones, at width + 1 positions of 2 C maps: the odd column left
 * of the position, then the even column at it, which is how a doubled row lies in memory. The projection makes its C
 * maps twice for the same reason. */
struct FoldedUpLevel
{
  ScaleAndShift first;
  torch::Tensor scale1;
  torch::Tensor scale2;
  std::array<StyledShift, 3> shifts;
  FoldedConvolution projection;
  std::array<FoldedConvolution, 4> convolutions; // the first is empty where doubled is used
  std::array<FoldedConvolution, 2> doubled;
};

/** \brief Arrays of a FlowNetwork by name, and what folding makes of them on a device in a type of activations.
 *
 * Folding is done in double precision. */
class NetworkFolder
{
public:
  NetworkFolder(const torch::nn::Module & network, double epsilon, torch::Device device, torch::ScalarType type);

  FoldedDownLevel
  Down(std::size_t i) const;

  /** \param doubled whether the level reads a map that is to be doubled. */
  FoldedUpLevel
  Up(std::size_t i, bool doubled) const;

  ScaleAndShift
  HeadNorm() const;

  /** The head with its maps in the order of a flow field, four a channel: flow x and y divided by the flow factor, cell
   * logit, border logit, which is constant where the network has none. */
  FoldedConvolution
  Head(const SegmentationNetworkOptions & options) const;

private:
  torch::Tensor
  Array(const std::string & name) const;
  ScaleAndShift
  Norm(const std::string & unit) const;
  ScaleAndShift
  Cast(const ScaleAndShift & norm) const;
  FoldedConvolution
  Cast(const torch::Tensor & weight, const torch::Tensor & bias) const;
  FoldedConvolution
  Projection(const std::string & level, int64_t copies) const;
  StyledShift
  Shift(const std::string & level, int i) const;

  torch::OrderedDict<std::string, torch::Tensor> m_Parameters;
  torch::OrderedDict<std::string, torch::Tensor> m_Buffers;
  double m_Epsilon;
  torch::Device m_Device;
  torch::ScalarType m_Type;
};
} // namespace PenTorch
} // namespace itk

#endif
