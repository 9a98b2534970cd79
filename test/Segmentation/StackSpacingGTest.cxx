// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The product's filter on the real stack and on the same stack seen through other grids.

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkCellSegmentationImageFilter.h"
#include "itkInstanceSegmentationMetricsFilter.h"
#include "itkLayersImageToCellLabelMapFilter.h"
#include "itkNearestNeighborInterpolateImageFunction.h"
#include "itkRegionOfInterestImageFilter.h"
#include "itkResampleImageFilter.h"
#include "support/TestReading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace
{
using StackType = itk::Image<unsigned char, 3>;
using LayersType = itk::Image<unsigned int, 3>;
using IgnoreType = itk::Image<unsigned char, 2>;

// Holds four of the stack's cells whole, two of which lie close to each other.
const StackType::RegionType CropOfStack({ { 220, 340, 0 } }, { { 240, 460, 20 } });
constexpr std::uint64_t CellsOfCrop = 4;

constexpr double SameCellIoU = 0.75;

StackType::Pointer
ReadStack()
{
  return ReadTestImage<StackType>("mda231_stack/stack.nrrd");
}

StackType::Pointer
ReadCrop()
{
  auto crop = itk::RegionOfInterestImageFilter<StackType, StackType>::New();
  crop->SetInput(ReadStack());
  crop->SetRegionOfInterest(CropOfStack);
  crop->Update();
  return crop->GetOutput();
}

LayersType::Pointer
Segment(const StackType * stack)
{
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->SetPrecision(itk::SegmentationNetwork::Precision::Float32);
  network->Load(std::string(PEN_MODELS_DIR) + "/pen-cellpose.pt");
  auto cells = itk::CellSegmentationImageFilter<StackType>::New();
  cells->SetInput(stack);
  cells->SetNetwork(network);
  auto layers = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, LayersType>::New();
  layers->SetInput(cells->GetOutput());
  layers->SetMinimumNumberOfPages(network->GetOptions().outputChannels);
  layers->SetReferenceGeometry(stack);
  layers->Update();
  return layers->GetOutput();
}

itk::CellLabelMap::Pointer
CellsOf(const LayersType * layers)
{
  auto toCells = itk::LayersImageToCellLabelMapFilter<LayersType>::New();
  toCells->SetInput(layers);
  toCells->Update();
  return toCells->GetOutput();
}

itk::PenCore::MatchCounts
CountMatches(const LayersType * truth, const LayersType * prediction, double iou, const IgnoreType * ignore = nullptr)
{
  auto metrics = itk::InstanceSegmentationMetricsFilter<>::New();
  metrics->SetTruth(CellsOf(truth));
  metrics->SetPrediction(CellsOf(prediction));
  metrics->SetIoUThreshold(iou);
  if (ignore != nullptr)
  {
    metrics->SetIgnoreImage(ignore);
  }
  metrics->Update();
  return metrics->GetMetrics().counts;
}

// Lays a grid of another spacing over an image's extent, edge to edge.
void
CoverExtent(const itk::ImageBase<3> * image, const double * spacing, itk::ImageBase<3> * grid)
{
  const auto oldSpacing = image->GetSpacing();
  const auto oldSize = image->GetLargestPossibleRegion().GetSize();
  auto newSpacing = oldSpacing;
  auto origin = image->GetOrigin();
  StackType::SizeType size;
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    newSpacing[axis] = spacing[axis];
    size[axis] = static_cast<itk::SizeValueType>(std::lround(oldSize[axis] * oldSpacing[axis] / newSpacing[axis]));
    origin[axis] += 0.5 * (newSpacing[axis] - oldSpacing[axis]);
  }
  grid->SetRegions(size);
  grid->SetSpacing(newSpacing);
  grid->SetOrigin(origin);
}

StackType::Pointer
ResampleStack(const StackType * stack, const double * spacing)
{
  auto grid = StackType::New();
  CoverExtent(stack, spacing, grid.GetPointer());
  auto resample = itk::ResampleImageFilter<StackType, StackType>::New();
  resample->SetInput(stack);
  resample->SetReferenceImage(grid);
  resample->UseReferenceImageOn();
  resample->Update();
  return resample->GetOutput();
}

// Every page on the x-y grid of a stack.
LayersType::Pointer
ResampleLayers(const LayersType * layers, const StackType * stack)
{
  auto origin = stack->GetOrigin();
  auto spacing = stack->GetSpacing();
  auto size = stack->GetLargestPossibleRegion().GetSize();
  origin[2] = layers->GetOrigin()[2];
  spacing[2] = layers->GetSpacing()[2];
  size[2] = layers->GetLargestPossibleRegion().GetSize(2);
  auto resample = itk::ResampleImageFilter<LayersType, LayersType>::New();
  resample->SetInput(layers);
  resample->SetInterpolator(itk::NearestNeighborInterpolateImageFunction<LayersType>::New());
  resample->SetOutputOrigin(origin);
  resample->SetOutputSpacing(spacing);
  resample->SetSize(size);
  resample->Update();
  return resample->GetOutput();
}

