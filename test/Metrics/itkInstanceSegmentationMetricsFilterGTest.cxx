// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkInstanceSegmentationMetricsFilter.h"

#include <gtest/gtest.h>

namespace
{
using MapType = itk::CellLabelMap;
using CellType = MapType::LabelObjectType;
using FilterType = itk::InstanceSegmentationMetricsFilter<>;

MapType::Pointer
MakeMap(const MapType::IndexType & start = { { 0, 0 } })
{
  auto map = MapType::New();
  map->SetRegions(MapType::RegionType(start, { { 20, 6 } }));
  return map;
}

void
AddBar(MapType * map, itk::SizeValueType label, int begin, int end, int y)
{
  const auto start = map->GetLargestPossibleRegion().GetIndex();
  auto cell = CellType::New();
  cell->SetLabel(label);
  cell->AddLine({ { start[0] + begin, start[1] + y } }, static_cast<itk::SizeValueType>(end - begin));
  map->AddLabelObject(cell);
}

// Truth 5 is found by 3 with IoU 8/12, truth 8 is missed, prediction 4 invented.
struct Case
{
  MapType::Pointer truth;
  MapType::Pointer prediction;

  explicit Case(const MapType::IndexType & start = { { 0, 0 } })
    : truth(MakeMap(start))
    , prediction(MakeMap(start))
  {
    AddBar(truth, 5, 0, 10, 0);
    AddBar(truth, 8, 0, 10, 1);
    AddBar(prediction, 3, 2, 12, 0);
    AddBar(prediction, 4, 0, 10, 5);
  }

  FilterType::Pointer
  MakeFilter() const
  {
    auto filter = FilterType::New();
    filter->SetTruth(truth);
    filter->SetPrediction(prediction);
    return filter;
  }
};
} // namespace

TEST(InstanceSegmentationMetricsFilter, HandComputedCase)
{
  const auto filter = Case().MakeFilter();
  filter->Update();
  EXPECT_DOUBLE_EQ(filter->GetJaccard(), 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(filter->GetPrecision(), 0.5);
  EXPECT_DOUBLE_EQ(filter->GetRecall(), 0.5);
  EXPECT_DOUBLE_EQ(filter->GetQuality(), 8.0 / 12.0);
  EXPECT_DOUBLE_EQ(filter->GetPanopticQuality(), 8.0 / 12.0 / 2.0);
  EXPECT_DOUBLE_EQ(filter->GetAggregatedJaccard(), 8.0 / 32.0);
  EXPECT_DOUBLE_EQ(filter->GetMeanJaccard(), 4.0 / 3.0 / 10.0);
  // Within 2 px of prediction 3 (columns 2 to 11 of row 0): all of truth 5, and truth 8 but for its first pixel.
  const auto & boundary = filter->GetMetrics().boundary;
  EXPECT_EQ(boundary.truthPixels, 20u);
  EXPECT_EQ(boundary.truthPixelsFound, 10u + 9u);
  EXPECT_EQ(boundary.predictionPixelsRight, 10u);
}

TEST(InstanceSegmentationMetricsFilter, MatchesAreAskedForByLabel)
{
  const auto filter = Case().MakeFilter();
  filter->Update();
  EXPECT_EQ(filter->GetPredictionOfTruth(5), 3u);
  EXPECT_DOUBLE_EQ(filter->GetIoUOfTruth(5), 8.0 / 12.0);
  EXPECT_EQ(filter->GetPredictionOfTruth(8), 0u);
  EXPECT_EQ(filter->GetIoUOfTruth(8), 0.0);
}

TEST(InstanceSegmentationMetricsFilter, TruthPassesThrough)
{
  const Case cells;
  const auto filter = cells.MakeFilter();
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetLabels(), cells.truth->GetLabels());
  EXPECT_EQ(filter->GetOutput()->GetLargestPossibleRegion(), cells.truth->GetLargestPossibleRegion());
}

TEST(InstanceSegmentationMetricsFilter, IgnoreImageFollowsANonZeroStartIndex)
{
  const Case cells(MapType::IndexType{ { 30, -7 } });
  auto ignore = FilterType::IgnoreImageType::New();
  ignore->SetRegions(cells.truth->GetLargestPossibleRegion());
  ignore->Allocate(true);
  for (int x = 0; x < 6; ++x)
  {
    ignore->SetPixel({ { 30 + x, -7 + 5 } }, 255);
  }
  const auto filter = cells.MakeFilter();
  filter->SetIgnoreImage(ignore);
  filter->Update();
  EXPECT_EQ(filter->GetMetrics().counts.falsePositives, 0u);
  EXPECT_EQ(filter->GetIgnoredPredictions(), std::vector<itk::SizeValueType>{ 4 });
}

