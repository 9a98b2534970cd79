// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/FileError.h"
#include "ProjectionEnhancement/Base/NumberText.h"
#include "ProjectionEnhancement/Formats/CellsTable.h"

#include "itkCellShapeLabelMapFilter.h"

#include <fstream>
#include <sstream>

namespace itk
{
namespace PenCore
{
namespace
{
using CellType = CellLabelMap::LabelObjectType;
using ShapeFilter = CellShapeLabelMapFilter<CellLabelMap, Image<float, 3>>;

constexpr const char * Header =
  "label,page,x,y,z,area_um2,channel,score,flow_error,perimeter_um,equivalent_diameter_um,major_axis_um,minor_axis_um,"
  "orientation_deg,elongation,roundness,solidity,mean_intensity,integrated_intensity,stack_mean_intensity,"
  "stack_integrated_intensity,overlaps_with,on_border\n";

std::size_t
PageOf(const CellType * cell, const LabelPlaces & places, const std::string & fileName)
{
  const auto place = places.find(static_cast<unsigned int>(cell->GetLabel()));
  if (place == places.end())
  {
    FailWithFile("cell " + std::to_string(cell->GetLabel()) + " lies on no page of the layers", fileName);
  }
  return place->second.page;
}

// Empty where the mask is one straight line.
std::string
Elongation(double majorAxis, double minorAxis)
{
  if (minorAxis > 0.0)
  {
    return RoundedNumberText(majorAxis / minorAxis);
  }
  return majorAxis > 0.0 ? "" : "1";
}

std::string
Joined(const ShapeFilter::LabelVectorType & labels)
{
  std::string text;
  for (const auto label : labels)
  {
    text += (text.empty() ? "" : ";") + std::to_string(label);
  }
  return text;
}

void
WriteRow(const CellType * cell, const ShapeFilter * shape, std::size_t page, std::ostream & table)
{
  const auto label = cell->GetLabel();
  const double majorAxis = shape->GetMajorAxisLength(label);
  const double minorAxis = shape->GetMinorAxisLength(label);
  table << label << ',' << page << ',' << RoundedNumberText(cell->GetCentroid()[0]) << ','
        << RoundedNumberText(cell->GetCentroid()[1]) << ',' << RoundedNumberText(cell->GetDepth()) << ','
        << RoundedNumberText(cell->GetPhysicalSize()) << ',' << cell->GetChannel() << ','
        << RoundedNumberText(cell->GetScore()) << ',' << RoundedNumberText(cell->GetFlowError());
  for (const double value : { cell->GetPerimeter(), 2.0 * cell->GetEquivalentSphericalRadius(), majorAxis, minorAxis,
                              shape->GetOrientation(label) })
  {
    table << ',' << RoundedNumberText(value);
  }
  table << ',' << Elongation(majorAxis, minorAxis);
  for (const double value : { cell->GetRoundness(), shape->GetSolidity(label), cell->GetMean(), cell->GetSum(),
                              shape->GetStackMean(label), shape->GetStackSum(label) })
  {
    table << ',' << RoundedNumberText(value);
  }
  table << ',' << Joined(shape->GetOverlappingLabels(label)) << ','
        << (cell->GetNumberOfPixelsOnBorder() > 0 ? "1" : "0") << '\n';
}
} // namespace

void
WriteCellsTable(const CellLabelMap * cells, const LabelPlaces & places, const Image<float, 3> * stack,
                const std::string & fileName)
{
  const auto shape = ShapeFilter::New();
  shape->SetInput(cells);
  shape->SetStackImage(stack);
  shape->InPlaceOff();
  shape->Update();
  std::ostringstream table;
  table << Header;
  for (SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const CellType * cell = shape->GetOutput()->GetNthLabelObject(i);
    WriteRow(cell, shape, PageOf(cell, places, fileName), table);
  }
  std::ofstream file(fileName, std::ios::binary | std::ios::trunc);
  if (!(file << table.str()).flush())
  {
    FailWithFile("cannot write all of the file", fileName);
  }
}
} // namespace PenCore
} // namespace itk
