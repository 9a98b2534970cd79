// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penSegmentation.h"
#include "penDefaultModel.h"
#include "penDepthWindowOption.h"
#include "penMergeOption.h"
#include "penNumberText.h"
#include "penScratchFlowField.h"

#include "itkCellDepthLabelMapFilter.h"
#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkExtractImageFilter.h"
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkFlowSourceOfImage.h"
#include "itkImageAlgorithm.h"
#include "itkJoinDepthWindowsLabelMapFilter.h"
#include "itkPenCoreThreads.h"
#include "itkProjectionEnhancementImageFilter.h"
#include "itkStackDepth.h"

#include <algorithm>
#include <cmath>
#include <future>

namespace pen
{
namespace
{
using Network = itk::SegmentationNetwork;
using PredictionFilter = itk::FlowFieldPredictionImageFilter<StackImage>;
using ProjectionFilter = itk::ProjectionEnhancementImageFilter<StackImage>;
using DepthFilter = itk::CellDepthLabelMapFilter<itk::CellLabelMap, StackImage>;
using WindowFilter = itk::ExtractImageFilter<StackImage, StackImage>;
using JoinFilter = itk::JoinDepthWindowsLabelMapFilter<itk::CellLabelMap>;
using LayersFilter = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, LayersImage>;

constexpr double CellposeIterations = 200.0;

std::size_t
MemoryBytes(const SegmentationOptions & options)
{
  return static_cast<std::size_t>(options.memory) << 20;
}

// Where the processor is what computes, working beside it wins nothing (doc/performance.md).
bool
WorksAhead(const Network * network, const SegmentationOptions & options)
{
  const bool isWanted = options.ahead == "auto" ? network->GetResolvedDevice() != "cpu" : options.ahead == "on";
  return isWanted && itk::PenCore::GetNumberOfThreads() > 1;
}

// Of the stack, or of a depth window of it.
template <typename TFilter>
void
SetUp(TFilter * filter, StackImage * image, Network * network, const StackFile & stack,
      const SegmentationOptions & options)
{
  filter->SetInput(image);
  filter->SetNetwork(network);
  filter->SetUseImageSpacing(stack.spacingIsKnown);
  filter->SetNetworkPixelSize(options.pixelSize);
  filter->SetCellDiameter(options.diameter);
  filter->SetTileSize(options.tile);
  filter->SetTileOverlap(options.overlap);
  filter->SetMemoryBudget(MemoryBytes(options));
  filter->SetScratchFolder(options.scratchFolder);
  filter->SetReadAhead(WorksAhead(network, options));
  filter->SetPredictAhead(WorksAhead(network, options));
}

// The flow field of a stack, or of a depth window of it: in memory where that has room for it, in a scratch file where
// not.
itk::ImageSource<FlowFieldImage>::Pointer
Predict(StackImage * image, const StackFile & stack, Network * network, const SegmentationOptions & options,
        ProgramContext & context)
{
  const auto prediction = PredictionFilter::New();
  SetUp(prediction.GetPointer(), image, network, stack, options);
  prediction->UpdateOutputInformation();
  if (!itk::IsReadInWindows(prediction->GetOutput(), MemoryBytes(options)))
  {
    context.UpdateStage("network", prediction);
    return prediction;
  }
  const auto scratch = ScratchFlowField::New();
  context.RunStage("network",
                   [&]
                   {
                     context.Observe(prediction);
                     scratch->Fill(prediction->GetOutput(), options.scratchFolder);
                   });
  prediction->GetOutput()->ReleaseData();
  return scratch;
}

// Cellpose counts steps on its network's grid: more where cells are larger in the stack. Our models know um: debris
// that is smaller than any cell is left out.
MaskOptions
MasksFor(const Network * network, const StackFile & stack, const SegmentationOptions & options)
{
  MaskOptions masks = options.masks;
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
    masks.usual = UsualMasks();
    return masks;
  }
  masks.usual = OurMasksFor(network->GetOptions().outputChannels);
  if (stack.spacingIsKnown && options.minimumArea > 0.0)
  {
    const double pixels = options.minimumArea / (stack.image->GetSpacing()[0] * stack.image->GetSpacing()[1]);
    masks.minimumSize = std::max(masks.minimumSize.value_or(itk::PenCore::FlowsToCellsParameters().minimumSize),
                                 static_cast<unsigned int>(std::min(std::ceil(pixels), 1e9)));
  }
  return masks;
}

// A filter's update: as a stage, or, without a context, beside one.
void
Update(const std::string & stage, itk::ProcessObject * filter, ProgramContext * context)
{
  context ? context->UpdateStage(stage, filter) : filter->Update();
}

// The cells of a stack, or of a depth window of it, from its flow field.
itk::CellLabelMap::Pointer
FindCells(FlowFieldImage * flows, StackImage * image, const MaskOptions & masks, const SegmentationOptions & options,
          ProgramContext * context)
{
  auto toCells = MakeMaskFilter(masks);
  toCells->SetInput(flows);
  toCells->SetMemoryBudget(MemoryBytes(options));
  Update("masks", toCells, context);

  const auto merge = MakeMergeFilter(options.merge);
  if (merge)
  {
    merge->SetInput(toCells->GetOutput());
    merge->SetFlowField(flows);
    merge->SetMemoryBudget(MemoryBytes(options));
    Update("merge", merge, context);
  }

  auto depth = DepthFilter::New();
  depth->SetInput(merge ? merge->GetOutput() : toCells->GetOutput());
  depth->SetStackImage(image);
  Update("depths", depth, context);
  const itk::CellLabelMap::Pointer cells = depth->GetOutput();
  cells->DisconnectPipeline();
  return cells;
}

// Copies the channels of a window to their place in the flow field of all windows, some rows at a time: the window's
// may be in a file.
void
CopyChannels(itk::ImageSource<FlowFieldImage> * window, std::size_t index, std::size_t windows,
             FlowFieldImage::Pointer & all)
{
  window->UpdateOutputInformation();
  const FlowFieldImage * flows = window->GetOutput();
  const auto own = flows->GetLargestPossibleRegion();
  if (!all)
  {
    all = FlowFieldImage::New();
    all->CopyInformation(flows);
    auto region = own;
    region.SetSize(2, own.GetSize(2) * windows);
    all->SetRegions(region);
    all->Allocate();
  }
  ForEachBandOfFlows(window->GetOutput(),
                     [&](const FlowFieldImage::RegionType & band)
                     {
                       auto place = band;
                       place.SetIndex(2, own.GetIndex(2) + static_cast<itk::IndexValueType>(index * own.GetSize(2)));
                       itk::ImageAlgorithm::Copy(flows, all.GetPointer(), band, place);
                     });
}

std::vector<itk::PenCore::DepthWindow>
WindowsOf(const StackFile & stack, const Network * network, const SegmentationOptions & options)
{
  return DepthWindowsOf(options.depthWindow, network->GetOptions(), stack.image->GetLargestPossibleRegion().GetSize(2),
                        stack.spacingIsKnown ? stack.image->GetSpacing()[2] : 0.0);
}

// Some slices of a stack: in memory, where that has room for them and the stack itself is read in parts, so that a file
// is not read more often and nothing lies there twice, or where they are used beside other work; else read, or copied,
// by whoever asks the source for them.
std::pair<StackImage::Pointer, itk::ProcessObject::Pointer>
SlicesOf(const StackFile & stack, const StackImage::RegionType & slices, const SegmentationOptions & options,
         bool isBeside)
{
  const auto window = WindowFilter::New();
  window->SetInput(stack.image);
  window->SetExtractionRegion(slices);
  const StackImage::Pointer image = window->GetOutput();
  const bool isRead = !stack.sources.empty();
  if (!(isRead || isBeside) || slices.GetNumberOfPixels() * sizeof(float) > StackBytes(options))
  {
    return { image, window.GetPointer() };
  }
  window->Update();
  image->DisconnectPipeline();
  if (isRead)
  {
    stack.image->ReleaseData();
  }
  return { image, nullptr };
}

// The cells of all depth windows, in each of which they are found as in a stack of its own.
class WindowSegmentation
{
public:
  WindowSegmentation(const StackFile & stack, Network * network, const SegmentationOptions & options,
                     const std::vector<itk::PenCore::DepthWindow> & windows, ProgramContext & context)
    : m_Stack(stack)
    , m_Network(network)
    , m_Options(options)
    , m_Masks(MasksFor(network, stack, options))
    , m_Windows(windows)
    , m_Context(context)
  {
    // Two windows are in memory then.
    SegmentationOptions halved = options;
    halved.memory /= 2;
    const auto region = itk::RegionOfDepthWindow(stack.image.GetPointer(), windows[0]);
    m_IsAhead = WorksAhead(network, options) && region.GetNumberOfPixels() * sizeof(float) <= StackBytes(halved);
    if (m_IsAhead)
    {
      m_Options = halved;
    }
  }

