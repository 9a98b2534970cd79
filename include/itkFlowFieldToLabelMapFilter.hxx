// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkFlowFieldToLabelMapFilter_hxx
#define itkFlowFieldToLabelMapFilter_hxx

#include "itkFlowFieldToLabelMapFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Flows/FlowSourceOfImage.h"

namespace itk
{
template <typename TInputImage, typename TOutputLabelMap>
void
FlowFieldToLabelMapFilter<TInputImage, TOutputLabelMap>::UsePublishedParameters(MethodType method)
{
  this->SetParameters(ParametersType::Published(method));
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
  ParametersType parameters = m_Parameters;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  parameters.progress = ProgressOfFilter(this);
  m_RemovedMasks = {};
  parameters.removed = &m_RemovedMasks;
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
  PrintParameters(os, indent, m_Parameters);
  PrintParameter(os, indent, "MemoryBudget", m_MemoryBudget);
}
} // namespace itk

#endif
