// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkFlowFieldPredictionImageFilter_hxx
#define itkFlowFieldPredictionImageFilter_hxx

#include "itkFlowFieldPredictionImageFilter.h"

#include "ProjectionEnhancement/Prediction/FlowFieldGeometry.h"

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
  CopyFlowFieldGeometry(input, this->GetModifiableNetwork()->GetOptions().outputChannels, output);
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
