// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkDensityAugmentationFilter.h"
#include "support/GoodCitizen.h"

using namespace pen_test;

TEST(GoodCitizen, DensityAugmentationFilter)
{
  using F = itk::DensityAugmentationFilter<itk::Image<unsigned char, 3>>;
  Citizen citizen;
  const auto of = [](auto pixel, itk::SizeValueType slices)
  {
    using StackType = itk::Image<decltype(pixel), 3>;
    const auto filter = itk::DensityAugmentationFilter<StackType>::New();
    filter->SetInput(ObliqueStack<StackType>(slices));
    filter->SetCells(ObliqueCells());
    filter->SetSlices(9);
    return filter;
  };
  citizen.makers = OfPixelTypes([of](auto pixel) { return of(pixel, CitizenSlices); });
  citizen.makeEmpty = [of] { return itk::ProcessObject::Pointer(of(0.0F, 0).GetPointer()); };
  citizen.listed = NamesOf<F::ParametersType>();
  citizen.changes = { PEN_CHANGE(F, Mode, F::ModeType::Cells),
                      PEN_CHANGE(F, Slices, 8),
                      PEN_CHANGE(F, Copies, 2),
                      PEN_CHANGE(F, Seed, 5),
                      PEN_CHANGE(F, NumberOfCells, 4),
                      PEN_CHANGE(F, OverlapShare, 0.3),
                      PEN_CHANGE(F, MeanOverlapIoU, 0.1),
                      PEN_CHANGE(F, StackedShare, 0.1),
                      PEN_CHANGE(F, MinimumStackedDistance, 8.0),
                      PEN_CHANGE(F, MaximumStackedDistance, 20.0),
                      PEN_CHANGE(F, MaximumSharedVoxels, 0.1) };
  citizen.doesNotApply = { { Property::Streaming, "copies and cells may lie anywhere in the whole stack" } };
  ExpectGoodCitizen(citizen);
}
