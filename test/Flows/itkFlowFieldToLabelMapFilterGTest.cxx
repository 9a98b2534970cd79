// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkFlowFieldToLabelMapFilter.h"
#include "itkLabelMapToFlowFieldFilter.h"

#include "Cells/TestMasks.h"

#include "itkCommand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

namespace
{
using MapType = itk::CellLabelMap;
using CellType = MapType::LabelObjectType;
using FieldType = itk::Image<itk::Vector<float, 4>, 3>;
using ToCells = itk::FlowFieldToLabelMapFilter<>;
using ToFlows = itk::LabelMapToFlowFieldFilter<>;

const MapType::IndexType Start{ { -7, 12 } };

/** Two discs in channels 0 and 1 that overlap in projection, and one more in channel 1. */
MapType::Pointer
MakeMap()
{
  auto map = MapType::New();
  map->SetRegions(MapType::RegionType(Start, { { 70, 50 } }));
  const double spacing[2] = { 0.5, 0.25 };
  const double origin[2] = { 100.0, -30.0 };
  map->SetSpacing(spacing);
  map->SetOrigin(origin);
  MapType::DirectionType direction;
  direction(0, 0) = 0.6;
  direction(0, 1) = -0.8;
  direction(1, 0) = 0.8;
  direction(1, 1) = 0.6;
  map->SetDirection(direction);
  const auto add = [&](itk::SizeValueType label, unsigned int channel, double x, double y)
  {
    auto cell = CellType::New();
    cell->SetLabel(label);
    cell->SetChannel(channel);
    itk::AddPixelRunsToLabelObject(PenTest::RunsOf(PenTest::Ellipse(70, 50, x, y, 11, 9)), Start, cell.GetPointer());
    map->AddLabelObject(cell);
  };
  add(4, 0, 20, 25);
  add(7, 1, 28, 25);
  add(9, 1, 56, 25);
  return map;
}

FieldType::Pointer
MakeField()
{
  auto filter = ToFlows::New();
  filter->SetInput(MakeMap());
  filter->Update();
  return filter->GetOutput();
}

/** Asks a filter to stop at the first sign of progress. */
void
AbortAtFirstProgress(itk::ProcessObject * filter)
{
  auto command = itk::CStyleCommand::New();
  command->SetClientData(filter);
  command->SetCallback([](itk::Object *, const itk::EventObject &, void * data)
                       { static_cast<itk::ProcessObject *>(data)->SetAbortGenerateData(true); });
  filter->AddObserver(itk::ProgressEvent(), command);
}
} // namespace

TEST(LabelMapToFlowFieldFilter, GeometryIsTheLabelMaps)
{
  auto filter = ToFlows::New();
  filter->SetInput(MakeMap());
  filter->UpdateOutputInformation();
  const FieldType * field = filter->GetOutput();
  const FieldType::RegionType expected({ { -7, 12, 0 } }, { { 70, 50, 2 } });
  EXPECT_EQ(field->GetLargestPossibleRegion(), expected);
  EXPECT_EQ(field->GetSpacing()[0], 0.5);
  EXPECT_EQ(field->GetSpacing()[1], 0.25);
  EXPECT_EQ(field->GetSpacing()[2], 1.0);
  EXPECT_EQ(field->GetOrigin()[0], 100.0);
  EXPECT_EQ(field->GetOrigin()[1], -30.0);
  EXPECT_EQ(field->GetOrigin()[2], 0.0);
  // A point of the label map's grid is the same point of the first page.
  MapType::PointType inMap;
  FieldType::PointType inField;
  MakeMap()->TransformIndexToPhysicalPoint({ { 3, 40 } }, inMap);
  field->TransformIndexToPhysicalPoint({ { 3, 40, 0 } }, inField);
  EXPECT_NEAR(inMap[0], inField[0], 1e-12);
  EXPECT_NEAR(inMap[1], inField[1], 1e-12);
}

