// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkCellLabelMapToLayersImageFilter.h"

#include "itkImageRegionConstIterator.h"
#include "itkLayersImageToCellLabelMapFilter.h"
#include "itkShapeOpeningLabelMapFilter.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>

namespace
{
using LayersType = itk::Image<unsigned int, 3>;
using FilterType = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, LayersType>;
using CellType = itk::CellLabelMap::LabelObjectType;
using itk::PenCore::PageAssignment;

template <unsigned int VDimension>
itk::Vector<double, VDimension>
Spacing(const std::array<double, VDimension> & values)
{
  return itk::Vector<double, VDimension>(values.data());
}

itk::CellLabelMap::Pointer
MakeMap(const itk::CellLabelMap::IndexType & start = { { 0, 0 } })
{
  auto map = itk::CellLabelMap::New();
  map->SetRegions(itk::CellLabelMap::RegionType(start, { { 10, 4 } }));
  return map;
}

void
AddBar(itk::CellLabelMap * map, itk::SizeValueType label, unsigned int channel, int x, int y, unsigned int length)
{
  const auto start = map->GetLargestPossibleRegion().GetIndex();
  auto cell = CellType::New();
  cell->SetLabel(label);
  cell->SetChannel(channel);
  cell->AddLine({ { start[0] + x, start[1] + y } }, length);
  map->AddLabelObject(cell);
}

FilterType::Pointer
Convert(const itk::CellLabelMap * map, PageAssignment assignment)
{
  auto filter = FilterType::New();
  filter->SetInput(map);
  filter->SetPageAssignment(assignment);
  filter->Update();
  return filter;
}

std::map<unsigned int, unsigned int>
CountPixelsOfLabels(const LayersType * layers)
{
  std::map<unsigned int, unsigned int> count;
  for (itk::SizeValueType i = 0; i < layers->GetLargestPossibleRegion().GetNumberOfPixels(); ++i)
  {
    ++count[layers->GetBufferPointer()[i]];
  }
  count.erase(0);
  return count;
}
} // namespace

TEST(CellLabelMapToLayersImageFilter, CellsLieOnThePageOfTheirChannelAndNoneLosesAPixel)
{
  const auto map = MakeMap();
  AddBar(map, 7, 0, 0, 1, 5);
  AddBar(map, 9, 1, 2, 1, 5);
  AddBar(map, 11, 0, 4, 1, 3);
  const auto filter = Convert(map, PageAssignment::Channel);
  const auto * layers = filter->GetOutput();
  EXPECT_EQ(filter->GetNumberOfPages(), 3u);
  EXPECT_EQ(layers->GetPixel({ { 4, 1, 0 } }), 7u);
  EXPECT_EQ(layers->GetPixel({ { 2, 1, 1 } }), 9u);
  EXPECT_EQ(layers->GetPixel({ { 4, 1, 2 } }), 11u);
  const std::map<unsigned int, unsigned int> expected{ { 7, 5 }, { 9, 5 }, { 11, 3 } };
  EXPECT_EQ(CountPixelsOfLabels(layers), expected);
}

TEST(CellLabelMapToLayersImageFilter, FewestPagesIgnoresTheChannels)
{
  const auto map = MakeMap();
  AddBar(map, 1, 4, 0, 0, 3);
  AddBar(map, 2, 6, 5, 0, 3);
  EXPECT_EQ(Convert(map, PageAssignment::Fewest)->GetOutput()->GetLargestPossibleRegion().GetSize(2), 1u);
  EXPECT_EQ(Convert(map, PageAssignment::Channel)->GetOutput()->GetLargestPossibleRegion().GetSize(2), 7u);
}

TEST(CellLabelMapToLayersImageFilter, EmptyMapGivesTheMinimumNumberOfBlankPages)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeMap());
  filter->SetMinimumNumberOfPages(3);
  filter->Update();
  const LayersType::SizeType expected{ { 10, 4, 3 } };
  EXPECT_EQ(filter->GetOutput()->GetLargestPossibleRegion().GetSize(), expected);
  EXPECT_TRUE(CountPixelsOfLabels(filter->GetOutput()).empty());
}

