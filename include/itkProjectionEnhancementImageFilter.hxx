// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkProjectionEnhancementImageFilter_hxx
#define itkProjectionEnhancementImageFilter_hxx

#include "itkProjectionEnhancementImageFilter.h"

#include "ProjectionEnhancement/Base/PlaneGeometry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
void
ProjectionEnhancementImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  if (this->GetInput() && this->GetOutput())
  {
    CopyPlaneGeometry(this->GetInput(), this->GetOutput());
  }
}

template <typename TInputImage, typename TOutputImage>
void
ProjectionEnhancementImageFilter<TInputImage, TOutputImage>::GenerateRows(PenCore::StackPrediction & prediction)
{
  const PenCore::RowRange rows = this->GetRequestedRows();
  const std::size_t count = rows.Count() * this->GetOutput()->GetRequestedRegion().GetSize(0);
  std::vector<float> planes(OutputPixelType::Dimension * count);
  prediction.ProjectRows(rows.begin, rows.end, planes.data());

  constexpr bool isInteger = std::is_integral<OutputComponentType>::value;
  const double brightest = isInteger ? static_cast<double>(std::numeric_limits<OutputComponentType>::max()) : 1.0;
  OutputPixelType * pixels = this->GetOutput()->GetBufferPointer();
  for (std::size_t i = 0; i < count; ++i)
  {
    for (unsigned int p = 0; p < OutputPixelType::Dimension; ++p)
    {
      const double value = brightest * std::min(std::max(planes[p * count + i], 0.0f), 1.0f);
      pixels[i][p] = static_cast<OutputComponentType>(isInteger ? std::round(value) : value);
    }
  }
}
} // namespace itk

#endif
