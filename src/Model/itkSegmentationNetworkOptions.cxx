// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSegmentationNetworkOptions.h"

#include "itkMacro.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace itk
{
namespace
{
using Options = SegmentationNetworkOptions;
using Json = nlohmann::json;

// Version 2 adds what imported networks need; a model that needs none of it stays readable to version 1.
constexpr int FirstVersion = 1;
constexpr int ImportedVersion = 2;
// Far above any published network, far below what would exhaust a machine on a damaged header.
constexpr unsigned int LargestSize = 4096;
constexpr unsigned int LargestKernel = 63;

template <typename TEnum>
using Names = std::vector<std::pair<TEnum, const char *>>;

const Names<Options::Projection> ProjectionNames{ { Options::Projection::ProjectionEnhancement, "pen" },
                                                  { Options::Projection::Maximum, "mip" },
                                                  { Options::Projection::LinearDepth, "linear" } };
const Names<Options::BlockPool> BlockPoolNames{ { Options::BlockPool::Convolution, "conv" },
                                                { Options::BlockPool::Maximum, "max" },
                                                { Options::BlockPool::SplitConvolution, "conv_split" },
                                                { Options::BlockPool::Attention, "attention" } };
const Names<Options::Collect> CollectNames{ { Options::Collect::Convolution, "conv" },
                                            { Options::Collect::Mean, "mean" },
                                            { Options::Collect::Maximum, "max" } };
const Names<IntensityNormalization::Method> MethodNames{ { IntensityNormalization::Method::None, "none" },
                                                         { IntensityNormalization::Method::Background, "background" },
                                                         { IntensityNormalization::Method::Percentile, "percentile" } };

const Names<Options::Tiling> TilingNames{ { Options::Tiling::Blended, "blended" },
                                          { Options::Tiling::CellPose, "cellpose" } };

template <typename TEnum>
std::string
NameOf(const Names<TEnum> & names, TEnum value)
{
  for (const auto & entry : names)
  {
    if (entry.first == value)
    {
      return entry.second;
    }
  }
  itkGenericExceptionMacro("an option has the value " << static_cast<int>(value) << ", which has no name");
}

template <typename TEnum>
TEnum
ValueOf(const Names<TEnum> & names, const Json & json, const char * key)
{
  const std::string name = json.at(key).get<std::string>();
  for (const auto & entry : names)
  {
    if (name == entry.second)
    {
      return entry.first;
    }
  }
  itkGenericExceptionMacro("model header: \"" << key << "\" is \"" << name << "\", which is not known");
}

void
VerifyRange(const char * what, unsigned int value, unsigned int lowest, unsigned int highest)
{
  if (value < lowest || value > highest)
  {
    itkGenericExceptionMacro("network option " << what << " is " << value << ", expected " << lowest << " to "
                                               << highest);
  }
}

Json
ToJson(const IntensityNormalization & normalization)
{
  return { { "method", NameOf(MethodNames, normalization.method) },
           { "background_maximum", normalization.backgroundMaximum },
           { "scale", normalization.scale },
           { "low_percentile", normalization.lowPercentile },
           { "high_percentile", normalization.highPercentile },
           { "least_range_in_noise", normalization.leastRangeInNoise },
           { "clip", normalization.clipToUnitRange } };
}

IntensityNormalization
NormalizationFromJson(const Json & json)
{
  IntensityNormalization normalization;
  normalization.method = ValueOf(MethodNames, json, "method");
  normalization.backgroundMaximum = json.at("background_maximum").get<double>();
  normalization.scale = json.at("scale").get<double>();
  normalization.lowPercentile = json.at("low_percentile").get<double>();
  normalization.highPercentile = json.at("high_percentile").get<double>();
  // Models written before there was one do well with the usual one.
  normalization.leastRangeInNoise = json.value("least_range_in_noise", normalization.leastRangeInNoise);
  normalization.clipToUnitRange = json.at("clip").get<bool>();
  return normalization;
}

// What is best for models that this library trained (doc/depth-windows.md has the measurements). A cell whose depth
// order is hard to see is shown faintly in two channels: a low threshold finds it, its own level bounds it, and merging
// makes it one.
SegmentationRecipe
RecipeOfTraining(const Options & options)
{
  SegmentationRecipe recipe;
  const bool hasLayers = options.outputChannels > 1;
  recipe.cellThreshold = hasLayers ? -2.0 : 0.0;
  recipe.levelShare = hasLayers ? 0.4 : 0.0;
  recipe.flowThreshold = hasLayers ? 0.5 : 0.6;
  recipe.minimumArea = 40.0; // smaller is debris
  // Depth channels of another kind than the local order mean other depths in each window.
  recipe.windowSlices = !hasLayers || options.depthAssignment == "local_order" ? 4 : 0;
  recipe.adoptCells = options.depthWindows;
  return recipe;
}

// Files of before there were recipes: a model that knows its pixels' size and no cell diameter was trained here.
SegmentationRecipe
RecipeOfOldFile(const Options & options)
{
  const bool isForeign = options.networkDiameter > 0.0 || options.pixelSize <= 0.0;
  return isForeign ? SegmentationRecipe() : RecipeOfTraining(options);
}

Json
ImportedToJson(const Options & options)
{
  return { { "planes", options.planes },
           { "repeat_planes", options.repeatPlanes },
           { "border_output", options.borderOutput },
           { "head_kernel", options.headKernel },
           { "tiling", NameOf(TilingNames, options.tiling) },
           { "normalize_projection", options.normalizeProjection },
           { "network_diameter", options.networkDiameter },
           { "cell_diameter", options.cellDiameter } };
}

void
ImportedFromJson(const Json & json, Options & options)
{
  options.planes = json.at("planes").get<unsigned int>();
  options.repeatPlanes = json.at("repeat_planes").get<bool>();
  options.borderOutput = json.at("border_output").get<bool>();
  options.headKernel = json.at("head_kernel").get<unsigned int>();
  options.tiling = ValueOf(TilingNames, json, "tiling");
  options.normalizeProjection = json.at("normalize_projection").get<bool>();
  options.networkDiameter = json.at("network_diameter").get<double>();
  options.cellDiameter = json.at("cell_diameter").get<double>();
}

void
VerifyImported(const Options & options)
{
  VerifyRange("planes", options.planes, 1, LargestKernel);
  VerifyRange("head kernel", options.headKernel, 1, LargestKernel);
  if (options.headKernel % 2 == 0)
  {
    itkGenericExceptionMacro("network option head_kernel is " << options.headKernel << ", expected an odd number");
  }
  const bool maximum = options.projection == Options::Projection::Maximum;
  if (!maximum && (options.planes != 3 || !options.repeatPlanes || options.normalizeProjection))
  {
    itkGenericExceptionMacro("network options planes, repeat_planes and normalize_projection are "
                             << options.planes << ", " << options.repeatPlanes << " and " << options.normalizeProjection
                             << ", expected 3, true and false with any projection but mip");
  }
  if (options.tiling == Options::Tiling::CellPose)
  {
    VerifyRange("number of levels in features, with Cellpose's tiling",
                static_cast<unsigned int>(options.features.size()), 1, 5);
  }
  const auto isDiameter = [](double v) { return v >= 0.0 && v <= LargestSize; };
  if (!isDiameter(options.networkDiameter) || !isDiameter(options.cellDiameter))
  {
    itkGenericExceptionMacro("network options network_diameter and cell_diameter are "
                             << options.networkDiameter << " and " << options.cellDiameter
                             << ", expected 0 (unknown) to " << LargestSize);
  }
}
} // namespace

std::string
SegmentationNetworkOptions::ToJson() const
{
  const Json imported = ImportedToJson(*this);
  const bool needsImported = imported != ImportedToJson(Options());
  Json json{ { "format_version", needsImported ? ImportedVersion : FirstVersion },
             { "projection", NameOf(ProjectionNames, projection) },
             { "slices", slices },
             { "kernels", kernels },
             { "block_pool", NameOf(BlockPoolNames, blockPool) },
             { "collect", NameOf(CollectNames, collect) },
             { "features", features },
             { "output_channels", outputChannels },
             { "batch_norm_epsilon", batchNormEpsilon },
             { "flow_factor", flowFactor },
             { "pixel_size_um", pixelSize },
             { "slice_spacing_um", sliceSpacing },
             { "normalization", itk::ToJson(normalization) },
             { "depth_assignment", depthAssignment },
             { "recipe", Json::parse(this->GetRecipe().ToJson()) } };
  if (needsImported)
  {
    json.update(imported);
  }
  if (maximumBranch)
  {
    json["maximum_branch"] = true;
  }
  if (depthWindows)
  {
    json["depth_windows"] = true;
  }
  if (!provenance.empty())
  {
    json["provenance"] = Json::parse(provenance);
  }
  return json.dump(2);
}

SegmentationNetworkOptions
SegmentationNetworkOptions::FromJson(const std::string & text)
{
  try
  {
    const Json json = Json::parse(text);
    const int version = json.at("format_version").get<int>();
    if (version != FirstVersion && version != ImportedVersion)
    {
      itkGenericExceptionMacro("model header: format version " << version << ", expected at most " << ImportedVersion);
    }
    SegmentationNetworkOptions options;
    if (version == ImportedVersion)
    {
      ImportedFromJson(json, options);
    }
    options.projection = ValueOf(ProjectionNames, json, "projection");
    options.slices = json.at("slices").get<unsigned int>();
    options.kernels = json.at("kernels").get<std::vector<unsigned int>>();
    options.blockPool = ValueOf(BlockPoolNames, json, "block_pool");
    options.collect = ValueOf(CollectNames, json, "collect");
    options.maximumBranch = json.value("maximum_branch", false);
    options.features = json.at("features").get<std::vector<unsigned int>>();
    options.outputChannels = json.at("output_channels").get<unsigned int>();
    options.batchNormEpsilon = json.at("batch_norm_epsilon").get<double>();
    options.flowFactor = json.at("flow_factor").get<double>();
    options.pixelSize = json.at("pixel_size_um").get<double>();
    options.sliceSpacing = json.at("slice_spacing_um").get<double>();
    options.normalization = NormalizationFromJson(json.at("normalization"));
    options.depthAssignment = json.at("depth_assignment").get<std::string>();
    options.depthWindows = json.value("depth_windows", false);
    options.recipe =
      json.contains("recipe") ? SegmentationRecipe::FromJson(json["recipe"].dump()) : RecipeOfOldFile(options);
    options.provenance = json.contains("provenance") ? json["provenance"].dump(2) : std::string();
    options.Verify();
    return options;
  }
  catch (const Json::exception & error)
  {
    itkGenericExceptionMacro("model header: " << error.what());
  }
}

SegmentationRecipe
SegmentationNetworkOptions::GetRecipe() const
{
  return recipe ? *recipe : RecipeOfTraining(*this);
}

double
SegmentationNetworkOptions::GetScaleForDiameter(double diameter) const
{
  const double own = diameter > 0.0 ? diameter : cellDiameter;
  return networkDiameter > 0.0 && own > 0.0 ? networkDiameter / own : 1.0;
}

void
SegmentationNetworkOptions::Verify() const
{
  if (projection == Projection::ProjectionEnhancement)
  {
    VerifyRange("slices", slices, 1, LargestSize);
    VerifyRange("number of kernels", static_cast<unsigned int>(kernels.size()), 1, LargestKernel);
    for (const unsigned int kernel : kernels)
    {
      VerifyRange("kernel", kernel, 1, LargestKernel);
      if (kernel % 2 == 0)
      {
        itkGenericExceptionMacro("network option kernel is " << kernel << ", expected an odd number");
      }
      if (blockPool == BlockPool::SplitConvolution && slices < kernel + 2)
      {
        itkGenericExceptionMacro("block_pool conv_split needs at least " << kernel + 2 << " slices for kernel "
                                                                         << kernel << ", the network has " << slices);
      }
    }
  }
  VerifyRange("number of levels in features", static_cast<unsigned int>(features.size()), 1, 8);
  for (const unsigned int feature : features)
  {
    VerifyRange("features", feature, 1, LargestSize);
  }
  VerifyRange("output channels", outputChannels, 1, LargestSize);
  VerifyImported(*this);
  if (recipe)
  {
    recipe->Verify();
  }
  if (!(batchNormEpsilon > 0.0))
  {
    itkGenericExceptionMacro("network option batch_norm_epsilon is " << batchNormEpsilon << ", expected more than 0");
  }
  if (!(flowFactor < 0.0 || flowFactor > 0.0))
  {
    itkGenericExceptionMacro("network option flow_factor is " << flowFactor << ", expected another number than 0");
  }
  if (!(pixelSize >= 0.0) || !(sliceSpacing >= 0.0))
  {
    itkGenericExceptionMacro("network options pixel_size_um and slice_spacing_um are "
                             << pixelSize << " and " << sliceSpacing << ", expected 0 (unknown) or more");
  }
}
} // namespace itk
