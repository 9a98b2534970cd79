// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkInstanceSegmentationMetricsFilter.h"
#include "support/GoodCitizen.h"

using namespace pen_test;

TEST(GoodCitizen, InstanceSegmentationMetricsFilter)
{
  using F = itk::InstanceSegmentationMetricsFilter<>;
  Citizen citizen;
  citizen.makers = { []
                     {
                       const auto prediction = ObliqueCells();
                       prediction->RemoveLabel(3);
                       const auto filter = F::New();
                       filter->SetTruth(ObliqueCells());
                       filter->SetPrediction(prediction);
                       return itk::ProcessObject::Pointer(filter.GetPointer());
                     } };
  citizen.listed = NamesOf<F::ParametersType>();
  citizen.changes = { PEN_CHANGE(F, IoUThreshold, 0.6),        PEN_CHANGE(F, Thresholds, { 0.5, 0.75 }),
                      PEN_CHANGE(F, IgnoredShare, 0.4),        PEN_CHANGE(F, BoundaryTolerance, 3.0),
                      PEN_CHANGE(F, TouchingDistance, 3),      PEN_CHANGE(F, StackedShare, 0.4),
                      PEN_CHANGE(F, UseTruthDepths, true),     PEN_CHANGE(F, DepthGapLimits, { 5.0, 10.0 }),
                      PEN_CHANGE(F, CheckPhysicalSpace, false) };
  citizen.results = [](itk::ProcessObject * filter)
  {
    const F & metrics = dynamic_cast<F &>(*filter);
    return std::vector<double>{ metrics.GetJaccard(), metrics.GetQuality(), metrics.GetAggregatedJaccard(),
                                metrics.GetBoundaryFScore(), metrics.GetPanopticQuality() };
  };
  citizen.doesNotApply = { { Property::Streaming, "a label map is made whole" },
                           { Property::EmptyInput, "images without cells agree" },
                           { Property::PixelTypes, "the inputs are label maps" } };
  ExpectGoodCitizen(citizen);
}
