// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkFlowFieldToLabelMapFilter_hxx
#define itkFlowFieldToLabelMapFilter_hxx

#include "itkFlowFieldToLabelMapFilter.h"

#include "itkCellsFromLabelMap.h"
#include "itkFilterProgress.h"
#include "itkFlowSourceOfImage.h"
#include "itkPlaneGeometry.h"

namespace itk
{
template <typename TInputImage, typename TOutputLabelMap>
void
FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::UsePublishedParameters(MethodType method)
{
  const ParametersType published = ParametersType::Published(method);
  this->SetMethod(published.method);
  this->SetCellThreshold(published.cellThreshold);
  this->SetLevelShare(published.levelShare);
  this->SetMaximumSizeShare(published.maximumSizeShare);
  this->SetComputeFlowErrors(published.computeFlowErrors);
  this->SetFlowThreshold(published.flowThreshold);
  this->SetDirectionThreshold(published.directionThreshold);
  this->SetMinimumScore(published.minimumScore);
  this->SetMinimumSize(published.minimumSize);
  this->SetFillHoles(published.fillHoles);
  this->SetRemoveCellsTouchingImageBorder(published.removeCellsTouchingImageBorder);
  this->SetSampling(published.sampling);
  this->SetIterations(published.iterations);
  this->SetMinimumSeedPeak(published.minimumSeedPeak);
  this->SetSeedRadius(published.seedRadius);
  this->SetGrowthIterations(published.growthIterations);
  this->SetMinimumGrowthCount(published.minimumGrowthCount);
  this->SetBorderThreshold(published.borderThreshold);
  this->SetCentreIterations(published.centreIterations);
  this->SetCentreAcceleration(published.centreAcceleration);
  this->SetMaskIterations(published.maskIterations);
  this->SetMaskAcceleration(published.maskAcceleration);
  this->SetAcceleratedIterations(published.acceleratedIterations);
  this->SetBinWidth(published.binWidth);
  this->SetMinimumCentrePeak(published.minimumCentrePeak);
  this->SetMaximumCentreDistance(published.maximumCentreDistance);
  this->SetMinimumComponentSize(published.minimumComponentSize);
}

template <typename TInputImage, typename TOutputLabelMap>
typename FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::ParametersType
FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::GetParameters() const
{
  ParametersType parameters;
  parameters.method = m_Method;
  parameters.cellThreshold = m_CellThreshold;
  parameters.levelShare = m_LevelShare;
  parameters.maximumSizeShare = m_MaximumSizeShare;
  parameters.computeFlowErrors = m_ComputeFlowErrors;
  parameters.flowThreshold = m_FlowThreshold;
  parameters.directionThreshold = m_DirectionThreshold;
  parameters.minimumScore = m_MinimumScore;
  parameters.minimumSize = m_MinimumSize;
  parameters.fillHoles = m_FillHoles;
  parameters.removeCellsTouchingImageBorder = m_RemoveCellsTouchingImageBorder;
  parameters.sampling = m_Sampling;
  parameters.iterations = m_Iterations;
  parameters.minimumSeedPeak = m_MinimumSeedPeak;
  parameters.seedRadius = m_SeedRadius;
  parameters.growthIterations = m_GrowthIterations;
  parameters.minimumGrowthCount = m_MinimumGrowthCount;
  parameters.borderThreshold = m_BorderThreshold;
  parameters.centreIterations = m_CentreIterations;
  parameters.centreAcceleration = m_CentreAcceleration;
  parameters.maskIterations = m_MaskIterations;
  parameters.maskAcceleration = m_MaskAcceleration;
  parameters.acceleratedIterations = m_AcceleratedIterations;
  parameters.binWidth = m_BinWidth;
  parameters.minimumCentrePeak = m_MinimumCentrePeak;
  parameters.maximumCentreDistance = m_MaximumCentreDistance;
  parameters.minimumComponentSize = m_MinimumComponentSize;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  return parameters;
}

template <typename TInputImage, typename TOutputLabelMap>
void
FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::VerifyInputInformation() ITKv5_CONST
{
  Superclass::VerifyInputInformation();
  const auto region = this->GetInput()->GetLargestPossibleRegion();
  if (region.GetNumberOfPixels() == 0)
  {
    itkExceptionMacro("The flow field has no pixels: its size is " << region.GetSize());
  }
}

template <typename TInputImage, typename TOutputLabelMap>
void
FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::GenerateOutputInformation()
{
  CopyPlaneGeometry(this->GetInput(), this->GetOutput());
}

template <typename TInputImage, typename TOutputLabelMap>
void
FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::GenerateInputRequestedRegion()
{
  auto * input = const_cast<InputImageType *>(this->GetInput());
  auto region = input->GetLargestPossibleRegion();
  if (IsReadInWindows(input, m_MemoryBudget))
  {
    region.SetSize(1, 1);
  }
  input->SetRequestedRegion(region);
}

template <typename TInputImage, typename TOutputLabelMap>
void
FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage, typename TOutputLabelMap>
void
FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::GenerateData()
{
  static_assert(sizeof(typename InputImageType::PixelType) == 4 * sizeof(float), "a flow field is a block of floats");
  const InputImageType * input = this->GetInput();
  const auto region = input->GetLargestPossibleRegion();
  const bool readsWindows = IsReadInWindows(input, m_MemoryBudget);
  if (!readsWindows && input->GetBufferedRegion() != region)
  {
    itkExceptionMacro("The flow field's buffer covers " << input->GetBufferedRegion() << " of " << region);
  }
  const auto width = static_cast<int>(region.GetSize(0));
  const auto height = static_cast<int>(region.GetSize(1));
  const auto channels = InputImageDimension == 3 ? static_cast<int>(region.GetSize(InputImageDimension - 1)) : 1;
  ParametersType parameters = this->GetParameters();
  parameters.progress = ProgressOfFilter(this);
  const std::vector<PenCore::Cell> cells =
    readsWindows
      ? PenCore::FlowFieldToCells(FlowSourceOfImage(input, parameters.numberOfThreads), width, height, channels,
                                  m_MemoryBudget / 2, parameters)
      : PenCore::FlowFieldToCells(input->GetBufferPointer()->GetDataPointer(), width, height, channels, parameters);

  this->AllocateOutputs();
  OutputLabelMapType * output = this->GetOutput();
  output->SetBackgroundValue(0);
  const auto start = output->GetLargestPossibleRegion().GetIndex();
  for (const PenCore::Cell & cell : cells)
  {
    auto labelObject = LabelObjectType::New();
    labelObject->SetLabel(static_cast<LabelType>(output->GetNumberOfLabelObjects() + 1));
    labelObject->SetChannel(static_cast<typename LabelObjectType::ChannelType>(cell.channel));
    labelObject->SetScore(cell.score);
    labelObject->SetFlowError(cell.flowError);
    AddPixelRunsToLabelObject(cell.runs, start, labelObject.GetPointer());
    output->AddLabelObject(labelObject);
  }
}

template <typename TInputImage, typename TOutputLabelMap>
void
FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Method: " << (m_Method == MethodType::CellPose ? "CellPose" : "Pen") << std::endl;
  os << indent << "CellThreshold: " << m_CellThreshold << std::endl;
  os << indent << "LevelShare: " << m_LevelShare << std::endl;
  os << indent << "MaximumSizeShare: " << m_MaximumSizeShare << std::endl;
  os << indent << "ComputeFlowErrors: " << (m_ComputeFlowErrors ? "On" : "Off") << std::endl;
  os << indent << "FlowThreshold: " << m_FlowThreshold << std::endl;
  os << indent << "DirectionThreshold: " << m_DirectionThreshold << std::endl;
  os << indent << "MinimumScore: " << m_MinimumScore << std::endl;
  os << indent << "MinimumSize: " << m_MinimumSize << std::endl;
  os << indent << "FillHoles: " << (m_FillHoles ? "On" : "Off") << std::endl;
  os << indent << "RemoveCellsTouchingImageBorder: " << (m_RemoveCellsTouchingImageBorder ? "On" : "Off") << std::endl;
  os << indent << "Sampling: " << (m_Sampling == SamplingType::PixelCentres ? "PixelCentres" : "Stretched")
     << std::endl;
  os << indent << "Iterations: " << m_Iterations << std::endl;
  os << indent << "MinimumSeedPeak: " << m_MinimumSeedPeak << std::endl;
  os << indent << "SeedRadius: " << m_SeedRadius << std::endl;
  os << indent << "GrowthIterations: " << m_GrowthIterations << std::endl;
  os << indent << "MinimumGrowthCount: " << m_MinimumGrowthCount << std::endl;
  os << indent << "BorderThreshold: " << m_BorderThreshold << std::endl;
  os << indent << "CentreIterations: " << m_CentreIterations << std::endl;
  os << indent << "CentreAcceleration: " << m_CentreAcceleration << std::endl;
  os << indent << "MaskIterations: " << m_MaskIterations << std::endl;
  os << indent << "MaskAcceleration: " << m_MaskAcceleration << std::endl;
  os << indent << "AcceleratedIterations: " << m_AcceleratedIterations << std::endl;
  os << indent << "BinWidth: " << m_BinWidth << std::endl;
  os << indent << "MinimumCentrePeak: " << m_MinimumCentrePeak << std::endl;
  os << indent << "MaximumCentreDistance: " << m_MaximumCentreDistance << std::endl;
  os << indent << "MinimumComponentSize: " << m_MinimumComponentSize << std::endl;
  os << indent << "MemoryBudget: " << m_MemoryBudget << std::endl;
}
} // namespace itk

#endif
