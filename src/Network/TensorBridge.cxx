// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Network/TensorBridge.h"

#include <cstring>

namespace itk
{
namespace PenTorch
{
torch::Tensor
TensorFromBuffer(const float * buffer, torch::IntArrayRef shape, torch::Device device)
{
  return torch::from_blob(const_cast<float *>(buffer), shape, torch::kFloat32).to(device);
}

void
BufferFromTensor(const torch::Tensor & tensor, float * buffer)
{
  const torch::Tensor plain = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  std::memcpy(buffer, plain.data_ptr<float>(), static_cast<std::size_t>(plain.numel()) * sizeof(float));
}
} // namespace PenTorch
} // namespace itk
