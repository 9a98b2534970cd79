// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkJoinDepthWindowsLabelMapFilter.h"

#include "ProjectionEnhancement/Depth/DepthWindowsOfStack.h"
#include "itkCommand.h"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>

namespace
{
using MapType = itk::CellLabelMap;
using CellType = MapType::LabelObjectType;
using FilterType = itk::JoinDepthWindowsLabelMapFilter<>;

MapType::Pointer
MakeMap(const MapType::IndexType & start = { { 0, 0 } })
{
  auto map = MapType::New();
  map->SetRegions(MapType::RegionType(start, { { 40, 20 } }));
  return map;
}

void
AddBlock(MapType * map, itk::SizeValueType label, int x, double depth, double score)
{
  const auto start = map->GetLargestPossibleRegion().GetIndex();
  auto cell = CellType::New();
  cell->SetLabel(label);
  cell->SetChannel(1);
  cell->SetScore(score);
  cell->SetDepth(depth);
  cell->SetFlowError(0.25);
  for (int y = 2; y < 12; ++y)
  {
    cell->AddLine({ { start[0] + x, start[1] + y } }, 10);
  }
  map->AddLabelObject(cell);
}

// Windows that meet at a depth of 25. The first sees cells at 10 (label 4) and 24 (label 6), the second the one at 24
// as one at 26, less surely (label 2), one at 40 over the first (label 5), and one that is not its own and too unsure
// to be adopted (label 9), a tenth of which lies over label 6.
FilterType::Pointer
MakeFilter(const MapType::IndexType & start = { { 0, 0 } })
{
  const auto first = MakeMap(start);
  AddBlock(first, 4, 0, 10.0, 1.0);
  AddBlock(first, 6, 20, 24.0, 2.0);
  const auto second = MakeMap(start);
  AddBlock(second, 2, 20, 26.0, 1.5);
  AddBlock(second, 5, 0, 40.0, 0.5);
  AddBlock(second, 9, 29, 20.0, 0.9);
  auto filter = FilterType::New();
  filter->SetInput(0, first);
  filter->SetInput(1, second);
  filter->SetOwnDepths(0, { -100.0, 25.0 });
  filter->SetOwnDepths(1, { 25.0, 100.0 });
  return filter;
}

std::vector<double>
DepthsOf(const MapType * map)
{
  std::vector<double> depths;
  for (itk::SizeValueType i = 0; i < map->GetNumberOfLabelObjects(); ++i)
  {
    depths.push_back(map->GetNthLabelObject(i)->GetDepth());
  }
  return depths;
}
} // namespace

TEST(JoinDepthWindowsLabelMapFilter, EachCellComesOnceWithItsAttributes)
{
  const auto filter = MakeFilter();
  filter->Update();
  const MapType * output = filter->GetOutput();
  ASSERT_EQ(output->GetLabels(), (MapType::LabelVectorType{ 1, 2, 3 }));
  EXPECT_EQ(DepthsOf(output), (std::vector<double>{ 10.0, 24.0, 40.0 }));
  const CellType * last = output->GetLabelObject(3);
  EXPECT_EQ(last->Size(), 100u);
  EXPECT_EQ(last->GetChannel(), 1u);
  EXPECT_EQ(last->GetScore(), 0.5);
  EXPECT_EQ(last->GetFlowError(), 0.25);
  EXPECT_TRUE(last->HasIndex({ { 9, 11 } }));
  EXPECT_EQ(filter->GetInput(1)->GetNumberOfLabelObjects(), 3u) << "an input changed";
}

TEST(JoinDepthWindowsLabelMapFilter, AllDepthsAreAWindowsOwnWhereNothingIsSet)
{
  const auto map = MakeMap();
  AddBlock(map, 7, 0, 1e6, 1.0);
  const auto filter = FilterType::New();
  filter->SetInput(map);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 1u);
}

