// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkFlowFieldPredictionImageFilter_hxx
#define itkFlowFieldPredictionImageFilter_hxx

#include "itkFlowFieldPredictionImageFilter.h"

#include "ProjectionEnhancement/Base/PlaneGeometry.h"

namespace itk
{
template <typename TInputImage, typename TOutputImage>
void
FlowFieldPredictionImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  const TInputImage * input = this->GetInput();
  TOutputImage * output = this->GetOutput();
  if (!input || !output)
  {
    return;
  }
  auto region = input->GetLargestPossibleRegion();
  region.SetIndex(2, 0);
  region.SetSize(2, this->GetModifiableNetwork()->GetOptions().outputChannels);
  auto spacing = input->GetSpacing();
  spacing[2] = 1.0;
  output->SetLargestPossibleRegion(region);
  output->SetSpacing(spacing);
  output->SetDirection(input->GetDirection());
  output->SetOrigin(FirstSliceOrigin(input));
}

template <typename TInputImage, typename TOutputImage>
void
FlowFieldPredictionImageFilter<TInputImage, TOutputImage>::GenerateRows(PenCore::StackPrediction & prediction)
{
  const PenCore::RowRange rows = this->GetRequestedRows();
  // A pixel is four floats without padding.
  prediction.PredictRows(rows.begin, rows.end, this->GetOutput()->GetBufferPointer()->GetDataPointer());
}
} // namespace itk

#endif
