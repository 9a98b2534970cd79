// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/CellsTable.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using pen_test::MessageOf;
using pen_test::ReadText;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
using Fields = std::vector<std::string>;

std::vector<Fields>
ReadTable(const std::string & path)
{
  std::vector<Fields> rows;
  std::istringstream text(ReadText(path));
  for (std::string line; std::getline(text, line);)
  {
    rows.emplace_back(1);
    for (const char c : line)
    {
      if (c == ',')
      {
        rows.back().emplace_back();
      }
      else
      {
        rows.back().back() += c;
      }
    }
  }
  return rows;
}

std::string
Joined(const Fields & fields)
{
  std::string text;
  for (const std::string & field : fields)
  {
    text += (text.empty() ? "" : ",") + field;
  }
  return text;
}
} // namespace

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

  const auto layers = itk::PenCore::LayersImage::New();
  layers->SetRegions(itk::Size<3>{ { 10, 10, 3 } });
  layers->Allocate(true);
  layers->SetPixel({ { 2, 4, 2 } }, 7);

  const auto stack = itk::Image<float, 3>::New();
  stack->SetRegions(itk::Size<3>{ { 10, 10, 2 } });
  stack->Allocate();
  stack->FillBuffer(3.0f);
  stack->SetPixel({ { 2, 4, 1 } }, 11.0f);

  const TemporaryFolder folder;
  itk::PenCore::WriteCellsTable(cells, itk::PenCore::PlacesOfLabels(layers), stack, folder / "cells.csv");
  const auto table = ReadTable(folder / "cells.csv");
  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(Joined(table[0]), "label,page,x,y,z,area_um2,channel,score,flow_error,perimeter_um,equivalent_diameter_um,"
                              "major_axis_um,minor_axis_um,orientation_deg,elongation,roundness,solidity,"
                              "mean_intensity,integrated_intensity,stack_mean_intensity,stack_integrated_intensity,"
                              "overlaps_with,on_border");
  ASSERT_EQ(table[1].size(), table[0].size());
  const auto field = [&](const std::string & column)
  { return table[1][std::find(table[0].begin(), table[0].end(), column) - table[0].begin()]; };
  // Centroid pixel (3.5, 4.5); 8 pixels of 0.5 x 2 um.
  EXPECT_EQ(Joined({ table[1].begin(), table[1].begin() + 9 }), "7,2,101.75,209,42.5,8,1,3.25,0.125");
  EXPECT_EQ(field("equivalent_diameter_um"), "3.19154"); // 2 sqrt(8 / pi)
  // Variances: 5/4 pixels^2 along x, 1/4 along y; in um^2 5/16 and 1.
  EXPECT_EQ(field("major_axis_um"), "4");
  EXPECT_EQ(field("minor_axis_um"), "2.23607"); // sqrt(5)
  EXPECT_EQ(field("elongation"), "1.78885");
  EXPECT_NEAR(std::abs(std::stod(field("orientation_deg"))), 90.0, 1e-6);
  EXPECT_EQ(field("solidity"), "1");
  EXPECT_EQ(field("mean_intensity"), "4");
  EXPECT_EQ(field("integrated_intensity"), "32");
  EXPECT_EQ(field("stack_mean_intensity"), "3.5");
  EXPECT_EQ(field("stack_integrated_intensity"), "56");
  EXPECT_EQ(field("overlaps_with"), "");
  EXPECT_EQ(field("on_border"), "0");

  const auto rows = itk::PenCore::ReadCellsTable(folder / "cells.csv");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].label, 7u);
  EXPECT_DOUBLE_EQ(rows[0].x, 101.75);
  EXPECT_DOUBLE_EQ(rows[0].y, 209.0);
  EXPECT_DOUBLE_EQ(rows[0].z, 42.5);
}

