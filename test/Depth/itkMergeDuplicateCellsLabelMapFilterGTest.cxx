// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkMergeDuplicateCellsLabelMapFilter.h"

#include <gtest/gtest.h>

#include <sstream>

namespace
{
using MapType = itk::CellLabelMap;
using CellType = MapType::LabelObjectType;
using FilterType = itk::MergeDuplicateCellsLabelMapFilter<>;
using FlowFieldType = FilterType::FlowFieldType;
using Labels = MapType::LabelVectorType;

constexpr unsigned int Width = 40;
constexpr unsigned int Height = 20;

void
AddBlock(MapType * map, itk::SizeValueType label, int x, int width, unsigned int channel, double score)
{
  const auto start = map->GetLargestPossibleRegion().GetIndex();
  auto cell = CellType::New();
  cell->SetLabel(label);
  cell->SetChannel(channel);
  cell->SetScore(score);
  cell->SetDepth(10.0 * channel);
  for (int y = 2; y < 12; ++y)
  {
    cell->AddLine({ { start[0] + x, start[1] + y } }, static_cast<itk::SizeValueType>(width));
  }
  map->AddLabelObject(cell);
}

// Labels 4 and 7 are 20 columns wide and 5 apart (IoU 15/25) in channels 0 and 1; label 9 stands alone.
MapType::Pointer
MakeMap(const MapType::IndexType & start = { { 0, 0 } })
{
  auto map = MapType::New();
  map->SetRegions(MapType::RegionType(start, { { Width, Height } }));
  AddBlock(map, 4, 0, 20, 0, 1.0);
  AddBlock(map, 7, 5, 20, 1, 2.0);
  AddBlock(map, 9, 30, 8, 1, 0.5);
  return map;
}

// Channel 0 flows to the right; channel 1 to the right or, if not the same, down.
FlowFieldType::Pointer
MakeFlowField(bool isSame, unsigned int channels = 2, const MapType::IndexType & start = { { 0, 0 } })
{
  auto flows = FlowFieldType::New();
  flows->SetRegions(FlowFieldType::RegionType({ { start[0], start[1], 0 } }, { { Width, Height, channels } }));
  flows->Allocate();
  for (unsigned int i = 0; i < Width * Height * channels; ++i)
  {
    FlowFieldType::PixelType flow;
    flow.Fill(0.0F);
    flow[i >= Width * Height && !isSame ? 1 : 0] = 1.0F;
    flows->GetBufferPointer()[i] = flow;
  }
  return flows;
}

FilterType::Pointer
MakeFilter(const MapType * map)
{
  auto filter = FilterType::New();
  filter->SetInput(map);
  filter->InPlaceOff();
  return filter;
}
} // namespace

TEST(MergeDuplicateCellsLabelMapFilter, TheMostCertainOfTheDuplicatesStaysAsItIs)
{
  const auto filter = MakeFilter(MakeMap());
  filter->Update();
  const MapType * output = filter->GetOutput();
  ASSERT_EQ(output->GetLabels(), (Labels{ 7, 9 }));
  EXPECT_EQ(output->GetLabelObject(7)->Size(), 200u);
  EXPECT_EQ(output->GetLabelObject(7)->GetChannel(), 1u);
  EXPECT_EQ(output->GetLabelObject(7)->GetDepth(), 10.0);
  EXPECT_EQ(output->GetLabelObject(7)->GetScore(), 2.0);
  EXPECT_EQ(filter->GetNumberOfMergedCells(), 1u);
  EXPECT_EQ(filter->GetRemainingLabel(4), 7u);
  EXPECT_EQ(filter->GetRemainingLabel(9), 9u);
  EXPECT_EQ(filter->GetRemainingLabel(5), 0u);
}

