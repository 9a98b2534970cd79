// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_DelimitedTable_h
#define ProjectionEnhancement_Formats_DelimitedTable_h

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief A table with a row of names at its top, as spreadsheets and statistics programs write it: CSV as RFC 4180
 * has it.
 *
 * The separator is a comma, a semicolon or a tab, whichever the names are separated by. Fields may stand in quotes, and
 * hold separators, quotes and ends of lines there. A byte order mark, ends of lines of any system, blank lines and
 * Excel's line "sep=;" are understood. Spaces around fields do not count. A row may lack its last fields, which are
 * empty then. Columns are found by name, in any order.
 *
 * All methods throw ExceptionObject with one line that names the file, and the line of the row at fault. */
class ProjectionEnhancement_EXPORT DelimitedTable
{
public:
  explicit DelimitedTable(const std::string & fileName);

  std::size_t
  GetNumberOfRows() const
  {
    return m_Rows.size();
  }

  bool
  HasColumn(const std::string & name) const;

  /** Throws where there is no column of this name, or more than one. */
  std::size_t
  GetColumn(const std::string & name) const;

  const std::string &
  GetText(std::size_t row, std::size_t column) const;

  /** A finite decimal number, with a point and not a comma. Throws for everything else. */
  double
  GetNumber(std::size_t row, std::size_t column) const;

  /** A whole number from 1 to 2^32 - 1. Throws for everything else. */
  unsigned int
  GetLabel(std::size_t row, std::size_t column) const;

  /** Of the file, from 1. */
  std::size_t
  GetLine(std::size_t row) const
  {
    return m_Rows[row].line;
  }

private:
  struct Row
  {
    std::size_t line;
    std::vector<std::string> fields;
  };

  void
  Parse(const std::string & text);

  void
  AddRow(Row && row);

  [[noreturn]] void
  FailInLine(std::size_t line, const std::string & what) const;

  std::string m_FileName;
  std::vector<std::string> m_Names;
  std::vector<Row> m_Rows;
};

/** \brief A field as it stands in a table whose separator is a comma: in quotes where it has to be. */
ProjectionEnhancement_EXPORT std::string
DelimitedField(const std::string & text);
} // namespace PenCore
} // namespace itk

#endif
