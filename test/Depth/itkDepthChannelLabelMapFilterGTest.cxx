// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkDepthChannelLabelMapFilter.h"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>

namespace
{
using MapType = itk::CellLabelMap;
using CellType = MapType::LabelObjectType;
using FilterType = itk::DepthChannelLabelMapFilter<>;
using Method = itk::PenCore::DepthChannelMethod;
using Channels = std::vector<unsigned int>;

// Bars of 5 pixels that start at column x, one row each unless they share one.
struct Bar
{
  itk::SizeValueType label;
  double depth;
  int x;
  int y;
};

MapType::Pointer
MakeMap(const std::vector<Bar> & bars, const MapType::IndexType & start = { { 0, 0 } })
{
  auto map = MapType::New();
  map->SetRegions(MapType::RegionType(start, { { 30, 10 } }));
  for (const Bar & bar : bars)
  {
    auto cell = CellType::New();
    cell->SetLabel(bar.label);
    cell->SetDepth(bar.depth);
    cell->SetScore(1.5);
    cell->AddLine({ { start[0] + bar.x, start[1] + bar.y } }, 5);
    map->AddLabelObject(cell);
  }
  return map;
}

const std::vector<Bar> FourBars{ { 2, 50.0, 0, 0 }, { 5, 20.0, 0, 1 }, { 6, 50.0, 0, 2 }, { 9, 90.0, 0, 3 } };

FilterType::Pointer
MakeFilter(const MapType * map, Method method)
{
  auto filter = FilterType::New();
  filter->SetInput(map);
  filter->SetMethod(method);
  filter->InPlaceOff();
  return filter;
}

Channels
ChannelsOf(const MapType * map)
{
  Channels channels;
  for (MapType::ConstIterator it(map); !it.IsAtEnd(); ++it)
  {
    channels.push_back(it.GetLabelObject()->GetChannel());
  }
  return channels;
}
} // namespace

TEST(DepthChannelLabelMapFilter, ZKMeansIsTheDefaultAndFollowsDepth)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeMap(FourBars));
  filter->Update();
  EXPECT_EQ(ChannelsOf(filter->GetOutput()), (Channels{ 1, 0, 1, 2 }));
}

TEST(DepthChannelLabelMapFilter, CellsAndGeometryAreOtherwiseUnchanged)
{
  const auto map = MakeMap(FourBars, { { -7, 12 } });
  const double spacing[] = { 0.5, 0.25 };
  const double origin[] = { 3.0, -4.0 };
  MapType::DirectionType direction;
  direction(0, 0) = direction(1, 1) = 0.8;
  direction(0, 1) = -0.6;
  direction(1, 0) = 0.6;
  map->SetSpacing(spacing);
  map->SetOrigin(origin);
  map->SetDirection(direction);
  const auto filter = MakeFilter(map, Method::ZKMeans);
  filter->Update();
  const MapType * output = filter->GetOutput();
  EXPECT_EQ(output->GetLargestPossibleRegion(), map->GetLargestPossibleRegion());
  EXPECT_EQ(output->GetSpacing(), map->GetSpacing());
  EXPECT_EQ(output->GetOrigin(), map->GetOrigin());
  EXPECT_EQ(output->GetDirection(), map->GetDirection());
  EXPECT_EQ(output->GetLabels(), map->GetLabels());
  EXPECT_EQ(output->GetLabelObject(9)->GetDepth(), 90.0);
  EXPECT_EQ(output->GetLabelObject(9)->GetScore(), 1.5);
  EXPECT_TRUE(output->GetLabelObject(9)->HasIndex({ { -7 + 4, 12 + 3 } }));
  EXPECT_EQ(ChannelsOf(map), (Channels{ 0, 0, 0, 0 })) << "the input changed though InPlace is off";
}

TEST(DepthChannelLabelMapFilter, LocalOrderLooksAtTheMasks)
{
  // Labels 1 and 2 overlap, 3 is deep but alone.
  const auto filter =
    MakeFilter(MakeMap({ { 1, 30.0, 0, 0 }, { 2, 10.0, 3, 0 }, { 3, 80.0, 20, 0 } }, { { 4, 4 } }), Method::LocalOrder);
  filter->Update();
  EXPECT_EQ(ChannelsOf(filter->GetOutput()), (Channels{ 1, 0, 0 }));
}

