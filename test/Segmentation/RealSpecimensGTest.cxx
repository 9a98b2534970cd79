// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The product's filter on a real stack, and on the same cells as other microscopes and specimens show them.

#include "ProjectionEnhancement/Cells/Overlap.h"
#include "ProjectionEnhancement/Cells/PixelBox.h"
#include "ProjectionEnhancement/Cells/PixelRuns.h"
#include "itkCellSegmentationImageFilter.h"
#include "itkRegionOfInterestImageFilter.h"
#include "support/TestReading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace
{
using StackType = itk::Image<unsigned short, 3>;
using FilterType = itk::CellSegmentationImageFilter<StackType>;

// Four of the stack's cells, whole.
const StackType::RegionType CropOfStack({ { 220, 340, 0 } }, { { 240, 460, 20 } });
constexpr std::size_t CellsOfCrop = 4;

StackType::Pointer
ReadCrop()
{
  auto crop = itk::RegionOfInterestImageFilter<StackType, StackType>::New();
  const auto stack = ReadTestImage<StackType>("mda231_stack/stack.nrrd");
  crop->SetInput(stack);
  crop->SetRegionOfInterest(CropOfStack);
  crop->Update();
  return crop->GetOutput();
}

FilterType::Pointer
Segment(const StackType * stack, const std::function<void(FilterType *)> & change = {})
{
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Load(std::string(PEN_MODELS_DIR) + "/pen-cellpose.pt");
  auto filter = FilterType::New();
  filter->SetInput(stack);
  filter->SetNetwork(network);
  if (change)
  {
    change(filter);
  }
  filter->Update();
  return filter;
}

std::vector<itk::PenCore::PixelRuns>
MasksOf(FilterType * filter)
{
  std::vector<itk::PenCore::PixelRuns> masks;
  const auto start = filter->GetOutput()->GetLargestPossibleRegion().GetIndex();
  for (const auto & object : filter->GetOutput()->GetLabelObjects())
  {
    masks.push_back(itk::PenCore::PixelRuns(itk::PixelRunsFromLabelObject(object.GetPointer(), start)));
  }
  return masks;
}

// The least IoU of a cell with the one that is most alike among the others.
double
LeastIoU(const std::vector<itk::PenCore::PixelRuns> & cells, const std::vector<itk::PenCore::PixelRuns> & others)
{
  std::vector<double> best(cells.size(), 0.0);
  for (const auto & pair :
       itk::PenCore::FindOverlappingPairs(itk::PenCore::MasksOf(cells), itk::PenCore::MasksOf(others)))
  {
    const double all = static_cast<double>(itk::PenCore::CountPixels(cells[pair.first]) +
                                           itk::PenCore::CountPixels(others[pair.second]) - pair.pixels);
    best[pair.first] = std::max(best[pair.first], static_cast<double>(pair.pixels) / all);
  }
  return best.empty() ? 0.0 : *std::min_element(best.begin(), best.end());
}

// Cells of the crop as it is; found once.
const std::vector<itk::PenCore::PixelRuns> &
CellsAsTheyAre()
{
  static const std::vector<itk::PenCore::PixelRuns> masks = MasksOf(Segment(ReadCrop()));
  return masks;
}

// The crop with other voxels: change(x, y, z, value).
template <typename TChange>
StackType::Pointer
Changed(TChange && change)
{
  const auto stack = ReadCrop();
  const auto size = stack->GetLargestPossibleRegion().GetSize();
  unsigned short * voxel = stack->GetBufferPointer();
  for (long z = 0; z < static_cast<long>(size[2]); ++z)
  {
    for (long y = 0; y < static_cast<long>(size[1]); ++y)
    {
      for (long x = 0; x < static_cast<long>(size[0]); ++x, ++voxel)
      {
        *voxel = static_cast<unsigned short>(change(x, y, z, *voxel));
      }
    }
  }
  return stack;
}

double
ShareOfBox(const itk::PenCore::PixelRuns & mask)
{
  const itk::PenCore::PixelBox box = itk::PenCore::BoundingBox(mask);
  return static_cast<double>(itk::PenCore::CountPixels(mask)) / (static_cast<double>(box.Width()) * box.Height());
}

void
ExpectTheSameCells(FilterType * filter, double leastIoU)
{
  const auto masks = MasksOf(filter);
  ASSERT_EQ(CellsAsTheyAre().size(), CellsOfCrop);
  EXPECT_EQ(masks.size(), CellsOfCrop);
  EXPECT_GE(LeastIoU(CellsAsTheyAre(), masks), leastIoU);
}
} // namespace

TEST(RealSpecimens, ACamerasOffsetInABlackFrame)
{
  const auto framed =
    Changed([](long x, long y, long, int value) { return x < 3 || y < 3 || x >= 237 || y >= 457 ? 0 : value + 100; });
  const auto filter = Segment(framed);
  ExpectTheSameCells(filter, 0.9);
  EXPECT_NEAR(filter->GetIntensityRemarks().paddingShare, 1.0 - 234.0 * 454.0 / (240.0 * 460.0), 1e-9);
  EXPECT_EQ(filter->GetIntensityRemarks().outlierRatio, 0.0);
}

TEST(RealSpecimens, ABrightGrain)
{
  // 13 um across, on three slices, where no cell is.
  const auto speckled = Changed(
    [](long x, long y, long z, int value)
    { return (x - 30) * (x - 30) + (y - 40) * (y - 40) < 144 && z > 8 && z < 12 ? 12000 + (x + y) % 7 : value; });
  const auto filter = Segment(speckled);
  EXPECT_GE(LeastIoU(CellsAsTheyAre(), MasksOf(filter)), 0.9);
  EXPECT_GT(filter->GetIntensityRemarks().outlierRatio, 10.0);
}