TEST(LabelMapToFlowFieldFilter, CellsLieOnTheirChannelsPage)
{
  const auto field = MakeField();
  const auto at = [&](int x, int y, int page) { return field->GetPixel({ { Start[0] + x, Start[1] + y, page } }); };
  EXPECT_EQ(at(20, 25, 0)[2], itk::PenCore::TargetLogit);
  EXPECT_EQ(at(56, 25, 0)[2], -itk::PenCore::TargetLogit);
  EXPECT_EQ(at(56, 25, 1)[2], itk::PenCore::TargetLogit);
  EXPECT_GT(at(11, 25, 0)[0], 0.99F);  // left of its centre: to the right
  EXPECT_LT(at(56, 32, 1)[1], -0.99F); // below its centre: up
  EXPECT_EQ(at(0, 0, 1), (FieldType::PixelType{ std::array<float, 4>{ { 0, 0, -10, -10 } }.data() }));
}

TEST(LabelMapToFlowFieldFilter, AChangedParameterReRunsAnUnchangedOneDoesNot)
{
  auto filter = ToFlows::New();
  filter->SetInput(MakeMap());
  filter->Update();
  const auto first = filter->GetOutput()->GetUpdateMTime();
  filter->SetNumberOfChannels(0);
  filter->SolveToFixedPointOff();
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetUpdateMTime(), first);
  filter->SetNumberOfChannels(4);
  filter->SetMethod(ToFlows::MethodType::Pen);
  filter->Update();
  EXPECT_GT(filter->GetOutput()->GetUpdateMTime(), first);
  EXPECT_EQ(filter->GetOutput()->GetLargestPossibleRegion().GetSize(2), 4u);
}

TEST(LabelMapToFlowFieldFilter, ParametersReachTheFlow)
{
  const auto flowAt = [](bool fixedPoint, bool components, ToFlows::MethodType method)
  {
    // Two parts of one cell; and an ellipse that is far from its fixed point after Cellpose's steps.
    auto map = MapType::New();
    map->SetRegions(MapType::RegionType({ { 0, 0 } }, { { 100, 60 } }));
    auto cell = CellType::New();
    cell->SetLabel(1);
    itk::AddPixelRunsToLabelObject(PenTest::RunsOf(PenTest::Ellipse(100, 60, 40, 30, 36, 9, 0.5)), { { 0, 0 } },
                                   cell.GetPointer());
    itk::AddPixelRunsToLabelObject({ { 92, 50, 5 } }, { { 0, 0 } }, cell.GetPointer());
    map->AddLabelObject(cell);
    auto filter = ToFlows::New();
    filter->SetInput(map);
    filter->SetSolveToFixedPoint(fixedPoint);
    filter->SetEachComponentItsOwnCentre(components);
    filter->SetMethod(method);
    filter->Update();
    const auto near = filter->GetOutput()->GetPixel({ { 20, 22, 0 } });
    const auto apart = filter->GetOutput()->GetPixel({ { 92, 50, 0 } });
    return std::array<float, 3>{ { near[0], near[1], apart[0] } };
  };
  const auto plain = flowAt(false, false, ToFlows::MethodType::CellPose);
  const auto fixedPoint = flowAt(true, false, ToFlows::MethodType::CellPose);
  const auto components = flowAt(false, true, ToFlows::MethodType::CellPose);
  const auto pen = flowAt(false, false, ToFlows::MethodType::Pen);
  EXPECT_GT(std::abs(plain[0] - fixedPoint[0]) + std::abs(plain[1] - fixedPoint[1]), 0.01F);
  EXPECT_GT(std::abs(plain[0] - pen[0]) + std::abs(plain[1] - pen[1]), 0.01F);
  EXPECT_EQ(plain[2], 0.0F);
  EXPECT_EQ(components[2], 1.0F);
}

