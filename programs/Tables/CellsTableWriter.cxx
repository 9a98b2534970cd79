// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/NumberText.h"
#include "Tables/CellsTable.h"

#include "itkCellShapeLabelMapFilter.h"

#include <sstream>
#include <stdexcept>

namespace pen
{
namespace
{
using CellType = itk::CellLabelMap::LabelObjectType;
using ShapeFilter = itk::CellShapeLabelMapFilter<itk::CellLabelMap, itk::Image<float, 3>>;

constexpr const char * Header =
  "label,page,x,y,z,area_um2,channel,score,flow_error,perimeter_um,equivalent_diameter_um,major_axis_um,minor_axis_um,"
  "orientation_deg,elongation,roundness,solidity,mean_intensity,integrated_intensity,stack_mean_intensity,"
  "stack_integrated_intensity,overlaps_with,on_border\n";

std::size_t
PageOf(const CellType * cell, const itk::PenCore::LabelPlaces & places)
{
  const auto place = places.find(static_cast<unsigned int>(cell->GetLabel()));
  if (place == places.end())
  {
    throw std::runtime_error("cell " + std::to_string(cell->GetLabel()) + " lies on no page of the layers");
  }
  return place->second.page;
}

// Empty where the mask is one straight line.
std::string
Elongation(double majorAxis, double minorAxis)
{
  if (minorAxis > 0.0)
  {
    return itk::PenCore::NumberText(majorAxis / minorAxis);
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
  table << label << ',' << page << ',' << itk::PenCore::NumberText(cell->GetCentroid()[0]) << ','
        << itk::PenCore::NumberText(cell->GetCentroid()[1]) << ',' << itk::PenCore::NumberText(cell->GetDepth()) << ','
        << itk::PenCore::NumberText(cell->GetPhysicalSize()) << ',' << cell->GetChannel() << ','
        << itk::PenCore::NumberText(cell->GetScore()) << ',' << itk::PenCore::NumberText(cell->GetFlowError());
  for (const double value : { cell->GetPerimeter(), 2.0 * cell->GetEquivalentSphericalRadius(), majorAxis, minorAxis,
                              shape->GetOrientation(label) })
  {
    table << ',' << itk::PenCore::NumberText(value);
  }
  table << ',' << Elongation(majorAxis, minorAxis);
  for (const double value : { cell->GetRoundness(), shape->GetSolidity(label), cell->GetMean(), cell->GetSum(),
                              shape->GetStackMean(label), shape->GetStackSum(label) })
  {
    table << ',' << itk::PenCore::NumberText(value);
  }
  table << ',' << Joined(shape->GetOverlappingLabels(label)) << ','
        << (cell->GetNumberOfPixelsOnBorder() > 0 ? "1" : "0") << '\n';
}
} // namespace

void
WriteCellsTable(const itk::CellLabelMap * cells, const itk::PenCore::LabelPlaces & places,
                const itk::Image<float, 3> * stack, const OutputFile & output)
{
  const auto shape = ShapeFilter::New();
  shape->SetInput(cells);
  shape->SetStackImage(stack);
  shape->InPlaceOff();
  shape->Update();
  std::ostringstream table;
  table << Header;
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const CellType * cell = shape->GetOutput()->GetNthLabelObject(i);
    WriteRow(cell, shape, PageOf(cell, places), table);
  }
  output.WriteText(table.str());
}
} // namespace pen
