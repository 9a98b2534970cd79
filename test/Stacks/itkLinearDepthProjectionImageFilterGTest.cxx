// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkLinearDepthProjectionImageFilter.h"
#include "itkStreamingImageFilter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace
{
using StackType = itk::Image<unsigned char, 3>;
using FilterType = itk::LinearDepthProjectionImageFilter<StackType>;

StackType::Pointer
MakeStack(StackType::SizeType size)
{
  auto stack = StackType::New();
  stack->SetRegions(StackType::RegionType({ { 3, -2, 1 } }, size));
  const double spacing[] = { 0.5, 0.25, 10.0 };
  stack->SetSpacing(spacing);
  stack->Allocate(true);
  return stack;
}

// One bright voxel in slice z of eight.
itk::RGBPixel<float>
ColourOfSlice(unsigned int z, unsigned int numberOfSlices = 0)
{
  const auto stack = MakeStack({ { 1, 1, 8 } });
  stack->SetPixel({ { 3, -2, 1 + static_cast<itk::IndexValueType>(z) } }, 200);
  auto filter = FilterType::New();
  filter->SetInput(stack);
  filter->SetNumberOfSlices(numberOfSlices);
  filter->Update();
  return filter->GetOutput()->GetPixel({ { 3, -2 } });
}
} // namespace

TEST(LinearDepthProjectionImageFilter, WindowsAreCentredAndMeetAtOneHalf)
{
  // Eight slices: centres at 2, 4 and 6.
  EXPECT_FLOAT_EQ(ColourOfSlice(2).GetRed(), 200.f);
  EXPECT_FLOAT_EQ(ColourOfSlice(4).GetGreen(), 200.f);
  EXPECT_FLOAT_EQ(ColourOfSlice(6).GetBlue(), 200.f);
  EXPECT_NEAR(ColourOfSlice(3).GetRed(), 100.f, 1e-3);
  EXPECT_NEAR(ColourOfSlice(3).GetGreen(), 100.f, 1e-3);
  EXPECT_NEAR(ColourOfSlice(5).GetGreen(), 100.f, 1e-3);
  EXPECT_NEAR(ColourOfSlice(5).GetBlue(), 100.f, 1e-3);
  // Half of the half per squared distance: two steps away 2^-4.
  EXPECT_NEAR(ColourOfSlice(4).GetRed(), 200.f / 16, 1e-3);
}

TEST(LinearDepthProjectionImageFilter, PaddingMovesTheWindows)
{
  // Sixteen slices, the stack's eight from slice 4 on: the centre of the middle window, 8, is the stack's slice 4.
  EXPECT_FLOAT_EQ(ColourOfSlice(4, 16).GetGreen(), 200.f);
  EXPECT_FLOAT_EQ(ColourOfSlice(0, 16).GetRed(), 200.f);
}

TEST(LinearDepthProjectionImageFilter, GeometryOfXAndYStays)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeStack({ { 4, 5, 3 } }));
  filter->Update();
  const auto * output = filter->GetOutput();
  EXPECT_EQ(output->GetLargestPossibleRegion(), itk::ImageRegion<2>({ { 3, -2 } }, { { 4, 5 } }));
  EXPECT_EQ(output->GetSpacing()[0], 0.5);
  EXPECT_EQ(output->GetSpacing()[1], 0.25);
}

TEST(LinearDepthProjectionImageFilter, StreamedAndThreadedResultsAreEqual)
{
  const auto stack = MakeStack({ { 17, 23, 6 } });
  for (unsigned int i = 0; i < 17 * 23 * 6; ++i)
  {
    stack->GetBufferPointer()[i] = static_cast<unsigned char>(i * 89 % 251);
  }
  auto whole = FilterType::New();
  whole->SetInput(stack);
  whole->SetNumberOfWorkUnits(1);
  whole->Update();
  auto pieces = FilterType::New();
  pieces->SetInput(stack);
  pieces->SetNumberOfWorkUnits(2);
  using ImageType = FilterType::OutputImageType;
  auto streaming = itk::StreamingImageFilter<ImageType, ImageType>::New();
  streaming->SetInput(pieces->GetOutput());
  streaming->SetNumberOfStreamDivisions(5);
  streaming->Update();
  for (unsigned int i = 0; i < 17 * 23; ++i)
  {
    ASSERT_EQ(streaming->GetOutput()->GetBufferPointer()[i], whole->GetOutput()->GetBufferPointer()[i]);
  }
}

TEST(LinearDepthProjectionImageFilter, AChangedParameterRunsAgainAndAnEmptyStackIsRefused)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeStack({ { 4, 5, 3 } }));
  int runs = 0;
  filter->AddObserver(itk::StartEvent(), [&runs](const itk::EventObject &) { ++runs; });
  filter->Update();
  filter->SetNumberOfSlices(0);
  filter->Update();
  EXPECT_EQ(runs, 1);
  filter->SetNumberOfSlices(9);
  filter->Update();
  EXPECT_EQ(runs, 2);
  std::ostringstream text;
  filter->Print(text);
  EXPECT_NE(text.str().find("NumberOfSlices: 9"), std::string::npos);

  auto empty = FilterType::New();
  empty->SetInput(MakeStack({ { 4, 5, 0 } }));
  EXPECT_THROW(empty->Update(), itk::ExceptionObject);
}