TEST(LabelMapToFlowFieldFilter, RefusesWhatDoesNotFit)
{
  auto filter = ToFlows::New();
  EXPECT_THROW(filter->Update(), itk::ExceptionObject); // no input
  filter->SetInput(MakeMap());
  filter->SetNumberOfChannels(1);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject); // a cell of channel 1
  filter->SetNumberOfChannels(2);
  EXPECT_NO_THROW(filter->Update());
  const auto map = MakeMap();
  map->GetLabelObject(4)->AddLine({ { Start[0] + 68, Start[1] } }, 3);
  filter->SetInput(map);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject); // a pixel outside
  filter->SetInput(MapType::New());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject); // no region
}

TEST(LabelMapToFlowFieldFilter, AnEmptyLabelMapGivesOneBlankPage)
{
  auto map = MapType::New();
  map->SetRegions(MapType::RegionType({ { 0, 0 } }, { { 5, 4 } }));
  auto filter = ToFlows::New();
  filter->SetInput(map);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetLargestPossibleRegion().GetSize(2), 1u);
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 2, 2, 0 } })[2], -itk::PenCore::TargetLogit);
}

TEST(LabelMapToFlowFieldFilter, AnAbortedRunLeavesNoHalfAndRunsAgain)
{
  auto filter = ToFlows::New();
  filter->SetInput(MakeMap());
  AbortAtFirstProgress(filter);
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
  EXPECT_EQ(filter->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 0u);
  filter->RemoveAllObservers();
  filter->SetAbortGenerateData(false);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 70u * 50u * 2u);
}

TEST(FlowFieldToLabelMapFilter, CellsComeBackWithChannelsScoresAndGeometry)
{
  auto filter = ToCells::New();
  filter->SetInput(MakeField());
  filter->Update();
  const auto truth = MakeMap();
  const MapType * cells = filter->GetOutput();
  EXPECT_EQ(cells->GetLargestPossibleRegion(), truth->GetLargestPossibleRegion());
  EXPECT_EQ(cells->GetSpacing(), truth->GetSpacing());
  EXPECT_EQ(cells->GetOrigin(), truth->GetOrigin());
  EXPECT_EQ(cells->GetDirection(), truth->GetDirection());
  ASSERT_EQ(cells->GetNumberOfLabelObjects(), 3u);
  const itk::SizeValueType labels[] = { 4, 7, 9 }; // by channel, then by first pixel
  for (itk::SizeValueType i = 0; i < 3; ++i)
  {
    const CellType * cell = cells->GetLabelObject(i + 1);
    const CellType * expected = truth->GetLabelObject(labels[i]);
    EXPECT_EQ(itk::PixelRunsFromLabelObject(cell, Start), itk::PixelRunsFromLabelObject(expected, Start));
    EXPECT_EQ(cell->GetChannel(), expected->GetChannel());
    EXPECT_EQ(cell->GetScore(), 10.0);
    EXPECT_LT(cell->GetFlowError(), 1e-6);
  }
}

TEST(FlowFieldToLabelMapFilter, ATwoDimensionalFieldIsOneChannel)
{
  using PlaneType = itk::Image<itk::Vector<float, 4>, 2>;
  const auto field = MakeField();
  auto plane = PlaneType::New();
  plane->SetRegions(PlaneType::RegionType(Start, { { 70, 50 } }));
  plane->Allocate();
  std::copy_n(field->GetBufferPointer(), 70 * 50, plane->GetBufferPointer());
  auto filter = itk::FlowFieldToLabelMapFilter<PlaneType>::New();
  filter->SetInput(plane);
  filter->Update();
  ASSERT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 1u);
  EXPECT_EQ(filter->GetOutput()->GetLabelObject(1)->GetChannel(), 0u);
  EXPECT_TRUE(filter->GetOutput()->GetLabelObject(1)->HasIndex({ { Start[0] + 20, Start[1] + 25 } }));
}