TEST(CellLabelMapToLayersImageFilter, PlaneGeometryIsEmbedded)
{
  const auto map = MakeMap({ { -3, 20 } });
  map->SetSpacing(Spacing<2>({ 0.5, 0.25 }));
  map->SetOrigin(itk::Point<double, 2>(std::array<double, 2>{ 8.0, -9.0 }));
  itk::CellLabelMap::DirectionType direction;
  direction(0, 0) = direction(1, 1) = std::cos(0.4);
  direction(0, 1) = -std::sin(0.4);
  direction(1, 0) = std::sin(0.4);
  map->SetDirection(direction);
  AddBar(map, 5, 0, 1, 2, 1);
  const auto filter = Convert(map, PageAssignment::Channel);
  const auto * layers = filter->GetOutput();
  EXPECT_EQ(layers->GetPixel({ { -2, 22, 0 } }), 5u);
  EXPECT_EQ(layers->GetSpacing(), Spacing<3>({ 0.5, 0.25, 1.0 }));
  const auto here = layers->TransformIndexToPhysicalPoint<double>({ { -2, 22, 0 } });
  const auto there = map->TransformIndexToPhysicalPoint<double>({ { -2, 22 } });
  EXPECT_NEAR(here[0], there[0], 1e-9);
  EXPECT_NEAR(here[1], there[1], 1e-9);
  EXPECT_EQ(here[2], 0.0);
}

TEST(CellLabelMapToLayersImageFilter, LabelsOfAnObliqueStackLieOnItsFirstSlice)
{
  auto stack = itk::Image<float, 3>::New();
  stack->SetRegions(itk::ImageRegion<3>({ { 0, 0, 4 } }, { { 10, 10, 5 } }));
  stack->SetSpacing(Spacing<3>({ 0.5, 0.5, 10.0 }));
  stack->SetOrigin(itk::Point<double, 3>(std::array<double, 3>{ 1.0, 2.0, 3.0 }));
  LayersType::DirectionType direction;
  direction.SetIdentity();
  direction(1, 1) = direction(2, 2) = 0.6;
  direction(1, 2) = -0.8;
  direction(2, 1) = 0.8;
  stack->SetDirection(direction);
  const auto map = MakeMap();
  map->SetSpacing(Spacing<2>({ 0.5, 0.5 }));
  auto filter = FilterType::New();
  filter->SetInput(map);
  filter->SetReferenceGeometry(stack);
  filter->UpdateOutputInformation();
  const auto here = filter->GetOutput()->TransformIndexToPhysicalPoint<double>({ { 7, 3, 0 } });
  const auto there = stack->TransformIndexToPhysicalPoint<double>({ { 7, 3, 4 } });
  EXPECT_LT(here.EuclideanDistanceTo(there), 1e-12);
}

TEST(CellLabelMapToLayersImageFilter, RoundTripReturnsTheCells)
{
  const auto map = MakeMap({ { 5, 6 } });
  AddBar(map, 2, 1, 0, 0, 6);
  AddBar(map, 3, 0, 2, 0, 6);
  AddBar(map, 900, 1, 7, 3, 3);
  auto back = itk::LayersImageToCellLabelMapFilter<LayersType>::New();
  back->SetInput(Convert(map, PageAssignment::Channel)->GetOutput());
  back->Update();
  ASSERT_EQ(back->GetOutput()->GetLabels(), map->GetLabels());
  EXPECT_EQ(back->GetOutput()->GetLargestPossibleRegion(), map->GetLargestPossibleRegion());
  for (const auto label : map->GetLabels())
  {
    const auto * cell = map->GetLabelObject(label);
    const auto * copy = back->GetOutput()->GetLabelObject(label);
    EXPECT_EQ(copy->GetChannel(), cell->GetChannel());
    ASSERT_EQ(copy->GetNumberOfLines(), 1u);
    EXPECT_EQ(copy->GetLine(0).GetIndex(), cell->GetLine(0).GetIndex());
    EXPECT_EQ(copy->GetLine(0).GetLength(), cell->GetLine(0).GetLength());
  }
}

TEST(CellLabelMapToLayersImageFilter, ItksOwnLabelMapFiltersFitInBetween)
{
  const auto map = MakeMap();
  AddBar(map, 1, 0, 0, 0, 6);
  AddBar(map, 2, 1, 2, 0, 2);
  for (const auto label : map->GetLabels())
  {
    map->GetLabelObject(label)->SetNumberOfPixels(map->GetLabelObject(label)->Size());
  }
  auto opening = itk::ShapeOpeningLabelMapFilter<itk::CellLabelMap>::New();
  opening->SetInput(map);
  opening->SetAttribute("NumberOfPixels");
  opening->SetLambda(4);
  auto filter = FilterType::New();
  filter->SetInput(opening->GetOutput());
  filter->Update();
  EXPECT_EQ(CountPixelsOfLabels(filter->GetOutput()), (std::map<unsigned int, unsigned int>{ { 1, 6 } }));
}

