// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Finds the cells of confocal stacks: network, dynamics, depths, and the files people look at.

#include "penDefaultModel.h"
#include "penFlowFieldFile.h"
#include "penMaskOptions.h"
#include "penMergeOption.h"
#include "penNetworkOptions.h"
#include "penNumberText.h"
#include "penPicture.h"
#include "penSegmentationResults.h"
#include "penStackFile.h"

#include "itkCellDepthLabelMapFilter.h"
#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkProjectionEnhancementImageFilter.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

namespace
{
using Network = itk::SegmentationNetwork;
using PredictionFilter = itk::FlowFieldPredictionImageFilter<pen::StackImage>;
using ProjectionFilter = itk::ProjectionEnhancementImageFilter<pen::StackImage>;
using DepthFilter = itk::CellDepthLabelMapFilter<itk::CellLabelMap, pen::StackImage>;
using LayersFilter = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, pen::LayersImage>;

constexpr double CellposeIterations = 200.0;
constexpr double CellposeFlowThreshold = 0.4;

struct Options
{
  std::vector<std::string> stacks;
  std::string folder;
  std::string model;
  pen::StackOptions reading;
  pen::NetworkPlace place;
  pen::MaskOptions masks;
  std::string merge = "0.5";
  double pixelSize = 0.0;
  double diameter = 0.0;
  double minimumArea = pen::OurMinimumArea;
  unsigned int tile = 256;
  unsigned int overlap = 64;
  bool saveFlows = false;
  bool saveProjection = false;
  pen::ResultOptions results;
  const CLI::App * parser = nullptr;

