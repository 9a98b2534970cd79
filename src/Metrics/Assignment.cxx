// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Metrics/Assignment.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <stdexcept>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t None = std::numeric_limits<std::size_t>::max();
constexpr double Unreached = std::numeric_limits<double>::infinity();

// Every row has, behind the real columns, a column of its own at no cost: staying alone.
class SparseAssignment
{
public:
  SparseAssignment(std::size_t numberOfRows, std::size_t numberOfColumns, std::vector<AssignmentEdge> edges)
    : m_NumberOfColumns(numberOfColumns)
    , m_Edges(std::move(edges))
    , m_RowBegin(numberOfRows + 1, 0)
    , m_ColumnOfRow(numberOfRows, None)
    , m_RowOfColumn(numberOfColumns + numberOfRows, None)
    , m_RowPrice(numberOfRows, 0.0)
    , m_ColumnPrice(numberOfColumns + numberOfRows, 0.0)
    , m_Distance(numberOfColumns + numberOfRows, Unreached)
    , m_Predecessor(numberOfColumns + numberOfRows, None)
    , m_IsSettled(numberOfColumns + numberOfRows, 0)
  {
    std::sort(m_Edges.begin(), m_Edges.end(),
              [](const AssignmentEdge & a, const AssignmentEdge & b)
              { return a.row != b.row ? a.row < b.row : a.column < b.column; });
    for (const AssignmentEdge & edge : m_Edges)
    {
      ++m_RowBegin[edge.row + 1];
    }
    for (std::size_t row = 0; row < numberOfRows; ++row)
    {
      m_RowBegin[row + 1] += m_RowBegin[row];
    }
  }

  std::vector<std::int64_t>
  Solve()
  {
    std::vector<std::int64_t> columns(m_ColumnOfRow.size(), -1);
    for (std::size_t row = 0; row < columns.size(); ++row)
    {
      if (m_RowBegin[row] < m_RowBegin[row + 1])
      {
        this->AssignRow(row);
      }
    }
    for (std::size_t row = 0; row < columns.size(); ++row)
    {
      if (m_ColumnOfRow[row] < m_NumberOfColumns)
      {
        columns[row] = static_cast<std::int64_t>(m_ColumnOfRow[row]);
      }
    }
    return columns;
  }

private:
  using QueueEntry = std::pair<double, std::size_t>;

  // Finds the cheapest way to give \a source a column, moving rows that are in the way.
  void
  AssignRow(std::size_t source)
  {
    std::size_t row = source;
    std::size_t column = None;
    double lowest = 0.0;
    do
    {
      this->Reach(row, lowest);
      column = this->SettleNearest();
      lowest = m_Distance[column];
      row = m_RowOfColumn[column];
    } while (row != None);
    this->UpdatePrices(source, lowest);
    this->Augment(source, column);
    this->Forget();
  }

  void
  Reach(std::size_t row, double lowest)
  {
    for (std::size_t i = m_RowBegin[row]; i < m_RowBegin[row + 1]; ++i)
    {
      this->ReachColumn(row, m_Edges[i].column, lowest - m_Edges[i].weight);
    }
    this->ReachColumn(row, m_NumberOfColumns + row, lowest);
  }

  void
  ReachColumn(std::size_t row, std::size_t column, double cost)
  {
    const double distance = cost - m_RowPrice[row] - m_ColumnPrice[column];
    if (m_IsSettled[column] || distance >= m_Distance[column])
    {
      return;
    }
    if (m_Distance[column] == Unreached)
    {
      m_Reached.push_back(column);
    }
    m_Distance[column] = distance;
    m_Predecessor[column] = row;
    m_Queue.emplace(distance, column);
  }

  // Entries that a shorter way has outdated are skipped. The row's own column keeps the queue from running empty.
  std::size_t
  SettleNearest()
  {
    while (m_IsSettled[m_Queue.top().second])
    {
      m_Queue.pop();
    }
    const std::size_t column = m_Queue.top().second;
    m_Queue.pop();
    m_IsSettled[column] = 1;
    m_Settled.push_back(column);
    return column;
  }

  void
  UpdatePrices(std::size_t source, double lowest)
  {
    m_RowPrice[source] += lowest;
    for (const std::size_t column : m_Settled)
    {
      const double change = lowest - m_Distance[column];
      if (m_RowOfColumn[column] != None)
      {
        m_RowPrice[m_RowOfColumn[column]] += change;
      }
      m_ColumnPrice[column] -= change;
    }
  }

  void
  Augment(std::size_t source, std::size_t column)
  {
    std::size_t row = None;
    do
    {
      row = m_Predecessor[column];
      m_RowOfColumn[column] = row;
      std::swap(m_ColumnOfRow[row], column);
    } while (row != source);
  }

  void
  Forget()
  {
    for (const std::size_t column : m_Reached)
    {
      m_Distance[column] = Unreached;
      m_Predecessor[column] = None;
      m_IsSettled[column] = 0;
    }
    m_Reached.clear();
    m_Settled.clear();
    m_Queue = {};
  }

  std::size_t m_NumberOfColumns;
  std::vector<AssignmentEdge> m_Edges;
  std::vector<std::size_t> m_RowBegin;
  std::vector<std::size_t> m_ColumnOfRow;
  std::vector<std::size_t> m_RowOfColumn;
  std::vector<double> m_RowPrice;
  std::vector<double> m_ColumnPrice;
  std::vector<double> m_Distance;
  std::vector<std::size_t> m_Predecessor;
  std::vector<char> m_IsSettled;
  std::vector<std::size_t> m_Reached;
  std::vector<std::size_t> m_Settled;

  std::priority_queue<QueueEntry, std::vector<QueueEntry>, std::greater<QueueEntry>> m_Queue;
};
} // namespace

std::vector<std::int64_t>
SolveMaximumAssignment(std::size_t numberOfRows, std::size_t numberOfColumns, std::vector<AssignmentEdge> edges)
{
  for (const AssignmentEdge & edge : edges)
  {
    if (edge.row >= numberOfRows || edge.column >= numberOfColumns)
    {
      throw std::out_of_range("SolveMaximumAssignment: an edge leads outside the graph");
    }
    if (!std::isfinite(edge.weight))
    {
      throw std::invalid_argument("SolveMaximumAssignment: a weight is not finite");
    }
  }
  edges.erase(std::remove_if(edges.begin(), edges.end(), [](const AssignmentEdge & edge) { return edge.weight <= 0; }),
              edges.end());
  return SparseAssignment(numberOfRows, numberOfColumns, std::move(edges)).Solve();
}
} // namespace PenCore
} // namespace itk
