// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/DelimitedTable.h"

#include "ProjectionEnhancement/Base/FileError.h"
#include "ProjectionEnhancement/Base/NumberText.h"

#include <csv.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr char Separators[] = { ',', ';', '\t' };

std::string
Trimmed(const std::string & text)
{
  const std::size_t begin = text.find_first_not_of(" \t");
  const std::size_t end = text.find_last_not_of(" \t");
  return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
}

bool
BeginsWith(const std::string & text, const std::string & beginning)
{
  return text.compare(0, beginning.size(), beginning) == 0;
}

// The text of a file without its byte order mark.
std::string
ReadTextFile(const std::string & fileName)
{
  std::ifstream file(fileName, std::ios::binary);
  if (!file)
  {
    FailWithFile("cannot open the table", fileName);
  }
  std::ostringstream stream;
  stream << file.rdbuf();
  const std::string text = stream.str();
  if (BeginsWith(text, "\xFF\xFE") || BeginsWith(text, "\xFE\xFF"))
  {
    FailWithFile("the table is in UTF-16, save it as CSV in UTF-8", fileName);
  }
  if (text.find('\0') != std::string::npos)
  {
    FailWithFile("this is no table of text", fileName);
  }
  const std::string mark = "\xEF\xBB\xBF";
  return BeginsWith(text, mark) ? text.substr(mark.size()) : text;
}

// Where the next line begins: after "\n", "\r\n" or, as on the first Macintoshes, "\r".
std::size_t
EndOfLine(const std::string & text, std::size_t begin)
{
  const std::size_t end = text.find_first_of("\r\n", begin);
  if (end == std::string::npos)
  {
    return text.size();
  }
  return end + (text.compare(end, 2, "\r\n") == 0 ? 2 : 1);
}

// What stands most often in the first row outside of quotes; in doubt a comma.
char
FindSeparator(const std::string & text, std::size_t begin)
{
  std::size_t counts[sizeof(Separators)] = {};
  bool isQuoted = false;
  for (std::size_t i = text.find_first_not_of("\r\n", begin); i < text.size(); ++i)
  {
    const char c = text[i];
    isQuoted = isQuoted != (c == '"');
    if (!isQuoted && (c == '\n' || c == '\r'))
    {
      break;
    }
    const auto found = std::find(std::begin(Separators), std::end(Separators), c);
    if (!isQuoted && found != std::end(Separators))
    {
      ++counts[found - std::begin(Separators)];
    }
  }
  return Separators[std::max_element(std::begin(counts), std::end(counts)) - std::begin(counts)];
}

// The parser of libcsv with its state. It calls back for each field and each end of a row, and is no code for an
// exception to pass through: rows are only collected there.
class Parser
{
public:
  using Fields = std::vector<std::string>;

  explicit Parser(char separator)
  {
    csv_init(&m_Parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&m_Parser, static_cast<unsigned char>(separator));
  }
  ~Parser() { csv_free(&m_Parser); }
  Parser(const Parser &) = delete;
  Parser &
  operator=(const Parser &) = delete;

  /** Takes a line with its end. Returns false where quotes stand in a wrong place. */
  bool
  Feed(const std::string & line)
  {
    const bool isWell = csv_parse(&m_Parser, line.data(), line.size(), AddField, EndRow, this) == line.size();
    const bool isBlank = line.find_first_not_of(" \t\r\n") == std::string::npos;
    m_IsWithinRow = m_Rows.empty() && (m_IsWithinRow || !isBlank);
    return isWell;
  }

  /** Returns false where a quote is not closed. */
  bool
  Finish()
  {
    return csv_fini(&m_Parser, AddField, EndRow, this) == 0;
  }

  /** The rows that have ended since the last call. */
  std::vector<Fields>
  TakeRows()
  {
    return std::exchange(m_Rows, {});
  }

  /** Whether a row goes on in the next line, within quotes. */
  bool
  IsWithinRow() const
  {
    return m_IsWithinRow;
  }

private:
  static void
  AddField(void * text, std::size_t length, void * self)
  {
    static_cast<Parser *>(self)->m_Fields.emplace_back(static_cast<const char *>(text), length);
  }

  static void
  EndRow(int, void * self)
  {
    auto * parser = static_cast<Parser *>(self);
    parser->m_Rows.push_back(std::exchange(parser->m_Fields, {}));
  }

  csv_parser m_Parser;
  Fields m_Fields;
  std::vector<Fields> m_Rows;
  bool m_IsWithinRow = false;
};

