// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellSegmentationImageFilter_hxx
#define itkCellSegmentationImageFilter_hxx

#include "itkCellSegmentationImageFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Base/UpdateRegion.h"
#include "ProjectionEnhancement/Flows/FlowSourceOfImage.h"
#include "ProjectionEnhancement/Prediction/FlowFieldGeometry.h"
#include "ProjectionEnhancement/Stacks/StackRowsOfImage.h"
#include "itkCastImageFilter.h"
#include "itkChangeInformationImageFilter.h"
#include "itkImageAlgorithm.h"
#include "itkProjectionEnhancementImageFilter.h"
#include "itkSpacingInMicrometers.h"

#include <algorithm>
#include <type_traits>

namespace itk
{
template <typename TInputImage>
CellSegmentationImageFilter<TInputImage>::CellSegmentationImageFilter()
{
  this->SetNumberOfRequiredOutputs(3);
  for (DataObjectPointerArraySizeType index = 1; index < 3; ++index)
  {
    this->SetNthOutput(index, this->MakeOutput(index));
  }
}

template <typename TInputImage>
auto
CellSegmentationImageFilter<TInputImage>::MakeOutput(DataObjectPointerArraySizeType index) -> DataObjectPointer
{
  if (index == 1)
  {
    return FlowFieldType::New().GetPointer();
  }
  if (index == 2)
  {
    return ProjectionType::New().GetPointer();
  }
  return Superclass::MakeOutput(index);
}

template <typename TInputImage>
auto
CellSegmentationImageFilter<TInputImage>::GetFlowField() -> FlowFieldType *
{
  return static_cast<FlowFieldType *>(this->ProcessObject::GetOutput(1));
}

template <typename TInputImage>
auto
CellSegmentationImageFilter<TInputImage>::GetProjection() -> ProjectionType *
{
  return static_cast<ProjectionType *>(this->ProcessObject::GetOutput(2));
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::SetRecipe(const SegmentationRecipe & recipe)
{
  recipe.Verify();
  if (!m_Recipe || m_Recipe->ToJson() != recipe.ToJson())
  {
    m_Recipe = recipe;
    this->Modified();
  }
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::UseRecipeOfNetwork()
{
  if (m_Recipe)
  {
    m_Recipe.reset();
    this->Modified();
  }
}

template <typename TInputImage>
SegmentationRecipe
CellSegmentationImageFilter<TInputImage>::GetRecipe() const
{
  if (!m_Recipe && !m_Network)
  {
    itkExceptionMacro("no network is set whose recipe it could be");
  }
  return m_Recipe ? *m_Recipe : m_Network->GetOptions().GetRecipe();
}

template <typename TInputImage>
ModifiedTimeType
CellSegmentationImageFilter<TInputImage>::GetMTime() const
{
  const ModifiedTimeType own = Superclass::GetMTime();
  return m_Network ? std::max(own, m_Network->GetMTime()) : own;
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  if (!m_Network || !m_Network->IsDefined())
  {
    itkExceptionMacro("no network with weights is set: call SetNetwork() with one that was loaded or created");
  }
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::VerifyInputInformation() ITKv5_CONST
{
  Superclass::VerifyInputInformation();
  VerifyStackIsNotEmpty(this, this->GetInput());
}

template <typename TInputImage>
double
CellSegmentationImageFilter<TInputImage>::MicrometersPerUnit() const
{
  return m_UseImageSpacing ? MicrometersPerSpacingUnit(this->GetInput()) : 0.0;
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::GenerateOutputInformation()
{
  const InputImageType * input = this->GetInput();
  if (!input)
  {
    return;
  }
  const double unit = this->MicrometersPerUnit();
  const auto windows =
    PenCore::DepthWindowsOf(this->GetRecipe(), m_Network->GetOptions(), input->GetLargestPossibleRegion().GetSize(2),
                            unit * input->GetSpacing()[2]);
  m_NumberOfDepthWindows = static_cast<unsigned int>(windows.size());
  m_SlicesPerDepthWindow = static_cast<unsigned int>(windows[0].Count());

  CopyPlaneGeometry(input, this->GetOutput());
  CopyPlaneGeometry(input, this->GetProjection());
  CopyFlowFieldGeometry(input, m_Network->GetOptions().outputChannels * windows.size(), this->GetFlowField());
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::GenerateOutputRequestedRegion(DataObject * output)
{
  // What nobody asked for is made whole where there is room, else begun.
  for (DataObjectPointerArraySizeType index = 0; index < 3; ++index)
  {
    DataObject * other = this->ProcessObject::GetOutput(index);
    if (other != output)
    {
      other->SetRequestedRegionToLargestPossibleRegion();
    }
  }
  FlowFieldType * flows = this->GetFlowField();
  if (output != flows && IsReadInWindows(flows, m_Parameters.memory))
  {
    flows->SetRequestedRegion(FirstRowOf(flows));
  }
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  if (output == this->ProcessObject::GetOutput(0))
  {
    output->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::GenerateInputRequestedRegion()
{
  auto * input = const_cast<InputImageType *>(this->GetInput());
  const auto whole = input->GetLargestPossibleRegion();
  const bool fits = whole.GetNumberOfPixels() * sizeof(typename InputImageType::PixelType) <= m_Parameters.memory / 2;
  input->SetRequestedRegion(fits ? whole : FirstRowOf(input));
}

template <typename TInputImage>
PenCore::StackSegmentationParameters
CellSegmentationImageFilter<TInputImage>::ParametersOfRun() const
{
  PenCore::StackSegmentationParameters parameters = m_Parameters;
  parameters.recipe = this->GetRecipe();
  parameters.spacingIsKnown = this->MicrometersPerUnit() > 0.0;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  return parameters;
}

template <typename TInputImage>
auto
CellSegmentationImageFilter<TInputImage>::StackInMicrometers(std::vector<ProcessObject::Pointer> & parts)
  -> StackImage *
{
  auto * input = const_cast<InputImageType *>(this->GetInput());
  StackImage * stack = nullptr;
  if constexpr (std::is_same<typename InputImageType::PixelType, float>::value)
  {
    stack = input;
  }
  else
  {
    const auto cast = CastImageFilter<InputImageType, StackImage>::New();
    cast->SetInput(input);
    cast->SetNumberOfWorkUnits(this->GetNumberOfWorkUnits());
    parts.push_back(cast.GetPointer());
    stack = cast->GetOutput();
  }
  const double unit = this->MicrometersPerUnit();
  if (unit != 0.0 && unit != 1.0)
  {
    const auto change = ChangeInformationImageFilter<StackImage>::New();
    auto origin = input->GetOrigin();
    for (unsigned int axis = 0; axis < 3; ++axis)
    {
      origin[axis] *= unit;
    }
    change->SetInput(stack);
    change->ChangeSpacingOn();
    change->SetOutputSpacing(input->GetSpacing() * unit);
    change->ChangeOriginOn();
    change->SetOutputOrigin(origin);
    parts.push_back(change.GetPointer());
    stack = change->GetOutput();
  }
  if (!parts.empty())
  {
    stack->UpdateOutputInformation();
  }
  return stack;
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::BeginStage(const std::string & stage)
{
  m_Stage = stage;
  this->InvokeEvent(IterationEvent());
}

template <typename TInputImage>
ModifiedTimeType
CellSegmentationImageFilter<TInputImage>::GetResultMTime() const
{
  return std::max(this->GetMTime(), MTimeOfSources(this->GetInput()));
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::GenerateData()
{
  constexpr float endOfCells = 0.75F; // where there is a projection to be made
  const InputImageType * input = this->GetInput();
  std::vector<ProcessObject::Pointer> parts;
  StackImage * stack = this->StackInMicrometers(parts);
  if (!m_Result.cells || m_ResultMTime != this->GetResultMTime())
  {
    m_Result = {};
    m_MadeProjection = nullptr;
    PenCore::StackSegmentationParameters parameters = this->ParametersOfRun();
    parameters.beginStage = [this](const std::string & stage) { this->BeginStage(stage); };
    m_Result = PenCore::SegmentStack(stack, m_Network, parameters, this, m_KeepProjection ? endOfCells : 1.0F);
    m_ResultMTime = this->GetResultMTime();
  }
  CellLabelMap * cells = this->GetOutput();
  cells->Graft(m_Result.cells.GetPointer());
  CopyPlaneGeometry(input, cells);
  this->GenerateFlowField();
  this->GenerateProjection(stack);
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::GenerateFlowField()
{
  FlowFieldType * flows = this->GetFlowField();
  if (!m_Parameters.keepFlows)
  {
    flows->SetBufferedRegion({});
    return;
  }
  const auto region = flows->GetRequestedRegion();
  FlowFieldType * source = m_Result.flows->GetOutput();
  m_Result.flows->UpdateOutputInformation();
  UpdateRegion(source, region);
  if (source->GetBufferedRegion() == region)
  {
    flows->SetPixelContainer(source->GetPixelContainer());
    flows->SetBufferedRegion(region);
    return;
  }
  flows->SetBufferedRegion(region);
  flows->Allocate();
  ImageAlgorithm::Copy<FlowFieldType, FlowFieldType>(source, flows, region, region);
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::GenerateProjection(StackImage * stack)
{
  ProjectionType * projection = this->GetProjection();
  if (!m_KeepProjection)
  {
    projection->SetBufferedRegion({});
    return;
  }
  const auto wanted = projection->GetRequestedRegion();
  if (m_MadeProjection && m_MadeProjection->GetBufferedRegion() == wanted)
  {
    projection->SetPixelContainer(m_MadeProjection->GetPixelContainer());
    projection->SetBufferedRegion(wanted);
    return;
  }
  this->BeginStage("projection");
  const auto project = ProjectionEnhancementImageFilter<StackImage, ProjectionType>::New();
  const PenCore::StackSegmentationParameters parameters = this->ParametersOfRun();
  const bool isAhead = PenCore::WorksAhead(m_Network, parameters);
  project->SetInput(stack);
  project->SetNetwork(m_Network);
  project->SetUseImageSpacing(parameters.spacingIsKnown);
  project->SetRunParameters(parameters);
  project->SetReadAhead(isAhead);
  project->SetPredictAhead(isAhead);
  project->SetNumberOfWorkUnits(this->GetNumberOfWorkUnits());
  FollowInnerFilter(this, project, this->GetProgress(), 1.0F);
  project->UpdateOutputInformation();
  UpdateRegion(project->GetOutput(), wanted);
  m_MadeProjection = project->GetOutput();
  m_MadeProjection->DisconnectPipeline();
  projection->SetPixelContainer(m_MadeProjection->GetPixelContainer());
  projection->SetBufferedRegion(m_MadeProjection->GetBufferedRegion());
}

template <typename TInputImage>
void
CellSegmentationImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  itkPrintSelfObjectMacro(Network);
  PrintParameter(os, indent, "Recipe", m_Recipe ? m_Recipe->ToJson() : std::string("the network's"));
  PrintParameter(os, indent, "UseImageSpacing", m_UseImageSpacing);
  PrintParameters(os, indent, m_Parameters);
  PrintParameter(os, indent, "KeepProjection", m_KeepProjection);
  PrintParameter(os, indent, "NumberOfDepthWindows", m_NumberOfDepthWindows);
  PrintParameter(os, indent, "SlicesPerDepthWindow", m_SlicesPerDepthWindow);
  PrintParameter(os, indent, "Stage", m_Stage);
}

template <typename TImage>
CellLabelMap::Pointer
SegmentCells(const TImage * stack, const std::string & fileName)
{
  const auto network = SegmentationNetwork::New();
  network->Load(fileName);
  const auto filter = CellSegmentationImageFilter<TImage>::New();
  filter->SetInput(stack);
  filter->SetNetwork(network);
  filter->Update();
  CellLabelMap::Pointer cells = filter->GetOutput();
  cells->DisconnectPipeline();
  return cells;
}
} // namespace itk

#endif
