// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Network/NetworkState.h"

#include "Network/Autocast.h"

#include <ATen/Context.h>
#include <torch/cuda.h>
#include <torch/utils.h>

#include <mutex>

namespace itk
{
namespace PenTorch
{
std::vector<std::pair<std::string, torch::Tensor>>
NetworkState::NamedArrays() const
{
  std::vector<std::pair<std::string, torch::Tensor>> arrays;
  for (const auto & entry : module->named_parameters())
  {
    arrays.emplace_back(entry.key(), entry.value());
  }
  for (const auto & entry : module->named_buffers())
  {
    if (entry.value().is_floating_point())
    {
      arrays.emplace_back(entry.key(), entry.value());
    }
  }
  return arrays;
}

namespace
{
// What is made when first asked for, and again where it is not what is wanted.
template <typename T, typename TIsWanted, typename TMake>
std::shared_ptr<T>
KeptOrMade(std::shared_ptr<T> & kept, TIsWanted && isWanted, TMake && make)
{
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  if (!kept || !isWanted(*kept))
  {
    kept = make();
  }
  return kept;
}

const auto isAnyGood = [](const auto &) { return true; };
} // namespace

std::shared_ptr<FlowInference>
NetworkState::GetInference(torch::ScalarType type)
{
  return KeptOrMade(
    inference, [type](const FlowInference & kept) { return kept.GetType() == type; },
    [&] { return std::make_shared<FlowInference>(*module->network, options, device, type); });
}

std::shared_ptr<const DirectProjection>
NetworkState::GetDirectProjection()
{
  return KeptOrMade(directProjection, isAnyGood,
                    [&] { return std::make_shared<DirectProjection>(module->projection, options); });
}

std::shared_ptr<PenCore::Worker>
NetworkState::GetWorker()
{
  return KeptOrMade(worker, isAnyGood, [] { return std::make_shared<PenCore::Worker>(); });
}

void
NetworkState::ForgetFoldedWeights()
{
  inference.reset();
  directProjection.reset();
}

namespace
{
// float32 means float32: LibTorch lets cuDNN's convolutions round their inputs to TensorFloat-32 unless told not to.
torch::Device
CudaDevice(int index)
{
  at::globalContext().setAllowTF32CuDNN(false);
  return torch::Device(torch::kCUDA, static_cast<c10::DeviceIndex>(index));
}
} // namespace

torch::Device
ResolveDevice(const std::string & name)
{
  if (name == "auto")
  {
    return torch::cuda::is_available() ? CudaDevice(0) : torch::Device(torch::kCPU);
  }
  if (name == "cpu")
  {
    return torch::Device(torch::kCPU);
  }
  const bool numbered = name.size() > 5 && name.size() < 9 && name.compare(0, 5, "cuda:") == 0 &&
                        name.find_first_not_of("0123456789", 5) == std::string::npos;
  if (name != "cuda" && !numbered)
  {
    itkGenericExceptionMacro("device \"" << name << "\" is not known, expected auto, cpu, cuda or cuda:N");
  }
  const int index = numbered ? std::stoi(name.substr(5)) : 0;
  if (!torch::cuda::is_available() || index >= static_cast<int>(torch::cuda::device_count()))
  {
    itkGenericExceptionMacro("device \"" << name << "\" is not there: LibTorch finds "
                                         << (torch::cuda::is_available() ? torch::cuda::device_count() : 0)
                                         << " CUDA devices");
  }
  return CudaDevice(index);
}

namespace
{
// oneDNN refuses bfloat16 on processors that lack these.
bool
ProcessorRunsBFloat16()
{
#if defined(__x86_64__) && defined(__GNUC__)
  return !at::hasMKLDNN() || (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                              __builtin_cpu_supports("avx512dq"));
#else
  return true;
#endif
}
} // namespace

bool
UsesBFloat16(SegmentationNetwork::Precision precision, torch::Device device)
{
  const bool canBeAsked = !device.is_cpu() || ProcessorRunsBFloat16();
  return (precision == SegmentationNetwork::Precision::BFloat16 && canBeAsked) ||
         (precision == SegmentationNetwork::Precision::Auto && device.is_cuda());
}

namespace
{
// Processors with AVX512-BF16, and those with AMX, which have it too, run the 2-D network in bfloat16 in half the time
// of float32 or less; others emulate it. A feature, not a measurement: the same machine always decides alike.
bool
ProcessorIsFastInBFloat16()
{
#if defined(__x86_64__) && ((defined(__clang__) && __clang_major__ >= 12) || (!defined(__clang__) && __GNUC__ >= 11))
  return at::hasMKLDNN() && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}
} // namespace

torch::ScalarType
InferenceType(SegmentationNetwork::Precision precision, torch::Device device)
{
  const bool isFast =
    precision == SegmentationNetwork::Precision::Auto && device.is_cpu() && ProcessorIsFastInBFloat16();
  return isFast || UsesBFloat16(precision, device) ? torch::kBFloat16 : torch::kFloat32;
}

BFloat16Scope::BFloat16Scope(bool enable, torch::Device device)
  : m_Enabled(enable)
  , m_Device(device)
{
  if (m_Enabled)
  {
    SetAutocast(true, m_Device);
  }
}

BFloat16Scope::~BFloat16Scope()
{
  if (m_Enabled)
  {
    at::autocast::clear_cache();
    SetAutocast(false, m_Device);
  }
}
} // namespace PenTorch
} // namespace itk
