// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Prediction/TestNetwork.h"
#include "ProjectionEnhancement/Prediction/StackPrediction.h"
#include "itkCommand.h"
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkImageRegionConstIterator.h"
#include "itkProjectionEnhancementImageFilter.h"
#include "itkShiftScaleImageFilter.h"
#include "itkStreamingImageFilter.h"
#include "support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <sstream>
#include <thread>

using PenTest::MakeTestNetwork;

namespace
{
using StackType = itk::Image<unsigned short, 3>;
using PredictionType = itk::FlowFieldPredictionImageFilter<StackType>;
using ProjectionType = itk::ProjectionEnhancementImageFilter<StackType, itk::Image<itk::RGBPixel<float>, 2>>;

StackType::DirectionType
ObliqueDirection()
{
  const double c = std::cos(0.5);
  const double s = std::sin(0.5);
  StackType::DirectionType direction;
  direction.SetIdentity();
  direction(0, 0) = c;
  direction(0, 2) = s;
  direction(2, 0) = -s;
  direction(2, 2) = c;
  return direction;
}

StackType::Pointer
MakeStack(StackType::SizeType size = { { 43, 37, 5 } })
{
  auto stack = StackType::New();
  stack->SetRegions(StackType::RegionType({ { 2, -3, 4 } }, size));
  const double spacing[] = { 0.5, 0.5, 10.0 };
  stack->SetSpacing(spacing);
  const double origin[] = { 7.0, 8.0, 9.0 };
  stack->SetOrigin(origin);
  stack->SetDirection(ObliqueDirection());
  stack->Allocate();
  const auto pixels = size[0] * size[1] * size[2];
  for (itk::SizeValueType i = 0; i < pixels; ++i)
  {
    stack->GetBufferPointer()[i] = static_cast<unsigned short>(i * 7919 % 1009);
  }
  return stack;
}

template <typename TFilter>
typename TFilter::Pointer
MakeFilter(StackType * stack, itk::SegmentationNetwork * network)
{
  auto filter = TFilter::New();
  filter->SetInput(stack);
  filter->SetNetwork(network);
  return filter;
}

template <typename TImage>
double
LargestDifference(const TImage * a, const TImage * b)
{
  double largest = 0.0;
  for (itk::SizeValueType i = 0; i < a->GetLargestPossibleRegion().GetNumberOfPixels(); ++i)
  {
    for (unsigned int c = 0; c < TImage::PixelType::Dimension; ++c)
    {
      largest = std::max<double>(largest, std::abs(a->GetBufferPointer()[i][c] - b->GetBufferPointer()[i][c]));
    }
  }
  return largest;
}
} // namespace

TEST(FlowFieldPredictionImageFilter, OutputLiesOnTheStacksFirstSlice)
{
  const auto stack = MakeStack();
  auto filter = MakeFilter<PredictionType>(stack, MakeTestNetwork());
  filter->Update();
  const auto * output = filter->GetOutput();
  EXPECT_EQ(output->GetLargestPossibleRegion(), StackType::RegionType({ { 2, -3, 0 } }, { { 43, 37, 2 } }));
  const double spacing[] = { 0.5, 0.5, 1.0 };
  EXPECT_EQ(output->GetSpacing(), StackType::SpacingType(spacing));
  EXPECT_EQ(output->GetDirection(), stack->GetDirection());
  StackType::PointType expected;
  StackType::PointType point;
  stack->TransformIndexToPhysicalPoint({ { 20, 15, 4 } }, expected);
  output->TransformIndexToPhysicalPoint({ { 20, 15, 0 } }, point);
  EXPECT_LT(point.EuclideanDistanceTo(expected), 1e-9);
}

TEST(ProjectionEnhancementImageFilter, CollapsedAxisLeavesTheOthersIntact)
{
  const auto stack = MakeStack();
  auto filter = MakeFilter<ProjectionType>(stack, MakeTestNetwork());
  filter->Update();
  const auto * output = filter->GetOutput();
  EXPECT_EQ(output->GetLargestPossibleRegion(), itk::ImageRegion<2>({ { 2, -3 } }, { { 43, 37 } }));
  EXPECT_EQ(output->GetSpacing()[1], 0.5);
  EXPECT_NEAR(output->GetDirection()(0, 0), std::cos(0.5), 1e-12);
  // Index 0 on the first slice, four slices of 10 along the oblique third axis from the stack's origin.
  EXPECT_NEAR(output->GetOrigin()[0], 7.0 + 40.0 * std::sin(0.5), 1e-9);
  EXPECT_NEAR(output->GetOrigin()[1], 8.0, 1e-12);
}