TEST(DepthChannelLabelMapFilter, DepthsAreTurnedIntoSlices)
{
  // Slices 5, 2, 5, 9 of ten that lie .7 um apart from -3 um on; 9 and its like are not exact in binary.
  std::vector<Bar> bars(FourBars);
  for (Bar & bar : bars)
  {
    bar.depth = -3.0 + bar.depth / 10.0 * 0.7;
  }
  const auto filter = MakeFilter(MakeMap(bars), Method::SliceStack);
  filter->SetSliceSpacing(0.7);
  filter->SetSliceOrigin(-3.0);
  filter->SetNumberOfSlices(10);
  filter->SetNumberOfChannels(2);
  filter->Update();
  EXPECT_EQ(ChannelsOf(filter->GetOutput()), (Channels{ 1, 0, 1, 1 }));
  filter->SetMethod(Method::SliceCells);
  filter->SetNumberOfChannels(8);
  filter->Update();
  EXPECT_EQ(ChannelsOf(filter->GetOutput()), (Channels{ 3, 0, 3, 7 }));
}

TEST(DepthChannelLabelMapFilter, EmptyMapStaysEmpty)
{
  const auto filter = MakeFilter(MakeMap({}), Method::PcaKMeans);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 0u);
}

TEST(DepthChannelLabelMapFilter, InPlaceHandsTheCellsOn)
{
  const auto map = MakeMap(FourBars);
  const CellType * cell = map->GetLabelObject(9);
  auto filter = FilterType::New();
  filter->SetInput(map);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetLabelObject(9), cell);
}

TEST(DepthChannelLabelMapFilter, SliceStackWithoutSlicesIsAnError)
{
  const auto filter = MakeFilter(MakeMap(FourBars), Method::SliceStack);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetNumberOfSlices(100);
  EXPECT_NO_THROW(filter->Update());
  filter->SetSliceSpacing(0.0);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(DepthChannelLabelMapFilter, DepthThatIsNoNumberIsAnError)
{
  const auto filter = MakeFilter(MakeMap({ { 1, std::numeric_limits<double>::quiet_NaN(), 0, 0 } }), Method::ZKMeans);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(DepthChannelLabelMapFilter, RunsAgainOnlyWhenAParameterChanged)
{
  const auto filter = MakeFilter(MakeMap(FourBars), Method::ZKMeans);
  filter->Update();
  const auto first = filter->GetOutput()->GetUpdateMTime();
  filter->SetNumberOfChannels(3);
  filter->SetMethod(Method::ZKMeans);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetUpdateMTime(), first);
  filter->SetNumberOfChannels(2);
  filter->Update();
  EXPECT_GT(filter->GetOutput()->GetUpdateMTime(), first);
  EXPECT_EQ(ChannelsOf(filter->GetOutput()), (Channels{ 0, 0, 0, 1 }));
}

TEST(DepthChannelLabelMapFilter, AnyNumberOfThreadsGivesTheSameChannels)
{
  std::vector<Bar> bars;
  for (unsigned int i = 0; i < 60; ++i)
  {
    bars.push_back(
      { i + 1, static_cast<double>(i * 37 % 60), static_cast<int>(i * 13 % 25), static_cast<int>(i % 10) });
  }
  for (const Method method : { Method::ZKMeans, Method::PcaKMeans, Method::Random, Method::LocalOrder })
  {
    Channels expected;
    for (const unsigned int threads : { 1u, 2u, 8u })
    {
      const auto filter = MakeFilter(MakeMap(bars), method);
      filter->SetNumberOfWorkUnits(threads);
      filter->Update();
      const Channels channels = ChannelsOf(filter->GetOutput());
      expected = threads == 1 ? channels : expected;
      EXPECT_EQ(channels, expected) << method;
      EXPECT_GT(*std::max_element(channels.begin(), channels.end()), 0u) << method;
    }
  }
}

TEST(DepthChannelLabelMapFilter, PrintsItsParameters)
{
  std::ostringstream text;
  FilterType::New()->Print(text);
  for (const char * name : { "Method: z_kmeans", "NumberOfChannels: 3", "NumberOfSlices: 0", "SliceSpacing: 1",
                             "SliceOrigin: 0", "Seed: 0" })
  {
    EXPECT_NE(text.str().find(name), std::string::npos) << name;
  }
}
