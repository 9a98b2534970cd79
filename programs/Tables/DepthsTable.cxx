// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Tables/DepthsTable.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace pen
{
namespace
{
std::vector<std::string>
SplitRow(const std::string & row)
{
  std::vector<std::string> fields;
  std::istringstream stream(row);
  for (std::string field; std::getline(stream, field, ',');)
  {
    field.erase(0, field.find_first_not_of(" \t\r"));
    field.erase(field.find_last_not_of(" \t\r") + 1);
    fields.push_back(field);
  }
  return fields;
}

// Beyond the last column where there is none of this name.
std::size_t
ColumnOf(const std::vector<std::string> & header, const std::string & name)
{
  return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
}

struct DepthColumns
{
  std::size_t label;
  std::size_t depth;
  double unitsPerNumber;
};

DepthColumns
FindColumns(const std::vector<std::string> & header, DepthUnit unit, double sliceSpacing, const std::string & path)
{
  const bool wantsSlices = unit == DepthUnit::Slices;
  const std::size_t label = ColumnOf(header, "label");
  const std::size_t slices = ColumnOf(header, "approx_z");
  const std::size_t micrometres = ColumnOf(header, "z");
  const std::size_t wanted = wantsSlices ? slices : micrometres;
  const std::size_t other = wantsSlices ? micrometres : slices;
  if (label == header.size())
  {
    throw std::runtime_error(path + " has no column label");
  }
  if (wanted < header.size())
  {
    return { label, wanted, 1.0 };
  }
  if (other == header.size())
  {
    throw std::runtime_error(path + (wantsSlices ? " has no column approx_z" : " has no column z or approx_z"));
  }
  if (!(sliceSpacing > 0.0))
  {
    throw std::runtime_error(path + (wantsSlices ? " tells depths in um" : " tells depths in slices") +
                             ", but the distance of the stack's slices is not known");
  }
  return { label, other, wantsSlices ? 1.0 / sliceSpacing : sliceSpacing };
}
} // namespace

std::map<unsigned long, double>
ReadDepths(const std::string & path, DepthUnit unit, double sliceSpacing)
{
  std::ifstream file(path);
  std::string row;
  if (!file || !std::getline(file, row))
  {
    throw std::runtime_error(path + " is missing or empty");
  }
  const DepthColumns columns = FindColumns(SplitRow(row), unit, sliceSpacing, path);
  std::map<unsigned long, double> depths;
  for (std::size_t line = 2; std::getline(file, row); ++line)
  {
    const std::vector<std::string> fields = SplitRow(row);
    try
    {
      if (!fields.empty())
      {
        const double depth = std::stod(fields.at(columns.depth)) * columns.unitsPerNumber;
        if (!std::isfinite(depth))
        {
          throw std::invalid_argument("depth");
        }
        depths[std::stoul(fields.at(columns.label))] = depth;
      }
    }
    catch (const std::logic_error &)
    {
      throw std::runtime_error(path + " has no label and depth in line " + std::to_string(line));
    }
  }
  return depths;
}
} // namespace pen