  /** Flows are null where they are not wanted. */
  Segmentation
  Run(bool withFlows)
  {
    const auto join = JoinFilter::New();
    const double extent = static_cast<double>(m_Windows[0].Count()) * m_Stack.image->GetSpacing()[2];
    join->SetWindows(extent, m_Network->GetOptions().depthWindows);
    m_Context.SplitStages(static_cast<unsigned int>(m_Windows.size()));
    Segmentation result;
    for (std::size_t i = 0; i < m_Windows.size(); ++i)
    {
      const auto region = itk::RegionOfDepthWindow(m_Stack.image.GetPointer(), m_Windows[i]);
      const auto [image, source] = SlicesOf(m_Stack, region, m_Options, m_IsAhead);
      const auto flows = Predict(image, m_Stack, m_Network, m_Options, m_Context);
      if (withFlows)
      {
        CopyChannels(flows, i, m_Windows.size(), result.flows);
      }
      this->TakeCells(join);
      join->SetOwnDepths(static_cast<unsigned int>(i), itk::OwnDepthsOf(m_Stack.image.GetPointer(), m_Windows[i]));
      if (m_IsAhead)
      {
        // On its own: the next window's network does not wait for it.
        m_Cells = std::async(std::launch::async, [this, flows = flows, image = image]
                             { return FindCells(flows->GetOutput(), image, m_Masks, m_Options, nullptr); });
      }
      else
      {
        join->SetInput(static_cast<unsigned int>(i),
                       FindCells(flows->GetOutput(), image, m_Masks, m_Options, &m_Context));
      }
      m_Index = static_cast<unsigned int>(i);
    }
    this->TakeCells(join);
    m_Context.SplitStages(1);
    join->Update();
    result.cells = join->GetOutput();
    return result;
  }

private:
  // Of the window before, where they are still looked for. The stage is as long as they are waited for.
  void
  TakeCells(JoinFilter * join)
  {
    if (m_Cells.valid())
    {
      join->SetInput(m_Index, m_Context.RunStage("masks", [this] { return m_Cells.get(); }));
      m_Context.RunStage("depths", [] {}); // the last of what was waited for
    }
  }

