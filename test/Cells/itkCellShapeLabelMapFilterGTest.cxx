// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkCellShapeLabelMapFilter.h"
#include "itkImageFileReader.h"
#include "itkLayersImageToCellLabelMapFilter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

namespace
{
using StackType = itk::Image<float, 3>;
using FilterType = itk::CellShapeLabelMapFilter<itk::CellLabelMap, StackType>;
constexpr itk::SizeValueType Side = 128;
constexpr double Spacing = 0.5;

StackType::Pointer
MakeStack(itk::SizeValueType slices)
{
  auto stack = StackType::New();
  stack->SetRegions(itk::Size<3>{ { Side, Side, slices } });
  stack->Allocate();
  stack->FillBuffer(2.0F);
  return stack;
}

// Cells on a grid of 128 x 128 pixels of 0.5 um, from index (0, 0), far from the physical origin.
itk::CellLabelMap::Pointer
MakeMap()
{
  auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::Size<2>{ { Side, Side } });
  const double spacing[] = { Spacing, Spacing };
  cells->SetSpacing(spacing);
  const double origin[] = { 700.0, -300.0 };
  cells->SetOrigin(origin);
  return cells;
}

template <typename TInside>
void
AddCell(itk::CellLabelMap * cells, itk::SizeValueType label, TInside && inside)
{
  auto cell = itk::CellLabelMap::LabelObjectType::New();
  cell->SetLabel(label);
  for (itk::IndexValueType y = 0; y < static_cast<itk::IndexValueType>(Side); ++y)
  {
    for (itk::IndexValueType x = 0; x < static_cast<itk::IndexValueType>(Side); ++x)
    {
      if (inside(x, y))
      {
        cell->AddLine({ { x, y } }, 1);
      }
    }
  }
  cells->AddLabelObject(cell);
}

auto
Rectangle(int left, int top, int width, int height)
{
  return [=](itk::IndexValueType x, itk::IndexValueType y)
  { return x >= left && x < left + width && y >= top && y < top + height; };
}

FilterType::Pointer
Measure(itk::CellLabelMap * cells, StackType * stack)
{
  auto filter = FilterType::New();
  filter->SetInput(cells);
  filter->SetStackImage(stack);
  filter->Update();
  return filter;
}

using Row = std::map<std::string, double>;

std::vector<Row>
ReadRows(const std::string & path)
{
  const auto split = [](const std::string & line)
  {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');)
    {
      fields.push_back(field);
    }
    return fields;
  };
  std::ifstream stream(path);
  std::string line;
  std::getline(stream, line);
  const auto names = split(line);
  std::vector<Row> rows;
  while (std::getline(stream, line))
  {
    const auto fields = split(line);
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i)
    {
      row[names[i]] = std::stod(fields.at(i));
    }
    rows.push_back(row);
  }
  return rows;
}
} // namespace

TEST(CellShapeLabelMapFilter, RectangleFollowsFromItsSides)
{
  const auto cells = MakeMap();
  AddCell(cells, 4, Rectangle(30, 50, 40, 10));
  const auto filter = Measure(cells, MakeStack(3));
  const auto * cell = filter->GetOutput()->GetLabelObject(4);
  EXPECT_EQ(cell->GetNumberOfPixels(), 400u);
  EXPECT_DOUBLE_EQ(cell->GetPhysicalSize(), 400 * Spacing * Spacing);
  EXPECT_NEAR(cell->GetCentroid()[0], 700.0 + 49.5 * Spacing, 1e-9);
  EXPECT_NEAR(cell->GetCentroid()[1], -300.0 + 54.5 * Spacing, 1e-9);
  // The variance of n consecutive integers is (n^2 - 1) / 12.
  EXPECT_NEAR(filter->GetMajorAxisLength(4), 4.0 * std::sqrt((1600.0 - 1.0) / 12.0) * Spacing, 1e-6);
  EXPECT_NEAR(filter->GetMinorAxisLength(4), 4.0 * std::sqrt((100.0 - 1.0) / 12.0) * Spacing, 1e-6);
  EXPECT_NEAR(filter->GetOrientation(4), 0.0, 1e-6);
  EXPECT_DOUBLE_EQ(filter->GetSolidity(4), 1.0);
  // Crofton: 10 rows, 40 columns and 49 diagonals each way cross it, each once.
  const double crofton = itk::Math::pi / 4.0 * (10.0 + 40.0 + 2.0 * 49.0 / std::sqrt(2.0));
  EXPECT_NEAR(cell->GetPerimeter(), crofton * Spacing, 1e-9);
  EXPECT_EQ(cell->GetNumberOfPixelsOnBorder(), 0u);
}