TEST(CellsTable, OverlapsAndTheImagesEdgeAreTold)
{
  const auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::Size<2>{ { 10, 10 } });
  const auto layers = itk::PenCore::LayersImage::New();
  layers->SetRegions(itk::Size<3>{ { 10, 10, 3 } });
  layers->Allocate(true);
  const auto stack = itk::Image<float, 3>::New();
  stack->SetRegions(itk::Size<3>{ { 10, 10, 1 } });
  stack->Allocate(true);
  // Rows 2 to 8 long, each on a page of its own; the last reaches the right edge and is one straight line.
  for (itk::IndexValueType i = 0; i < 3; ++i)
  {
    const auto cell = itk::CellLabelMap::LabelObjectType::New();
    cell->SetLabel(static_cast<itk::SizeValueType>(i) + 1);
    cell->AddLine({ { 1 + 3 * i, 4 } }, i == 2 ? 3 : 4);
    cells->AddLabelObject(cell);
    layers->SetPixel({ { 1 + 3 * i, 4, i } }, static_cast<unsigned int>(i) + 1);
  }
  const TemporaryFolder folder;
  itk::PenCore::WriteCellsTable(cells, itk::PenCore::PlacesOfLabels(layers), stack, folder / "cells.csv");
  const auto table = ReadTable(folder / "cells.csv");
  ASSERT_EQ(table.size(), 4u);
  const auto last = [&](std::size_t row, std::size_t fromEnd) { return table[row][table[row].size() - fromEnd]; };
  EXPECT_EQ(last(1, 2), "2");
  EXPECT_EQ(last(2, 2), "1;3");
  EXPECT_EQ(last(3, 2), "2");
  EXPECT_EQ(last(2, 1), "0");
  EXPECT_EQ(last(3, 1), "1");
  EXPECT_EQ(table[3][14], "");
}

TEST(CellsTable, ColumnsAreFoundByName)
{
  const TemporaryFolder folder;
  WriteText(folder / "cells.csv", "z,note,y,x,label\r\n3,hello,2,1,9\r\n\r\n30,,20,10,4\r\n");
  const auto rows = itk::PenCore::ReadCellsTable(folder / "cells.csv");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].label, 9u);
  EXPECT_DOUBLE_EQ(rows[0].x, 1.0);
  EXPECT_DOUBLE_EQ(rows[1].z, 30.0);
}

TEST(CellsTable, NumbersHaveTheDigitsThatMeanSomething)
{
  const auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::Size<2>{ { 8, 8 } });
  const double spacing[2] = { 1.0 / 3.0, 1.0 / 3.0 };
  const double origin[2] = { 12345.0 + 1.0 / 3.0, 0.0 };
  cells->SetSpacing(spacing);
  cells->SetOrigin(origin);
  const auto cell = itk::CellLabelMap::LabelObjectType::New();
  cell->SetLabel(1);
  cell->AddLine({ { 0, 0 } }, 2);
  cell->SetDepth(61.88822385861562);
  cell->SetScore(-1.0 / 3.0);
  cell->SetFlowError(1.0 / 81.0);
  cells->AddLabelObject(cell);
  const auto layers = itk::PenCore::LayersImage::New();
  layers->SetRegions(itk::Size<3>{ { 8, 8, 1 } });
  layers->Allocate(true);
  layers->SetPixel({ { 0, 0, 0 } }, 1);
  const auto stack = itk::Image<float, 3>::New();
  stack->SetRegions(itk::Size<3>{ { 8, 8, 1 } });
  stack->Allocate();
  stack->FillBuffer(1e7f);
  const TemporaryFolder folder;
  itk::PenCore::WriteCellsTable(cells, itk::PenCore::PlacesOfLabels(layers), stack, folder / "cells.csv");
  const Fields row = ReadTable(folder / "cells.csv").at(1);
  // x is half a pixel from the first, two pixels have 2/9 um^2.
  EXPECT_EQ(Joined({ row.begin(), row.begin() + 9 }),
            "1,0,12345.5,0,61.8882,0.222222,0,-0.333333,0.0123457");
  EXPECT_EQ(row.at(18), "20000000");
}