TEST(JoinDepthWindowsLabelMapFilter, GeometryIsKept)
{
  const auto filter = MakeFilter({ { -5, 100 } });
  const double spacing[] = { 0.5, 0.25 };
  const double origin[] = { 3.0, -4.0 };
  MapType::DirectionType direction;
  direction(0, 0) = direction(1, 1) = 0.8;
  direction(0, 1) = -0.6;
  direction(1, 0) = 0.6;
  for (unsigned int i = 0; i < 2; ++i)
  {
    auto * map = const_cast<MapType *>(filter->GetInput(i));
    map->SetSpacing(spacing);
    map->SetOrigin(origin);
    map->SetDirection(direction);
  }
  filter->Update();
  const MapType * output = filter->GetOutput();
  EXPECT_EQ(output->GetLargestPossibleRegion(), filter->GetInput()->GetLargestPossibleRegion());
  EXPECT_EQ(output->GetSpacing(), filter->GetInput()->GetSpacing());
  EXPECT_EQ(output->GetOrigin(), filter->GetInput()->GetOrigin());
  EXPECT_EQ(output->GetDirection(), direction);
  EXPECT_TRUE(output->GetLabelObject(1)->HasIndex({ { -5, 102 } }));
}

TEST(JoinDepthWindowsLabelMapFilter, WindowsOfATiltedStackLieWhereTheFirstOneDoes)
{
  const auto filter = MakeFilter();
  const double origins[2][2] = { { 3.0, -4.0 }, { 8.0, 1.0 } };
  for (unsigned int i = 0; i < 2; ++i)
  {
    const_cast<MapType *>(filter->GetInput(i))->SetOrigin(origins[i]);
  }
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetOrigin()[0], 3.0);
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 3u);
}

TEST(JoinDepthWindowsLabelMapFilter, ParametersDecideWhatIsTheSame)
{
  const auto filter = MakeFilter();
  filter->SetDepthTolerance(1.5); // 24 and 26 are two cells
  filter->Update();
  EXPECT_EQ(DepthsOf(filter->GetOutput()), (std::vector<double>{ 10.0, 24.0, 26.0, 40.0 }));
  filter->SetDepthTolerance(50.0); // 10 and 40 are one
  filter->Update();
  EXPECT_EQ(DepthsOf(filter->GetOutput()), (std::vector<double>{ 10.0, 24.0 }));
  filter->SetOwnDepths(0, { -100.0, 5.0 });
  filter->Update();
  EXPECT_EQ(DepthsOf(filter->GetOutput()), (std::vector<double>{ 26.0, 40.0 }));
}

TEST(JoinDepthWindowsLabelMapFilter, ParametersDecideWhatIsAdopted)
{
  const auto filter = MakeFilter();
  const std::vector<double> without{ 10.0, 24.0, 40.0 };
  const std::vector<double> with{ 10.0, 24.0, 40.0, 20.0 };
  filter->SetAdoptionScore(0.9);
  filter->Update();
  EXPECT_EQ(DepthsOf(filter->GetOutput()), with);
  filter->SetAdoptionShare(0.1);
  filter->Update();
  EXPECT_EQ(DepthsOf(filter->GetOutput()), without);
  filter->SetAdoptionReach(3.9);
  filter->Update();
  EXPECT_EQ(DepthsOf(filter->GetOutput()), with);
  filter->SetAdoptionScore(std::numeric_limits<double>::infinity());
  filter->Update();
  EXPECT_EQ(DepthsOf(filter->GetOutput()), without);
}

TEST(JoinDepthWindowsLabelMapFilter, WindowsAndTheNetworkDecideTheParameters)
{
  const auto filter = MakeFilter();
  filter->SetWindows(80.0, true);
  EXPECT_EQ(filter->GetDepthTolerance(), 30.0);
  EXPECT_EQ(filter->GetAdoptionReach(), 80.0);
  EXPECT_EQ(filter->GetAdoptionScore(), 1.0);
  filter->SetWindows(80.0, false);
  EXPECT_EQ(filter->GetAdoptionScore(), std::numeric_limits<double>::infinity());
}

