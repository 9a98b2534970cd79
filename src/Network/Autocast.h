// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Network_Autocast_h
#define ProjectionEnhancement_Network_Autocast_h

#include <ATen/autocast_mode.h>
#include <c10/core/Device.h>
#include <torch/version.h>

namespace itk
{
namespace PenTorch
{
// LibTorch 2.4 named its switches anew; later ones warn of the old names.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
/** Whether convolutions in this thread are brought to another type by LibTorch, on this kind of device. */
inline bool
IsAutocast(c10::Device device)
{
  return at::autocast::is_autocast_enabled(device.type());
}

/** Brings them to bfloat16, or not. */
inline void
SetAutocast(bool enable, c10::Device device)
{
  at::autocast::set_autocast_dtype(device.type(), at::kBFloat16);
  at::autocast::set_autocast_enabled(device.type(), enable);
}
#else
inline bool
IsAutocast(c10::Device device)
{
  return device.is_cuda() ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
}

inline void
SetAutocast(bool enable, c10::Device device)
{
  if (device.is_cuda())
  {
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    at::autocast::set_enabled(enable);
  }
  else
  {
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    at::autocast::set_cpu_enabled(enable);
  }
}
#endif
} // namespace PenTorch
} // namespace itk

#endif