TEST(ProjectionEnhancementImageFilter, ReachesFromZeroToOne)
{
  auto filter = MakeFilter<ProjectionType>(MakeStack(), MakeTestNetwork());
  filter->Update();
  float lowest = 2.f;
  float highest = -1.f;
  for (unsigned int i = 0; i < 43 * 37 * 3; ++i)
  {
    const float value = filter->GetOutput()->GetBufferPointer()[i / 3][i % 3];
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
  }
  EXPECT_EQ(lowest, 0.f);
  EXPECT_EQ(highest, 1.f);
}

TEST(ProjectionEnhancementImageFilter, AnIntegerOutputUsesItsWholeRange)
{
  using BytesType = itk::ProjectionEnhancementImageFilter<StackType>;
  const auto stack = MakeStack();
  const auto network = MakeTestNetwork();
  auto bytes = MakeFilter<BytesType>(stack, network);
  auto floats = MakeFilter<ProjectionType>(stack, network);
  bytes->Update();
  floats->Update();
  for (unsigned int i = 0; i < 43 * 37; ++i)
  {
    EXPECT_EQ(+bytes->GetOutput()->GetBufferPointer()[i].GetGreen(),
              std::round(255.f * floats->GetOutput()->GetBufferPointer()[i].GetGreen()));
  }
}

TEST(FlowFieldPredictionImageFilter, RunsAgainForWhatChangedOnly)
{
  const auto network = MakeTestNetwork();
  auto filter = MakeFilter<PredictionType>(MakeStack(), network);
  int runs = 0;
  filter->AddObserver(itk::StartEvent(), [&runs](const itk::EventObject &) { ++runs; });
  filter->Update();
  filter->Update();
  EXPECT_EQ(runs, 1);
  filter->SetTileSize(filter->GetTileSize());
  filter->Update();
  EXPECT_EQ(runs, 1);
  filter->SetTileSize(256);
  filter->Update();
  EXPECT_EQ(runs, 2);
  auto bias = network->GetParameter("network.head.conv.bias");
  bias[0] += 1.f;
  network->SetParameter("network.head.conv.bias", bias);
  filter->Update();
  EXPECT_EQ(runs, 3);
}

TEST(FlowFieldPredictionImageFilter, BlankStacksGiveBlankFlowFields)
{
  for (const unsigned short value : { 0, 500 })
  {
    const auto stack = MakeStack();
    stack->FillBuffer(value);
    auto filter = MakeFilter<PredictionType>(stack, MakeTestNetwork());
    filter->Update();
    for (unsigned int i = 0; i < 43 * 37 * 2; ++i)
    {
      const auto & pixel = filter->GetOutput()->GetBufferPointer()[i];
      ASSERT_EQ(pixel[0], 0.f);
      ASSERT_EQ(pixel[1], 0.f);
      ASSERT_LT(pixel[2], 0.f);
      ASSERT_LT(pixel[3], 0.f);
    }
  }
}

TEST(FlowFieldPredictionImageFilter, AStackOnAnotherSpacingIsResampledThereAndBack)
{
  const auto network = MakeTestNetwork(1.0, 20.0);
  auto filter = MakeFilter<PredictionType>(MakeStack({ { 40, 24, 4 } }), network);
  filter->Update();
  const auto fine = filter->GetOutput()->GetLargestPossibleRegion().GetSize();
  EXPECT_EQ(fine[0], 40u);
  EXPECT_EQ(fine[1], 24u);

  // The same stack brought to the model's spacing by hand, where nothing is left to resample.
  itk::PenCore::GridSize size{ 4, 24, 40, 1 };
  itk::PenCore::GridSize half{ 2, 12, 20, 1 };
  std::vector<float> voxels(size.Count());
  const auto stack = MakeStack({ { 40, 24, 4 } });
  std::copy(stack->GetBufferPointer(), stack->GetBufferPointer() + size.Count(), voxels.begin());
  itk::PenCore::NormalizeIntensities(voxels.data(), size, network->GetOptions().normalization);
  voxels = itk::PenCore::ResampleGrid(voxels, size, half);
  auto plain = network->GetOptions();
  plain.normalization.method = itk::IntensityNormalization::Method::None;
  network->SetOptions(plain);
  itk::PenCore::StackPredictionParameters parameters;
  const std::vector<float> coarse = itk::PenCore::PredictFlowField(*network, voxels, half, parameters);
  const std::vector<float> expected = itk::PenCore::ResampleGrid(coarse, { 2, 12, 20, 4 }, { 2, 24, 40, 4 });
  const float * result = filter->GetOutput()->GetBufferPointer()->GetDataPointer();
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    ASSERT_NEAR(result[i], expected[i], 1e-4) << i;
  }

  filter->UseImageSpacingOff();
  EXPECT_NO_THROW(filter->Update());
}