TEST(JoinDepthWindowsLabelMapFilter, RunsAgainOnlyWhenAParameterChanged)
{
  const auto filter = MakeFilter();
  filter->Update();
  const auto first = filter->GetOutput()->GetUpdateMTime();
  filter->SetOwnDepths(1, { 25.0, 100.0 });
  filter->SetIoUThreshold(0.5);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetUpdateMTime(), first);
  filter->SetOwnDepths(1, { 25.0, 30.0 });
  filter->Update();
  EXPECT_GT(filter->GetOutput()->GetUpdateMTime(), first);
}

TEST(JoinDepthWindowsLabelMapFilter, ResultDoesNotDependOnWorkUnits)
{
  const auto filter = MakeFilter();
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  const auto one = DepthsOf(filter->GetOutput());
  filter->SetNumberOfWorkUnits(5);
  filter->Update();
  EXPECT_EQ(DepthsOf(filter->GetOutput()), one);
}

TEST(JoinDepthWindowsLabelMapFilter, StopsWhenAskedTo)
{
  const auto filter = MakeFilter();
  const auto abort = itk::FunctionCommand::New();
  abort->SetCallback([&](const itk::EventObject &) { filter->AbortGenerateDataOn(); });
  filter->AddObserver(itk::ProgressEvent(), abort);
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
}

TEST(JoinDepthWindowsLabelMapFilter, WhatMakesNoSenseIsAnError)
{
  auto filter = MakeFilter();
  filter->SetInput(1, MakeMap({ { 1, 0 } }));
  EXPECT_THROW(filter->Update(), itk::ExceptionObject) << "another grid";
  filter = MakeFilter();
  filter->SetInput(3, MakeMap());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject) << "no label map for window 2";
  filter = MakeFilter();
  filter->SetIoUThreshold(1.5);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetIoUThreshold(0.5);
  filter->SetDepthTolerance(-1.0);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetDepthTolerance(15.0);
  filter->SetAdoptionShare(0.0);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  EXPECT_THROW(FilterType::New()->Update(), itk::ExceptionObject) << "no input";
}

TEST(JoinDepthWindowsLabelMapFilter, PrintsItsParameters)
{
  std::ostringstream text;
  MakeFilter()->Print(text);
  EXPECT_NE(text.str().find("OwnDepths: 25 100"), std::string::npos);
  EXPECT_NE(text.str().find("DepthTolerance: 15"), std::string::npos);
  EXPECT_NE(text.str().find("AdoptionScore: 1"), std::string::npos);
  EXPECT_NE(text.str().find("AdoptionShare: 0.5"), std::string::npos);
  EXPECT_NE(text.str().find("AdoptionReach: 40"), std::string::npos);
}

TEST(StackDepth, CountsOriginSpacingAndStartIndex)
{
  using StackType = itk::Image<float, 3>;
  auto stack = StackType::New();
  stack->SetRegions(StackType::RegionType({ { 7, -3, 2 } }, { { 5, 4, 12 } }));
  const double spacing[] = { 0.5, 0.25, 10.0 };
  const double origin[] = { 300.0, 200.0, -30.0 };
  stack->SetSpacing(spacing);
  stack->SetOrigin(origin);
  EXPECT_EQ(itk::DepthOfSlice(stack.GetPointer()), -10.0);
  EXPECT_EQ(itk::DepthOfSlice(stack.GetPointer(), 2.5), 15.0);

  // Slices [2, 6) of 12; with its neighbours it shares slices 2 and 3, and 4 and 5, whose middles are 2.5 and 4.5.
  const auto windows = itk::PenCore::MakeDepthWindows(12, 4);
  const auto region = itk::RegionOfDepthWindow(stack.GetPointer(), windows.at(1));
  EXPECT_EQ(region, StackType::RegionType({ { 7, -3, 4 } }, { { 5, 4, 4 } }));
  const auto own = itk::OwnDepthsOf(stack.GetPointer(), windows.at(1));
  EXPECT_EQ(own.first, 15.0);
  EXPECT_EQ(own.end, 35.0);
  const auto outer = itk::OwnDepthsOf(stack.GetPointer(), windows.at(0));
  EXPECT_EQ(outer.first, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(outer.end, 15.0);
}