TEST(MergeDuplicateCellsLabelMapFilter, GeometryIsKept)
{
  const auto map = MakeMap({ { -5, 100 } });
  const double spacing[] = { 0.5, 0.25 };
  MapType::DirectionType direction;
  direction(0, 0) = direction(1, 1) = 0.8;
  direction(0, 1) = -0.6;
  direction(1, 0) = 0.6;
  map->SetSpacing(spacing);
  map->SetDirection(direction);
  const auto filter = MakeFilter(map);
  filter->SetFlowField(MakeFlowField(true, 2, { { -5, 100 } }));
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetLargestPossibleRegion(), map->GetLargestPossibleRegion());
  EXPECT_EQ(filter->GetOutput()->GetSpacing(), map->GetSpacing());
  EXPECT_EQ(filter->GetOutput()->GetDirection(), direction);
  EXPECT_EQ(filter->GetOutput()->GetLabels(), (Labels{ 7, 9 }));
  EXPECT_TRUE(filter->GetOutput()->GetLabelObject(9)->HasIndex({ { 25, 102 } }));
  EXPECT_EQ(map->GetNumberOfLabelObjects(), 3u) << "the input changed though InPlace is off";
}

TEST(MergeDuplicateCellsLabelMapFilter, FlowsThatDisagreeKeepBoth)
{
  const auto filter = MakeFilter(MakeMap());
  filter->SetFlowField(MakeFlowField(false));
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 3u);
  filter->SetFlowField(MakeFlowField(true));
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 2u);
}

TEST(MergeDuplicateCellsLabelMapFilter, FlowFieldOfAnotherGridOrWithTooFewChannelsIsAnError)
{
  const auto filter = MakeFilter(MakeMap());
  filter->SetFlowField(MakeFlowField(true, 2, { { 1, 0 } }));
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetFlowField(MakeFlowField(true, 1));
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(MergeDuplicateCellsLabelMapFilter, ParameterOutOfItsRangeIsAnError)
{
  const auto filter = MakeFilter(MakeMap());
  filter->SetIoUThreshold(-0.1);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetIoUThreshold(0.5);
  filter->SetFlowAgreementThreshold(2.0);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(MergeDuplicateCellsLabelMapFilter, RunsAgainOnlyWhenAParameterChanged)
{
  const auto filter = MakeFilter(MakeMap());
  filter->Update();
  const auto first = filter->GetOutput()->GetUpdateMTime();
  filter->SetIoUThreshold(0.5);
  filter->SetMaximumChannelDistance(1);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetUpdateMTime(), first);
  filter->SetIoUThreshold(0.7);
  filter->Update();
  EXPECT_GT(filter->GetOutput()->GetUpdateMTime(), first);
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 3u);
  EXPECT_EQ(filter->GetNumberOfMergedCells(), 0u);
}

TEST(MergeDuplicateCellsLabelMapFilter, InPlaceHandsTheCellsOn)
{
  const auto map = MakeMap();
  const CellType * cell = map->GetLabelObject(7);
  auto filter = FilterType::New();
  filter->SetInput(map);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetLabelObject(7), cell);
}

TEST(MergeDuplicateCellsLabelMapFilter, AnyNumberOfThreadsGivesTheSameCells)
{
  for (const unsigned int threads : { 1u, 2u, 8u })
  {
    const auto filter = MakeFilter(MakeMap());
    filter->SetFlowField(MakeFlowField(true));
    filter->SetNumberOfWorkUnits(threads);
    filter->Update();
    EXPECT_EQ(filter->GetOutput()->GetLabels(), (Labels{ 7, 9 }));
  }
}

TEST(MergeDuplicateCellsLabelMapFilter, PrintsItsParameters)
{
  std::ostringstream text;
  FilterType::New()->Print(text);
  for (const char * name : { "IoUThreshold: 0.5", "ContainmentThreshold: 0.8", "MaximumPartSize: 0.7",
                             "MaximumChannelDistance: 1", "FlowAgreementThreshold: 0.7", "NumberOfMergedCells: 0" })
  {
    EXPECT_NE(text.str().find(name), std::string::npos) << name;
  }
}
