// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkLayersImageToCellLabelMapFilter.h"

#include "itkImage.h"

#include <gtest/gtest.h>

#include <cmath>

namespace
{
using LayersType = itk::Image<unsigned short, 3>;
using PlaneType = itk::Image<unsigned char, 2>;
using FilterType = itk::LayersImageToCellLabelMapFilter<LayersType>;

// Two pages of 6 x 5; labels 3 and 8 on page 0, label 5 over label 3 on page 1.
LayersType::Pointer
MakeLayers(const LayersType::IndexType & start = { { 0, 0, 0 } })
{
  auto layers = LayersType::New();
  layers->SetRegions(LayersType::RegionType(start, { { 6, 5, 2 } }));
  layers->Allocate(true);
  const auto paint = [&](int x, int y, int page, unsigned short label) {
    layers->SetPixel({ { start[0] + x, start[1] + y, start[2] + page } }, label);
  };
  paint(1, 1, 0, 3);
  paint(2, 1, 0, 3);
  paint(3, 1, 0, 8);
  paint(2, 2, 0, 3);
  paint(2, 1, 1, 5);
  paint(4, 1, 1, 5);
  return layers;
}

FilterType::Pointer
Convert(const LayersType * layers)
{
  auto filter = FilterType::New();
  filter->SetInput(layers);
  filter->Update();
  return filter;
}
} // namespace

TEST(LayersImageToCellLabelMapFilter, EveryLabelBecomesACellThatKeepsItsLabelAndTakesItsPageAsChannel)
{
  const auto filter = Convert(MakeLayers());
  const auto * cells = filter->GetOutput();
  ASSERT_EQ(cells->GetNumberOfLabelObjects(), 3u);
  EXPECT_EQ(cells->GetLabelObject(3)->GetChannel(), 0u);
  EXPECT_EQ(cells->GetLabelObject(8)->GetChannel(), 0u);
  EXPECT_EQ(cells->GetLabelObject(5)->GetChannel(), 1u);
  EXPECT_EQ(cells->GetLabelObject(3)->Size(), 3u);
  EXPECT_EQ(cells->GetLabelObject(8)->Size(), 1u);
  EXPECT_TRUE(cells->GetLabelObject(3)->HasIndex({ { 2, 1 } }));
  EXPECT_TRUE(cells->GetLabelObject(5)->HasIndex({ { 2, 1 } }));
  EXPECT_FALSE(cells->GetLabelObject(5)->HasIndex({ { 3, 1 } }));
}

TEST(LayersImageToCellLabelMapFilter, PlaneGeometryIsCarriedOver)
{
  const auto layers = MakeLayers({ { 10, -4, 7 } });
  const double spacing[] = { 0.5, 0.25, 9.0 };
  const double origin[] = { 100.0, -50.0, 3.0 };
  layers->SetSpacing(spacing);
  layers->SetOrigin(origin);
  LayersType::DirectionType direction;
  direction.SetIdentity();
  const double angle = 0.3;
  direction(0, 0) = direction(1, 1) = std::cos(angle);
  direction(0, 1) = -std::sin(angle);
  direction(1, 0) = std::sin(angle);
  layers->SetDirection(direction);

  const auto filter = Convert(layers);
  const auto * cells = filter->GetOutput();
  EXPECT_EQ(cells->GetLargestPossibleRegion(), itk::ImageRegion<2>({ { 10, -4 } }, { { 6, 5 } }));
  EXPECT_TRUE(cells->GetLabelObject(8)->HasIndex({ { 13, -3 } }));
  EXPECT_EQ(cells->GetLabelObject(5)->GetChannel(), 1u);
  const auto here = cells->TransformIndexToPhysicalPoint<double>({ { 13, -3 } });
  const auto there = layers->TransformIndexToPhysicalPoint<double>({ { 13, -3, 7 } });
  EXPECT_NEAR(here[0], there[0], 1e-9);
  EXPECT_NEAR(here[1], there[1], 1e-9);
}

TEST(LayersImageToCellLabelMapFilter, StackSeenEdgeOnGetsTheIdentityDirection)
{
  const auto layers = MakeLayers();
  LayersType::DirectionType direction;
  direction.Fill(0.0);
  direction(0, 0) = direction(2, 1) = direction(1, 2) = 1.0;
  layers->SetDirection(direction);
  itk::Matrix<double, 2, 2> identity;
  identity.SetIdentity();
  EXPECT_EQ(Convert(layers)->GetOutput()->GetDirection(), identity);
}

