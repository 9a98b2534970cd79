// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Tables/CellsTable.h"
#include "Frame/Errors.h"

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
