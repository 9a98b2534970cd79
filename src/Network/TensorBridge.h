// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Network_TensorBridge_h
#define ProjectionEnhancement_Network_TensorBridge_h

#include <torch/types.h>

namespace itk
{
namespace PenTorch
{
/** \brief A buffer in C order as a tensor on a device: no copy on the CPU, where the tensor looks into the buffer and
 * must not outlive it; one upload elsewhere. */
torch::Tensor
TensorFromBuffer(const float * buffer, torch::IntArrayRef shape, torch::Device device);

/** \brief A tensor of any device, type and layout as float32 in C order: one download, and one copy where the tensor
 * does not lie like that already. */
void
BufferFromTensor(const torch::Tensor & tensor, float * buffer);
} // namespace PenTorch
} // namespace itk

#endif
