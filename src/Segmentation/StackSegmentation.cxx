// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Segmentation/StackSegmentation.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Depth/DepthWindowsOfStack.h"
#include "ProjectionEnhancement/Flows/FlowSourceOfImage.h"
#include "itkCellDepthLabelMapFilter.h"
#include "itkExtractImageFilter.h"
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkFlowFieldToLabelMapFilter.h"
#include "itkImageAlgorithm.h"
#include "itkJoinDepthWindowsLabelMapFilter.h"
#include "itkMergeDuplicateCellsLabelMapFilter.h"
#include "itkSpacingInMicrometers.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <optional>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
using StackImage = Image<float, 3>;
using PredictionFilter = FlowFieldPredictionImageFilter<StackImage>;
using MaskFilter = FlowFieldToLabelMapFilter<>;
using MergeFilter = MergeDuplicateCellsLabelMapFilter<>;
using DepthFilter = CellDepthLabelMapFilter<CellLabelMap, StackImage>;
using WindowFilter = ExtractImageFilter<StackImage, StackImage>;
using JoinFilter = JoinDepthWindowsLabelMapFilter<>;
using FlowSourceFilter = ImageSource<FlowFieldImage>;

constexpr double MostPixels = 1e9;
constexpr double MostSlices = 1e9;
constexpr double MostSteps = 1e5;

// Shares of a depth window's time.
constexpr float NetworkEnd = 0.9F;
constexpr float MasksEnd = 0.98F;
constexpr float MergeEnd = 0.99F;

// A flow field that is in memory, as a source.
class HeldFlowField : public ImageSource<FlowFieldImage>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(HeldFlowField);
  using Self = HeldFlowField;
  using Superclass = ImageSource<FlowFieldImage>;
  using Pointer = SmartPointer<Self>;
  itkNewMacro(Self);
  itkTypeMacro(HeldFlowField, ImageSource);

  void
  Hold(FlowFieldImage * flows)
  {
    m_Flows = flows;
    this->GetOutput()->Graft(flows);
  }

protected:
  HeldFlowField() = default;

  void
  GenerateOutputInformation() override
  {
    this->GetOutput()->CopyInformation(m_Flows);
  }

  void
  EnlargeOutputRequestedRegion(DataObject * output) override
  {
    output->SetRequestedRegionToLargestPossibleRegion();
  }

  void
  GenerateData() override
  {
    this->GraftOutput(m_Flows);
  }

private:
  FlowFieldImage::Pointer m_Flows;
};

// Copies the channels of a window to their place in the flow field of all windows, some rows at a time: the window's
// may be in a file.
void
CopyChannels(FlowSourceFilter * window, std::size_t index, std::size_t windows, FlowFieldImage::Pointer & all)
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
                       place.SetIndex(2, own.GetIndex(2) + static_cast<IndexValueType>(index * own.GetSize(2)));
                       ImageAlgorithm::Copy(flows, all.GetPointer(), band, place);
                     });
}

class Segmentation
{
public:
  Segmentation(StackImage * stack, SegmentationNetwork * network, const StackSegmentationParameters & parameters,
               ProcessObject * owner, float lastProgress)
    : m_Stack(stack)
    , m_Network(network)
    , m_Parameters(parameters)
    , m_Owner(owner)
    , m_LastProgress(lastProgress)
    , m_Windows(DepthWindowsOf(parameters.recipe, network->GetOptions(), stack->GetLargestPossibleRegion().GetSize(2),
                               parameters.spacingIsKnown ? stack->GetSpacing()[2] : 0.0))
  {
    // Two windows are in memory where one is looked for cells while the next one is in the network.
    const auto region = RegionOfDepthWindow(stack, m_Windows[0]);
    m_IsAhead = m_Windows.size() > 1 && WorksAhead(network, parameters) &&
                region.GetNumberOfPixels() * sizeof(float) <= m_Parameters.memory / 4;
    if (m_IsAhead)
    {
      m_Parameters.memory /= 2;
    }
  }

  StackSegmentationResult
  Run()
  {
    StackSegmentationResult result = m_Windows.size() > 1 ? this->RunInWindows() : this->RunWhole();
    result.removed = m_Removed;
    result.intensities = m_Intensities;
    m_Owner->UpdateProgress(m_LastProgress);
    return result;
  }

private:
  StackSegmentationResult
  RunWhole()
  {
    this->SetWindow(0);
    const auto flows = this->Predict(m_Stack);
    StackSegmentationResult result;
    result.cells = this->FindCells(flows->GetOutput(), m_Stack, false);
    result.flows = m_Parameters.keepFlows ? flows : nullptr;
    return result;
  }

