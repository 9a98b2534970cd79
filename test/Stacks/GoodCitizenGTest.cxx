// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkLinearDepthProjectionImageFilter.h"
#include "support/GoodCitizen.h"

using namespace pen_test;

TEST(GoodCitizen, LinearDepthProjectionImageFilter)
{
  using F = itk::LinearDepthProjectionImageFilter<itk::Image<unsigned char, 3>>;
  Citizen citizen;
  const auto of = [](auto pixel, itk::SizeValueType slices)
  {
    using StackType = itk::Image<decltype(pixel), 3>;
    const auto filter = itk::LinearDepthProjectionImageFilter<StackType>::New();
    filter->SetInput(ObliqueStack<StackType>(slices));
    return filter;
  };
  citizen.makers = OfPixelTypes([of](auto pixel) { return of(pixel, CitizenSlices); });
  citizen.makeEmpty = [of] { return itk::ProcessObject::Pointer(of(0.0F, 0).GetPointer()); };
  citizen.changes = { PEN_CHANGE(F, NumberOfSlices, 9) };
  ExpectGoodCitizen(citizen);
}