TEST(LayersImageToCellLabelMapFilter, PlainLabelImageGivesCellsOfChannelZero)
{
  auto image = PlaneType::New();
  image->SetRegions(PlaneType::RegionType({ { 2, 3 } }, { { 4, 4 } }));
  image->Allocate(true);
  image->SetPixel({ { 5, 6 } }, 255);
  auto filter = itk::LayersImageToCellLabelMapFilter<PlaneType>::New();
  filter->SetInput(image);
  filter->Update();
  ASSERT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 1u);
  EXPECT_EQ(filter->GetOutput()->GetLabelObject(255)->GetChannel(), 0u);
  EXPECT_TRUE(filter->GetOutput()->GetLabelObject(255)->HasIndex({ { 5, 6 } }));
}

TEST(LayersImageToCellLabelMapFilter, LabelOnTwoPagesIsAnErrorThatNamesLabelAndPages)
{
  const auto layers = MakeLayers();
  layers->SetPixel({ { 0, 0, 1 } }, 3);
  try
  {
    Convert(layers);
    FAIL() << "accepted label 3 on pages 0 and 1";
  }
  catch (const itk::ExceptionObject & error)
  {
    EXPECT_NE(std::string(error.GetDescription()).find("label 3 occurs on page 0 and on page 1"), std::string::npos)
      << error.GetDescription();
  }
}

TEST(LayersImageToCellLabelMapFilter, NegativeLabelIsAnError)
{
  using SignedType = itk::Image<short, 2>;
  auto image = SignedType::New();
  image->SetRegions(SignedType::SizeType{ { 3, 3 } });
  image->Allocate(true);
  image->SetPixel({ { 1, 1 } }, -1);
  auto filter = itk::LayersImageToCellLabelMapFilter<SignedType>::New();
  filter->SetInput(image);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(LayersImageToCellLabelMapFilter, RunsAgainOnlyWhenTheInputChanged)
{
  const auto layers = MakeLayers();
  const auto filter = Convert(layers);
  const auto first = filter->GetOutput()->GetUpdateMTime();
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetUpdateMTime(), first);
  layers->SetPixel({ { 0, 0, 0 } }, 9);
  layers->Modified();
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 4u);
}

TEST(LayersImageToCellLabelMapFilter, AnyNumberOfThreadsGivesTheSameLines)
{
  auto image = itk::Image<unsigned int, 3>::New();
  image->SetRegions(itk::Image<unsigned int, 3>::SizeType{ { 64, 50, 3 } });
  image->Allocate();
  for (unsigned int i = 0; i < 64 * 50 * 3; ++i)
  {
    image->GetBufferPointer()[i] = (i / 7) % 3 == 0 ? 0 : 1000 * (i / (64 * 50)) + (i * 31 / 64) % 40 + 1;
  }
  std::string expected;
  for (const unsigned int threads : { 1u, 2u, 8u })
  {
    auto filter = itk::LayersImageToCellLabelMapFilter<itk::Image<unsigned int, 3>>::New();
    filter->SetInput(image);
    filter->SetNumberOfWorkUnits(threads);
    filter->Update();
    std::ostringstream text;
    for (const auto & cell : filter->GetOutput()->GetLabelObjects())
    {
      text << cell->GetLabel() << ' ' << cell->GetChannel() << ':';
      for (itk::SizeValueType i = 0; i < cell->GetNumberOfLines(); ++i)
      {
        text << cell->GetLine(i).GetIndex() << cell->GetLine(i).GetLength();
      }
    }
    expected = threads == 1 ? text.str() : expected;
    EXPECT_EQ(text.str(), expected);
  }
  EXPECT_GT(expected.size(), 1000u);
}

TEST(LayersImageToCellLabelMapFilter, AbortEndsTheRunAndTheFilterCanRunAgain)
{
  auto filter = FilterType::New();
  const auto layers = MakeLayers();
  filter->SetInput(layers);
  bool isAborting = true;
  const auto tag = filter->AddObserver(itk::ProgressEvent(),
                                       [&](const itk::EventObject &) { filter->SetAbortGenerateData(isAborting); });
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
  isAborting = false;
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 3u);
  filter->RemoveObserver(tag);
}
