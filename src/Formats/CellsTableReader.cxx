// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/FileError.h"
#include "ProjectionEnhancement/Base/NumberText.h"
#include "ProjectionEnhancement/Formats/CellsTable.h"
#include "ProjectionEnhancement/Formats/DelimitedTable.h"

namespace itk
{
namespace PenCore
{
namespace
{
// Half a slice reaches beyond its centre. Depths in tables are rounded.
constexpr double Reach = 0.5 + 1e-3;

// The labels of a table, each of which may stand there once.
class Labels
{
public:
  Labels(const DelimitedTable & table, const std::string & fileName)
    : m_Table(table)
    , m_Column(table.GetColumn("label"))
    , m_FileName(fileName)
  {
  }

  unsigned int
  Take(std::size_t row)
  {
    const unsigned int label = m_Table.GetLabel(row, m_Column);
    const auto [other, isNew] = m_LineOfLabel.emplace(label, m_Table.GetLine(row));
    if (!isNew)
    {
      FailWithFile("label " + std::to_string(label) + " is in lines " + std::to_string(other->second) + " and " +
                     std::to_string(m_Table.GetLine(row)) + " of the table",
                   m_FileName);
    }
    return label;
  }

private:
  const DelimitedTable & m_Table;
  std::size_t m_Column;
  std::string m_FileName;
  std::map<unsigned int, std::size_t> m_LineOfLabel;
};

struct DepthColumn
{
  std::size_t column;
  bool isOtherUnit;
};

DepthColumn
FindDepthColumn(const DelimitedTable & table, DepthUnit unit, const SliceGrid & slices, const std::string & fileName)
{
  const bool wantsSlices = unit == DepthUnit::Slices;
  const std::string wanted = wantsSlices ? "approx_z" : "z";
  const std::string other = wantsSlices ? "z" : "approx_z";
  if (table.HasColumn(wanted))
  {
    return { table.GetColumn(wanted), false };
  }
  if (!table.HasColumn(other))
  {
    FailWithFile("the table has no column approx_z or z", fileName);
  }
  if (!(slices.spacing > 0.0))
  {
    FailWithFile(std::string("the table tells depths in ") + (wantsSlices ? "um" : "slices") +
                   ", but the distance of the stack's slices is not known",
                 fileName);
  }
  return { table.GetColumn(other), true };
}
} // namespace

std::vector<CellsTableRow>
ReadCellsTable(const std::string & fileName)
{
  const DelimitedTable table(fileName);
  Labels labels(table, fileName);
  const std::size_t x = table.GetColumn("x");
  const std::size_t y = table.GetColumn("y");
  const std::size_t z = table.GetColumn("z");
  std::vector<CellsTableRow> rows;
  for (std::size_t row = 0; row < table.GetNumberOfRows(); ++row)
  {
    rows.push_back({ labels.Take(row), table.GetNumber(row, x), table.GetNumber(row, y), table.GetNumber(row, z) });
  }
  return rows;
}

DepthOfLabel
ReadCellDepths(const std::string & fileName, DepthUnit unit, const SliceGrid & slices)
{
  const DelimitedTable table(fileName);
  Labels labels(table, fileName);
  const DepthColumn depth = FindDepthColumn(table, unit, slices, fileName);
  DepthOfLabel depths;
  for (std::size_t row = 0; row < table.GetNumberOfRows(); ++row)
  {
    const double number = table.GetNumber(row, depth.column);
    const double converted =
      unit == DepthUnit::Slices ? (number - slices.first) / slices.spacing : slices.first + number * slices.spacing;
    depths[labels.Take(row)] = depth.isOtherUnit ? converted : number;
  }
  return depths;
}

double
DepthInTable(const DepthOfLabel & depths, SizeValueType label, const std::string & what, const std::string & fileName)
{
  const auto depth = depths.find(label);
  if (depth == depths.end())
  {
    FailWithFile("the table has no row for label " + std::to_string(label) + " of " + what, fileName);
  }
  return depth->second;
}

void
RequireDepthInStack(SizeValueType label, double depth, SizeValueType numberOfSlices, const std::string & fileName)
{
  if (!(depth >= -Reach && depth <= static_cast<double>(numberOfSlices) - 1.0 + Reach))
  {
    FailWithFile("label " + std::to_string(label) + " has depth " + RoundedNumberText(depth) +
                   " in slices, but the stack has " + std::to_string(numberOfSlices) + " slices, the first of them 0",
                 fileName);
  }
}
} // namespace PenCore
} // namespace itk