TEST(ProjectionEnhancementImageFilter, TilesAndThreadsDoNotChangeTheProjection)
{
  // Larger than one tile of the projection in both directions.
  const auto stack = MakeStack({ { 300, 270, 5 } });
  const auto network = MakeTestNetwork();
  auto filter = MakeFilter<ProjectionType>(stack, network);
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  std::vector<float> voxels(stack->GetBufferPointer(), stack->GetBufferPointer() + 300 * 270 * 5);
  itk::PenCore::NormalizeIntensities(voxels.data(), { 5, 270, 300 }, network->GetOptions().normalization);
  std::vector<float> planes(3 * 300 * 270);
  network->Project(voxels.data(), 5, 270, 300, planes.data());
  const auto range = std::minmax_element(planes.begin(), planes.end());
  const float lowest = *range.first;
  const float extent = *range.second - lowest;
  for (unsigned int i = 0; i < 300 * 270; ++i)
  {
    ASSERT_NEAR(filter->GetOutput()->GetBufferPointer()[i].GetRed(), (planes[i] - lowest) / extent, 1e-5) << i;
  }
  auto threaded = MakeFilter<ProjectionType>(stack, network);
  threaded->SetNumberOfWorkUnits(2);
  threaded->Update();
  EXPECT_LT(LargestDifference(filter->GetOutput(), threaded->GetOutput()), 1e-5);
}

TEST(FlowFieldPredictionImageFilter, CanBeAbortedAndRunAgain)
{
  for (const bool predictsAhead : { false, true })
  {
    auto filter = MakeFilter<PredictionType>(MakeStack({ { 200, 100, 5 } }), MakeTestNetwork());
    filter->SetTileSize(40);
    filter->SetTileOverlap(8);
    filter->SetPredictAhead(predictsAhead);
    float last = 0.f;
    const auto tag = filter->AddObserver(itk::ProgressEvent(),
                                         [&](const itk::EventObject &)
                                         {
                                           last = filter->GetProgress();
                                           if (last > 0.4f)
                                           {
                                             filter->AbortGenerateDataOn();
                                           }
                                         });
    EXPECT_THROW(filter->Update(), itk::ProcessAborted);
    EXPECT_LT(last, 0.6f);
    filter->RemoveObserver(tag);
    filter->AbortGenerateDataOff();
    EXPECT_NO_THROW(filter->Update());
    EXPECT_EQ(filter->GetProgress(), 1.f);
  }
}

TEST(FlowFieldPredictionImageFilter, WhatCannotBePredictedIsRefused)
{
  auto filter = PredictionType::New();
  filter->SetInput(MakeStack());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetNetwork(itk::SegmentationNetwork::New());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);

  auto empty = MakeFilter<PredictionType>(MakeStack({ { 8, 8, 0 } }), MakeTestNetwork());
  EXPECT_THROW(empty->Update(), itk::ExceptionObject);

  using FloatStack = itk::Image<float, 3>;
  auto stack = FloatStack::New();
  stack->SetRegions(FloatStack::SizeType{ { 8, 8, 2 } });
  stack->Allocate(true);
  stack->SetPixel({ { 1, 2, 1 } }, std::numeric_limits<float>::quiet_NaN());
  auto floating = itk::FlowFieldPredictionImageFilter<FloatStack>::New();
  floating->SetInput(stack);
  floating->SetNetwork(MakeTestNetwork());
  EXPECT_THROW(floating->Update(), itk::ExceptionObject);
}

TEST(FlowFieldPredictionImageFilter, PrintsItsParameters)
{
  auto filter = MakeFilter<PredictionType>(MakeStack(), MakeTestNetwork());
  filter->SetTileSize(123);
  std::ostringstream text;
  filter->Print(text);
  for (const char * name :
       { "TileSize: 123", "TileOverlap: 48", "NetworkPixelSize: 0", "UseImageSpacing: On", "PredictAhead: Off" })
  {
    EXPECT_NE(text.str().find(name), std::string::npos) << name;
  }
}

