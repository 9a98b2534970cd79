// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkDensityAugmentationFilter.h"

#include "itkCommand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace
{
using CellMap = itk::CellLabelMap;
using Mode = itk::PenCore::DensityAugmentationMode;

template <typename TPixel>
using Filter = itk::DensityAugmentationFilter<itk::Image<TPixel, 3>>;

// 48 x 40 x 5 voxels of 1 x 2 x 4 um from index (3, -2, 7) on, turned about z; a cell of 10 x 8 x 3 voxels in its
// middle.
template <typename TPixel>
typename itk::Image<TPixel, 3>::Pointer
MakeStack()
{
  using ImageType = itk::Image<TPixel, 3>;
  auto stack = ImageType::New();
  stack->SetRegions(typename ImageType::RegionType({ { 3, -2, 7 } }, { { 48, 40, 5 } }));
  const double spacing[3] = { 1.0, 2.0, 4.0 };
  const double origin[3] = { 100.0, 50.0, -8.0 };
  typename ImageType::DirectionType direction;
  direction.SetIdentity();
  direction(0, 0) = direction(1, 1) = 0.8;
  direction(0, 1) = -0.6;
  direction(1, 0) = 0.6;
  stack->SetSpacing(spacing);
  stack->SetOrigin(origin);
  stack->SetDirection(direction);
  stack->Allocate();
  stack->FillBuffer(static_cast<TPixel>(4));
  for (int z = 1; z < 4; ++z)
  {
    for (int y = 16; y < 24; ++y)
    {
      for (int x = 20; x < 30; ++x)
      {
        stack->SetPixel({ { 3 + x, y - 2, 7 + z } }, static_cast<TPixel>(90 + z));
      }
    }
  }
  return stack;
}

CellMap::Pointer
MakeCells()
{
  auto cells = CellMap::New();
  cells->SetRegions(CellMap::RegionType({ { 3, -2 } }, { { 48, 40 } }));
  auto cell = CellMap::LabelObjectType::New();
  cell->SetLabel(9);
  // Slice 2 of the stack, which starts at index 7: -8 + (7 + 2) * 4 um.
  cell->SetDepth(28.0);
  for (int y = 16; y < 24; ++y)
  {
    cell->AddLine({ { 23, y - 2 } }, 10);
  }
  cells->AddLabelObject(cell);
  return cells;
}

template <typename TPixel>
typename Filter<TPixel>::Pointer
MakeFilter(Mode mode, unsigned int slices)
{
  auto filter = Filter<TPixel>::New();
  filter->SetInput(MakeStack<TPixel>());
  filter->SetCells(MakeCells());
  filter->SetMode(mode);
  filter->SetSlices(slices);
  return filter;
}

template <typename TPixel>
class DensityAugmentationFilterOf : public testing::Test
{
};

using PixelTypes = testing::Types<unsigned char, short, unsigned short, float, double>;
TYPED_TEST_SUITE(DensityAugmentationFilterOf, PixelTypes);
} // namespace

TYPED_TEST(DensityAugmentationFilterOf, StackPutsACopyBelowWithItsDepthInUm)
{
  const auto filter = MakeFilter<TypeParam>(Mode::Stack, 11);
  filter->Update();
  const auto * stack = filter->GetOutput();
  const auto input = MakeStack<TypeParam>();
  EXPECT_EQ(stack->GetLargestPossibleRegion().GetIndex(), input->GetLargestPossibleRegion().GetIndex());
  EXPECT_EQ(stack->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 48, 40, 10 } }));
  EXPECT_EQ(stack->GetSpacing(), input->GetSpacing());
  EXPECT_EQ(stack->GetOrigin(), input->GetOrigin());
  EXPECT_EQ(stack->GetDirection(), input->GetDirection());
  const CellMap * cells = filter->GetOutputCells();
  ASSERT_EQ(cells->GetNumberOfLabelObjects(), 2u);
  // The cell is in the middle of its stack, so that a mirror image has the same depth within the copy.
  EXPECT_DOUBLE_EQ(cells->GetLabelObject(1)->GetDepth(), 28.0);
  EXPECT_DOUBLE_EQ(cells->GetLabelObject(2)->GetDepth(), 48.0);
  for (itk::SizeValueType label = 1; label <= 2; ++label)
  {
    const auto index = cells->GetLabelObject(label)->GetIndex(0);
    const itk::Index<3> voxel{ { index[0], index[1], label == 1 ? 9 : 14 } };
    EXPECT_EQ(stack->GetPixel(voxel), static_cast<TypeParam>(92));
    EXPECT_EQ(filter->GetOutputLabels3D()->GetPixel(voxel), label);
  }
}

