// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkCellDepthLabelMapFilter.h"
#include "itkDepthChannelLabelMapFilter.h"
#include "itkJoinDepthWindowsLabelMapFilter.h"
#include "itkMergeDuplicateCellsLabelMapFilter.h"
#include "support/GoodCitizen.h"

using namespace pen_test;

namespace
{
const char * const MadeWhole = "a label map is made whole";
const char * const OfLabelMaps = "the input is a label map";
const char * const NoCells = "a label map without cells stays without";
} // namespace

TEST(GoodCitizen, CellDepthLabelMapFilter)
{
  Citizen citizen;
  const auto of = [](auto pixel, itk::SizeValueType slices)
  {
    using StackType = itk::Image<decltype(pixel), 3>;
    const auto filter = itk::CellDepthLabelMapFilter<itk::CellLabelMap, StackType>::New();
    filter->SetInput(ObliqueCells());
    filter->SetStackImage(ObliqueStack<StackType>(slices));
    filter->InPlaceOff();
    return filter;
  };
  citizen.makers = OfPixelTypes([of](auto pixel) { return of(pixel, CitizenSlices); });
  citizen.makeEmpty = [of] { return itk::ProcessObject::Pointer(of(0.0F, 0).GetPointer()); };
  citizen.doesNotApply = { { Property::Streaming, MadeWhole } };
  ExpectGoodCitizen(citizen);
}

TEST(GoodCitizen, DepthChannelLabelMapFilter)
{
  using F = itk::DepthChannelLabelMapFilter<>;
  Citizen citizen;
  citizen.makers = { []
                     {
                       const auto filter = F::New();
                       filter->SetInput(ObliqueCells());
                       filter->InPlaceOff();
                       return itk::ProcessObject::Pointer(filter.GetPointer());
                     } };
  citizen.listed = NamesOf<F::ParametersType>();
  citizen.changes = { PEN_CHANGE(F, Method, F::MethodType::LocalOrder),
                      PEN_CHANGE(F, NumberOfChannels, 2),
                      PEN_CHANGE(F, NumberOfSlices, 9),
                      PEN_CHANGE(F, SliceSpacing, 4.0),
                      PEN_CHANGE(F, SliceOrigin, 108.0),
                      PEN_CHANGE(F, MinimumOverlap, 0.9),
                      PEN_CHANGE(F, Seed, 3) };
  citizen.doesNotApply = { { Property::Streaming, MadeWhole },
                           { Property::EmptyInput, NoCells },
                           { Property::PixelTypes, OfLabelMaps } };
  ExpectGoodCitizen(citizen);
}

TEST(GoodCitizen, JoinDepthWindowsLabelMapFilter)
{
  using F = itk::JoinDepthWindowsLabelMapFilter<>;
  Citizen citizen;
  citizen.makers = { []
                     {
                       const auto filter = F::New();
                       filter->SetInput(0, ObliqueCells());
                       filter->SetInput(1, ObliqueCells());
                       filter->SetOwnDepths(0, { 0.0, 114.0 });
                       filter->SetOwnDepths(1, { 114.0, 200.0 });
                       return itk::ProcessObject::Pointer(filter.GetPointer());
                     } };
  citizen.listed = NamesOf<F::ParametersType>();
  citizen.changes = { PEN_CHANGE(F, IoUThreshold, 0.6),   PEN_CHANGE(F, DepthTolerance, 10.0),
                      PEN_CHANGE(F, AdoptionScore, 2.0),  PEN_CHANGE(F, AdoptionShare, 0.4),
                      PEN_CHANGE(F, AdoptionReach, 30.0), PEN_CHANGE(F, OwnDepths, 0, { 0.0, 110.0 }) };
  citizen.doesNotApply = { { Property::Streaming, MadeWhole },
                           { Property::EmptyInput, NoCells },
                           { Property::PixelTypes, OfLabelMaps } };
  ExpectGoodCitizen(citizen);
}

TEST(GoodCitizen, MergeDuplicateCellsLabelMapFilter)
{
  using F = itk::MergeDuplicateCellsLabelMapFilter<>;
  Citizen citizen;
  citizen.makers = { []
                     {
                       const auto filter = F::New();
                       filter->SetInput(ObliqueCells());
                       filter->SetIoUThreshold(0.2);
                       filter->InPlaceOff();
                       return itk::ProcessObject::Pointer(filter.GetPointer());
                     } };
  citizen.listed = NamesOf<F::ParametersType>();
  citizen.changes = { PEN_CHANGE(F, IoUThreshold, 0.6),           PEN_CHANGE(F, ContainmentThreshold, 0.7),
                      PEN_CHANGE(F, MaximumPartSize, 0.6),        PEN_CHANGE(F, MaximumChannelDistance, 2),
                      PEN_CHANGE(F, FlowAgreementThreshold, 0.6), PEN_CHANGE(F, MemoryBudget, 1 << 20) };
  citizen.results = [](itk::ProcessObject * filter)
  { return std::vector<double>{ static_cast<double>(dynamic_cast<F &>(*filter).GetNumberOfMergedCells()) }; };
  citizen.doesNotApply = { { Property::Streaming, MadeWhole },
                           { Property::EmptyInput, NoCells },
                           { Property::PixelTypes, OfLabelMaps } };
  ExpectGoodCitizen(citizen);
}
