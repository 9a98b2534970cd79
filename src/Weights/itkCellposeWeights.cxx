// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkCellposeWeights.h"

#include <algorithm>
#include <map>

namespace itk
{
namespace
{
using Arrays = std::map<std::string, const TorchArray *>;

// Cellpose's own: batch norm, scale of the flows, percentiles, maps of the head (y-flow, x-flow, cell logit).
constexpr double CellposeEpsilon = 1e-5;
constexpr double CellposeFlowFactor = 5.0;
constexpr double CellposeLowPercentile = 1.0;
constexpr double CellposeHighPercentile = 99.0;
constexpr std::int64_t CellposeMaps = 3;
constexpr std::size_t MostLevels = 5;

Arrays
ByName(const std::vector<TorchArray> & arrays)
{
  Arrays byName;
  for (const TorchArray & array : arrays)
  {
    byName[array.name] = &array;
  }
  return byName;
}

const TorchArray &
FindKernel(const Arrays & arrays, const std::string & name)
{
  const auto found = arrays.find(name);
  if (found == arrays.end())
  {
    itkGenericExceptionMacro("array \"" << name << "\" is missing: the weights are not those of Cellpose 1 to 3");
  }
  if (found->second->shape.size() != 4)
  {
    itkGenericExceptionMacro("array \"" << name << "\" has " << found->second->shape.size()
                                        << " axes, expected the 4 of a 2-D convolution");
  }
  return *found->second;
}

std::string
FirstKernelOf(std::size_t level)
{
  return "downsample.down.res_down_" + std::to_string(level) + ".conv.conv_0.2.weight";
}

double
DiameterOf(const Arrays & arrays, const std::string & name, double otherwise)
{
  const auto found = arrays.find(name);
  if (found == arrays.end())
  {
    return otherwise;
  }
  if (found->second->values.size() != 1 || !(found->second->values.front() > 0.0f))
  {
    itkGenericExceptionMacro("array \"" << name << "\" is no diameter");
  }
  return found->second->values.front();
}

bool
IsKnownBesideParameters(const std::string & name)
{
  const std::string counter = "num_batches_tracked";
  return name == "diam_mean" || name == "diam_labels" ||
         (name.size() > counter.size() && name.compare(name.size() - counter.size(), counter.size(), counter) == 0);
}

// Rows 0 and 1 change places: y-flow and x-flow.
void
SwapFlows(std::vector<float> & values)
{
  const auto row = static_cast<std::ptrdiff_t>(values.size() / CellposeMaps);
  std::swap_ranges(values.begin(), values.begin() + row, values.begin() + row);
}
} // namespace

SegmentationNetworkOptions
GetCellposeOptions(const std::vector<TorchArray> & list, double diameter)
{
  const Arrays arrays = ByName(list);
  const auto isBoundedBy = [](std::int64_t value, std::int64_t highest) { return value >= 1 && value <= highest; };
  SegmentationNetworkOptions options;
  options.projection = SegmentationNetworkOptions::Projection::Maximum;
  options.features.clear();
  while (options.features.size() < MostLevels &&
         (options.features.empty() || arrays.count(FirstKernelOf(options.features.size())) > 0))
  {
    const TorchArray & kernel = FindKernel(arrays, FirstKernelOf(options.features.size()));
    if (!isBoundedBy(kernel.shape[0], 4096) || !isBoundedBy(kernel.shape[1], 4096))
    {
      itkGenericExceptionMacro("array \"" << kernel.name << "\" has an impossible number of maps");
    }
    if (options.features.empty())
    {
      options.planes = static_cast<unsigned int>(kernel.shape[1]);
    }
    options.features.push_back(static_cast<unsigned int>(kernel.shape[0]));
  }
  const TorchArray & head = FindKernel(arrays, "output.2.weight");
  if (head.shape[0] != CellposeMaps || !isBoundedBy(head.shape[2], 63))
  {
    itkGenericExceptionMacro("array \"output.2.weight\" makes " << head.shape[0] << " maps, expected " << CellposeMaps
                                                                << ": y-flow, x-flow and cell logit");
  }
  options.headKernel = static_cast<unsigned int>(head.shape[2]);
  options.outputChannels = 1;
  options.batchNormEpsilon = CellposeEpsilon;
  options.flowFactor = CellposeFlowFactor;
  options.recipe = SegmentationRecipe::Published(SegmentationRecipe::Dynamics::CellPose);
  options.borderOutput = false;
  options.repeatPlanes = false;
  options.normalizeProjection = true;
  options.tiling = SegmentationNetworkOptions::Tiling::CellPose;
  options.normalization.lowPercentile = CellposeLowPercentile;
  options.normalization.highPercentile = CellposeHighPercentile;
  options.normalization.leastRangeInNoise = 0.0;
  options.normalization.robust = false;
  options.normalization.clipToUnitRange = false;
  options.networkDiameter = DiameterOf(arrays, "diam_mean", diameter);
  options.cellDiameter = DiameterOf(arrays, "diam_labels", options.networkDiameter);
  options.Verify();
  return options;
}

std::string
GetCellposeName(const std::string & name)
{
  // "network.up0.convolution1.bn.weight": part, level, unit, layer, array; a style has no layer.
  std::vector<std::string> parts(1);
  for (const char c : name)
  {
    if (c == '.')
    {
      parts.emplace_back();
    }
    else
    {
      parts.back() += c;
    }
  }
  const std::string ending = "." + parts.back();
  const bool normalization = parts[parts.size() - 2] == "bn";
  if (parts[1] == "head")
  {
    return (normalization ? "output.0" : "output.2") + ending;
  }
  const bool up = parts[1].compare(0, 2, "up") == 0;
  const std::string level =
    up ? "upsample.up.res_up_" + parts[1].substr(2) : "downsample.down.res_down_" + parts[1].substr(4);
  const std::string & unit = parts[2];
  if (unit == "projection")
  {
    return level + (normalization ? ".proj.0" : ".proj.1") + ending;
  }
  const std::string block = level + ".conv.conv_" + unit.back();
  if (unit.compare(0, 5, "style") == 0)
  {
    return block + ".full" + ending;
  }
  const bool styled = up && unit.back() != '0';
  return block + (styled ? ".conv" : "") + (normalization ? ".0" : ".2") + ending;
}

void
SetCellposeWeights(SegmentationNetwork * network, const std::vector<TorchArray> & list)
{
  Arrays arrays = ByName(list);
  std::vector<std::pair<std::string, std::vector<float>>> values;
  for (const SegmentationNetwork::Parameter & parameter : network->GetParameters())
  {
    const std::string name = GetCellposeName(parameter.name);
    const auto found = arrays.find(name);
    if (found == arrays.end())
    {
      itkGenericExceptionMacro("array \"" << name << "\" is missing");
    }
    if (found->second->shape != parameter.shape)
    {
      itkGenericExceptionMacro("array \"" << name << "\" has another shape than a network of these features asks for");
    }
    values.emplace_back(parameter.name, found->second->values);
    if (name == "output.2.weight" || name == "output.2.bias")
    {
      SwapFlows(values.back().second);
    }
    arrays.erase(found);
  }
  for (const auto & left : arrays)
  {
    if (!IsKnownBesideParameters(left.first))
    {
      itkGenericExceptionMacro("array \"" << left.first << "\" belongs to no part of the network");
    }
  }
  for (const auto & entry : values)
  {
    network->SetParameter(entry.first, entry.second);
  }
}
} // namespace itk
