// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Report/TrainingLog.h"

#include "Frame/OutputFile.h"
#include "Report/Chart.h"

#include "ProjectionEnhancement/Base/NumberText.h"
#include "ProjectionEnhancement/Formats/DelimitedTable.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace pen
{
namespace
{
using itk::PenCore::DelimitedTable;

struct Column
{
  const char * name;
  double TrainingLogRow::*value;
};

const std::array<Column, 13> Columns{ { { "epoch", &TrainingLogRow::epoch },
                                        { "loss", &TrainingLogRow::loss },
                                        { "cell", &TrainingLogRow::cell },
                                        { "flow", &TrainingLogRow::flow },
                                        { "border", &TrainingLogRow::border },
                                        { "validation_loss", &TrainingLogRow::validationLoss },
                                        { "validation_jaccard", &TrainingLogRow::validationJaccard },
                                        { "validation_precision", &TrainingLogRow::validationPrecision },
                                        { "validation_recall", &TrainingLogRow::validationRecall },
                                        { "validation_quality", &TrainingLogRow::validationQuality },
                                        { "validation_mean_jaccard", &TrainingLogRow::validationMeanJaccard },
                                        { "learning_rate", &TrainingLogRow::learningRate },
                                        { "seconds", &TrainingLogRow::seconds } } };

std::string
Header()
{
  std::string header = "step";
  for (const Column & column : Columns)
  {
    header += std::string(",") + column.name;
  }
  return header;
}

// What a row does not tell was not measured: an earlier version's log has fewer columns, and an interrupted one may end
// within a row.
TrainingLogRow
RowOf(const DelimitedTable & table, std::size_t row)
{
  const auto numberIn = [&](const std::string & column)
  {
    const bool isThere = table.HasColumn(column);
    return isThere ? itk::PenCore::NumberOfText(table.GetText(row, table.GetColumn(column))) : std::nullopt;
  };
  TrainingLogRow result;
  result.step = static_cast<std::uint64_t>(std::max(numberIn("step").value_or(0.0), 0.0));
  for (const Column & column : Columns)
  {
    result.*column.value = numberIn(column.name).value_or(TrainingLogRow::NotMeasured);
  }
  return result;
}

std::vector<TrainingLogRow>
ReadRows(const std::string & path, std::uint64_t lastStep)
{
  std::vector<TrainingLogRow> rows;
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (lastStep == 0 || error || size == 0)
  {
    return rows;
  }
  const DelimitedTable table(path);
  for (std::size_t i = 0; i < table.GetNumberOfRows(); ++i)
  {
    const TrainingLogRow row = RowOf(table, i);
    if (row.step > 0 && row.step <= lastStep)
    {
      rows.push_back(row);
    }
  }
  return rows;
}

double
SecondsSince1970()
{
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void
WriteScalars(TensorBoardWriter & writer, const TrainingLogRow & row)
{
  std::vector<std::pair<std::string, double>> scalars;
  for (const Column & column : Columns)
  {
    if (std::isfinite(row.*column.value))
    {
      scalars.emplace_back(column.name, row.*column.value);
    }
  }
  writer.Write(row.step, SecondsSince1970(), scalars);
}
} // namespace

TrainingLog::TrainingLog(const std::string & model, std::uint64_t stepsOfCheckpoint)
  : m_Model(model)
  , m_Rows(ReadRows(model + ".log.csv", stepsOfCheckpoint))
  , m_Table(model + ".log.csv", std::ios::trunc)
  , m_TensorBoard(model + ".tensorboard")
{
  m_Table << Header() << '\n';
  for (const TrainingLogRow & row : m_Rows)
  {
    m_Table << TextOf(row) << '\n';
    WriteScalars(m_TensorBoard, row);
  }
  if (!m_Table.flush())
  {
    throw std::runtime_error(model + ".log.csv cannot be written");
  }
}

std::string
TrainingLog::TextOf(const TrainingLogRow & row)
{
  std::ostringstream text;
  text << row.step;
  for (const Column & column : Columns)
  {
    text << ',';
    if (std::isfinite(row.*column.value))
    {
      text << row.*column.value;
    }
  }
  return text.str();
}

void
TrainingLog::Add(const TrainingLogRow & row)
{
  m_Rows.push_back(row);
  if (!(m_Table << TextOf(row) << std::endl))
  {
    throw std::runtime_error(m_Model + ".log.csv cannot be written");
  }
  WriteScalars(m_TensorBoard, row);
  this->WriteCurves();
}

void
TrainingLog::WriteCurves() const
{
  Chart chart;
  chart.title = "losses, and Jaccard index of the validation at IoU .5";
  chart.xLabel = "step";
  const std::array<Column, 3> drawn{ { { "loss", &TrainingLogRow::loss },
                                       { "validation loss", &TrainingLogRow::validationLoss },
                                       { "validation Jaccard", &TrainingLogRow::validationJaccard } } };
  for (const Column & column : drawn)
  {
    ChartLine line;
    line.name = column.name;
    for (const TrainingLogRow & row : m_Rows)
    {
      line.points.emplace_back(static_cast<double>(row.step), row.*column.value);
    }
    chart.lines.push_back(line);
  }
  OutputFile picture(m_Model + ".curves.svg");
  picture.WriteText(chart.ToSvg());
  picture.Commit();
}
} // namespace pen