TEST(CellsTable, FaultsAreToldWithTheirRow)
{
  const TemporaryFolder folder;
  const std::string path = folder / "cells.csv";
  const auto faultOf = [&](const std::string & text)
  {
    WriteText(path, text);
    return MessageOf([&] { itk::PenCore::ReadCellsTable(path); });
  };
  EXPECT_EQ(faultOf("label,x,y\n"), "the table has no column z: " + path);
  EXPECT_EQ(faultOf("label,x,y,z\n1,2,3,4\n2,x,3,4\n"),
            "line 3 of the table has no number in column x, but \"x\": " + path);
  EXPECT_EQ(faultOf("label,x,y,z\n1.5,2,3,4\n"),
            "line 2 of the table has a label that is no whole number from 1 to 2^32 - 1: " + path);
  EXPECT_EQ(faultOf("label,x,y,z\n1,2,3,4\n\n2,2,3,4\n1,2,3,4\n"), "label 1 is in lines 2 and 5 of the table: " + path);
}

TEST(CellsTable, DepthsComeInTheWantedUnit)
{
  using itk::PenCore::DepthUnit;
  const TemporaryFolder folder;
  const std::string path = folder / "cells.csv";
  const auto read = [&](const std::string & text, DepthUnit unit, const itk::PenCore::SliceGrid & slices)
  {
    WriteText(path, text);
    return itk::PenCore::ReadCellDepths(path, unit, slices);
  };
  // Slices of 4 um of which the first is at 300 um: 310 um is slice 2.5.
  const itk::PenCore::DepthOfLabel slices{ { 7, 2.5 } };
  const itk::PenCore::DepthOfLabel micrometers{ { 7, 310.0 } };
  EXPECT_EQ(read("label,z\n7,310\n", DepthUnit::Slices, { 4.0, 300.0 }), slices);
  EXPECT_EQ(read("label,z\n7,310\n", DepthUnit::Micrometers, {}), micrometers);
  EXPECT_EQ(read("label,approx_z\n7,2.5\n", DepthUnit::Slices, {}), slices);
  EXPECT_EQ(read("label,approx_z\n7,2.5\n", DepthUnit::Micrometers, { 4.0, 300.0 }), micrometers);
  EXPECT_EQ(read("z,label,approx_z\n310,7,2.5\n", DepthUnit::Slices, {}), slices);
  EXPECT_EQ(MessageOf([&] { read("label,z\n7,310\n", DepthUnit::Slices, {}); }),
            "the table tells depths in um, but the distance of the stack's slices is not known: " + path);
  EXPECT_EQ(MessageOf([&] { read("label,depth\n7,310\n", DepthUnit::Slices, { 4.0, 0.0 }); }),
            "the table has no column approx_z or z: " + path);
  EXPECT_EQ(MessageOf([&] { read("label,z\n7,310\n7,310\n", DepthUnit::Micrometers, {}); }),
            "label 7 is in lines 2 and 3 of the table: " + path);
  EXPECT_EQ(itk::PenCore::DepthInTable(slices, 7, "layers.nrrd", path), 2.5);
  EXPECT_EQ(MessageOf([&] { itk::PenCore::DepthInTable(slices, 8, "layers.nrrd", path); }),
            "the table has no row for label 8 of layers.nrrd: " + path);
}

TEST(CellsTable, ADepthMustLieInASliceOfTheStack)
{
  for (const double inside : { -0.5, 0.0, 3.25, 19.0, 19.5 })
  {
    EXPECT_NO_THROW(itk::PenCore::RequireDepthInStack(2, inside, 20, "cells.csv")) << inside;
  }
  EXPECT_EQ(MessageOf([] { itk::PenCore::RequireDepthInStack(2, 25.5, 20, "cells.csv"); }),
            "label 2 has depth 25.5 in slices, but the stack has 20 slices, the first of them 0: cells.csv");
  EXPECT_EQ(MessageOf([] { itk::PenCore::RequireDepthInStack(2, -1.0, 20, "cells.csv"); }),
            "label 2 has depth -1 in slices, but the stack has 20 slices, the first of them 0: cells.csv");
}