TEST(CellLabelMapToLayersImageFilter, LabelThatDoesNotFitThePixelTypeIsAnError)
{
  using ByteFilterType = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, itk::Image<unsigned char, 3>>;
  const auto map = MakeMap();
  AddBar(map, 255, 0, 0, 0, 3);
  auto filter = ByteFilterType::New();
  filter->SetInput(map);
  EXPECT_NO_THROW(filter->Update());
  AddBar(map, 256, 0, 5, 0, 3);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(CellLabelMapToLayersImageFilter, CellOutsideTheRegionIsAnError)
{
  const auto map = MakeMap();
  AddBar(map, 1, 0, 8, 0, 3);
  auto filter = FilterType::New();
  filter->SetInput(map);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(CellLabelMapToLayersImageFilter, RunsAgainOnlyWhenAParameterChanged)
{
  const auto map = MakeMap();
  AddBar(map, 1, 1, 0, 0, 3);
  const auto filter = Convert(map, PageAssignment::Channel);
  const auto first = filter->GetOutput()->GetUpdateMTime();
  filter->SetPageAssignment(PageAssignment::Channel);
  filter->SetMinimumNumberOfPages(1);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetUpdateMTime(), first);
  filter->SetPageAssignment(PageAssignment::Fewest);
  filter->Update();
  EXPECT_GT(filter->GetOutput()->GetUpdateMTime(), first);
  EXPECT_EQ(filter->GetOutput()->GetLargestPossibleRegion().GetSize(2), 1u);
}

TEST(CellLabelMapToLayersImageFilter, AnyNumberOfThreadsGivesTheSameImage)
{
  const auto map = MakeMap();
  for (unsigned int i = 0; i < 30; ++i)
  {
    AddBar(map, i + 1, i % 3, static_cast<int>(i * 7 % 8), static_cast<int>(i % 4), 1 + i % 3);
  }
  std::vector<unsigned int> expected;
  for (const unsigned int threads : { 1u, 2u, 8u })
  {
    auto filter = FilterType::New();
    filter->SetInput(map);
    filter->SetNumberOfWorkUnits(threads);
    filter->Update();
    const auto * layers = filter->GetOutput();
    const std::vector<unsigned int> pixels(
      layers->GetBufferPointer(), layers->GetBufferPointer() + layers->GetLargestPossibleRegion().GetNumberOfPixels());
    expected = threads == 1 ? pixels : expected;
    EXPECT_EQ(pixels, expected);
  }
}

TEST(CellLabelMapToLayersImageFilter, ARequestedRegionIsMadeAloneAndEqualsThatOfTheWhole)
{
  const auto map = MakeMap({ { 20, -7 } });
  for (unsigned int i = 0; i < 12; ++i)
  {
    AddBar(map, i + 1, i % 3, static_cast<int>(i * 7 % 6), static_cast<int>(i % 4), 1 + i % 5);
  }
  const auto whole = Convert(map, PageAssignment::Fewest);
  const auto all = whole->GetOutput()->GetLargestPossibleRegion();
  auto parts = FilterType::New();
  parts->SetInput(map);
  parts->SetPageAssignment(PageAssignment::Fewest);
  parts->UpdateOutputInformation();
  std::size_t labelled = 0;
  for (itk::IndexValueType page = 0; page < static_cast<itk::IndexValueType>(all.GetSize(2)); ++page)
  {
    for (const itk::IndexValueType left : { 20, 23, 28 })
    {
      const LayersType::RegionType part({ { left, -6, page } }, { { 2, 3, 1 } });
      parts->GetOutput()->SetRequestedRegion(part);
      parts->GetOutput()->Update();
      ASSERT_EQ(parts->GetOutput()->GetBufferedRegion(), part);
      itk::ImageRegionConstIterator<LayersType> expected(whole->GetOutput(), part);
      for (itk::ImageRegionConstIterator<LayersType> it(parts->GetOutput(), part); !it.IsAtEnd(); ++it, ++expected)
      {
        EXPECT_EQ(it.Get(), expected.Get()) << it.GetIndex();
        labelled += it.Get() != 0 ? 1 : 0;
      }
    }
  }
  EXPECT_GT(labelled, 10u);
}

TEST(CellLabelMapToLayersImageFilter, PrintsItsParameters)
{
  std::ostringstream text;
  FilterType::New()->Print(text);
  for (const char * name : { "PageAssignment: Channel", "MinimumNumberOfPages: 1", "UseReferenceGeometry: Off",
                             "ReferenceOrigin", "ReferenceDirection", "NumberOfPages" })
  {
    EXPECT_NE(text.str().find(name), std::string::npos) << name;
  }
}