void
ExpectOnGridOf(const StackType * stack, const LayersType * layers)
{
  const auto stackRegion = stack->GetLargestPossibleRegion();
  const auto region = layers->GetLargestPossibleRegion();
  for (unsigned int axis = 0; axis < 2; ++axis)
  {
    EXPECT_EQ(region.GetIndex(axis), stackRegion.GetIndex(axis));
    EXPECT_EQ(region.GetSize(axis), stackRegion.GetSize(axis));
    EXPECT_EQ(layers->GetSpacing()[axis], stack->GetSpacing()[axis]);
  }
  EXPECT_EQ(layers->GetDirection(), stack->GetDirection());
  StackType::PointType first;
  StackType::PointType firstOfLayers;
  stack->TransformIndexToPhysicalPoint(stackRegion.GetIndex(), first);
  layers->TransformIndexToPhysicalPoint(region.GetIndex(), firstOfLayers);
  EXPECT_LT(first.EuclideanDistanceTo(firstOfLayers), 1e-9);
}

void
ExpectSameCellsAtSpacing(const double (&spacing)[3])
{
  const StackType::Pointer crop = ReadCrop();
  const LayersType::Pointer reference = Segment(crop);
  const StackType::Pointer resampled = ResampleStack(crop, spacing);
  const LayersType::Pointer layers = Segment(resampled);
  ExpectOnGridOf(resampled, layers);
  const auto counts = CountMatches(ResampleLayers(reference, resampled), layers, SameCellIoU);
  EXPECT_EQ(counts.truePositives, CellsOfCrop);
  EXPECT_EQ(counts.falseNegatives, 0U);
  EXPECT_EQ(counts.falsePositives, 0U);
}
} // namespace

TEST(StackSpacing, TheShippedModelFindsTheAnnotatedCellsOfItsStack)
{
  const StackType::Pointer stack = ReadStack();
  const LayersType::Pointer layers = Segment(stack);
  ExpectOnGridOf(stack, layers);
  const auto truth = ReadTestImage<LayersType>("mda231_stack/layers.nrrd");
  const auto ignore = ReadTestImage<IgnoreType>("mda231_stack/ignore.nrrd");
  const auto counts = CountMatches(truth, layers, 0.5, ignore);
  EXPECT_GE(counts.truePositives, 9U);
  EXPECT_EQ(counts.truePositives + counts.falseNegatives, 10U);
}

TEST(StackSpacing, HalfThePixelSizeAndHalfTheSliceSpacingGiveTheSameCells)
{
  ExpectSameCellsAtSpacing({ 0.269, 0.269, 5.0 });
}

TEST(StackSpacing, SizesThatDivideByNothingGiveTheSameCells)
{
  ExpectSameCellsAtSpacing({ 0.613, 0.471, 7.3 });
}

TEST(StackSpacing, DirectionAndStartIndexChangeNothingInTheMasks)
{
  const StackType::Pointer crop = ReadCrop();
  auto turned = StackType::New();
  turned->CopyInformation(crop);
  turned->SetRegions(StackType::RegionType({ { -17, 23, 5 } }, CropOfStack.GetSize()));
  const double c = std::cos(0.5);
  const double s = std::sin(0.5);
  const double oblique[3][3] = { { c, -s * c, s * s }, { s, c * c, -c * s }, { 0.0, s, c } };
  StackType::DirectionType direction;
  for (unsigned int row = 0; row < 3; ++row)
  {
    for (unsigned int column = 0; column < 3; ++column)
    {
      direction(row, column) = oblique[row][column];
    }
  }
  turned->SetDirection(direction);
  turned->Allocate();
  std::copy_n(crop->GetBufferPointer(), CropOfStack.GetNumberOfPixels(), turned->GetBufferPointer());

  const LayersType::Pointer reference = Segment(crop);
  const LayersType::Pointer layers = Segment(turned);
  ExpectOnGridOf(turned, layers);
  ASSERT_EQ(layers->GetLargestPossibleRegion().GetSize(), reference->GetLargestPossibleRegion().GetSize());
  const auto voxels = reference->GetLargestPossibleRegion().GetNumberOfPixels();
  EXPECT_TRUE(
    std::equal(reference->GetBufferPointer(), reference->GetBufferPointer() + voxels, layers->GetBufferPointer()));
  EXPECT_EQ(CellsOf(layers)->GetNumberOfLabelObjects(), CellsOfCrop);
}