TEST(ProjectionEnhancementImageFilter, RunsAgainForAChangedParameterAndRefusesToRunWithoutANetwork)
{
  auto filter = MakeFilter<ProjectionType>(MakeStack(), MakeTestNetwork(1.0));
  int runs = 0;
  filter->AddObserver(itk::StartEvent(), [&runs](const itk::EventObject &) { ++runs; });
  filter->Update();
  filter->SetNetworkPixelSize(0.0);
  filter->Update();
  EXPECT_EQ(runs, 1);
  filter->SetNetworkPixelSize(0.75);
  filter->Update();
  EXPECT_EQ(runs, 2);
  filter->SetNetwork(nullptr);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(FlowFieldPredictionImageFilter, BandsOfRowsAreThoseOfTheWholeField)
{
  const StackType::SizeType size{ { 90, 150, 7 } };
  for (const double networkPixel : { 0.0, 0.8 })
  {
    auto whole = MakeFilter<PredictionType>(MakeStack(size), MakeTestNetwork(networkPixel));
    whole->SetTileSize(40);
    whole->SetTileOverlap(8);
    whole->Update();
    const pen_test::TemporaryFolder folder;
    for (const bool predictsAhead : { false, true })
    {
      auto banded = MakeFilter<PredictionType>(MakeStack(size), MakeTestNetwork(networkPixel));
      banded->SetScratchFolder(predictsAhead ? folder.GetPath() : "");
      banded->SetTileSize(40);
      banded->SetTileOverlap(8);
      banded->SetMemoryBudget(1); // keeps no planes, reads as few rows as it may
      banded->SetPredictAhead(predictsAhead);
      banded->UpdateOutputInformation();
      // From top to bottom, one band again, and all of it.
      for (const int first : { 0, 31, 62, 93, 124, 10, -1 })
      {
        auto region = banded->GetOutput()->GetLargestPossibleRegion();
        if (first >= 0)
        {
          region.SetIndex(1, region.GetIndex(1) + first);
          region.SetSize(1, std::min(31, 150 - first));
        }
        banded->GetOutput()->SetRequestedRegion(region);
        banded->GetOutput()->PropagateRequestedRegion();
        banded->GetOutput()->UpdateOutputData();
        ASSERT_EQ(banded->GetOutput()->GetBufferedRegion(), region);
        itk::ImageRegionConstIterator<PredictionType::OutputImageType> expected(whole->GetOutput(), region);
        itk::ImageRegionConstIterator<PredictionType::OutputImageType> result(banded->GetOutput(), region);
        for (; !expected.IsAtEnd(); ++expected, ++result)
        {
          ASSERT_EQ(result.Get(), expected.Get()) << result.GetIndex();
        }
      }
    }
  }
}

TEST(ProjectionEnhancementImageFilter, StreamsThroughAPipelineThatStreams)
{
  // A source that makes what it is asked for only, and counts it.
  const auto stack = MakeStack({ { 60, 400, 5 } });
  auto source = itk::ShiftScaleImageFilter<StackType, StackType>::New();
  source->SetInput(stack);
  source->SetShift(3.0);
  auto whole = itk::ShiftScaleImageFilter<StackType, StackType>::New();
  whole->SetInput(stack);
  whole->SetShift(3.0);
  whole->Update();
  auto expected = MakeFilter<ProjectionType>(whole->GetOutput(), MakeTestNetwork());
  expected->Update();

  for (const bool readsAhead : { false, true })
  {
    auto filter = MakeFilter<ProjectionType>(source->GetOutput(), MakeTestNetwork());
    filter->SetMemoryBudget(1);
    filter->SetReadAhead(readsAhead);
    filter->SetNumberOfWorkUnits(2);
    auto streaming = itk::StreamingImageFilter<ProjectionType::OutputImageType, ProjectionType::OutputImageType>::New();
    streaming->SetInput(filter->GetOutput());
    streaming->SetNumberOfStreamDivisions(4);
    itk::SizeValueType mostRows = 0;
    std::set<std::thread::id> readers;
    const auto observer =
      source->AddObserver(itk::EndEvent(),
                          [&](const itk::EventObject &)
                          {
                            mostRows = std::max(mostRows, source->GetOutput()->GetBufferedRegion().GetSize(1));
                            readers.insert(std::this_thread::get_id());
                          });
    streaming->Update();
    source->RemoveObserver(observer); // nothing is read any more
    EXPECT_GT(mostRows, 0u);
    EXPECT_LT(mostRows, 200u);
    EXPECT_EQ(readers.size() > 1, readsAhead);
    const auto * a = streaming->GetOutput()->GetBufferPointer();
    const auto * b = expected->GetOutput()->GetBufferPointer();
    for (unsigned int i = 0; i < 60 * 400; ++i)
    {
      ASSERT_EQ(a[i], b[i]) << i;
    }
  }
}