TEST(RealSpecimens, HotPixels)
{
  std::mt19937 random(3);
  const auto hot = Changed([&](long, long, long, int value)
                           { return random() % 500 == 0 ? 20000 + static_cast<int>(random() % 5000) : value; });
  EXPECT_GE(LeastIoU(CellsAsTheyAre(), MasksOf(Segment(hot))), 0.75);
}

TEST(RealSpecimens, FinerPixels)
{
  // Each pixel three times along x and y, and the spacing told.
  const auto stack = ReadCrop();
  const auto size = stack->GetLargestPossibleRegion().GetSize();
  auto fine = StackType::New();
  fine->SetRegions(StackType::SizeType{ { 3 * size[0], 3 * size[1], size[2] } });
  fine->Allocate();
  auto spacing = stack->GetSpacing();
  spacing[0] /= 3.0;
  spacing[1] /= 3.0;
  fine->SetSpacing(spacing);
  for (itk::SizeValueType i = 0; i < 9 * size[0] * size[1] * size[2]; ++i)
  {
    const itk::SizeValueType x = i % (3 * size[0]) / 3;
    const itk::SizeValueType y = i / (3 * size[0]) % (3 * size[1]) / 3;
    const itk::SizeValueType z = i / (9 * size[0] * size[1]);
    fine->GetBufferPointer()[i] = stack->GetBufferPointer()[(z * size[1] + y) * size[0] + x];
  }
  std::vector<itk::PenCore::PixelRuns> coarse;
  const auto filter = Segment(fine);
  for (const itk::PenCore::PixelRuns & mask : MasksOf(filter))
  {
    // The middles of the pixels as they were.
    coarse.emplace_back();
    for (const itk::PenCore::PixelRun & run : mask)
    {
      for (std::int32_t x = run.x; x < run.x + run.length; ++x)
      {
        if (run.y % 3 == 1 && x % 3 == 1)
        {
          itk::PenCore::AppendPixel(coarse.back(), x / 3, run.y / 3);
        }
      }
    }
  }
  EXPECT_EQ(coarse.size(), CellsOfCrop);
  EXPECT_GE(LeastIoU(CellsAsTheyAre(), coarse), 0.95);
}

TEST(RealSpecimens, TheRangeSetByHandIsTheRange)
{
  // Times 20 and plus 1000, and the same range said.
  const auto bright = Changed([](long, long, long, int value) { return 20 * value + 1000; });
  const auto withRange = [](double low, double high)
  {
    return [low, high](FilterType * filter)
    {
      filter->SetLowestIntensity(low);
      filter->SetHighestIntensity(high);
    };
  };
  const auto plain = MasksOf(Segment(ReadCrop(), withRange(2.0, 130.0)));
  const auto scaled = MasksOf(Segment(bright, withRange(1040.0, 3600.0)));
  ASSERT_EQ(plain.size(), scaled.size());
  EXPECT_GE(LeastIoU(plain, scaled), 0.99);
  EXPECT_EQ(plain.size(), CellsOfCrop);
}

TEST(RealSpecimens, ALargestShareRemovesAndIsCounted)
{
  const auto filter = Segment(ReadCrop(),
                              [](FilterType * f)
                              {
                                auto recipe = f->GetRecipe();
                                recipe.maximumSizeShare = 1e-5;
                                f->SetRecipe(recipe);
                              });
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 0u);
  EXPECT_GE(filter->GetRemovedMasks().tooLarge, CellsOfCrop);
}

TEST(RealSpecimens, ACellThatFillsItsFieldIsFound)
{
  // The largest cell, cut out two pixels from its edges; some two fifths of the field.
  const auto & masks = CellsAsTheyAre();
  const auto densest = std::max_element(masks.begin(), masks.end(),
                                        [](const auto & a, const auto & b) { return ShareOfBox(a) < ShareOfBox(b); });
  ASSERT_NE(densest, masks.end());
  ASSERT_GT(ShareOfBox(*densest), 0.4);
  const itk::PenCore::PixelBox box = itk::PenCore::BoundingBox(*densest);
  auto crop = itk::RegionOfInterestImageFilter<StackType, StackType>::New();
  crop->SetInput(ReadCrop());
  const itk::IndexValueType left = std::max(box.left - 2, 0);
  const itk::IndexValueType top = std::max(box.top - 2, 0);
  crop->SetRegionOfInterest(StackType::RegionType(
    { { left, top, 0 } },
    { { static_cast<itk::SizeValueType>(box.Width()) + 4, static_cast<itk::SizeValueType>(box.Height()) + 4, 20 } }));
  crop->Update();
  const auto filter = Segment(crop->GetOutput());
  EXPECT_EQ(filter->GetRemovedMasks().tooLarge, 0u);
  EXPECT_GE(filter->GetOutput()->GetNumberOfLabelObjects(), 1u);
}

TEST(RealSpecimens, DarkCellsOnBrightGroundAreNoticed)
{
  const auto inverted = Changed([](long, long, long, int value) { return 255 - value; });
  const auto filter = Segment(inverted);
  EXPECT_TRUE(filter->GetIntensityRemarks().looksInverted);
  EXPECT_FALSE(Segment(ReadCrop())->GetIntensityRemarks().looksInverted);
}