  StackSegmentationResult
  RunInWindows()
  {
    const auto join = JoinFilter::New();
    const double extent = static_cast<double>(m_Windows[0].Count()) * m_Stack->GetSpacing()[2];
    join->SetWindows(extent, m_Parameters.recipe.adoptCells);
    join->SetNumberOfWorkUnits(this->WorkUnits(join));
    FlowFieldImage::Pointer allFlows;
    for (std::size_t i = 0; i < m_Windows.size(); ++i)
    {
      this->SetWindow(i);
      const auto [image, source] = this->SlicesOf(RegionOfDepthWindow(m_Stack, m_Windows[i]));
      const auto flows = this->Predict(image);
      if (m_Parameters.keepFlows)
      {
        CopyChannels(flows, i, m_Windows.size(), allFlows);
      }
      this->TakeCells(join);
      join->SetOwnDepths(static_cast<unsigned int>(i), OwnDepthsOf(m_Stack, m_Windows[i]));
      m_Index = static_cast<unsigned int>(i);
      if (m_IsAhead)
      {
        // On its own: the next window's network does not wait for it.
        m_Cells = std::async(std::launch::async, [this, flows = flows, image = image]
                             { return this->FindCells(flows->GetOutput(), image, true); });
      }
      else
      {
        join->SetInput(m_Index, this->FindCells(flows->GetOutput(), image, false));
      }
    }
    this->TakeCells(join);
    join->Update();
    StackSegmentationResult result;
    result.cells = join->GetOutput();
    result.cells->DisconnectPipeline();
    if (allFlows)
    {
      const auto held = HeldFlowField::New();
      held->Hold(allFlows);
      result.flows = held;
    }
    return result;
  }

  // Of the window before, where they are still looked for. The stage is as long as they are waited for.
  void
  TakeCells(JoinFilter * join)
  {
    if (m_Cells.valid())
    {
      this->BeginStage("masks");
      join->SetInput(m_Index, m_Cells.get());
    }
  }

  void
  SetWindow(std::size_t i)
  {
    const auto count = static_cast<float>(m_Windows.size());
    m_FirstProgress = m_LastProgress * static_cast<float>(i) / count;
    m_ProgressOfWindow = m_LastProgress / count;
  }

  void
  BeginStage(const std::string & stage)
  {
    if (m_Parameters.beginStage)
    {
      m_Parameters.beginStage(stage);
    }
  }

  // The filter is a part of the owner, of whose depth window it takes [begin, end].
  void
  Follow(ProcessObject * filter, float begin, float end)
  {
    FollowInnerFilter(m_Owner, filter, m_FirstProgress + begin * m_ProgressOfWindow,
                      m_FirstProgress + end * m_ProgressOfWindow);
  }

  ThreadIdType
  WorkUnits(const ProcessObject * filter) const
  {
    return m_Parameters.numberOfThreads > 0 ? m_Parameters.numberOfThreads : filter->GetNumberOfWorkUnits();
  }

  // Some slices of a stack: in memory, where that has room for them and the stack itself is read in parts, so that a
  // file is not read more often and nothing lies there twice, or where they are used beside other work; else read, or
  // copied, by whoever asks the source for them.
  std::pair<StackImage::Pointer, ProcessObject::Pointer>
  SlicesOf(const StackImage::RegionType & slices)
  {
    const auto window = WindowFilter::New();
    window->SetInput(m_Stack);
    window->SetExtractionRegion(slices);
    const StackImage::Pointer image = window->GetOutput();
    const bool isRead = m_Stack->GetBufferedRegion() != m_Stack->GetLargestPossibleRegion();
    if (!(isRead || m_IsAhead) || slices.GetNumberOfPixels() * sizeof(float) > m_Parameters.memory / 2)
    {
      return { image, window.GetPointer() };
    }
    window->Update();
    image->DisconnectPipeline();
    if (isRead)
    {
      m_Stack->ReleaseData();
    }
    return { image, nullptr };
  }

