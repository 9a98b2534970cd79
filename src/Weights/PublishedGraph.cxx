// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Projection/Pooling.h"
#include "itkPublishedWeights.h"

#include <algorithm>
#include <map>

namespace itk
{
namespace
{
using Options = SegmentationNetworkOptions;
using Arrays = std::map<std::string, const PublishedArray *>;

constexpr unsigned int PublishedSlices = 27;
// The published flows are trained 10 times as long as a unit and point outward (their dataset code negates them).
constexpr double PublishedFlowFactor = -10.0;
constexpr unsigned int MostSlices = 4096;
constexpr unsigned int LargestKernel = 63;

// The layer's name behind a prefix, where what follows is a number of at most 4 digits: "stem_conv_kernel11" is 11.
bool
NumberAfter(const std::string & name, const std::string & prefix, unsigned int & number)
{
  const std::string rest = name.compare(0, prefix.size(), prefix) == 0 ? name.substr(prefix.size()) : std::string();
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  if (digits == 0 || digits > 4)
  {
    return false;
  }
  number = static_cast<unsigned int>(std::stoul(rest.substr(0, digits)));
  return true;
}

const PublishedArray &
Find(const Arrays & arrays, const std::string & name, std::size_t dimension)
{
  const auto found = arrays.find(name);
  if (found == arrays.end())
  {
    itkGenericExceptionMacro("array \"" << name << "\" is missing");
  }
  if (found->second->shape.size() != dimension)
  {
    itkGenericExceptionMacro("array \"" << name << "\" has " << found->second->shape.size() << " axes, expected "
                                        << dimension);
  }
  return *found->second;
}

std::vector<unsigned int>
KernelsOf(const Arrays & arrays)
{
  std::vector<unsigned int> kernels;
  for (unsigned int kernel = 1; kernel <= LargestKernel; ++kernel)
  {
    if (arrays.count("stem_conv_kernel" + std::to_string(kernel) + "/kernel") > 0)
    {
      kernels.push_back(kernel);
    }
  }
  return kernels;
}

std::vector<unsigned int>
FeaturesOf(const Arrays & arrays)
{
  const std::string middle = "_res0_xtstar_F0_bnconv_conv_k3_f";
  std::map<unsigned int, unsigned int> features;
  for (const auto & entry : arrays)
  {
    unsigned int level = 0;
    unsigned int feature = 0;
    if (NumberAfter(entry.first, "down", level) &&
        NumberAfter(entry.first, "down" + std::to_string(level) + middle, feature))
    {
      features[level] = feature;
    }
  }
  std::vector<unsigned int> list;
  for (const auto & entry : features)
  {
    if (entry.first != list.size())
    {
      break;
    }
    list.push_back(entry.second);
  }
  if (list.empty())
  {
    itkGenericExceptionMacro("array \"down0" << middle << "...\" is missing: the weights are not those of a published "
                                             << "PEN or CellPose graph");
  }
  return list;
}

unsigned int
OutputMapsOf(const Arrays & arrays)
{
  for (const auto & entry : arrays)
  {
    unsigned int maps = 0;
    if (NumberAfter(entry.first, "conv_out_bnconv_conv_k3_f", maps))
    {
      return maps;
    }
  }
  itkGenericExceptionMacro("array \"conv_out_bnconv_conv_k3_f.../kernel\" is missing");
}

// Whether a stack of this many slices has pooling kernels of the lengths that the file holds.
bool
SlicesFit(const Arrays & arrays, const Options & options, unsigned int slices)
{
  for (const unsigned int kernel : options.kernels)
  {
    const bool split = options.blockPool == Options::BlockPool::SplitConvolution;
    const std::string name = "stem_pool" + std::to_string(kernel) + (split ? "_convsplit/kernel" : "_conv/kernel");
    const int64_t length = Find(arrays, name, 5).shape[2];
    const int64_t sections = static_cast<int64_t>(std::max(slices, kernel)) - kernel + 1;
    if (length != (split ? SplitPoolWindow(sections).first : sections) || (split && sections < 3))
    {
      return false;
    }
  }
  return true;
}

void
SetSlices(const Arrays & arrays, const PublishedChoices & choices, PublishedGraph & graph)
{
  if (graph.options.blockPool == Options::BlockPool::Maximum)
  {
    graph.options.slices = choices.slices > 0 ? choices.slices : PublishedSlices;
    if (choices.slices == 0)
    {
      graph.assumptions.push_back("the weights do not say how many slices the network sees; taken as 27");
    }
    return;
  }
  std::vector<unsigned int> fitting;
  for (unsigned int slices = 1; slices <= MostSlices; ++slices)
  {
    if (SlicesFit(arrays, graph.options, slices))
    {
      fitting.push_back(slices);
    }
  }
  if (fitting.empty())
  {
    itkGenericExceptionMacro("array \"stem_pool" << graph.options.kernels.front()
                                                 << "_conv/kernel\" and its kin fit no one number of slices");
  }
  const unsigned int wished = choices.slices > 0 ? choices.slices : PublishedSlices;
  const bool fits = std::find(fitting.begin(), fitting.end(), wished) != fitting.end();
  if (choices.slices > 0 && !fits)
  {
    itkGenericExceptionMacro("the shapes of the weights ask for " << fitting.front() << " slices, not "
                                                                  << choices.slices);
  }
  graph.options.slices = fits ? wished : fitting.front();
  if (choices.slices == 0 && fitting.size() > 1)
  {
    graph.assumptions.push_back("the weights fit several numbers of slices; taken as " +
                                std::to_string(graph.options.slices));
  }
}

void
SetCollect(const PublishedWeights & weights, const Arrays & arrays, const PublishedChoices & choices,
           PublishedGraph & graph)
{
  if (arrays.count("stem_conv_collect/kernel") > 0)
  {
    graph.options.collect = Options::Collect::Convolution;
    if (!choices.collect.empty() && choices.collect != "conv")
    {
      itkGenericExceptionMacro("array \"stem_conv_collect/kernel\" says that branches are collected by a convolution");
    }
    return;
  }
  // Layers without weights have the names that Keras gives them: "average" or "average_2".
  const auto has = [&](const std::string & layer)
  {
    return std::any_of(weights.layers.begin(), weights.layers.end(),
                       [&](const std::string & name) { return name.compare(0, layer.size(), layer) == 0; });
  };
  std::string collect = choices.collect;
  if (collect.empty())
  {
    collect = has("average") ? "mean" : "max";
    if (collect == "max" && !has("maximum"))
    {
      graph.assumptions.push_back("the weights do not say how branches are collected; taken as max");
    }
  }
  if (collect == "conv")
  {
    itkGenericExceptionMacro("array \"stem_conv_collect/kernel\" is missing");
  }
  graph.options.collect = collect == "mean" ? Options::Collect::Mean : Options::Collect::Maximum;
}

void
SetProjection(const PublishedWeights & weights, const Arrays & arrays, const PublishedChoices & choices,
              PublishedGraph & graph)
{
  Options & options = graph.options;
  options.kernels = KernelsOf(arrays);
  if (options.kernels.empty())
  {
    if (choices.projection.empty())
    {
      graph.assumptions.push_back("the weights do not say which projection they were trained on; taken as mip");
    }
    options.projection =
      choices.projection == "linear" ? Options::Projection::LinearDepth : Options::Projection::Maximum;
    // The published program normalises a maximum projection itself, and for the linear one the stack.
    options.normalizeProjection = options.projection == Options::Projection::Maximum;
    options.kernels = Options().kernels;
    return;
  }
  if (!choices.projection.empty())
  {
    itkGenericExceptionMacro("array \"stem_conv_kernel" << options.kernels.front()
                                                        << "/kernel\" says that the projection is PEN");
  }
  const std::string pool = "stem_pool" + std::to_string(options.kernels.front());
  options.blockPool = arrays.count(pool + "_conv/kernel") > 0        ? Options::BlockPool::Convolution
                      : arrays.count(pool + "_convsplit/kernel") > 0 ? Options::BlockPool::SplitConvolution
                                                                     : Options::BlockPool::Maximum;
  SetCollect(weights, arrays, choices, graph);
  SetSlices(arrays, choices, graph);
}
} // namespace

PublishedGraph
GetPublishedGraph(const PublishedWeights & weights, const PublishedChoices & choices)
{
  Arrays arrays;
  for (const PublishedArray & array : weights.arrays)
  {
    arrays[array.name] = &array;
  }
  PublishedGraph graph;
  Options & options = graph.options;
  options.features = FeaturesOf(arrays);
  const unsigned int maps = OutputMapsOf(arrays);
  if (maps == 0 || maps % 4 != 0)
  {
    itkGenericExceptionMacro("array \"conv_out_bnconv_conv_k3_f"
                             << maps << "/kernel\" has " << maps
                             << " maps, expected 4 (x-flow, y-flow, cell, border) a depth channel");
  }
  options.outputChannels = maps / 4;
  options.flowFactor = PublishedFlowFactor;
  options.recipe = SegmentationRecipe::Published(SegmentationRecipe::Dynamics::Pen);
  options.normalization.method = IntensityNormalization::Method::Background;
  SetProjection(weights, arrays, choices, graph);
  options.Verify();
  return graph;
}
} // namespace itk
