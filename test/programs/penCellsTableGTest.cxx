// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penCellsTable.h"
#include "penTestFiles.h"

#include <gtest/gtest.h>

using pen_test::MessageOf;
using pen_test::ReadText;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

TEST(CellsTable, RowHoldsPhysicalCentroidAreaAndAttributes)
{
  const auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::Size<2>{ { 10, 10 } });
  const double spacing[2] = { 0.5, 2.0 };
  const double origin[2] = { 100.0, 200.0 };
  cells->SetSpacing(spacing);
  cells->SetOrigin(origin);
  const auto cell = itk::CellLabelMap::LabelObjectType::New();
  cell->SetLabel(7);
  cell->AddLine({ { 2, 4 } }, 4);
  cell->AddLine({ { 2, 5 } }, 4);
  cell->SetDepth(42.5);
  cell->SetChannel(1);
  cell->SetScore(3.25);
  cell->SetFlowError(0.125);
  cells->AddLabelObject(cell);

  const auto layers = pen::LayersImage::New();
  layers->SetRegions(itk::Size<3>{ { 10, 10, 3 } });
  layers->Allocate(true);
  layers->SetPixel({ { 2, 4, 2 } }, 7);

  const TemporaryFolder folder;
  pen::OutputFile output(folder / "cells.csv");
  pen::WriteCellsTable(cells, layers, output);
  output.Commit();
  // Centroid pixel (3.5, 4.5); 8 pixels of 0.5 x 2 um.
  EXPECT_EQ(ReadText(folder / "cells.csv"), "label,page,x,y,z,area_um2,channel,score,flow_error\n"
                                            "7,2,101.75,209,42.5,8,1,3.25,0.125\n");

  const std::vector<pen::CellRow> rows = pen::ReadCellsTable(folder / "cells.csv");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].label, 7u);
  EXPECT_DOUBLE_EQ(rows[0].x, 101.75);
  EXPECT_DOUBLE_EQ(rows[0].y, 209.0);
  EXPECT_DOUBLE_EQ(rows[0].z, 42.5);
}

TEST(CellsTable, ColumnsAreFoundByName)
{
  const TemporaryFolder folder;
  WriteText(folder / "cells.csv", "z,note,y,x,label\r\n3,hello,2,1,9\r\n\r\n30,,20,10,4\r\n");
  const std::vector<pen::CellRow> rows = pen::ReadCellsTable(folder / "cells.csv");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].label, 9u);
  EXPECT_DOUBLE_EQ(rows[0].x, 1.0);
  EXPECT_DOUBLE_EQ(rows[1].z, 30.0);
}

TEST(CellsTable, FaultsAreToldWithTheirRow)
{
  const TemporaryFolder folder;
  const std::string path = folder / "cells.csv";
  EXPECT_EQ(MessageOf([&] { pen::ReadCellsTable(path); }), "cannot open the cells table: " + path);
  WriteText(path, "label,x,y\n");
  EXPECT_EQ(MessageOf([&] { pen::ReadCellsTable(path); }), "the cells table has no column 'z': " + path);
  WriteText(path, "label,x,y,z\n1,2,3,4\n2,x,3,4\n");
  EXPECT_EQ(MessageOf([&] { pen::ReadCellsTable(path); }), "row 3 has no number in column 2: " + path);
  WriteText(path, "label,x,y,z\n1.5,2,3,4\n");
  EXPECT_EQ(MessageOf([&] { pen::ReadCellsTable(path); }), "row 2 has a label that is no positive integer: " + path);
}
