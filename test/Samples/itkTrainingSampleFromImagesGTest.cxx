// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkTrainingSampleFromImages.h"

#include "itkCellLabelObject.h"
#include "itkImageRegionIterator.h"

#include <gtest/gtest.h>

namespace
{
using Stack = itk::Image<short, 3>;
using Ignore = itk::Image<unsigned char, 2>;

// 4 x 3 x 2 voxels of 1 x 2 x 5 um from index (7, -2, 3) on; voxel k has the value k - 5.
Stack::Pointer
MakeStack()
{
  const auto stack = Stack::New();
  stack->SetRegions(Stack::RegionType({ { 7, -2, 3 } }, { { 4, 3, 2 } }));
  const double spacing[3] = { 1.0, 2.0, 5.0 };
  const double origin[3] = { 0.0, 0.0, 100.0 };
  stack->SetSpacing(spacing);
  stack->SetOrigin(origin);
  stack->Allocate();
  short value = -5;
  for (itk::ImageRegionIterator<Stack> it(stack, stack->GetLargestPossibleRegion()); !it.IsAtEnd(); ++it)
  {
    it.Set(value++);
  }
  return stack;
}

// A cell of two pixels in the last row, halfway between the stack's slices, which lie at 115 and 120 um.
itk::CellLabelMap::Pointer
MakeCells(const itk::Size<2> & size)
{
  const auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::CellLabelMap::RegionType({ { 7, -2 } }, size));
  const auto cell = itk::CellLabelMap::LabelObjectType::New();
  cell->SetLabel(12);
  cell->SetDepth(117.5);
  cell->AddLine({ { 8, 0 } }, 2);
  cells->AddLabelObject(cell);
  return cells;
}

TEST(TrainingSampleFromImages, CountsPixelsAndSlicesFromTheFirst)
{
  const auto stack = MakeStack();
  const auto sample = itk::TrainingSampleFromImages(stack.GetPointer(), MakeCells({ { 4, 3 } }).GetPointer());
  EXPECT_EQ(sample.width, 4u);
  EXPECT_EQ(sample.height, 3u);
  EXPECT_EQ(sample.slices, 2u);
  ASSERT_EQ(sample.stack.size(), 24u);
  EXPECT_EQ(sample.stack.front(), -5.0f);
  EXPECT_EQ(sample.stack.back(), 18.0f);
  EXPECT_EQ(sample.spacing[2], 5.0);
  ASSERT_EQ(sample.cells.size(), 1u);
  EXPECT_EQ(sample.cells[0].runs, (itk::PenCore::PixelRuns{ { 1, 2, 2 } }));
  EXPECT_DOUBLE_EQ(sample.cells[0].depth, 0.5);
  EXPECT_TRUE(sample.ignore.empty());
}

TEST(TrainingSampleFromImages, KnowsWhatIsNotKnown)
{
  const auto ignore = Ignore::New();
  ignore->SetRegions(Ignore::SizeType{ { 4, 3 } });
  ignore->Allocate(true);
  ignore->SetPixel({ { 2, 1 } }, 1);
  const auto sample =
    itk::TrainingSampleFromImages(MakeStack().GetPointer(), MakeCells({ { 4, 3 } }).GetPointer(), ignore.GetPointer());
  ASSERT_EQ(sample.ignore.size(), 12u);
  for (std::size_t i = 0; i < 12; ++i)
  {
    EXPECT_EQ(sample.ignore[i], i == 6 ? 1 : 0) << i;
  }
}

TEST(TrainingSampleFromImages, RefusesCellsAndMasksOfAnotherSize)
{
  const auto stack = MakeStack();
  EXPECT_THROW(itk::TrainingSampleFromImages(stack.GetPointer(), MakeCells({ { 4, 4 } }).GetPointer()),
               itk::ExceptionObject);
  const auto ignore = Ignore::New();
  ignore->SetRegions(Ignore::SizeType{ { 3, 4 } });
  ignore->Allocate(true);
  EXPECT_THROW(
    itk::TrainingSampleFromImages(stack.GetPointer(), MakeCells({ { 4, 3 } }).GetPointer(), ignore.GetPointer()),
    itk::ExceptionObject);
}
} // namespace
