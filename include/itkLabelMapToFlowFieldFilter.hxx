// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkLabelMapToFlowFieldFilter_hxx
#define itkLabelMapToFlowFieldFilter_hxx

#include "itkLabelMapToFlowFieldFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"

#include <algorithm>

namespace itk
{
template <typename TInputLabelMap, typename TOutputImage>
void
LabelMapToFlowFieldFilter<TInputLabelMap, TOutputImage>::VerifyInputInformation() ITKv5_CONST
{
  Superclass::VerifyInputInformation();
  const auto region = this->GetInput()->GetLargestPossibleRegion();
  if (region.GetNumberOfPixels() == 0)
  {
    itkExceptionMacro("The label map has no pixels: its size is " << region.GetSize());
  }
}

template <typename TInputLabelMap, typename TOutputImage>
SizeValueType
LabelMapToFlowFieldFilter<TInputLabelMap, TOutputImage>::CountChannels()
{
  if (m_NumberOfChannels > 0)
  {
    return m_NumberOfChannels;
  }
  auto * input = const_cast<InputLabelMapType *>(this->GetInput());
  input->UpdateOutputInformation();
  input->SetRequestedRegionToLargestPossibleRegion();
  input->Update();
  SizeValueType channels = 1;
  for (const PenCore::Cell & cell : CellsFromLabelMap(input))
  {
    channels = std::max(channels, static_cast<SizeValueType>(cell.channel) + 1);
  }
  return channels;
}

template <typename TInputLabelMap, typename TOutputImage>
void
LabelMapToFlowFieldFilter<TInputLabelMap, TOutputImage>::GenerateOutputInformation()
{
  CopyPagesGeometry(this->GetInput(), this->CountChannels(), this->GetOutput());
}

template <typename TInputLabelMap, typename TOutputImage>
void
LabelMapToFlowFieldFilter<TInputLabelMap, TOutputImage>::GenerateInputRequestedRegion()
{
  auto * input = const_cast<InputLabelMapType *>(this->GetInput());
  input->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputLabelMap, typename TOutputImage>
void
LabelMapToFlowFieldFilter<TInputLabelMap, TOutputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputLabelMap, typename TOutputImage>
void
LabelMapToFlowFieldFilter<TInputLabelMap, TOutputImage>::GenerateData()
{
  static_assert(sizeof(typename OutputImageType::PixelType) == 4 * sizeof(float), "a flow field is a block of floats");
  const auto progress = ProgressOfFilter(this);
  progress(0.0F);
  const std::vector<PenCore::Cell> cells = CellsFromLabelMap(this->GetInput());
  this->AllocateOutputs();
  OutputImageType * output = this->GetOutput();
  const auto size = output->GetLargestPossibleRegion().GetSize();
  ParametersType parameters = m_Parameters;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  parameters.progress = progress;
  try
  {
    PenCore::CellsToFlowField(cells, static_cast<int>(size[0]), static_cast<int>(size[1]), static_cast<int>(size[2]),
                              parameters, output->GetBufferPointer()->GetDataPointer());
  }
  catch (...)
  {
    output->ReleaseData(); // half a flow field is none
    throw;
  }
}

template <typename TInputLabelMap, typename TOutputImage>
void
LabelMapToFlowFieldFilter<TInputLabelMap, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  PrintParameters(os, indent, m_Parameters);
  PrintParameter(os, indent, "NumberOfChannels", m_NumberOfChannels);
}
} // namespace itk

#endif
