// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkLinearDepthProjectionImageFilter_hxx
#define itkLinearDepthProjectionImageFilter_hxx

#include "itkLinearDepthProjectionImageFilter.h"

#include "ProjectionEnhancement/Base/FilterProgress.h"
#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "itkImageRegionConstIterator.h"
#include "itkImageRegionIterator.h"

#include <vector>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
void
LinearDepthProjectionImageFilter<TInputImage, TOutputImage>::VerifyInputInformation() ITKv5_CONST
{
  Superclass::VerifyInputInformation();
  VerifyStackIsNotEmpty(this, this->GetInput());
}

template <typename TInputImage, typename TOutputImage>
void
LinearDepthProjectionImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  if (this->GetInput() && this->GetOutput())
  {
    CopyPlaneGeometry(this->GetInput(), this->GetOutput());
  }
}

template <typename TInputImage, typename TOutputImage>
void
LinearDepthProjectionImageFilter<TInputImage, TOutputImage>::GenerateInputRequestedRegion()
{
  auto * input = const_cast<TInputImage *>(this->GetInput());
  if (!input)
  {
    return;
  }
  const OutputRegionType plane = this->GetOutput()->GetRequestedRegion();
  auto region = input->GetLargestPossibleRegion();
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    region.SetIndex(axis, plane.GetIndex(axis));
    region.SetSize(axis, plane.GetSize(axis));
  }
  input->SetRequestedRegion(region);
}

template <typename TInputImage, typename TOutputImage>
void
LinearDepthProjectionImageFilter<TInputImage, TOutputImage>::GenerateData()
{
  this->AllocateOutputs();
  this->UpdateProgress(0.0F);
  const auto region = this->GetOutput()->GetRequestedRegion();
  const auto projectRows = [&](std::size_t begin, std::size_t end)
  {
    for (std::size_t y = begin; y < end; ++y)
    {
      this->ProjectRow(region, region.GetIndex(1) + static_cast<IndexValueType>(y));
    }
  };
  PenCore::ParallelFor(region.GetSize(1), 1, projectRows, this->GetNumberOfWorkUnits(), ProgressOfFilter(this));
}

template <typename TInputImage, typename TOutputImage>
void
LinearDepthProjectionImageFilter<TInputImage, TOutputImage>::ProjectRow(const OutputRegionType & region,
                                                                        IndexValueType y)
{
  constexpr unsigned int Planes = OutputPixelType::Dimension;
  const TInputImage * input = this->GetInput();
  const std::size_t width = region.GetSize(0);
  auto columns = input->GetLargestPossibleRegion();
  const auto slices = static_cast<unsigned int>(columns.GetSize(2));
  columns.SetIndex(0, region.GetIndex(0));
  columns.SetSize(0, width);
  columns.SetIndex(1, y);
  columns.SetSize(1, 1);

  std::vector<float> stack;
  stack.reserve(slices * width);
  for (ImageRegionConstIterator<TInputImage> it(input, columns); !it.IsAtEnd(); ++it)
  {
    stack.push_back(static_cast<float>(it.Get()));
  }
  unsigned int fittedSlices = slices;
  if (m_NumberOfSlices > 0 && m_NumberOfSlices != slices)
  {
    stack = PenCore::FitSlices(stack.data(), slices, width, m_NumberOfSlices);
    fittedSlices = m_NumberOfSlices;
  }
  std::vector<float> planes(Planes * width);
  PenCore::LinearDepthProjection(stack.data(), fittedSlices, width, Planes, planes.data());

  const OutputRegionType row({ { region.GetIndex(0), y } }, { { width, 1 } });
  std::size_t x = 0;
  for (ImageRegionIterator<TOutputImage> it(this->GetOutput(), row); !it.IsAtEnd(); ++it, ++x)
  {
    OutputPixelType pixel;
    for (unsigned int p = 0; p < Planes; ++p)
    {
      pixel[p] = static_cast<OutputComponentType>(planes[p * width + x]);
    }
    it.Set(pixel);
  }
}

template <typename TInputImage, typename TOutputImage>
void
LinearDepthProjectionImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "NumberOfSlices: " << m_NumberOfSlices << std::endl;
}
} // namespace itk

#endif
