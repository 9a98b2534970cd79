// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkCellShapeLabelMapFilter.h"
#include "itkLayersImageToCellLabelMapFilter.h"
#include "support/GoodCitizen.h"

using namespace pen_test;

namespace
{
// ObliqueCells() on two pages.
template <typename TImage>
typename TImage::Pointer
ObliqueLayers()
{
  using ToLayers = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, TImage>;
  const auto toLayers = ToLayers::New();
  toLayers->SetInput(ObliqueCells());
  toLayers->Update();
  return toLayers->GetOutput();
}
} // namespace

TEST(GoodCitizen, CellLabelMapToLayersImageFilter)
{
  using F = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, itk::Image<unsigned short, 3>>;
  Citizen citizen;
  citizen.makers = { []
                     {
                       const auto filter = F::New();
                       filter->SetInput(ObliqueCells());
                       return itk::ProcessObject::Pointer(filter.GetPointer());
                     } };
  citizen.thirdAxis = ThirdAxis::Pages;
  citizen.changes = { PEN_CHANGE(F, PageAssignment, F::PageAssignment::Fewest), PEN_CHANGE(F, MinimumNumberOfPages, 4),
                      PEN_CHANGE(F, ReferenceOrigin, SomePoint()),
                      PEN_CHANGE(F, ReferenceDirection, ObliqueDirection()),
                      PEN_CHANGE(F, UseReferenceGeometry, true) };
  citizen.doesNotApply = { { Property::EmptyInput, "no cells are blank pages" },
                           { Property::PixelTypes, "the input is a label map" } };
  ExpectGoodCitizen(citizen);
}

TEST(GoodCitizen, LayersImageToCellLabelMapFilter)
{
  using StackType = itk::Image<unsigned short, 3>;
  using F = itk::LayersImageToCellLabelMapFilter<StackType>;
  Citizen citizen;
  citizen.makers = { []
                     {
                       const auto filter = F::New();
                       filter->SetInput(ObliqueLayers<StackType>());
                       return itk::ProcessObject::Pointer(filter.GetPointer());
                     } };
  citizen.makeEmpty = []
  {
    const auto filter = F::New();
    filter->SetInput(StackType::New());
    return itk::ProcessObject::Pointer(filter.GetPointer());
  };
  citizen.doesNotApply = { { Property::Streaming, "a label map is made whole" },
                           { Property::PixelTypes, "labels are integers" } };
  ExpectGoodCitizen(citizen);
}

TEST(GoodCitizen, CellShapeLabelMapFilter)
{
  Citizen citizen;
  const auto of = [](auto pixel, itk::SizeValueType slices)
  {
    using StackType = itk::Image<decltype(pixel), 3>;
    const auto filter = itk::CellShapeLabelMapFilter<itk::CellLabelMap, StackType>::New();
    filter->SetInput(ObliqueCells());
    filter->SetStackImage(ObliqueStack<StackType>(slices));
    filter->InPlaceOff();
    return filter;
  };
  citizen.makers = OfPixelTypes([of](auto pixel) { return of(pixel, CitizenSlices); });
  citizen.makeEmpty = [of] { return itk::ProcessObject::Pointer(of(0.0F, 0).GetPointer()); };
  citizen.doesNotApply = { { Property::Streaming, "a label map is made whole" } };
  ExpectGoodCitizen(citizen);
}
