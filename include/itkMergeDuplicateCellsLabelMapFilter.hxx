// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkMergeDuplicateCellsLabelMapFilter_hxx
#define itkMergeDuplicateCellsLabelMapFilter_hxx

#include "itkMergeDuplicateCellsLabelMapFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Flows/FlowSourceOfImage.h"

#include <stdexcept>

namespace itk
{
template <typename TLabelMap>
MergeDuplicateCellsLabelMapFilter<TLabelMap>::MergeDuplicateCellsLabelMapFilter()
{
  this->AddOptionalInputName("FlowField", 1);
}

template <typename TLabelMap>
typename MergeDuplicateCellsLabelMapFilter<TLabelMap>::LabelType
MergeDuplicateCellsLabelMapFilter<TLabelMap>::GetRemainingLabel(LabelType label) const
{
  const auto found = m_RemainingLabels.find(label);
  return found == m_RemainingLabels.end() ? LabelType{ 0 } : found->second;
}

template <typename TLabelMap>
void
MergeDuplicateCellsLabelMapFilter<TLabelMap>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  const auto isShare = [](double value) { return value >= 0.0 && value <= 1.0; };
  const ParametersType & p = m_Parameters;
  if (!isShare(p.iouThreshold) || !isShare(p.containmentThreshold) || !isShare(p.maximumPartSize))
  {
    itkExceptionMacro("IoUThreshold, ContainmentThreshold and MaximumPartSize must be within 0 and 1, got "
                      << p.iouThreshold << ", " << p.containmentThreshold << " and " << p.maximumPartSize);
  }
  if (!(p.flowAgreementThreshold >= -1.0 && p.flowAgreementThreshold <= 1.0))
  {
    itkExceptionMacro("FlowAgreementThreshold must be within -1 and 1, got " << p.flowAgreementThreshold);
  }
}

template <typename TLabelMap>
void
MergeDuplicateCellsLabelMapFilter<TLabelMap>::VerifyInputInformation() ITKv5_CONST
{
  Superclass::VerifyInputInformation();
  if (this->GetFlowField() == nullptr)
  {
    return;
  }
  const auto cells = this->GetInput()->GetLargestPossibleRegion();
  const auto flows = this->GetFlowField()->GetLargestPossibleRegion();
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    if (cells.GetIndex(axis) != flows.GetIndex(axis) || cells.GetSize(axis) != flows.GetSize(axis))
    {
      itkExceptionMacro("the flow field covers " << flows.GetSize() << " from " << flows.GetIndex()
                                                 << ", but the label map " << cells.GetSize() << " from "
                                                 << cells.GetIndex());
    }
  }
}

template <typename TLabelMap>
void
MergeDuplicateCellsLabelMapFilter<TLabelMap>::GenerateInputRequestedRegion()
{
  Superclass::GenerateInputRequestedRegion();
  if (auto * flowField = const_cast<FlowFieldType *>(this->GetFlowField()))
  {
    auto region = flowField->GetLargestPossibleRegion();
    if (IsReadInWindows(flowField, m_MemoryBudget))
    {
      region.SetSize(1, 1);
    }
    flowField->SetRequestedRegion(region);
  }
}

template <typename TLabelMap>
PenCore::FlowFieldView
MergeDuplicateCellsLabelMapFilter<TLabelMap>::ViewFlowField() const
{
  const FlowFieldType * flowField = this->GetFlowField();
  if (flowField == nullptr)
  {
    return {};
  }
  const auto size = flowField->GetLargestPossibleRegion().GetSize();
  const auto width = static_cast<std::int32_t>(size[0]);
  const auto height = static_cast<std::int32_t>(size[1]);
  const auto channels = static_cast<std::int32_t>(size[2]);
  if (IsReadInWindows(flowField, m_MemoryBudget))
  {
    return { nullptr, width, height, channels, FlowSourceOfImage(flowField) };
  }
  if (flowField->GetBufferedRegion() != flowField->GetLargestPossibleRegion())
  {
    itkExceptionMacro("the flow field is not whole: it holds " << flowField->GetBufferedRegion().GetSize() << " of "
                                                               << flowField->GetLargestPossibleRegion().GetSize());
  }
  return { flowField->GetBufferPointer()->GetDataPointer(), width, height, channels };
}

template <typename TLabelMap>
void
MergeDuplicateCellsLabelMapFilter<TLabelMap>::GenerateData()
{
  const auto progress = ProgressOfFilter(this);
  progress(0.0F);
  m_RemainingLabels.clear();
  m_NumberOfMergedCells = 0;
  const auto labels = this->GetInput()->GetLabels();
  ParametersType parameters = m_Parameters;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  parameters.progress = progress;
  std::vector<std::uint32_t> representatives;
  try
  {
    representatives =
      PenCore::FindDuplicateCells(CellsFromLabelMap(this->GetInput()), parameters, this->ViewFlowField());
  }
  catch (const std::invalid_argument & error)
  {
    itkExceptionMacro(<< error.what());
  }

  this->AllocateOutputs();
  for (std::size_t i = 0; i < labels.size(); ++i)
  {
    m_RemainingLabels[labels[i]] = labels[representatives[i]];
    if (representatives[i] != i)
    {
      this->GetOutput()->RemoveLabel(labels[i]);
      ++m_NumberOfMergedCells;
    }
  }
  progress(1.0F);
}

template <typename TLabelMap>
void
MergeDuplicateCellsLabelMapFilter<TLabelMap>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  PrintParameters(os, indent, m_Parameters);
  PrintParameter(os, indent, "MemoryBudget", m_MemoryBudget);
  PrintParameter(os, indent, "NumberOfMergedCells", m_NumberOfMergedCells);
}
} // namespace itk

#endif