  // The flow field of a stack, or of a depth window of it: in memory where that has room for it or there is no other
  // place, in a scratch file where not.
  FlowSourceFilter::Pointer
  Predict(StackImage * image)
  {
    this->BeginStage("network");
    const auto prediction = PredictionFilter::New();
    const bool isAhead = WorksAhead(m_Network, m_Parameters);
    // ITK's filters do not hand the unit on to a window.
    if (m_Parameters.spacingIsKnown && MicrometersPerSpacingUnit(image) != 1.0)
    {
      SetSpacingUnit(image, "um");
    }
    prediction->SetInput(image);
    prediction->SetNetwork(m_Network);
    prediction->SetUseImageSpacing(m_Parameters.spacingIsKnown);
    prediction->SetRunParameters(m_Parameters);
    prediction->SetReadAhead(isAhead);
    prediction->SetPredictAhead(isAhead);
    prediction->SetNumberOfWorkUnits(this->WorkUnits(prediction));
    this->Follow(prediction, 0.0F, NetworkEnd);
    prediction->UpdateOutputInformation();
    if (m_Parameters.scratchFolder.empty() || !IsReadInWindows(prediction->GetOutput(), m_Parameters.memory))
    {
      prediction->Update();
      m_Intensities.Add(prediction->GetIntensityRemarks());
      const auto held = HeldFlowField::New();
      const FlowFieldImage::Pointer flows = prediction->GetOutput();
      flows->DisconnectPipeline();
      held->Hold(flows);
      return held.GetPointer();
    }
    const auto scratch = ScratchFlowField::New();
    scratch->Fill(prediction->GetOutput(), m_Parameters.scratchFolder);
    m_Intensities.Add(prediction->GetIntensityRemarks());
    scratch->UpdateOutputInformation();
    return scratch.GetPointer();
  }

  FlowsToCellsParameters
  MaskParameters() const
  {
    const double pixelArea = m_Stack->GetSpacing()[0] * m_Stack->GetSpacing()[1];
    FlowsToCellsParameters masks = MaskParametersOf(m_Parameters.recipe, m_Parameters.spacingIsKnown ? pixelArea : 0.0);
    const SegmentationNetworkOptions & model = m_Network->GetOptions();
    const bool spacingDecides = m_Parameters.spacingIsKnown && m_Parameters.cellDiameter <= 0.0 &&
                                (model.pixelSize > 0.0 || m_Parameters.networkPixelSize > 0.0);
    if (m_Parameters.recipe.maximumSizeShare <= 0.0 && spacingDecides)
    {
      masks.maximumSizeShare = 1.0;
    }
    if (m_Parameters.recipe.iterations == 0)
    {
      // Steps count on the network's grid: there are more of them where cells are larger in the stack.
      const double networkPixel = m_Parameters.networkPixelSize > 0.0 ? m_Parameters.networkPixelSize : model.pixelSize;
      const double scale = spacingDecides ? std::min(std::sqrt(pixelArea) / networkPixel, 1.0)
                                          : model.GetScaleForDiameter(m_Parameters.cellDiameter);
      masks.iterations = static_cast<unsigned int>(std::clamp(masks.iterations / scale, 1.0, MostSteps));
    }
    return masks;
  }

  // The cells of a stack, or of a depth window of it, from its flow field.
  CellLabelMap::Pointer
  FindCells(FlowFieldImage * flows, StackImage * image, bool isBeside)
  {
    const auto update = [&](ProcessObject * filter, const char * stage, float begin, float end)
    {
      filter->SetNumberOfWorkUnits(this->WorkUnits(filter));
      if (!isBeside)
      {
        this->BeginStage(stage);
        this->Follow(filter, begin, end);
      }
      filter->Update();
    };
    const auto masks = MaskFilter::New();
    masks->SetParameters(this->MaskParameters());
    masks->SetInput(flows);
    masks->SetMemoryBudget(m_Parameters.memory);
    update(masks, "masks", NetworkEnd, MasksEnd);
    m_Removed += masks->GetRemovedMasks();

    CellLabelMap::Pointer cells = masks->GetOutput();
    const auto merge = MergeFilter::New();
    if (m_Parameters.recipe.mergeDuplicates)
    {
      merge->SetIoUThreshold(m_Parameters.recipe.mergeIoU);
      merge->SetInput(cells);
      merge->SetFlowField(flows);
      merge->SetMemoryBudget(m_Parameters.memory);
      update(merge, "merge", MasksEnd, MergeEnd);
      cells = merge->GetOutput();
    }

    const auto depth = DepthFilter::New();
    depth->SetInput(cells);
    depth->SetStackImage(image);
    update(depth, "depths", MergeEnd, 1.0F);
    cells = depth->GetOutput();
    cells->DisconnectPipeline();
    return cells;
  }