  const StackFile & m_Stack;
  Network * m_Network;
  SegmentationOptions m_Options;
  MaskOptions m_Masks;
  const std::vector<itk::PenCore::DepthWindow> & m_Windows;
  ProgramContext & m_Context;
  bool m_IsAhead = false;
  unsigned int m_Index = 0;                        // of the window whose cells are looked for
  std::future<itk::CellLabelMap::Pointer> m_Cells; // last: its end is waited for before what it uses goes
};

Segmentation
FindCellsInWindows(const StackFile & stack, Network * network, const SegmentationOptions & options, bool withFlows,
                   ProgramContext & context)
{
  const auto windows = WindowsOf(stack, network, options);
  if (windows.size() > 1)
  {
    return WindowSegmentation(stack, network, options, windows, context).Run(withFlows);
  }
  const auto flows = Predict(stack.image, stack, network, options, context);
  Segmentation result;
  result.cells = FindCells(flows->GetOutput(), stack.image, MasksFor(network, stack, options), options, &context);
  result.flows = flows->GetOutput();
  result.flowSource = flows;
  return result;
}
} // namespace

void
AddSegmentationOptions(CLI::App & app, SegmentationOptions & options)
{
  app.add_option("--model", options.model, "The model (default: the one that ships with the programs)");
  AddStackOptions(app, options.reading);
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
  options.masks.usual = OurLayeredMasks;
  AddMaskOptions(app, options.masks);
  app
    .add_option("--min-area", options.minimumArea,
                "Least area of a cell in um^2, where stack and model know their spacings; 0: any")
    ->check(CLI::NonNegativeNumber)
    ->capture_default_str();
  AddMergeOption(app, options.merge);
  AddDepthWindowOption(app, options.depthWindow);
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
  MakeMergeFilter(options.merge);
  VerifyDepthWindow(options.depthWindow);
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
  return {
    { "network", 20 }, { "masks", 2 }, { "merge", 0.2 }, { "depths", 0.2 }, { "projection", withProjection ? 8.0 : 0.0 }
  };
}

Segmentation
Segment(const StackFile & stack, itk::SegmentationNetwork * network, const SegmentationOptions & options,
        const SegmentationExtras & extras, ProgramContext & context)
{
  Segmentation result = FindCellsInWindows(stack, network, options, extras.flows, context);

  auto layers = LayersFilter::New();
  layers->SetInput(result.cells);
  layers->SetMinimumNumberOfPages(network->GetOptions().outputChannels);
  layers->SetReferenceGeometry(stack.image);
  layers->UpdateOutputInformation();
  result.layers = layers->GetOutput();
  result.layersSource = layers.GetPointer();

  if (extras.projection)
  {
    auto projection = ProjectionFilter::New();
    SetUp(projection.GetPointer(), stack.image.GetPointer(), network, stack, options);
    context.UpdateStage("projection", projection);
    result.projection = projection->GetOutput();
  }
  return result;
}

SegmentationResult
ResultOf(const Segmentation & segmentation, const std::string & name, const std::string & path, const StackFile & stack,
         const itk::SegmentationNetwork * network, const SegmentationOptions & options, const CLI::App & parser)
{
  const auto text = [](double um) { return um > 0.0 ? NumberText(um) + " um" : std::string("not known"); };
  const itk::SegmentationNetworkOptions & model = network->GetOptions();
  SegmentationResult result{
    name, stack, segmentation.cells, segmentation.layers, segmentation.projection, segmentation.flows, {}, {}
  };
  const auto windows = WindowsOf(stack, network, options);
  result.facts.push_back(
    { "Model",
      { { "stack", path },
        { "model", ModelPath(options) },
        { "depth channels", std::to_string(model.outputChannels) },
        { "depth windows", windows.size() == 1 ? std::string("one, all slices")
                                               : std::to_string(windows.size()) + " of " +
                                                   std::to_string(windows[0].Count()) + " slices" },
        { "pixel size", text(model.pixelSize) },
        { "slice spacing", text(model.sliceSpacing) } } });
  result.details.emplace_back("Parameters of this run", parser.config_to_str(true));
  result.details.emplace_back("The model's options", model.ToJson());
  return result;
}
} // namespace pen