TEST(CellShapeLabelMapFilter, DiscIsRound)
{
  const auto cells = MakeMap();
  constexpr double radius = 40.0;
  AddCell(cells, 1,
          [](itk::IndexValueType x, itk::IndexValueType y)
          { return std::hypot(static_cast<double>(x) - 63.0, static_cast<double>(y) - 61.0) <= radius; });
  const auto filter = Measure(cells, MakeStack(1));
  const auto * cell = filter->GetOutput()->GetLabelObject(1);
  EXPECT_NEAR(cell->GetPerimeter() / (2.0 * itk::Math::pi * radius * Spacing), 1.0, 0.01);
  EXPECT_NEAR(cell->GetRoundness(), 1.0, 0.01);
  EXPECT_NEAR(2.0 * cell->GetEquivalentSphericalRadius() / (2.0 * radius * Spacing), 1.0, 0.01);
  EXPECT_NEAR(filter->GetMajorAxisLength(1) / (2.0 * radius * Spacing), 1.0, 0.01);
  EXPECT_NEAR(filter->GetMajorAxisLength(1) / filter->GetMinorAxisLength(1), 1.0, 0.001);
  EXPECT_GT(filter->GetSolidity(1), 0.98);
  EXPECT_LE(filter->GetSolidity(1), 1.0);
  EXPECT_EQ(filter->GetOrientation(1), 0.0);
}

TEST(CellShapeLabelMapFilter, OrientationTurnsFromXTowardsY)
{
  const auto cells = MakeMap();
  AddCell(cells, 1, [](itk::IndexValueType x, itk::IndexValueType y) { return std::abs(x - y) <= 2 && x + y < 120; });
  AddCell(cells, 2, [](itk::IndexValueType x, itk::IndexValueType y) { return std::abs(x + y - 120) <= 2; });
  AddCell(cells, 3, Rectangle(60, 20, 3, 50));
  AddCell(cells, 4, Rectangle(20, 20, 30, 1));
  AddCell(cells, 5, Rectangle(20, 20, 1, 1));
  const auto filter = Measure(cells, MakeStack(1));
  EXPECT_NEAR(filter->GetOrientation(1), 45.0, 1e-6);
  EXPECT_NEAR(filter->GetOrientation(2), -45.0, 1e-6);
  EXPECT_NEAR(filter->GetOrientation(3), 90.0, 1e-6);
  EXPECT_NEAR(filter->GetOrientation(4), 0.0, 1e-6);
  EXPECT_EQ(filter->GetMinorAxisLength(4), 0.0);
  EXPECT_EQ(filter->GetMajorAxisLength(5), 0.0);
}

TEST(CellShapeLabelMapFilter, OverlappingCellsAreMeasuredWhole)
{
  const auto cells = MakeMap();
  AddCell(cells, 3, Rectangle(0, 0, 20, 10));
  AddCell(cells, 5, Rectangle(10, 5, 20, 10));
  AddCell(cells, 8, Rectangle(25, 10, 20, 10));
  AddCell(cells, 9, Rectangle(100, 100, 4, 4));
  const auto stack = MakeStack(3);
  stack->SetPixel({ { 12, 6, 1 } }, 102.0F);
  const auto filter = Measure(cells, stack);
  using Labels = FilterType::LabelVectorType;
  EXPECT_EQ(filter->GetOverlappingLabels(3), Labels{ 5 });
  EXPECT_EQ(filter->GetOverlappingLabels(5), (Labels{ 3, 8 }));
  EXPECT_EQ(filter->GetOverlappingLabels(9), Labels{});
  EXPECT_EQ(filter->GetOutput()->GetLabelObject(3)->GetNumberOfPixelsOnBorder(), 29u);
  // One voxel is 100 above the 2 of all others, under cells 3 and 5.
  EXPECT_DOUBLE_EQ(filter->GetOutput()->GetLabelObject(3)->GetSum(), 200 * 2 + 100);
  EXPECT_DOUBLE_EQ(filter->GetOutput()->GetLabelObject(3)->GetMean(), 2.5);
  EXPECT_DOUBLE_EQ(filter->GetStackSum(5), 200 * 3 * 2 + 100);
  EXPECT_DOUBLE_EQ(filter->GetStackMean(5), 2.0 + 100.0 / 600.0);
  EXPECT_DOUBLE_EQ(filter->GetStackMean(8), 2.0);
  EXPECT_DOUBLE_EQ(filter->GetSolidity(5), 1.0);
  EXPECT_THROW(filter->GetSolidity(4), itk::ExceptionObject);
}