  bool
  NeedsProjection() const
  {
    return saveProjection || results.sideBySide;
  }
};

void
AddOptions(CLI::App & app, Options & options)
{
  options.parser = &app;
  app.add_option("STACK", options.stacks, "3-D gray images in any format ITK reads")->required();
  app.add_option("-o,--output", options.folder, "Folder for the results")->required()->type_name("DIR");
  app.add_option("--model", options.model, "The model (default: the one that ships with the programs)");
  pen::AddStackOptions(app, options.reading);
  app.add_option("--pixel-size", options.pixelSize, "um of the pixels that the model works on, instead of its own")
    ->check(CLI::PositiveNumber);
  app
    .add_option("--diameter", options.diameter,
                "Pixels of the stack across a cell, for a model imported from Cellpose (default: as in its training)")
    ->check(CLI::PositiveNumber);
  app.add_option("--tile", options.tile, "Side of the tiles that the network sees, in its pixels")
    ->check(CLI::Range(16u, 16384u))
    ->capture_default_str();
  app.add_option("--overlap", options.overlap, "Pixels that neighbouring tiles share")->capture_default_str();
  app.add_flag("--save-flows", options.saveFlows, "Also write NAME_flows.nrrd");
  app.add_flag("--save-projection", options.saveProjection, "Also write NAME_projection.png");
  pen::AddResultOptions(app, options.results);
  options.masks.usualFlowThreshold = pen::OurFlowThreshold;
  pen::AddMaskOptions(app, options.masks);
  app
    .add_option("--min-area", options.minimumArea,
                "Least area of a cell in um^2, where stack and model know their spacings; 0: any")
    ->check(CLI::NonNegativeNumber)
    ->capture_default_str();
  pen::AddMergeOption(app, options.merge);
  pen::AddNetworkOptions(app, options.place);
}

// What the results of one stack are called: the file's name without its folder and its (possibly double) extension.
std::string
NameOf(const std::string & stack)
{
  std::string name = std::filesystem::path(stack).filename().string();
  for (const char * ending : { ".ome.tif", ".ome.tiff", ".nii.gz" })
  {
    const std::string text = ending;
    if (name.size() > text.size() && name.compare(name.size() - text.size(), text.size(), text) == 0)
    {
      return name.substr(0, name.size() - text.size());
    }
  }
  return std::filesystem::path(name).stem().string();
}

void
RequireDifferentNames(const Options & options)
{
  std::set<std::string> names;
  for (const std::string & stack : options.stacks)
  {
    if (!names.insert(NameOf(stack)).second)
    {
      throw pen::UsageError("two stacks would write the same results, named " + NameOf(stack));
    }
  }
}

template <typename TFilter>
void
SetUp(TFilter * filter, Network * network, const pen::StackFile & stack, const Options & options)
{
  filter->SetInput(stack.image);
  filter->SetNetwork(network);
  filter->SetUseImageSpacing(stack.spacingIsKnown);
  filter->SetNetworkPixelSize(options.pixelSize);
  filter->SetCellDiameter(options.diameter);
  filter->SetTileSize(options.tile);
  filter->SetTileOverlap(options.overlap);
}

// Cellpose counts steps on its network's grid: more where cells are larger in the stack. Our models know um: debris
// that is smaller than any cell is left out.
pen::MaskOptions
MasksFor(const Network * network, const pen::StackFile & stack, const Options & options)
{
  pen::MaskOptions masks = options.masks;
  const bool spacingDecides = stack.spacingIsKnown && options.diameter <= 0.0 &&
                              (network->GetOptions().pixelSize > 0.0 || options.pixelSize > 0.0);
  if (!masks.iterations && masks.method == "cellpose" && !spacingDecides)
  {
    const double scale = network->GetOptions().GetScaleForDiameter(options.diameter);
    masks.iterations = static_cast<unsigned int>(std::max(CellposeIterations / scale, 1.0));
  }
  // Models from elsewhere keep Cellpose's rules.
  if (network->GetOptions().networkDiameter > 0.0 || network->GetOptions().pixelSize <= 0.0)
  {
    masks.usualFlowThreshold = CellposeFlowThreshold;
  }
  else if (stack.spacingIsKnown && options.minimumArea > 0.0)
  {
    const double pixels = options.minimumArea / (stack.image->GetSpacing()[0] * stack.image->GetSpacing()[1]);
    masks.minimumSize = std::max(masks.minimumSize.value_or(itk::PenCore::FlowsToCellsParameters().minimumSize),
                                 static_cast<unsigned int>(std::min(std::ceil(pixels), 1e9)));
  }
  return masks;
}

// What the report tells of how the cells were found.
void
DescribeRun(const std::string & path, const Network * network, const Options & options,
            pen::SegmentationResult & result)
{
  const auto text = [](double um) { return um > 0.0 ? pen::NumberText(um) + " um" : std::string("not known"); };
  const itk::SegmentationNetworkOptions & model = network->GetOptions();
  result.facts.push_back({ "Model",
                           { { "stack", path },
                             { "model", options.model.empty() ? pen::DefaultModel() : options.model },
                             { "depth channels", std::to_string(model.outputChannels) },
                             { "pixel size", text(model.pixelSize) },
                             { "slice spacing", text(model.sliceSpacing) } } });
  result.details.emplace_back("Parameters of this run", options.parser->config_to_str(true));
  result.details.emplace_back("The model's options", model.ToJson());
}

void
SegmentStack(const std::string & path, Network * network, const Options & options, pen::ProgramContext & context)
{
  pen::ResultFiles files(options.folder + "/" + NameOf(path));
  pen::ClaimFiles(options.results, files);

  const pen::StackFile stack = context.RunStage("read", [&] { return pen::ReadStack(path, options.reading, context); });

  auto prediction = PredictionFilter::New();
  SetUp(prediction.GetPointer(), network, stack, options);
  context.UpdateStage("network", prediction);

  auto toCells = pen::MakeMaskFilter(MasksFor(network, stack, options));
  toCells->SetInput(prediction->GetOutput());
  context.UpdateStage("masks", toCells);

  const auto merge = pen::MakeMergeFilter(options.merge);
  if (merge)
  {
    merge->SetInput(toCells->GetOutput());
    merge->SetFlowField(prediction->GetOutput());
    context.UpdateStage("merge", merge);
  }

  auto depth = DepthFilter::New();
  depth->SetInput(merge ? merge->GetOutput() : toCells->GetOutput());
  depth->SetStackImage(stack.image);
  context.UpdateStage("depths", depth);

  auto layers = LayersFilter::New();
  layers->SetInput(depth->GetOutput());
  layers->SetMinimumNumberOfPages(network->GetOptions().outputChannels);
  layers->SetReferenceGeometry(stack.image);
  layers->Update();

  auto projection = ProjectionFilter::New();
  if (options.NeedsProjection())
  {
    SetUp(projection.GetPointer(), network, stack, options);
    context.UpdateStage("projection", projection);
  }

  context.RunStage("write",
                   [&]
                   {
                     pen::SegmentationResult result{ NameOf(path),
                                                     stack,
                                                     depth->GetOutput(),
                                                     layers->GetOutput(),
                                                     options.NeedsProjection() ? projection->GetOutput() : nullptr,
                                                     {},
                                                     {} };
                     DescribeRun(path, network, options, result);
                     pen::WriteSegmentation(result, options.results, files);
                     if (options.saveFlows)
                     {
                       pen::WriteFlowField(prediction->GetOutput(), files.Add("_flows.nrrd"));
                     }
                     if (options.saveProjection)
                     {
                       pen::WritePicture(projection->GetOutput(), files.Add("_projection.png"));
                     }
                     files.Commit();
                   });
  if (!context.IsQuiet())
  {
    std::printf("%s: %zu cells\n", path.c_str(),
                static_cast<std::size_t>(depth->GetOutput()->GetNumberOfLabelObjects()));
  }
}

void
Run(const Options & options, pen::ProgramContext & context)
{
  RequireDifferentNames(options);
  if (options.tile < 2 * options.overlap + 16)
  {
    throw pen::UsageError("--tile must be at least twice --overlap plus 16");
  }
  pen::MakeMergeFilter(options.merge);
  auto network = pen::MakeNetwork(options.place);
  context.RunStage("load model", [&] { network->Load(options.model.empty() ? pen::DefaultModel() : options.model); });
  if (options.diameter > 0.0 && !(network->GetOptions().networkDiameter > 0.0))
  {
    throw pen::UsageError("--diameter is for models imported from Cellpose; this one has no cell diameter of its own");
  }
  pen::CreateOutputFolder(options.folder);
  context.PlanStages({ { "read", 1 },
                       { "network", 20 },
                       { "masks", 2 },
                       { "merge", 0.2 },
                       { "depths", 0.2 },
                       { "projection", options.NeedsProjection() ? 8.0 : 0.0 },
                       { "write", 1 } },
                     static_cast<unsigned int>(options.stacks.size()));
  for (const std::string & stack : options.stacks)
  {
    SegmentStack(stack, network, options, context);
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-segment", "Finds the cells of confocal stacks, cells that lie over each other too.", argc, argv,
    [&](CLI::App & app) { AddOptions(app, options); }, [&](pen::ProgramContext & context) { Run(options, context); });
}
