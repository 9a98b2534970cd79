// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkProjectionEnhancementImageFilter_hxx
#define itkProjectionEnhancementImageFilter_hxx

#include "itkProjectionEnhancementImageFilter.h"

#include "itkPlaneGeometry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

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
ProjectionEnhancementImageFilter<TInputImage, TOutputImage>::GenerateData()
{
  const std::vector<float> planes = PenCore::ProjectStack(*this->GetModifiableNetwork(), this->CopyStack(),
                                                          this->GetStackSize(), this->GetPredictionParameters());
  this->AllocateOutputs();

  constexpr bool isInteger = std::is_integral<OutputComponentType>::value;
  const double brightest = isInteger ? static_cast<double>(std::numeric_limits<OutputComponentType>::max()) : 1.0;
  OutputPixelType * pixels = this->GetOutput()->GetBufferPointer();
  const std::size_t count = planes.size() / OutputPixelType::Dimension;
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