TEST(CellShapeLabelMapFilter, RealCellsAgreeWithScikitImage)
{
  using LayersType = itk::Image<unsigned short, 3>;
  const std::string folder = PEN_TEST_DATA_DIR;
  auto toCells = itk::LayersImageToCellLabelMapFilter<LayersType>::New();
  toCells->SetInput(itk::ReadImage<LayersType>(folder + "/mda231_stack/layers.nrrd"));
  toCells->Update();
  const auto filter =
    Measure(toCells->GetOutput(), itk::ReadImage<StackType>(folder + "/mda231_stack/stack.nrrd").GetPointer());
  const auto rows = ReadRows(folder + "/regionprops/mda231_cells.csv");
  ASSERT_EQ(rows.size(), filter->GetOutput()->GetNumberOfLabelObjects());
  for (const Row & row : rows)
  {
    const auto label = static_cast<itk::SizeValueType>(row.at("label"));
    const auto * cell = filter->GetOutput()->GetLabelObject(label);
    SCOPED_TRACE(label);
    EXPECT_EQ(cell->GetNumberOfPixels(), row.at("pixels"));
    EXPECT_NEAR(filter->GetSolidity(label), row.at("pixels") / row.at("convex_pixels"), 1e-6);
    EXPECT_NEAR(cell->GetPerimeter() / row.at("perimeter_um"), 1.0, 0.01);
    EXPECT_NEAR(2.0 * cell->GetEquivalentSphericalRadius() / row.at("equivalent_diameter_um"), 1.0, 1e-6);
    EXPECT_NEAR(filter->GetMajorAxisLength(label) / row.at("major_axis_um"), 1.0, 1e-6);
    EXPECT_NEAR(filter->GetMinorAxisLength(label) / row.at("minor_axis_um"), 1.0, 1e-6);
    EXPECT_NEAR(filter->GetOrientation(label), row.at("orientation_deg"), 1e-6);
    EXPECT_NEAR(cell->GetMean() / row.at("mip_mean"), 1.0, 1e-6);
    EXPECT_NEAR(cell->GetSum() / row.at("mip_sum"), 1.0, 1e-6);
    EXPECT_NEAR(filter->GetStackSum(label) / row.at("stack_sum"), 1.0, 1e-6);
    EXPECT_NEAR(filter->GetStackMean(label) / row.at("stack_mean"), 1.0, 1e-6);
  }
}

TEST(CellShapeLabelMapFilter, IsAGoodCitizen)
{
  const auto cells = MakeMap();
  AddCell(cells, 1, Rectangle(0, 0, 20, 10));
  auto filter = FilterType::New();
  filter->SetInput(cells);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  auto small = StackType::New();
  small->SetRegions(itk::Size<3>{ { Side, Side - 1, 2 } });
  small->Allocate(true);
  filter->SetStackImage(small);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetStackImage(MakeStack(2));
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  const double perimeter = filter->GetOutput()->GetLabelObject(1)->GetPerimeter();
  EXPECT_GT(perimeter, 0.0);
  EXPECT_FLOAT_EQ(filter->GetProgress(), 1.0F);
  filter->SetNumberOfWorkUnits(3);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetLabelObject(1)->GetPerimeter(), perimeter);
  std::ostringstream text;
  filter->Print(text);
  EXPECT_NE(text.str().find("MeasuredCells: 1"), std::string::npos);
}

TEST(CellShapeLabelMapFilter, BlankStacksAndNoCellsAreFine)
{
  auto blank = MakeStack(2);
  blank->FillBuffer(0.0F);
  const auto cells = MakeMap();
  EXPECT_EQ(Measure(cells, blank)->GetOutput()->GetNumberOfLabelObjects(), 0u);
  AddCell(cells, 1, Rectangle(0, 0, 20, 10));
  const auto filter = Measure(cells, blank);
  EXPECT_EQ(filter->GetOutput()->GetLabelObject(1)->GetSum(), 0.0);
  EXPECT_EQ(filter->GetStackSum(1), 0.0);
}
