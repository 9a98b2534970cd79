// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkStackNetworkImageFilter_hxx
#define itkStackNetworkImageFilter_hxx

#include "itkStackNetworkImageFilter.h"

#include "itkFilterProgress.h"
#include "itkImageRegionConstIterator.h"
#include "itkPlaneGeometry.h"

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
void
StackNetworkImageFilter<TInputImage, TOutputImage>::GenerateInputRequestedRegion()
{
  auto * input = const_cast<InputImageType *>(this->GetInput());
  if (input)
  {
    input->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage, typename TOutputImage>
void
StackNetworkImageFilter<TInputImage, TOutputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage, typename TOutputImage>
std::vector<float>
StackNetworkImageFilter<TInputImage, TOutputImage>::CopyStack() const
{
  const InputImageType * input = this->GetInput();
  const auto region = input->GetLargestPossibleRegion();
  std::vector<float> stack;
  stack.reserve(region.GetNumberOfPixels());
  for (ImageRegionConstIterator<InputImageType> it(input, region); !it.IsAtEnd(); ++it)
  {
    stack.push_back(static_cast<float>(it.Get()));
  }
  return stack;
}

template <typename TInputImage, typename TOutputImage>
PenCore::GridSize
StackNetworkImageFilter<TInputImage, TOutputImage>::GetStackSize() const
{
  const auto size = this->GetInput()->GetLargestPossibleRegion().GetSize();
  PenCore::GridSize grid;
  grid.depth = size[2];
  grid.height = size[1];
  grid.width = size[0];
  return grid;
}

template <typename TInputImage, typename TOutputImage>
PenCore::StackPredictionParameters
StackNetworkImageFilter<TInputImage, TOutputImage>::GetPredictionParameters()
{
  const auto spacing = this->GetInput()->GetSpacing();
  PenCore::StackPredictionParameters parameters;
  parameters.pixelWidth = m_UseImageSpacing ? spacing[0] : 0.0;
  parameters.pixelHeight = m_UseImageSpacing ? spacing[1] : 0.0;
  parameters.sliceSpacing = m_UseImageSpacing ? spacing[2] : 0.0;
  parameters.networkPixelSize = m_NetworkPixelSize;
  parameters.cellDiameter = m_CellDiameter;
  parameters.tileSize = m_TileSize;
  parameters.tileOverlap = m_TileOverlap;
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
  os << indent << "UseImageSpacing: " << (m_UseImageSpacing ? "On" : "Off") << std::endl;
  os << indent << "NetworkPixelSize: " << m_NetworkPixelSize << std::endl;
  os << indent << "CellDiameter: " << m_CellDiameter << std::endl;
  os << indent << "TileSize: " << m_TileSize << std::endl;
  os << indent << "TileOverlap: " << m_TileOverlap << std::endl;
}
} // namespace itk

#endif
