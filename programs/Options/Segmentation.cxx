// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/Segmentation.h"
#include "Files/DefaultModel.h"
#include "ProjectionEnhancement/Base/NumberText.h"
#include "Report/CellWarnings.h"

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkSpacingInMicrometers.h"

#include <CLI/CLI.hpp>

namespace pen
{
namespace
{
using LayersFilter = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, LayersImage>;

std::size_t
MemoryBytes(const SegmentationOptions & options)
{
  return static_cast<std::size_t>(options.memory) << 20;
}
} // namespace

void
AddSegmentationOptions(CLI::App & app, SegmentationOptions & options)
{
  Reads(app.add_option("--model", options.model, "The model (default: the one that ships with the programs)"));
  AddStackOptions(app, options.reading);
  app.add_option("--pixel-size", options.pixelSize, "um of the pixels that the model works on, instead of its own")
    ->check(WhyNotPositive);
  app
    .add_option("--diameter", options.diameter,
                "Pixels of the stack across a cell, for a model imported from Cellpose (default: as in its training)")
    ->check(WhyNotPositive);
  app
    .add_option("--intensity-range", options.intensityRange,
                "Gray values that count as black and as white (default: as the model's normalisation finds them)")
    ->delimiter(',')
    ->expected(2)
    ->type_name("LOW,HIGH");
  app.add_option("--tile", options.tile, "Side of the tiles that the network sees, in its pixels")
    ->check(CLI::Range(16u, 16384u))
    ->capture_default_str();
  app.add_option("--overlap", options.overlap, "Pixels that neighbouring tiles share")->capture_default_str();
  app
    .add_option("--memory", options.memory,
                "MiB that stack, projection and flow field may take; larger ones are read in parts, projection and "
                "flows from scratch files beside the results")
    ->check(CLI::Range(16u, 16777216u))
    ->type_name("MIB")
    ->capture_default_str();
  app
    .add_option(
      "--ahead", options.ahead,
      "Whether rows are read, tiles and depth windows go through the network, and cells are looked for in the "
      "window before, all at once (auto: where the network is on a GPU; on a processor that takes more "
      "threads than --threads says and wins nothing)")
    ->check(CLI::IsMember({ "auto", "on", "off" }))
    ->capture_default_str();
  AddRecipeOptions(app, options.recipe);
  AddNetworkOptions(app, options.place);
}

std::size_t
StackBytes(const SegmentationOptions & options)
{
  return MemoryBytes(options) / 2;
}

std::string
ModelPath(const SegmentationOptions & options)
{
  return options.model.empty() ? DefaultModel() : options.model;
}

itk::SegmentationNetwork::Pointer
LoadNetwork(const SegmentationOptions & options, ProgramContext & context)
{
  if (options.tile < 2 * options.overlap + 16)
  {
    throw UsageError("--tile must be at least twice --overlap plus 16");
  }
  if (!options.intensityRange.empty() && !(options.intensityRange[0] < options.intensityRange[1]))
  {
    throw UsageError("--intensity-range must have its lower value first");
  }
  RecipeWith(options.recipe, {}); // throws before the work
  ProtectInput(ModelPath(options));
  auto network = MakeNetwork(options.place);
  context.RunStage("load model", [&] { network->Load(ModelPath(options)); });
  if (options.diameter > 0.0 && !(network->GetOptions().networkDiameter > 0.0))
  {
    throw UsageError("--diameter is for models imported from Cellpose; this one has no cell diameter of its own");
  }
  return network;
}

std::vector<PlannedStage>
SegmentationStages(bool withProjection)
{
  return { { "cells", withProjection ? 30.0 : 22.0 } };
}

Segmentation
Segment(const StackFile & stack, const std::string & path, itk::SegmentationNetwork * network,
        const SegmentationOptions & options, const SegmentationExtras & extras, ProgramContext & context)
{
  using Ahead = SegmentationFilter::AheadType;
  const auto filter = SegmentationFilter::New();
  filter->SetInput(stack.image);
  filter->SetNetwork(network);
  filter->SetRecipe(RecipeWith(options.recipe, network->GetOptions().GetRecipe()));
  filter->SetUseImageSpacing(stack.spacingIsKnown);
  filter->SetNetworkPixelSize(options.pixelSize);
  filter->SetCellDiameter(options.diameter);
  if (!options.intensityRange.empty())
  {
    filter->SetLowestIntensity(options.intensityRange[0]);
    filter->SetHighestIntensity(options.intensityRange[1]);
  }
  filter->SetTileSize(options.tile);
  filter->SetTileOverlap(options.overlap);
  filter->SetMemoryBudget(MemoryBytes(options));
  filter->SetScratchFolder(options.scratchFolder);
  filter->SetAhead(options.ahead == "auto" ? Ahead::Auto : options.ahead == "on" ? Ahead::On : Ahead::Off);
  filter->SetKeepFlowField(extras.flows);
  filter->SetKeepProjection(extras.projection);
  context.UpdateInStages("cells", filter, [&filter] { return filter->GetStage(); });
  const std::size_t numberOfCells = filter->GetOutput()->GetNumberOfLabelObjects();
  WarnOfIntensities(context, filter->GetIntensityRemarks(), numberOfCells, path);
  WarnOfRemovedMasks(context, filter->GetRemovedMasks(), numberOfCells, path);

  Segmentation result;
  result.filter = filter;
  const auto layers = LayersFilter::New();
  layers->SetInput(filter->GetOutput());
  layers->SetMinimumNumberOfPages(network->GetOptions().outputChannels);
  layers->SetReferenceGeometry(stack.image);
  layers->UpdateOutputInformation();
  result.layers = layers->GetOutput();
  result.layersSource = layers.GetPointer();
  return result;
}

SegmentationResult
ResultOf(const Segmentation & segmentation, const std::string & name, const std::string & path, const StackFile & stack,
         const SegmentationOptions & options, const CLI::App & parser)
{
  const auto text = [](double um)
  { return um > 0.0 ? itk::PenCore::NumberText(um) + " um" : std::string("not known"); };
  SegmentationFilter * filter = segmentation.filter;
  const itk::SegmentationNetworkOptions & model = filter->GetModifiableNetwork()->GetOptions();
  SegmentationResult result{ name,
                             stack,
                             segmentation.GetCells(),
                             segmentation.layers,
                             filter->GetKeepProjection() ? filter->GetProjection() : nullptr,
                             filter->GetKeepFlowField() ? filter->GetFlowField() : nullptr,
                             {},
                             {} };
  const unsigned int windows = filter->GetNumberOfDepthWindows();
  result.facts.push_back(
    { "Model",
      { { "stack", path },
        { "model", ModelPath(options) },
        { "depth channels", std::to_string(model.outputChannels) },
        { "depth windows", windows == 1 ? std::string("one, all slices")
                                        : std::to_string(windows) + " of " +
                                            std::to_string(filter->GetSlicesPerDepthWindow()) + " slices" },
        { "pixel size", text(model.pixelSize) },
        { "slice spacing", text(model.sliceSpacing) } } });
  result.details.emplace_back("Parameters of this run", parser.config_to_str(true));
  result.details.emplace_back("The recipe of this run", filter->GetRecipe().ToJson());
  result.details.emplace_back("The model's options", model.ToJson());
  return result;
}
} // namespace pen
