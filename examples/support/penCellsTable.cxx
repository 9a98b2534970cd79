// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penCellsTable.h"
#include "penErrors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace pen
{
namespace
{
using PointType = itk::CellLabelMap::PointType;
using CellType = itk::CellLabelMap::LabelObjectType;

PointType
PhysicalCentroid(const itk::CellLabelMap * cells, const CellType * cell)
{
  double sumX = 0.0;
  double sumY = 0.0;
  for (itk::SizeValueType i = 0; i < cell->GetNumberOfLines(); ++i)
  {
    const auto & line = cell->GetLine(i);
    const auto length = static_cast<double>(line.GetLength());
    sumX += length * (static_cast<double>(line.GetIndex()[0]) + 0.5 * (length - 1.0));
    sumY += length * static_cast<double>(line.GetIndex()[1]);
  }
  const auto pixels = static_cast<double>(cell->Size());
  itk::ContinuousIndex<double, 2> centroid;
  centroid[0] = sumX / pixels;
  centroid[1] = sumY / pixels;
  PointType point;
  cells->TransformContinuousIndexToPhysicalPoint(centroid, point);
  return point;
}

itk::IndexValueType
PageOf(const CellType * cell, const LayersImage * layers)
{
  const auto region = layers->GetLargestPossibleRegion();
  const auto pixel = cell->GetIndex(0);
  const itk::IndexValueType first = region.GetIndex(2);
  for (itk::IndexValueType page = 0; page < static_cast<itk::IndexValueType>(region.GetSize(2)); ++page)
  {
    if (layers->GetPixel({ { pixel[0], pixel[1], first + page } }) == cell->GetLabel())
    {
      return page;
    }
  }
  throw std::runtime_error("cell " + std::to_string(cell->GetLabel()) + " lies on no page of the layers");
}

std::vector<std::string>
SplitRow(const std::string & line)
{
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');)
  {
    const std::size_t begin = field.find_first_not_of(" \t\r\"");
    const std::size_t end = field.find_last_not_of(" \t\r\"");
    fields.push_back(begin == std::string::npos ? std::string() : field.substr(begin, end - begin + 1));
  }
  return fields;
}

double
NumberInRow(const std::vector<std::string> & fields, std::size_t column, std::size_t row, const std::string & path)
{
  const char * text = column < fields.size() ? fields[column].c_str() : "";
  char * end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || *end != '\0' || !std::isfinite(value))
  {
    Fail("row " + std::to_string(row) + " has no number in column " + std::to_string(column + 1), path);
  }
  return value;
}
} // namespace

void
WriteCellsTable(const itk::CellLabelMap * cells, const LayersImage * layers, const OutputFile & output)
{
  const double pixelArea = cells->GetSpacing()[0] * cells->GetSpacing()[1];
  std::ostringstream table;
  table << "label,page,x,y,z,area_um2,channel,score,flow_error\n";
  for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
  {
    const CellType * cell = cells->GetNthLabelObject(i);
    const PointType centroid = PhysicalCentroid(cells, cell);
    table << cell->GetLabel() << ',' << PageOf(cell, layers) << ',' << centroid[0] << ',' << centroid[1] << ','
          << cell->GetDepth() << ',' << static_cast<double>(cell->Size()) * pixelArea << ',' << cell->GetChannel()
          << ',' << cell->GetScore() << ',' << cell->GetFlowError() << '\n';
  }
  output.WriteText(table.str());
}

std::vector<CellRow>
ReadCellsTable(const std::string & path)
{
  std::ifstream stream(path);
  std::string line;
  if (!stream)
  {
    Fail("cannot open the cells table", path);
  }
  std::getline(stream, line);
  const std::vector<std::string> header = SplitRow(line);
  std::array<std::size_t, 4> columns{};
  const std::array<const char *, 4> names{ "label", "x", "y", "z" };
  for (std::size_t i = 0; i < names.size(); ++i)
  {
    const auto column = std::find(header.begin(), header.end(), names[i]);
    if (column == header.end())
    {
      Fail(std::string("the cells table has no column '") + names[i] + "'", path);
    }
    columns[i] = static_cast<std::size_t>(column - header.begin());
  }

  std::vector<CellRow> rows;
  for (std::size_t row = 2; std::getline(stream, line); ++row)
  {
    if (line.find_first_not_of(" \t\r") == std::string::npos)
    {
      continue;
    }
    const std::vector<std::string> fields = SplitRow(line);
    const double label = NumberInRow(fields, columns[0], row, path);
    if (label < 1.0 || label != std::floor(label))
    {
      Fail("row " + std::to_string(row) + " has a label that is no positive integer", path);
    }
    rows.push_back({ static_cast<itk::SizeValueType>(label), NumberInRow(fields, columns[1], row, path),
                     NumberInRow(fields, columns[2], row, path), NumberInRow(fields, columns[3], row, path) });
  }
  return rows;
}
} // namespace pen
