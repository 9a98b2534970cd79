// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkStackNetworkImageFilter_hxx
#define itkStackNetworkImageFilter_hxx

#include "itkStackNetworkImageFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Base/UpdateRegion.h"
#include "ProjectionEnhancement/Stacks/StackRowsOfImage.h"
#include "itkSpacingInMicrometers.h"

#include <algorithm>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
ModifiedTimeType
StackNetworkImageFilter<TInputImage, TOutputImage>::GetMTime() const
{
  const ModifiedTimeType own = Superclass::GetMTime();
  return m_Network ? std::max(own, m_Network->GetMTime()) : own;
}

template <typename TInputImage, typename TOutputImage>
void
StackNetworkImageFilter<TInputImage, TOutputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  if (!m_Network || !m_Network->IsDefined())
  {
    itkExceptionMacro("no network with weights is set: call SetNetwork() with one that was loaded or created");
  }
}

template <typename TInputImage, typename TOutputImage>
void
StackNetworkImageFilter<TInputImage, TOutputImage>::VerifyInputInformation() ITKv5_CONST
{
  Superclass::VerifyInputInformation();
  VerifyStackIsNotEmpty(this, this->GetInput());
}

template <typename TInputImage, typename TOutputImage>
bool
StackNetworkImageFilter<TInputImage, TOutputImage>::HoldsInput() const
{
  const SizeValueType pixels = this->GetInput()->GetLargestPossibleRegion().GetNumberOfPixels();
  return pixels * sizeof(typename InputImageType::PixelType) <= m_Parameters.memory / 2;
}

template <typename TInputImage, typename TOutputImage>
void
StackNetworkImageFilter<TInputImage, TOutputImage>::GenerateInputRequestedRegion()
{
  auto * input = const_cast<InputImageType *>(this->GetInput());
  if (input)
  {
    input->SetRequestedRegion(this->HoldsInput() ? input->GetLargestPossibleRegion() : FirstRowOf(input));
  }
}

template <typename TInputImage, typename TOutputImage>
void
StackNetworkImageFilter<TInputImage, TOutputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  Superclass::EnlargeOutputRequestedRegion(output);
  auto * image = static_cast<OutputImageType *>(output);
  auto region = image->GetLargestPossibleRegion();
  region.SetIndex(1, image->GetRequestedRegion().GetIndex(1));
  region.SetSize(1, image->GetRequestedRegion().GetSize(1));
  image->SetRequestedRegion(region);
}

template <typename TInputImage, typename TOutputImage>
PenCore::RowRange
StackNetworkImageFilter<TInputImage, TOutputImage>::GetRequestedRows() const
{
  const auto whole = this->GetOutput()->GetLargestPossibleRegion();
  const auto wanted = this->GetOutput()->GetRequestedRegion();
  const auto begin = static_cast<std::size_t>(wanted.GetIndex(1) - whole.GetIndex(1));
  return { begin, begin + wanted.GetSize(1) };
}

template <typename TInputImage, typename TOutputImage>
ModifiedTimeType
StackNetworkImageFilter<TInputImage, TOutputImage>::GetPredictionMTime() const
{
  return std::max(this->GetMTime(), MTimeOfSources(this->GetInput()));
}

template <typename TInputImage, typename TOutputImage>
void
StackNetworkImageFilter<TInputImage, TOutputImage>::GenerateData()
{
  // However this ends, nobody reads the input any more then.
  struct Guard
  {
    std::unique_ptr<PenCore::RowsAhead> & ahead;
    ~Guard()
    {
      if (ahead)
      {
        ahead->Wait();
      }
    }
  } const guard{ m_RowsAhead };
  std::unique_ptr<PenCore::StackPrediction> prediction = [this]
  {
    auto kept = std::move(m_Prediction);
    if (!kept || m_PredictionMTime != this->GetPredictionMTime())
    {
      PenCore::StackRows rows = StackRowsOfImage(this->GetInput(), this->GetNumberOfWorkUnits());
      const PenCore::GridSize size = GridSizeOfStack(this->GetInput());
      m_RowsAhead.reset();
      if (m_ReadAhead && !this->HoldsInput() && this->GetNumberOfWorkUnits() > 1)
      {
        m_RowsAhead = std::make_unique<PenCore::RowsAhead>(rows, size);
        rows = m_RowsAhead->GetRows();
      }
      kept = std::make_unique<PenCore::StackPrediction>(*m_Network, rows, size, this->GetPredictionParameters());
    }
    return kept;
  }();
  this->AllocateOutputs();
  this->GenerateRows(*prediction);
  prediction->Wait();
  m_IntensityRemarks = prediction->GetIntensityRemarks();
  if (this->GetRequestedRows().end < this->GetInput()->GetLargestPossibleRegion().GetSize(1))
  {
    m_PredictionMTime = this->GetPredictionMTime();
    m_Prediction = std::move(prediction);
  }
}

template <typename TInputImage, typename TOutputImage>
PenCore::StackPredictionParameters
StackNetworkImageFilter<TInputImage, TOutputImage>::GetPredictionParameters()
{
  const double unit = m_UseImageSpacing ? MicrometersPerSpacingUnit(this->GetInput()) : 0.0;
  const auto spacing = this->GetInput()->GetSpacing() * unit;
  PenCore::StackPredictionParameters parameters = m_Parameters;
  parameters.pixelWidth = spacing[0];
  parameters.pixelHeight = spacing[1];
  parameters.sliceSpacing = spacing[2];
  parameters.predictAhead = m_Parameters.predictAhead && this->GetNumberOfWorkUnits() > 1;
  parameters.numberOfThreads = this->GetNumberOfWorkUnits();
  parameters.progress = ProgressOfFilter(this);
  return parameters;
}

template <typename TInputImage, typename TOutputImage>
void
StackNetworkImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  itkPrintSelfObjectMacro(Network);
  PrintParameter(os, indent, "UseImageSpacing", m_UseImageSpacing);
  PrintParameter(os, indent, "ReadAhead", m_ReadAhead);
  PrintParameters(os, indent, m_Parameters);
}
} // namespace itk

#endif