bool
IsBlank(const std::vector<std::string> & fields, std::size_t begin = 0)
{
  return fields.size() <= begin || std::all_of(fields.begin() + static_cast<std::ptrdiff_t>(begin), fields.end(),
                                               [](const std::string & field) { return Trimmed(field).empty(); });
}
} // namespace

DelimitedTable::DelimitedTable(const std::string & fileName)
  : m_FileName(fileName)
{
  this->Parse(ReadTextFile(fileName));
  if (m_Names.empty())
  {
    FailWithFile("the table is empty", fileName);
  }
}

void
DelimitedTable::Parse(const std::string & text)
{
  std::size_t line = 1;
  std::size_t begin = 0;
  char separator = FindSeparator(text, begin);
  // Excel's own word for it.
  if (BeginsWith(text, "sep=") && EndOfLine(text, 5) - 5 <= 2 && text.size() > 5)
  {
    separator = text[4];
    begin = EndOfLine(text, 5);
    ++line;
  }
  std::size_t firstLine = line;
  Parser parser(separator);
  const auto addRows = [&]
  {
    for (Parser::Fields & fields : parser.TakeRows())
    {
      this->AddRow({ firstLine, std::move(fields) });
    }
  };
  for (; begin < text.size(); ++line)
  {
    firstLine = parser.IsWithinRow() ? firstLine : line;
    const std::size_t end = EndOfLine(text, begin);
    if (!parser.Feed(text.substr(begin, end - begin)))
    {
      this->FailInLine(line, "has a quote that neither begins nor ends a field");
    }
    addRows();
    begin = end;
  }
  if (!parser.Finish())
  {
    this->FailInLine(firstLine, "has a quote that is not closed");
  }
  addRows();
}

void
DelimitedTable::AddRow(Row && row)
{
  if (IsBlank(row.fields))
  {
    return;
  }
  if (m_Names.empty())
  {
    std::transform(row.fields.begin(), row.fields.end(), std::back_inserter(m_Names), Trimmed);
    return;
  }
  if (!IsBlank(row.fields, m_Names.size()))
  {
    this->FailInLine(row.line, "has " + std::to_string(row.fields.size()) + " fields, but there are names for " +
                                 std::to_string(m_Names.size()));
  }
  row.fields.resize(m_Names.size());
  m_Rows.push_back(std::move(row));
}

void
DelimitedTable::FailInLine(std::size_t line, const std::string & what) const
{
  FailWithFile("line " + std::to_string(line) + " of the table " + what, m_FileName);
}

bool
DelimitedTable::HasColumn(const std::string & name) const
{
  return std::find(m_Names.begin(), m_Names.end(), name) != m_Names.end();
}

std::size_t
DelimitedTable::GetColumn(const std::string & name) const
{
  const auto found = std::find(m_Names.begin(), m_Names.end(), name);
  if (found == m_Names.end())
  {
    FailWithFile("the table has no column " + name, m_FileName);
  }
  if (std::find(found + 1, m_Names.end(), name) != m_Names.end())
  {
    FailWithFile("the table has two columns " + name, m_FileName);
  }
  return static_cast<std::size_t>(found - m_Names.begin());
}

const std::string &
DelimitedTable::GetText(std::size_t row, std::size_t column) const
{
  return m_Rows[row].fields[column];
}

double
DelimitedTable::GetNumber(std::size_t row, std::size_t column) const
{
  const std::string & text = this->GetText(row, column);
  const auto number = NumberOfText(Trimmed(text));
  if (!number)
  {
    this->FailInLine(m_Rows[row].line, "has no number in column " + m_Names[column] +
                                         (text.empty() ? std::string() : ", but \"" + text + '"'));
  }
  return *number;
}

unsigned int
DelimitedTable::GetLabel(std::size_t row, std::size_t column) const
{
  const double number = this->GetNumber(row, column);
  if (!(number >= 1.0 && number <= std::numeric_limits<unsigned int>::max() && number == std::floor(number)))
  {
    this->FailInLine(m_Rows[row].line, "has a label that is no whole number from 1 to 2^32 - 1");
  }
  return static_cast<unsigned int>(number);
}

std::string
DelimitedField(const std::string & text)
{
  const bool isPlain = text.find_first_of(",\"\r\n") == std::string::npos && Trimmed(text) == text;
  if (isPlain)
  {
    return text;
  }
  std::string field(csv_write(nullptr, 0, text.data(), text.size()), '\0');
  csv_write(&field[0], field.size(), text.data(), text.size());
  return field;
}
} // namespace PenCore
} // namespace itk
