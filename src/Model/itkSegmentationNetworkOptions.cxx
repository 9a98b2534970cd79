// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSegmentationNetworkOptions.h"

#include "Model/NetworkArchitecture.h"
#include "itkMacro.h"

#include <nlohmann/json.hpp>

#include <type_traits>
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

// How a model file calls the values of an enumeration.
Names<Options::Projection>
NamesOf(Options::Projection)
{
  return { { Options::Projection::ProjectionEnhancement, "pen" },
           { Options::Projection::Maximum, "mip" },
           { Options::Projection::LinearDepth, "linear" } };
}

Names<Options::BlockPool>
NamesOf(Options::BlockPool)
{
  return { { Options::BlockPool::Convolution, "conv" },
           { Options::BlockPool::Maximum, "max" },
           { Options::BlockPool::SplitConvolution, "conv_split" },
           { Options::BlockPool::Attention, "attention" } };
}

Names<Options::Collect>
NamesOf(Options::Collect)
{
  return { { Options::Collect::Convolution, "conv" },
           { Options::Collect::Mean, "mean" },
           { Options::Collect::Maximum, "max" } };
}

Names<Options::Tiling>
NamesOf(Options::Tiling)
{
  return { { Options::Tiling::Blended, "blended" }, { Options::Tiling::CellPose, "cellpose" } };
}

Names<IntensityNormalization::Method>
NamesOf(IntensityNormalization::Method)
{
  return { { IntensityNormalization::Method::None, "none" },
           { IntensityNormalization::Method::Background, "background" },
           { IntensityNormalization::Method::Percentile, "percentile" } };
}

template <typename TEnum>
std::string
NameOf(TEnum value)
{
  for (const auto & entry : NamesOf(value))
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
ValueOf(const Json & json, const char * key)
{
  const std::string name = json.at(key).get<std::string>();
  for (const auto & entry : NamesOf(TEnum()))
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

// When an option stands in a model file.
enum class Presence
{
  Always,
  SinceLater,   // files of before do well with the usual value
  WhereUnusual, // other files have the usual value
  Imported      // all of these in version 2, none before
};

// Calls visit(key, member, presence) for every option of a normalization.
template <typename TVisit>
void
VisitNormalization(TVisit && visit)
{
  using N = IntensityNormalization;
  visit("method", &N::method, Presence::Always);
  visit("background_maximum", &N::backgroundMaximum, Presence::Always);
  visit("scale", &N::scale, Presence::Always);
  visit("low_percentile", &N::lowPercentile, Presence::Always);
  visit("high_percentile", &N::highPercentile, Presence::Always);
  visit("least_range_in_noise", &N::leastRangeInNoise, Presence::SinceLater);
  visit("robust", &N::robust, Presence::SinceLater);
  visit("clip", &N::clipToUnitRange, Presence::Always);
}

// Calls visit(key, member, presence) for every option that decides which weights a network has, the only list of them.
template <typename TVisit>
void
VisitArchitecture(TVisit && visit)
{
  visit("projection", &Options::projection, Presence::Always);
  visit("slices", &Options::slices, Presence::Always);
  visit("kernels", &Options::kernels, Presence::Always);
  visit("block_pool", &Options::blockPool, Presence::Always);
  visit("collect", &Options::collect, Presence::Always);
  visit("maximum_branch", &Options::maximumBranch, Presence::WhereUnusual);
  visit("features", &Options::features, Presence::Always);
  visit("output_channels", &Options::outputChannels, Presence::Always);
  visit("batch_norm_epsilon", &Options::batchNormEpsilon, Presence::Always);
  visit("planes", &Options::planes, Presence::Imported);
  visit("border_output", &Options::borderOutput, Presence::Imported);
  visit("head_kernel", &Options::headKernel, Presence::Imported);
}

// The same for all options but recipe and provenance, which are JSON texts.
template <typename TVisit>
void
VisitOptions(TVisit && visit)
{
  VisitArchitecture(visit);
  visit("flow_factor", &Options::flowFactor, Presence::Always);
  visit("pixel_size_um", &Options::pixelSize, Presence::Always);
  visit("slice_spacing_um", &Options::sliceSpacing, Presence::Always);
  visit("normalization", &Options::normalization, Presence::Always);
  visit("depth_assignment", &Options::depthAssignment, Presence::Always);
  visit("depth_windows", &Options::depthWindows, Presence::WhereUnusual);
  visit("repeat_planes", &Options::repeatPlanes, Presence::Imported);
  visit("tiling", &Options::tiling, Presence::Imported);
  visit("normalize_projection", &Options::normalizeProjection, Presence::Imported);
  visit("network_diameter", &Options::networkDiameter, Presence::Imported);
  visit("cell_diameter", &Options::cellDiameter, Presence::Imported);
}

template <typename TValue>
Json
JsonOf(const TValue & value)
{
  if constexpr (std::is_enum_v<TValue>)
  {
    return NameOf(value);
  }
  else if constexpr (std::is_same_v<TValue, IntensityNormalization>)
  {
    Json json;
    VisitNormalization([&](const char * key, auto member, Presence) { json[key] = JsonOf(value.*member); });
    return json;
  }
  else
  {
    return value;
  }
}

template <typename TValue>
void
ReadValue(const Json & json, const char * key, Presence presence, TValue & value)
{
  if (presence != Presence::Always && presence != Presence::Imported && !json.contains(key))
  {
    return;
  }
  if constexpr (std::is_enum_v<TValue>)
  {
    value = ValueOf<TValue>(json, key);
  }
  else if constexpr (std::is_same_v<TValue, IntensityNormalization>)
  {
    const Json & inner = json.at(key);
    value.robust = false; // files of before keep their rule
    VisitNormalization([&](const char * innerKey, auto member, Presence innerPresence)
                       { ReadValue(inner, innerKey, innerPresence, value.*member); });
  }
  else
  {
    value = json.at(key).get<TValue>();
  }
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
  const Options usual;
  bool isImported = false;
  Json json;
  VisitOptions(
    [&](const char * key, auto member, Presence presence)
    {
      json[key] = JsonOf(this->*member);
      const bool isUnusual = json[key] != JsonOf(usual.*member);
      isImported = isImported || (presence == Presence::Imported && isUnusual);
      if (presence == Presence::WhereUnusual && !isUnusual)
      {
        json.erase(key);
      }
    });
  json["format_version"] = isImported ? ImportedVersion : FirstVersion;
  VisitOptions(
    [&](const char * key, auto, Presence presence)
    {
      if (presence == Presence::Imported && !isImported)
      {
        json.erase(key);
      }
    });
  json["recipe"] = Json::parse(this->GetRecipe().ToJson());
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
    VisitOptions(
      [&](const char * key, auto member, Presence presence)
      {
        if (presence != Presence::Imported || version == ImportedVersion)
        {
          ReadValue(json, key, presence, options.*member);
        }
      });
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

bool
HaveSameArchitecture(const SegmentationNetworkOptions & a, const SegmentationNetworkOptions & b)
{
  bool isSame = true;
  VisitArchitecture([&](const char *, auto member, Presence)
                    { isSame = isSame && JsonOf(a.*member) == JsonOf(b.*member); });
  return isSame;
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