  StackImage * m_Stack;
  SegmentationNetwork * m_Network;
  StackSegmentationParameters m_Parameters;
  ProcessObject * m_Owner;
  float m_LastProgress;
  float m_FirstProgress = 0.0F;
  float m_ProgressOfWindow = 1.0F;
  std::vector<DepthWindow> m_Windows;
  bool m_IsAhead = false;
  RemovedMasks m_Removed;
  IntensityRemarks m_Intensities;
  unsigned int m_Index = 0;                   // of the window whose cells are looked for
  std::future<CellLabelMap::Pointer> m_Cells; // last: its end is waited for before what it uses goes
};
} // namespace

std::ostream &
operator<<(std::ostream & os, StackSegmentationParameters::Ahead ahead)
{
  using Ahead = StackSegmentationParameters::Ahead;
  return os << (ahead == Ahead::Auto ? "Auto" : ahead == Ahead::On ? "On" : "Off");
}

bool
WorksAhead(const SegmentationNetwork * network, const StackSegmentationParameters & parameters)
{
  using Ahead = StackSegmentationParameters::Ahead;
  const bool isWanted =
    parameters.ahead == Ahead::Auto ? network->GetResolvedDevice() != "cpu" : parameters.ahead == Ahead::On;
  return isWanted && NumberOfThreadsWithinBound(parameters.numberOfThreads) > 1;
}

FlowsToCellsParameters
MaskParametersOf(const SegmentationRecipe & recipe, double pixelArea)
{
  using Method = FlowsToCellsParameters::Method;
  auto masks = FlowsToCellsParameters::Published(
    recipe.dynamics == SegmentationRecipe::Dynamics::Pen ? Method::Pen : Method::CellPose);
  masks.cellThreshold = static_cast<float>(recipe.cellThreshold);
  masks.levelShare = recipe.levelShare;
  masks.connectedMasks = recipe.connectedMasks;
  if (recipe.maximumSizeShare > 0.0)
  {
    masks.maximumSizeShare = recipe.maximumSizeShare;
  }
  masks.flowThreshold = recipe.flowThreshold;
  masks.directionThreshold = recipe.directionThreshold;
  masks.minimumScore = recipe.minimumScore;
  masks.minimumSize = recipe.minimumSize;
  masks.fillHoles = recipe.fillHoles;
  masks.sampling = recipe.stretchedSampling ? FlowSampling::Stretched : FlowSampling::PixelCentres;
  if (recipe.iterations > 0)
  {
    masks.iterations = recipe.iterations;
  }
  if (pixelArea > 0.0)
  {
    const double pixels = std::min(std::ceil(recipe.minimumArea / pixelArea), MostPixels);
    masks.minimumSize = std::max(masks.minimumSize, static_cast<unsigned int>(pixels));
  }
  return masks;
}

std::vector<DepthWindow>
DepthWindowsOf(const SegmentationRecipe & recipe, const SegmentationNetworkOptions & model, std::size_t slices,
               double sliceSpacing)
{
  const double spacing = sliceSpacing > 0.0 ? sliceSpacing : model.sliceSpacing;
  if (recipe.windowExtent > 0.0)
  {
    if (!(spacing > 0.0))
    {
      itkGenericExceptionMacro("depth windows are to be " << recipe.windowExtent
                                                          << " um long, and neither stack nor model tells how far "
                                                             "slices are apart");
    }
    const double count = std::round(std::min(recipe.windowExtent / spacing, MostSlices));
    return MakeDepthWindows(slices, static_cast<std::size_t>(std::max(count, 1.0)));
  }
  const double own = spacing > 0.0 ? recipe.windowSlices * model.sliceSpacing / spacing : 0.0;
  const auto count = static_cast<std::size_t>(std::lround(std::min(own, MostSlices)));
  return MakeDepthWindows(slices, std::max<std::size_t>(recipe.windowSlices, count));
}

StackSegmentationResult
SegmentStack(Image<float, 3> * stack, SegmentationNetwork * network, const StackSegmentationParameters & parameters,
             ProcessObject * owner, float lastProgress)
{
  return Segmentation(stack, network, parameters, owner, lastProgress).Run();
}
} // namespace PenCore
} // namespace itk
