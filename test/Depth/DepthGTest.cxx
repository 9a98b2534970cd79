// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Depth/Depth.h"
#include "itkCellDepthLabelMapFilter.h"
#include "itkImage.h"

#include <gtest/gtest.h>

#include <sstream>

using itk::PenCore::Cell;

namespace
{
using StackType = itk::Image<unsigned short, 3>;
using FilterType = itk::CellDepthLabelMapFilter<itk::CellLabelMap, StackType>;

// A stack of 10 in a plane of 8 x 8 from index (3, -2, 5), bright where told.
StackType::Pointer
MakeStack()
{
  auto stack = StackType::New();
  stack->SetRegions(StackType::RegionType({ { 3, -2, 5 } }, { { 8, 8, 6 } }));
  const double spacing[] = { 0.5, 0.5, 10.0 };
  stack->SetSpacing(spacing);
  const double origin[] = { 1.0, 2.0, 100.0 };
  stack->SetOrigin(origin);
  stack->Allocate();
  stack->FillBuffer(10);
  return stack;
}

itk::CellLabelMap::Pointer
MakeCells()
{
  auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::CellLabelMap::RegionType({ { 3, -2 } }, { { 8, 8 } }));
  cells->SetLine({ { 4, 0 } }, 4, 7);
  return cells;
}
} // namespace

TEST(PenCoreDepth, IsTheCentreOfTheBrightestPartOfTheProfile)
{
  // Slices of one pixel row of 4: background 1, the cell 3 and 9 and 9 in slices 2 to 4, another structure at slice 0.
  const float slices[] = { 5, 1, 3, 9, 9, 1 };
  std::vector<float> stack;
  for (const float value : slices)
  {
    stack.insert(stack.end(), 4, value);
  }
  Cell cell;
  cell.runs = { { 0, 0, 4 } };
  EXPECT_NEAR(itk::PenCore::EstimateDepths({ cell }, stack.data(), { 6, 1, 4, 1 }).front(), 3.5, 1e-9);
}

TEST(PenCoreDepth, PixelsUnderAnotherCellAreLeftOut)
{
  // Pixels 0-2 belong to a cell in slice 0, 2-4 to one in slice 2; pixel 2 is bright in both.
  const std::vector<float> stack{ 8, 8, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8 };
  Cell shallow;
  shallow.runs = { { 0, 0, 3 } };
  Cell deep;
  deep.runs = { { 2, 0, 3 } };
  const std::vector<double> depths = itk::PenCore::EstimateDepths({ shallow, deep }, stack.data(), { 3, 1, 5, 1 });
  EXPECT_NEAR(depths[0], 0.0, 1e-9);
  EXPECT_NEAR(depths[1], 2.0, 1e-9);
}

TEST(CellDepthLabelMapFilter, DepthIsACoordinateAlongTheThirdAxis)
{
  auto stack = MakeStack();
  for (itk::IndexValueType x = 4; x < 8; ++x)
  {
    stack->SetPixel({ { x, 0, 8 } }, 200);
  }
  auto filter = FilterType::New();
  filter->SetInput(MakeCells());
  filter->SetStackImage(stack);
  filter->Update();
  // The first slice has index 5 and lies at 100 + 5 * 10; the cell is three slices further.
  EXPECT_NEAR(filter->GetOutput()->GetLabelObject(7)->GetDepth(), 180.0, 1e-6);
  EXPECT_EQ(filter->GetOutput()->GetLabelObject(7)->Size(), 4u);
}

TEST(CellDepthLabelMapFilter, AStackOfAnotherRegionOrNoneIsRefused)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeCells());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);

  auto stack = StackType::New();
  stack->SetRegions(StackType::RegionType({ { 3, -2, 5 } }, { { 9, 8, 6 } }));
  stack->Allocate(true);
  filter->SetStackImage(stack);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(CellDepthLabelMapFilter, RunsAgainForAChangedStackOnly)
{
  auto stack = MakeStack();
  auto filter = FilterType::New();
  filter->SetInput(MakeCells());
  filter->SetStackImage(stack);
  filter->InPlaceOff();
  int runs = 0;
  filter->AddObserver(itk::StartEvent(), [&runs](const itk::EventObject &) { ++runs; });
  filter->Update();
  filter->Update();
  EXPECT_EQ(runs, 1);
  for (itk::IndexValueType x = 4; x < 8; ++x)
  {
    stack->SetPixel({ { x, 0, 6 } }, 200);
  }
  stack->Modified();
  filter->Update();
  EXPECT_EQ(runs, 2);
  EXPECT_NEAR(filter->GetOutput()->GetLabelObject(7)->GetDepth(), 160.0, 1e-6);
}

TEST(CellDepthLabelMapFilter, StopsWhenAskedTo)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeCells());
  filter->SetStackImage(MakeStack());
  filter->AddObserver(itk::ProgressEvent(), [&](const itk::EventObject &) { filter->AbortGenerateDataOn(); });
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
}
