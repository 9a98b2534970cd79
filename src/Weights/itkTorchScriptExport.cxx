// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkTorchScriptExport.h"

#include "Network/NetworkState.h"
#include "Network/TensorBridge.h"
#include "Weights/TorchScriptSource.h"

#include <torch/script.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace itk
{
namespace
{
using Options = SegmentationNetworkOptions;

// TorchScript's attributes have no dots.
std::string
AttributeName(std::string name)
{
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

void
AddBuffer(torch::jit::Module & module, const std::string & name, const torch::Tensor & value)
{
  module.register_buffer(name, value.detach().to(torch::kCPU, torch::kFloat32).contiguous().clone());
}

// PEN's 3-D kernels go out in the banded form that this library computes with, which other hosts are fast at, too.
void
AddProjectionKernels(torch::jit::Module & module, const PenTorch::NetworkState & state)
{
  std::map<std::string, torch::Tensor> arrays;
  for (const auto & entry : state.NamedArrays())
  {
    arrays[entry.first] = entry.second.to(torch::kCPU);
  }
  const Options & options = state.options;
  for (const unsigned int kernel : options.kernels)
  {
    const std::string name = "projection.branch" + std::to_string(kernel);
    const int64_t sections = std::max<int64_t>(options.slices, kernel) - kernel + 1;
    AddBuffer(module, AttributeName(name + "_bands"),
              PenTorch::BandedKernel(arrays.at(name + "_conv.weight"), sections, options.slices));
    AddBuffer(module, AttributeName(name + "_bands_bias"), arrays.at(name + "_conv.bias").repeat_interleave(sections));
    if (options.blockPool == Options::BlockPool::Convolution)
    {
      AddBuffer(module, AttributeName(name + "_rows"), arrays.at(name + "_pool.weight").reshape({ 3, -1, 1, 1 }));
      AddBuffer(module, AttributeName(name + "_rows_bias"), arrays.at(name + "_pool.bias"));
    }
    else if (options.blockPool == Options::BlockPool::SplitConvolution)
    {
      AddBuffer(module, AttributeName(name + "_rows"),
                PenTorch::SplitPoolKernel(arrays.at(name + "_pool.weight"), sections));
      AddBuffer(module, AttributeName(name + "_rows_bias"), arrays.at(name + "_pool.bias").repeat(3));
    }
  }
}

// A projection's 3-D kernels are the ones that the banded form stands for.
bool
IsKept(const std::string & name, ExportPart part, const Options & options)
{
  const bool ofProjection = name.compare(0, 11, "projection.") == 0;
  const bool banded = ofProjection && options.HasFixedSlices() &&
                      (name.find("_conv.") != std::string::npos || name.find("_pool.") != std::string::npos);
  return !banded && (ofProjection ? part != ExportPart::Network : part != ExportPart::Projection);
}

torch::jit::Module
MakeModule(const PenTorch::NetworkState & state, ExportPart part)
{
  torch::jit::Module module("ProjectionEnhancement");
  for (const auto & entry : state.NamedArrays())
  {
    if (IsKept(entry.first, part, state.options))
    {
      AddBuffer(module, AttributeName(entry.first), entry.second);
    }
  }
  if (state.options.HasFixedSlices() && part != ExportPart::Network)
  {
    AddProjectionKernels(module, state);
  }
  // Calls look for what they call among what is defined already.
  if (part != ExportPart::Network)
  {
    module.define(ProjectionScript(state.options));
  }
  if (part != ExportPart::Projection)
  {
    module.define(NetworkScript(state.options));
  }
  module.define(ForwardScript(part));
  module.eval();
  return module;
}
} // namespace

void
WriteTorchScript(const SegmentationNetwork * network, ExportPart part, const std::string & fileName)
{
  const Options & options = network->GetOptions();
  const std::string what = fileName + " could not be written as TorchScript";
  PenTorch::TranslateErrors(what.c_str(),
                            [&]
                            {
                              const torch::NoGradGuard guard;
                              const torch::jit::Module module = MakeModule(network->GetState(), part);
                              module.save(fileName, { { "pen_options.json", options.ToJson() } });
                            });
}

ScriptTensor
RunTorchScript(const std::string & fileName, const ScriptTensor & input)
{
  const std::string what = fileName + " could not be run as TorchScript";
  if (!std::filesystem::is_regular_file(fileName))
  {
    itkGenericExceptionMacro(<< fileName << " does not exist");
  }
  return PenTorch::TranslateErrors(
    what.c_str(),
    [&]() -> ScriptTensor
    {
      const torch::NoGradGuard guard;
      torch::jit::Module module = torch::jit::load(fileName, torch::kCPU);
      const torch::Tensor values = PenTorch::TensorFromBuffer(input.values.data(), input.shape, torch::kCPU);
      const torch::Tensor result = module.forward({ values }).toTensor();
      ScriptTensor output{ result.sizes().vec(), std::vector<float>(static_cast<std::size_t>(result.numel())) };
      PenTorch::BufferFromTensor(result, output.values.data());
      return output;
    });
}
} // namespace itk
