// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPublishedWeights.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace itk
{
namespace
{
std::vector<std::string>
Split(const std::string & text, char separator)
{
  std::vector<std::string> parts(1);
  for (const char c : text)
  {
    if (c == separator)
    {
      parts.emplace_back();
    }
    else
    {
      parts.back() += c;
    }
  }
  return parts;
}

std::string
WeightName(const std::string & ours, bool normalization)
{
  if (ours == "bias")
  {
    return normalization ? "beta" : "bias";
  }
  if (ours == "weight")
  {
    return normalization ? "gamma" : "kernel";
  }
  return ours == "running_mean" ? "moving_mean" : "moving_variance";
}

// "branch7_conv_bn" and its like.
std::string
ProjectionLayerName(const SegmentationNetworkOptions & options, const std::string & ours)
{
  if (ours == "collect")
  {
    return "stem_conv_collect";
  }
  if (ours == "collect_bn")
  {
    return "stem_bn_collect";
  }
  const std::size_t end = ours.find('_');
  const std::string kernel = ours.substr(6, end - 6);
  const std::string part = ours.substr(end + 1);
  if (part == "conv")
  {
    return "stem_conv_kernel" + kernel;
  }
  if (part == "conv_bn")
  {
    return "stem_bn_kernel" + kernel;
  }
  const bool split = options.blockPool == SegmentationNetworkOptions::BlockPool::SplitConvolution;
  return "stem_pool" + kernel + (part == "pool_bn" ? "_bn" : split ? "_convsplit" : "_conv");
}

// "convolution2" of "down1" and its like, up to the unit's own "bn" or "conv".
std::string
UnitName(const SegmentationNetworkOptions & options, const std::string & level, const std::string & unit)
{
  const bool up = level.compare(0, 2, "up") == 0;
  const std::size_t index = std::stoul(level.substr(up ? 2 : 4));
  const std::size_t levels = options.features.size();
  const std::string prefix = up ? "up" + std::to_string(index + 1 == levels ? levels : index) : level;
  const char number = unit.back();
  if (unit == "projection")
  {
    return prefix + (up ? "_res0_zstar_P1" : "_res0_xtstar_P");
  }
  if (!up)
  {
    return prefix + (number < '2' ? "_res0_xtstar_F" : "_res1xt_F") +
           std::string(1, static_cast<char>(number < '2' ? number : number - 2));
  }
  if (number == '0')
  {
    return prefix + "_res0_zstar_F_zprime";
  }
  return prefix + (number == '1' ? "_res0_zstar_G" : "_res1_G") + std::string(1, number);
}

std::string
NetworkLayerName(const SegmentationNetworkOptions & options, const std::vector<std::string> & parts)
{
  if (parts[1] == "head")
  {
    return "conv_out_bnconv_" + parts[2] + "_k3_f" + std::to_string(4 * options.outputChannels);
  }
  const bool up = parts[1].compare(0, 2, "up") == 0;
  const std::string features = std::to_string(options.features[std::stoul(parts[1].substr(up ? 2 : 4))]);
  const std::string unit = UnitName(options, parts[1], parts[2]);
  if (parts[2].compare(0, 5, "style") == 0)
  {
    return unit + "_ProjectS" + features;
  }
  if (parts[2] == "projection")
  {
    return unit + "_id_" + parts[3] + "_f" + features;
  }
  const bool styled = up && parts[2] != "convolution0";
  return unit + (styled ? "_Fadd_x_projS" : "") + "_bnconv_" + parts[3] + "_k3_f" + features;
}

// Keras keeps a kernel as (y, x, [z,] in, out), we as (out, in, [z,] y, x): this is where our axes lie in Keras'.
std::vector<std::size_t>
KerasAxes(std::size_t dimension)
{
  switch (dimension)
  {
    case 5:
      return { 4, 3, 2, 0, 1 };
    case 4:
      return { 3, 2, 0, 1 };
    case 2:
      return { 1, 0 };
    default:
      return { 0 };
  }
}

std::vector<float>
FromKerasLayout(const PublishedArray & array, const std::vector<int64_t> & shape)
{
  const std::vector<std::size_t> axes = KerasAxes(shape.size());
  std::vector<int64_t> strides(array.shape.size(), 1);
  for (std::size_t i = strides.size() - 1; i-- > 0;)
  {
    strides[i] = strides[i + 1] * array.shape[i + 1];
  }
  std::vector<float> values(array.values.size());
  std::vector<int64_t> index(shape.size(), 0);
  for (float & value : values)
  {
    int64_t offset = 0;
    for (std::size_t i = 0; i < index.size(); ++i)
    {
      offset += index[i] * strides[axes[i]];
    }
    value = array.values[static_cast<std::size_t>(offset)];
    for (std::size_t i = index.size(); i-- > 0 && ++index[i] == shape[i];)
    {
      index[i] = 0;
    }
  }
  return values;
}

bool
HasShape(const PublishedArray & array, const std::vector<int64_t> & shape)
{
  const std::vector<std::size_t> axes = KerasAxes(shape.size());
  if (array.shape.size() != shape.size())
  {
    return false;
  }
  for (std::size_t i = 0; i < shape.size(); ++i)
  {
    if (array.shape[axes[i]] != shape[i])
    {
      return false;
    }
  }
  const int64_t count = std::accumulate(shape.begin(), shape.end(), int64_t{ 1 }, std::multiplies<int64_t>());
  return static_cast<int64_t>(array.values.size()) == count;
}
} // namespace

std::string
GetPublishedName(const SegmentationNetworkOptions & options, const std::string & name)
{
  const std::vector<std::string> parts = Split(name, '.');
  const bool inProjection = parts.front() == "projection";
  const std::string & unit = parts[parts.size() - 2];
  const bool normalization = unit == "bn" || (unit.size() > 3 && unit.compare(unit.size() - 3, 3, "_bn") == 0);
  const std::string layer = inProjection ? ProjectionLayerName(options, parts[1]) : NetworkLayerName(options, parts);
  return layer + "/" + WeightName(parts.back(), normalization);
}

void
SetPublishedWeights(SegmentationNetwork * network, const std::vector<PublishedArray> & arrays)
{
  std::map<std::string, const PublishedArray *> published;
  for (const PublishedArray & array : arrays)
  {
    published[array.name] = &array;
  }
  std::vector<std::pair<std::string, std::vector<float>>> values;
  for (const SegmentationNetwork::Parameter & parameter : network->GetParameters())
  {
    const std::string name = GetPublishedName(network->GetOptions(), parameter.name);
    const auto found = published.find(name);
    if (found == published.end())
    {
      itkGenericExceptionMacro("array \"" << name << "\" is missing");
    }
    if (!HasShape(*found->second, parameter.shape))
    {
      itkGenericExceptionMacro("array \"" << name << "\" has another shape than the network's options ask for");
    }
    values.emplace_back(parameter.name, FromKerasLayout(*found->second, parameter.shape));
    published.erase(found);
  }
  for (const auto & left : published)
  {
    if (left.first.compare(0, 10, "add_metric") != 0)
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