TEST(DensityAugmentationFilter, DenseHasTheSlicesAskedForAndItsCopies)
{
  const auto filter = MakeFilter<unsigned char>(Mode::Dense, 8);
  filter->SetCopies(2);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetLargestPossibleRegion().GetSize(2), 8u);
  ASSERT_EQ(filter->GetOutputCells()->GetNumberOfLabelObjects(), 2u);
  for (itk::SizeValueType label = 1; label <= 2; ++label)
  {
    const auto * cell = filter->GetOutputCells()->GetLabelObject(label);
    const auto slice = static_cast<itk::IndexValueType>(std::lround((cell->GetDepth() + 8.0) / 4.0));
    EXPECT_EQ(filter->GetOutput()->GetPixel({ { cell->GetIndex(0)[0], cell->GetIndex(0)[1], slice } }), 92);
  }
}

TEST(DensityAugmentationFilter, CellsAreWhereTheirMasksAndDepthsSay)
{
  const auto filter = MakeFilter<float>(Mode::Cells, 12);
  filter->SetNumberOfCells(3);
  filter->Update();
  const CellMap * cells = filter->GetOutputCells();
  ASSERT_GE(cells->GetNumberOfLabelObjects(), 2u);
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const auto * cell = cells->GetNthLabelObject(i);
    // The pixel in the middle of its mask, in the slice of its depth, is bright.
    const auto index = cell->GetIndex(static_cast<itk::SizeValueType>(cell->Size() / 2));
    const auto slice = static_cast<itk::IndexValueType>(std::lround((cell->GetDepth() + 8.0) / 4.0));
    EXPECT_GT(filter->GetOutput()->GetPixel({ { index[0], index[1], slice } }), 30.0f);
  }
}

TEST(DensityAugmentationFilter, RunsAgainOnlyWhenAParameterChangedAndSeedsDecide)
{
  const auto filter = MakeFilter<float>(Mode::Cells, 12);
  filter->Update();
  const auto first = filter->GetOutput()->GetUpdateMTime();
  const std::vector<float> voxels(filter->GetOutput()->GetBufferPointer(),
                                  filter->GetOutput()->GetBufferPointer() + 48 * 40 * 12);
  filter->SetSeed(0);
  filter->SetSlices(12);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetUpdateMTime(), first);
  filter->SetSeed(1);
  filter->Update();
  EXPECT_FALSE(std::equal(voxels.begin(), voxels.end(), filter->GetOutput()->GetBufferPointer()));
  filter->SetSeed(0);
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  EXPECT_TRUE(std::equal(voxels.begin(), voxels.end(), filter->GetOutput()->GetBufferPointer()));
}

TEST(DensityAugmentationFilter, AbortEndsTheRunAndItCanRunAgain)
{
  const auto filter = MakeFilter<float>(Mode::Dense, 12);
  auto abort = itk::SimpleMemberCommand<itk::ProcessObject>::New();
  abort->SetCallbackFunction(filter.GetPointer(), &itk::ProcessObject::AbortGenerateDataOn);
  const unsigned long tag = filter->AddObserver(itk::ProgressEvent(), abort);
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
  filter->RemoveObserver(tag);
  filter->SetAbortGenerateData(false);
  filter->Update();
  EXPECT_EQ(filter->GetOutputCells()->GetNumberOfLabelObjects(), 3u);
}

TEST(DensityAugmentationFilter, InputsThatDoNotFitAreErrors)
{
  auto filter = Filter<float>::New();
  filter->SetInput(MakeStack<float>());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject) << "no cells";
  EXPECT_THROW(MakeFilter<float>(Mode::Dense, 4)->Update(), itk::ExceptionObject) << "more slices than 4";
  filter = MakeFilter<float>(Mode::Cells, 12);
  filter->SetOverlapShare(1.5);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter = MakeFilter<float>(Mode::Cells, 12);
  auto cells = CellMap::New();
  cells->SetRegions(CellMap::RegionType({ { 3, -2 } }, { { 48, 41 } }));
  filter->SetCells(cells);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject) << "another grid";
  cells->SetRegions(CellMap::RegionType({ { 3, -2 } }, { { 48, 40 } }));
  EXPECT_THROW(filter->Update(), itk::ExceptionObject) << "no cell to copy";
}

TEST(DensityAugmentationFilter, PrintsItsParameters)
{
  std::ostringstream text;
  MakeFilter<float>(Mode::Dense, 12)->Print(text);
  for (const char * parameter : { "Mode: Dense", "Slices: 12", "Copies: 0", "Seed: 0", "OverlapShare: 0.368" })
  {
    EXPECT_NE(text.str().find(parameter), std::string::npos) << parameter;
  }
}
