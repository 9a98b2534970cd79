// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkCellAnnotationImageFilter.h"
#include "support/GoodCitizen.h"

using namespace pen_test;

TEST(GoodCitizen, CellAnnotationImageFilter)
{
  using F = itk::CellAnnotationImageFilter<itk::Image<unsigned char, 3>>;
  Citizen citizen;
  const auto of = [](auto pixel, itk::SizeValueType slices)
  {
    using StackType = itk::Image<decltype(pixel), 3>;
    const auto filter = itk::CellAnnotationImageFilter<StackType>::New();
    filter->SetInput(ObliqueStack<StackType>(slices));
    filter->SetMinimumVolume(100.0);
    filter->SetMinimumArea(20.0);
    return filter;
  };
  citizen.makers = OfPixelTypes([of](auto pixel) { return of(pixel, CitizenSlices); });
  citizen.makeEmpty = [of] { return itk::ProcessObject::Pointer(of(0.0F, 0).GetPointer()); };
  citizen.listed = NamesOf<F::ParametersType>();
  citizen.changes = { PEN_CHANGE(F, SmoothingSigma, 0.75),   PEN_CHANGE(F, Threshold, 30.0),
                      PEN_CHANGE(F, SplitDepth, 0.0),        PEN_CHANGE(F, MinimumVolume, 90.0),
                      PEN_CHANGE(F, MinimumArea, 10.0),      PEN_CHANGE(F, MaximumArea, 1000.0),
                      PEN_CHANGE(F, MaximumBorderShare, 0.2) };
  citizen.results = [](itk::ProcessObject * filter)
  {
    const auto * labels = dynamic_cast<itk::Image<std::uint32_t, 3> *>(filter->GetIndexedOutputs()[0].GetPointer());
    const auto count = labels->GetBufferedRegion().GetNumberOfPixels();
    const auto highest = *std::max_element(labels->GetBufferPointer(), labels->GetBufferPointer() + count);
    EXPECT_GE(highest, 2u) << "the case has no cells";
    return std::vector<double>{ static_cast<double>(highest) };
  };
  citizen.doesNotApply = { { Property::Streaming, "threshold and components are of the whole stack" } };
  ExpectGoodCitizen(citizen);
}