TEST(FlowFieldToLabelMapFilter, AnObliqueStacksPlaneThatIsSeenEdgeOnGetsTheIdentity)
{
  const auto field = MakeField();
  FieldType::DirectionType direction;
  direction.Fill(0.0);
  direction(0, 0) = 1.0;
  direction(2, 1) = -1.0;
  direction(1, 2) = 1.0;
  field->SetDirection(direction);
  auto filter = ToCells::New();
  filter->SetInput(field);
  filter->UpdateOutputInformation();
  MapType::DirectionType identity;
  identity.SetIdentity();
  EXPECT_EQ(filter->GetOutput()->GetDirection(), identity);
}

TEST(FlowFieldToLabelMapFilter, AChangedParameterReRunsAnUnchangedOneDoesNot)
{
  auto filter = ToCells::New();
  filter->SetInput(MakeField());
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 3u);
  const auto first = filter->GetOutput()->GetUpdateMTime();
  filter->SetMinimumSize(filter->GetMinimumSize());
  filter->UsePublishedParameters(ToCells::MethodType::CellPose);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetUpdateMTime(), first);
  filter->SetMinimumSize(1000);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 0u);
  filter->UsePublishedParameters(ToCells::MethodType::Pen);
  EXPECT_EQ(filter->GetFlowThreshold(), 0.0);
  EXPECT_FALSE(filter->GetFillHoles());
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 3u);
}

TEST(FlowFieldToLabelMapFilter, ResultDoesNotDependOnWorkUnits)
{
  for (const unsigned int workUnits : { 1u, 2u, 3u, 8u })
  {
    auto filter = ToCells::New();
    filter->SetInput(MakeField());
    filter->SetNumberOfWorkUnits(workUnits);
    filter->Update();
    ASSERT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 3u);
    EXPECT_EQ(itk::PixelRunsFromLabelObject(filter->GetOutput()->GetLabelObject(2), Start),
              itk::PixelRunsFromLabelObject(MakeMap()->GetLabelObject(7), Start));
  }
}

TEST(FlowFieldToLabelMapFilter, RefusesAFieldWithoutPixels)
{
  auto filter = ToCells::New();
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetInput(FieldType::New());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(FlowFieldToLabelMapFilter, AnAbortEndsTheRunAndTheFilterRunsAgain)
{
  for (const auto method : { ToCells::MethodType::CellPose, ToCells::MethodType::Pen })
  {
    auto filter = ToCells::New();
    filter->SetInput(MakeField());
    filter->SetMethod(method);
    AbortAtFirstProgress(filter);
    EXPECT_THROW(filter->Update(), itk::ProcessAborted);
    EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 0u);
    filter->RemoveAllObservers();
    filter->SetAbortGenerateData(false);
    filter->Update();
    EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 3u);
  }
}

TEST(FlowFieldToLabelMapFilter, ProgressRisesToOne)
{
  auto filter = ToCells::New();
  filter->SetInput(MakeField());
  std::vector<float> seen;
  auto command = itk::CStyleCommand::New();
  command->SetClientData(&seen);
  command->SetConstCallback(
    [](const itk::Object * caller, const itk::EventObject &, void * data)
    {
      static_cast<std::vector<float> *>(data)->push_back(
        static_cast<const itk::ProcessObject *>(caller)->GetProgress());
    });
  command->SetCallback(
    [](itk::Object * caller, const itk::EventObject &, void * data)
    { static_cast<std::vector<float> *>(data)->push_back(static_cast<itk::ProcessObject *>(caller)->GetProgress()); });
  filter->AddObserver(itk::ProgressEvent(), command);
  filter->Update();
  ASSERT_GT(seen.size(), 2u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.back(), 1.0F);
}

TEST(FlowFieldToLabelMapFilter, PrintsItsParameters)
{
  auto filter = ToCells::New();
  filter->SetFlowThreshold(0.75);
  std::ostringstream text;
  filter->Print(text);
  EXPECT_NE(text.str().find("FlowThreshold: 0.75"), std::string::npos);
  EXPECT_NE(text.str().find("Method: CellPose"), std::string::npos);
  std::ostringstream flows;
  ToFlows::New()->Print(flows);
  EXPECT_NE(flows.str().find("SolveToFixedPoint: Off"), std::string::npos);
}
