// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkCellLabelObject.h"

#include <gtest/gtest.h>

using CellType = itk::CellLabelObject<itk::SizeValueType, 2>;

TEST(CellLabelObject, CopyAllFromCarriesLinesAndAttributes)
{
  auto cell = CellType::New();
  cell->AddLine({ { 3, 4 } }, 5);
  cell->SetDepth(42.5);
  cell->SetChannel(2);
  cell->SetScore(1.25);
  cell->SetFlowError(0.125);

  auto copy = CellType::New();
  copy->CopyAllFrom(cell.GetPointer());

  EXPECT_EQ(copy->Size(), 5u);
  EXPECT_TRUE(copy->HasIndex({ { 7, 4 } }));
  EXPECT_EQ(copy->GetDepth(), 42.5);
  EXPECT_EQ(copy->GetChannel(), 2u);
  EXPECT_EQ(copy->GetScore(), 1.25);
  EXPECT_EQ(copy->GetFlowError(), 0.125);
}

TEST(CellLabelObject, AttributesAreFoundByName)
{
  for (const char * name : { "Depth", "Channel", "Score", "FlowError", "NumberOfPixels" })
  {
    EXPECT_EQ(CellType::GetNameFromAttribute(CellType::GetAttributeFromName(name)), name);
  }
  EXPECT_THROW(CellType::GetAttributeFromName("Colour"), itk::ExceptionObject);
}

TEST(CellLabelObject, RunsAreSortedMergedAndRelativeToTheRegion)
{
  auto cell = CellType::New();
  cell->AddLine({ { 12, 6 } }, 2);
  cell->AddLine({ { 10, 5 } }, 3);
  cell->AddLine({ { 14, 6 } }, 4);
  cell->AddLine({ { 11, 5 } }, 4);
  const itk::PenCore::PixelRuns expected{ { 0, 0, 5 }, { 2, 1, 6 } };
  EXPECT_EQ(itk::PixelRunsFromLabelObject(cell.GetPointer(), { { 10, 5 } }), expected);

  auto back = CellType::New();
  itk::AddPixelRunsToLabelObject(expected, { { 10, 5 } }, back.GetPointer());
  EXPECT_EQ(back->Size(), 11u);
  EXPECT_TRUE(back->HasIndex({ { 17, 6 } }));
  EXPECT_FALSE(back->HasIndex({ { 15, 5 } }));
}