TEST(InstanceSegmentationMetricsFilter, InputsThatLieElsewhereAreRefusedUnlessToldOtherwise)
{
  const Case cells;
  const double spacing[] = { 0.5, 0.5 };
  cells.prediction->SetSpacing(spacing);
  const auto filter = cells.MakeFilter();
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->CheckPhysicalSpaceOff();
  filter->Update();
  EXPECT_EQ(filter->GetMetrics().counts.truePositives, 1u);
}

TEST(InstanceSegmentationMetricsFilter, InputsOfAnotherSizeAreRefusedAlways)
{
  const Case cells;
  auto larger = MapType::New();
  larger->SetRegions(MapType::SizeType{ { 21, 6 } });
  const auto filter = cells.MakeFilter();
  filter->SetPrediction(larger);
  filter->CheckPhysicalSpaceOff();
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(InstanceSegmentationMetricsFilter, MissingPredictionIsAnError)
{
  auto filter = FilterType::New();
  filter->SetTruth(MakeMap());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(InstanceSegmentationMetricsFilter, ThresholdOutsideZeroToOneIsAnError)
{
  const auto filter = Case().MakeFilter();
  filter->SetIoUThreshold(1.1);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetIoUThreshold(0.5);
  filter->SetThresholds({ -0.5 });
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(InstanceSegmentationMetricsFilter, RunsAgainOnlyWhenAParameterChanged)
{
  const auto filter = Case().MakeFilter();
  filter->Update();
  const auto first = filter->GetOutput()->GetUpdateMTime();
  filter->SetIoUThreshold(0.5);
  filter->SetThresholds(itk::PenCore::DefaultIoUThresholds());
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetUpdateMTime(), first);
  filter->SetIoUThreshold(0.75);
  filter->Update();
  EXPECT_GT(filter->GetOutput()->GetUpdateMTime(), first);
  EXPECT_EQ(filter->GetMetrics().counts.truePositives, 0u);
  EXPECT_EQ(filter->GetPredictionOfTruth(5), 0u);
}

TEST(InstanceSegmentationMetricsFilter, CountsTrueCellsByClassAndDepthGap)
{
  // Bars 5 and 8 lie in neighbouring rows; 9 lies under 5 by two of its ten pixels, 25 um deeper.
  const Case c;
  AddBar(c.truth, 9, 8, 18, 0);
  c.truth->GetLabelObject(9)->SetDepth(25.0);
  const auto filter = c.MakeFilter();
  filter->Update();
  EXPECT_EQ(filter->GetOverlapClassOfTruth(5), itk::PenCore::OverlapClass::Overlapping);
  EXPECT_EQ(filter->GetOverlapClassOfTruth(8), itk::PenCore::OverlapClass::Touching);
  EXPECT_THROW(filter->GetOverlapClassOfTruth(77), itk::ExceptionObject);
  EXPECT_TRUE(filter->GetMetrics().depthGaps.empty());
  filter->UseTruthDepthsOn();
  filter->SetStackedShare(0.2);
  filter->Update();
  EXPECT_EQ(filter->GetOverlapClassOfTruth(9), itk::PenCore::OverlapClass::Stacked);
  ASSERT_EQ(filter->GetMetrics().depthGaps.size(), 4u);
  EXPECT_EQ(filter->GetMetrics().depthGaps[2].cells, 2u);
  EXPECT_EQ(filter->GetMetrics().depthGaps[2].found, 1u);
}

TEST(InstanceSegmentationMetricsFilter, DepthsNeedLabelObjectsThatKnowThem)
{
  using PlainMap = itk::LabelMap<itk::LabelObject<unsigned int, 2>>;
  const auto map = PlainMap::New();
  map->SetRegions(itk::Size<2>{ { 4, 4 } });
  const auto filter = itk::InstanceSegmentationMetricsFilter<PlainMap>::New();
  filter->SetTruth(map);
  filter->SetPrediction(map);
  EXPECT_NO_THROW(filter->Update());
  filter->UseTruthDepthsOn();
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(InstanceSegmentationMetricsFilter, LimitsThatMakeNoSenseAreErrors)
{
  const auto filter = Case().MakeFilter();
  filter->SetDepthGapLimits({ 20.0, 10.0 });
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetDepthGapLimits({ 10.0 });
  filter->SetStackedShare(-0.5);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetStackedShare(0.5);
  EXPECT_NO_THROW(filter->Update());
}

TEST(InstanceSegmentationMetricsFilter, PrintsItsParameters)
{
  std::ostringstream text;
  FilterType::New()->Print(text);
  for (const char * name : { "IoUThreshold: 0.5", "Thresholds: [0.5, 0.55", "IgnoredShare: 0.5", "BoundaryTolerance: 2",
                             "CheckPhysicalSpace: On" })
  {
    EXPECT_NE(text.str().find(name), std::string::npos) << name;
  }
}
