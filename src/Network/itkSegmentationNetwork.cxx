// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSegmentationNetwork.h"

#include "Model/NetworkArchitecture.h"
#include "Network/NetworkState.h"
#include "Network/TensorBridge.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Stacks/Projections.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <algorithm>

namespace itk
{
SegmentationNetwork::SegmentationNetwork()
  : m_State(std::make_unique<PenTorch::NetworkState>())
{
}

SegmentationNetwork::~SegmentationNetwork() = default;

void
SegmentationNetwork::Create(const SegmentationNetworkOptions & options, uint64_t seed)
{
  options.Verify();
  PenTorch::TranslateErrors("the network could not be made",
                            [&]
                            {
                              const torch::Device device = PenTorch::ResolveDevice(m_Device);
                              torch::manual_seed(seed);
                              auto module = std::make_shared<PenTorch::SegmentationModule>(options);
                              module->eval();
                              module->to(device);
                              m_State->options = options;
                              m_State->module = module;
                              m_State->device = device;
                              m_State->ForgetFoldedWeights();
                            });
  this->Modified();
}

void
SegmentationNetwork::Load(const std::string & fileName)
{
  PenTorch::NetworkState state;
  const std::string what = fileName + " is not a whole model file";
  PenTorch::TranslateErrors(what.c_str(),
                            [&]
                            {
                              PenTorch::ReadModel(fileName, state);
                              state.device = PenTorch::ResolveDevice(m_Device);
                              state.module->eval();
                              state.module->to(state.device);
                            });
  *m_State = state;
  this->Modified();
}

void
SegmentationNetwork::Save(const std::string & fileName) const
{
  this->GetOptions();
  const std::string what = fileName + " could not be written";
  PenTorch::TranslateErrors(what.c_str(), [&] { PenTorch::WriteModel(fileName, *m_State); });
}

bool
SegmentationNetwork::IsDefined() const
{
  return m_State->module != nullptr;
}

const SegmentationNetworkOptions &
SegmentationNetwork::GetOptions() const
{
  if (!this->IsDefined())
  {
    itkExceptionMacro("the network has no weights yet: call Create() or Load() first");
  }
  return m_State->options;
}

void
SegmentationNetwork::SetOptions(const SegmentationNetworkOptions & options)
{
  const SegmentationNetworkOptions & current = this->GetOptions();
  options.Verify();
  if (!HaveSameArchitecture(options, current))
  {
    itkExceptionMacro("SetOptions() cannot change the architecture of a network that has weights");
  }
  m_State->options = options;
  m_State->inference.reset(); // the flow factor is part of it
  this->Modified();
}

void
SegmentationNetwork::SetDevice(const std::string & device)
{
  if (device == m_Device)
  {
    return;
  }
  const torch::Device resolved = PenTorch::ResolveDevice(device);
  if (this->IsDefined())
  {
    PenTorch::TranslateErrors("the network could not move to the device", [&] { m_State->module->to(resolved); });
    m_State->device = resolved;
    m_State->ForgetFoldedWeights();
  }
  m_Device = device;
  this->Modified();
}

std::string
SegmentationNetwork::GetResolvedDevice() const
{
  return (this->IsDefined() ? m_State->device : PenTorch::ResolveDevice(m_Device)).str();
}

unsigned int
SegmentationNetwork::GetProjectionRadius() const
{
  const SegmentationNetworkOptions & options = this->GetOptions();
  if (options.projection != SegmentationNetworkOptions::Projection::ProjectionEnhancement)
  {
    return 0;
  }
  return *std::max_element(options.kernels.begin(), options.kernels.end()) / 2;
}

unsigned int
SegmentationNetwork::GetSizeDivisor() const
{
  return 1u << (this->GetOptions().features.size() - 1);
}

bool
SegmentationNetwork::ProjectsDirectly() const
{
  const SegmentationNetworkOptions & options = this->GetOptions();
  if (!options.HasFixedSlices() || options.maximumBranch || !m_State->device.is_cpu())
  {
    return false;
  }
  return PenTorch::TranslateErrors("the projection failed",
                                   [&]
                                   {
                                     const auto direct = m_State->GetDirectProjection();
                                     return !PenTorch::UsesBFloat16(m_Precision, m_State->device) ||
                                            direct->IsFasterThanBFloat16();
                                   });
}

void
SegmentationNetwork::Project(const float * stack, unsigned int slices, unsigned int height, unsigned int width,
                             float * planes) const
{
  const SegmentationNetworkOptions & options = this->GetOptions();
  const std::size_t pixels = static_cast<std::size_t>(height) * width;
  using Projection = SegmentationNetworkOptions::Projection;
  if (options.projection == Projection::Maximum)
  {
    PenCore::MaximumProjection(stack, slices, pixels, planes);
    for (unsigned int i = 1; i < options.planes; ++i)
    {
      float * plane = planes + i * pixels;
      options.repeatPlanes ? std::copy(planes, planes + pixels, plane) : std::fill_n(plane, pixels, 0.0f);
    }
    return;
  }
  if (options.projection == Projection::LinearDepth)
  {
    PenCore::LinearDepthProjection(stack, slices, pixels, NumberOfProjectionPlanes, planes);
    return;
  }
  if (this->ProjectsDirectly())
  {
    m_State->GetDirectProjection()->Run(stack, slices, height, width, planes);
    return;
  }
  const unsigned int depth = m_State->GetSlicesSeen(slices);
  std::vector<float> fitted;
  if (slices != depth)
  {
    fitted = PenCore::FitSlices(stack, slices, pixels, depth);
    stack = fitted.data();
  }
  PenTorch::TranslateErrors(
    "the projection failed",
    [&]
    {
      const torch::NoGradGuard guard;
      const PenTorch::BFloat16Scope scope(PenTorch::UsesBFloat16(m_Precision, m_State->device), m_State->device);
      const torch::Tensor input = PenTorch::TensorFromBuffer(stack, { 1, depth, height, width }, m_State->device);
      PenTorch::BufferFromTensor(m_State->module->projection->forward(input), planes);
    });
}

void
SegmentationNetwork::Predict(const float * planes, unsigned int batch, unsigned int height, unsigned int width,
                             float * flowField) const
{
  const SegmentationNetworkOptions & options = this->GetOptions();
  if (height % this->GetSizeDivisor() != 0 || width % this->GetSizeDivisor() != 0)
  {
    itkExceptionMacro("a tile of " << width << " x " << height << " pixels does not divide by "
                                   << this->GetSizeDivisor());
  }
  PenTorch::TranslateErrors(
    "the network failed",
    [&]
    {
      const torch::Device cpu(torch::kCPU);
      const auto inference = m_State->GetInference(PenTorch::InferenceType(m_Precision, m_State->device));
      inference->Run(PenTorch::TensorFromBuffer(planes, { batch, options.planes, height, width }, cpu),
                     PenTorch::TensorFromBuffer(flowField, { batch, options.outputChannels, height, width, 4 }, cpu));
    });
}

std::future<void>
SegmentationNetwork::PredictBeside(const float * planes, unsigned int batch, unsigned int height, unsigned int width,
                                   float * flowField, unsigned int numberOfThreads) const
{
  const unsigned int threads = PenCore::NumberOfThreadsWithinBound(numberOfThreads);
  const auto predict = [this, planes, batch, height, width, flowField, threads]
  {
    at::set_num_threads(static_cast<int>(threads)); // of this thread's loops
    this->Predict(planes, batch, height, width, flowField);
  };
  return m_State->GetWorker()->Run(predict);
}

std::shared_ptr<float[]>
SegmentationNetwork::MakeTransferBuffer(std::size_t n) const
{
  this->GetOptions();
  return PenTorch::TranslateErrors("memory for tiles could not be had",
                                   [&]
                                   {
                                     const auto options =
                                       torch::TensorOptions(torch::kFloat32).pinned_memory(m_State->device.is_cuda());
                                     const torch::Tensor buffer = torch::empty({ static_cast<int64_t>(n) }, options);
                                     return std::shared_ptr<float[]>(buffer.data_ptr<float>(), [buffer](float *) {});
                                   });
}

std::vector<SegmentationNetwork::Parameter>
SegmentationNetwork::GetParameters() const
{
  this->GetOptions();
  std::vector<Parameter> parameters;
  for (const auto & entry : m_State->NamedArrays())
  {
    parameters.push_back({ entry.first, entry.second.sizes().vec() });
  }
  return parameters;
}

namespace
{
torch::Tensor
FindArray(const PenTorch::NetworkState & state, const std::string & name)
{
  for (const auto & entry : state.NamedArrays())
  {
    if (entry.first == name)
    {
      return entry.second;
    }
  }
  itkGenericExceptionMacro("the network has no array \"" << name << "\"");
}
} // namespace

std::vector<float>
SegmentationNetwork::GetParameter(const std::string & name) const
{
  this->GetOptions();
  const torch::NoGradGuard guard;
  const torch::Tensor array = FindArray(*m_State, name);
  std::vector<float> values(static_cast<std::size_t>(array.numel()));
  PenTorch::BufferFromTensor(array, values.data());
  return values;
}

void
SegmentationNetwork::SetParameter(const std::string & name, const std::vector<float> & values)
{
  this->GetOptions();
  const torch::NoGradGuard guard;
  torch::Tensor array = FindArray(*m_State, name);
  if (static_cast<int64_t>(values.size()) != array.numel())
  {
    itkExceptionMacro("array \"" << name << "\" holds " << array.numel() << " values, " << values.size() << " given");
  }
  array.copy_(PenTorch::TensorFromBuffer(values.data(), array.sizes(), m_State->device));
  m_State->ForgetFoldedWeights();
  this->Modified();
}

PenTorch::NetworkState &
SegmentationNetwork::GetState() const
{
  return *m_State;
}

void
SegmentationNetwork::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Device: " << m_Device << std::endl;
  os << indent << "Precision: " << m_Precision << std::endl;
  os << indent << "Options: " << (this->IsDefined() ? m_State->options.ToJson() : "(none)") << std::endl;
}

std::ostream &
operator<<(std::ostream & os, SegmentationNetwork::Precision precision)
{
  switch (precision)
  {
    case SegmentationNetwork::Precision::Auto:
      return os << "auto";
    case SegmentationNetwork::Precision::Float32:
      return os << "f32";
    case SegmentationNetwork::Precision::BFloat16:
      return os << "bf16";
  }
  return os << "unknown";
}
} // namespace itk
