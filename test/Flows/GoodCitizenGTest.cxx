// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkFlowFieldToLabelMapFilter.h"
#include "itkLabelMapToFlowFieldFilter.h"
#include "support/GoodCitizen.h"

using namespace pen_test;

TEST(GoodCitizen, LabelMapToFlowFieldFilter)
{
  using F = itk::LabelMapToFlowFieldFilter<>;
  Citizen citizen;
  citizen.makers = { []
                     {
                       const auto filter = F::New();
                       filter->SetInput(ObliqueCells());
                       return itk::ProcessObject::Pointer(filter.GetPointer());
                     } };
  citizen.makeEmpty = []
  {
    const auto filter = F::New();
    filter->SetInput(itk::CellLabelMap::New());
    return itk::ProcessObject::Pointer(filter.GetPointer());
  };
  citizen.thirdAxis = ThirdAxis::Pages;
  citizen.listed = NamesOf<F::ParametersType>();
  citizen.changes = { PEN_CHANGE(F, Method, F::MethodType::Pen), PEN_CHANGE(F, NumberOfChannels, 3),
                      PEN_CHANGE(F, EachComponentItsOwnCentre, false), PEN_CHANGE(F, SolveToFixedPoint, true) };
  citizen.doesNotApply = { { Property::Streaming, "a cell's flow follows from all of its mask" },
                           { Property::PixelTypes, "the input is a label map" } };
  ExpectGoodCitizen(citizen);
}

TEST(GoodCitizen, FlowFieldToLabelMapFilter)
{
  using F = itk::FlowFieldToLabelMapFilter<>;
  Citizen citizen;
  citizen.makers = { []
                     {
                       const auto flows = itk::LabelMapToFlowFieldFilter<>::New();
                       flows->SetInput(ObliqueCells());
                       flows->Update();
                       const itk::Image<itk::Vector<float, 4>, 3>::Pointer field = flows->GetOutput();
                       field->DisconnectPipeline();
                       const auto filter = F::New();
                       filter->SetInput(field);
                       return itk::ProcessObject::Pointer(filter.GetPointer());
                     } };
  citizen.makeEmpty = []
  {
    const auto filter = F::New();
    filter->SetInput(itk::Image<itk::Vector<float, 4>, 3>::New());
    return itk::ProcessObject::Pointer(filter.GetPointer());
  };
  citizen.listed = NamesOf<F::ParametersType>();
  citizen.changes = { PEN_CHANGE(F, Method, F::MethodType::Pen),
                      PEN_CHANGE(F, CellThreshold, 0.5F),
                      PEN_CHANGE(F, LevelShare, 0.1),
                      PEN_CHANGE(F, MaximumSizeShare, 0.5),
                      PEN_CHANGE(F, ComputeFlowErrors, false),
                      PEN_CHANGE(F, FlowThreshold, 0.5),
                      PEN_CHANGE(F, DirectionThreshold, 0.5),
                      PEN_CHANGE(F, MinimumScore, -3.0),
                      PEN_CHANGE(F, MinimumSize, 10),
                      PEN_CHANGE(F, FillHoles, false),
                      PEN_CHANGE(F, ConnectedMasks, false),
                      PEN_CHANGE(F, RemoveCellsTouchingImageBorder, true),
                      PEN_CHANGE(F, Sampling, F::SamplingType::Stretched),
                      PEN_CHANGE(F, Iterations, 50),
                      PEN_CHANGE(F, MinimumSeedPeak, 9),
                      PEN_CHANGE(F, SeedRadius, 3),
                      PEN_CHANGE(F, GrowthIterations, 4),
                      PEN_CHANGE(F, MinimumGrowthCount, 3),
                      PEN_CHANGE(F, BorderThreshold, 1.0F),
                      PEN_CHANGE(F, CentreIterations, 40),
                      PEN_CHANGE(F, CentreAcceleration, 2.0F),
                      PEN_CHANGE(F, MaskIterations, 30),
                      PEN_CHANGE(F, MaskAcceleration, 3.0F),
                      PEN_CHANGE(F, AcceleratedIterations, 10),
                      PEN_CHANGE(F, BinWidth, 4),
                      PEN_CHANGE(F, MinimumCentrePeak, 40),
                      PEN_CHANGE(F, MaximumCentreDistance, 10.0),
                      PEN_CHANGE(F, MinimumComponentSize, 20),
                      PEN_CHANGE(F, MemoryBudget, 1 << 20) };
  citizen.doesNotApply = { { Property::Streaming, "a label map is made whole" },
                           { Property::PixelTypes, "a flow field's pixel is four floats" } };
  ExpectGoodCitizen(citizen);
}
