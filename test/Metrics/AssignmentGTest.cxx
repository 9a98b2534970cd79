// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Metrics/Assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

using namespace itk::PenCore;

namespace
{
double
TotalWeight(const std::vector<std::int64_t> & columns, const std::vector<AssignmentEdge> & edges)
{
  double total = 0.0;
  for (const AssignmentEdge & edge : edges)
  {
    total += columns[edge.row] == static_cast<std::int64_t>(edge.column) ? edge.weight : 0.0;
  }
  return total;
}

// Tries everything: row after row stays alone or takes one of the columns that are still free.
double
BestTotalByTrial(std::size_t row, std::size_t numberOfRows, std::vector<char> & isTaken,
                 const std::vector<AssignmentEdge> & edges)
{
  if (row == numberOfRows)
  {
    return 0.0;
  }
  double best = BestTotalByTrial(row + 1, numberOfRows, isTaken, edges);
  for (const AssignmentEdge & edge : edges)
  {
    if (edge.row == row && !isTaken[edge.column])
    {
      isTaken[edge.column] = 1;
      best = std::max(best, edge.weight + BestTotalByTrial(row + 1, numberOfRows, isTaken, edges));
      isTaken[edge.column] = 0;
    }
  }
  return best;
}
} // namespace

TEST(PenCoreAssignment, TheBestTotalBeatsTheBestPair)
{
  // Greedy would take .9 and be left with .1; .8 + .8 is better.
  const std::vector<std::int64_t> expected{ 1, 0 };
  EXPECT_EQ(SolveMaximumAssignment(2, 2, { { 0, 0, 0.9 }, { 0, 1, 0.8 }, { 1, 0, 0.8 }, { 1, 1, 0.1 } }), expected);
}

TEST(PenCoreAssignment, ARowStaysAloneWhereThatIsWorthMore)
{
  // Two pairs of .4 are worth less than one of .9.
  const std::vector<std::int64_t> expected{ -1, 1, -1 };
  EXPECT_EQ(SolveMaximumAssignment(3, 2, { { 0, 1, 0.4 }, { 1, 1, 0.9 }, { 1, 0, 0.4 } }), expected);
}

TEST(PenCoreAssignment, WorthlessEdgesAreNotUsed)
{
  const std::vector<std::int64_t> expected{ -1, -1 };
  EXPECT_EQ(SolveMaximumAssignment(2, 2, { { 0, 0, 0.0 }, { 1, 1, -1.0 } }), expected);
  EXPECT_TRUE(SolveMaximumAssignment(0, 0, {}).empty());
}

TEST(PenCoreAssignment, EqualsTheBestOfAllAssignments)
{
  std::mt19937 generator(11);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  for (int repeat = 0; repeat < 400; ++repeat)
  {
    const std::uint32_t rows = 1 + generator() % 6;
    const std::uint32_t columns = 1 + generator() % 6;
    const double density = uniform(generator);
    std::vector<AssignmentEdge> edges;
    for (std::uint32_t row = 0; row < rows; ++row)
    {
      for (std::uint32_t column = 0; column < columns; ++column)
      {
        // Quarters make ties; the others do not.
        const double weight = repeat % 2 == 0 ? uniform(generator) : (1 + generator() % 4) / 4.0;
        if (uniform(generator) < density)
        {
          edges.push_back({ row, column, weight });
        }
      }
    }
    const std::vector<std::int64_t> assignment = SolveMaximumAssignment(rows, columns, edges);
    std::vector<std::int64_t> used(assignment);
    used.erase(std::remove(used.begin(), used.end(), -1), used.end());
    std::sort(used.begin(), used.end());
    EXPECT_EQ(std::adjacent_find(used.begin(), used.end()), used.end()) << "a column was given twice";
    std::vector<char> isTaken(columns, 0);
    EXPECT_NEAR(TotalWeight(assignment, edges), BestTotalByTrial(0, rows, isTaken, edges), 1e-12);
  }
}

TEST(PenCoreAssignment, OrderOfEdgesDoesNotMatter)
{
  std::mt19937 generator(5);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::vector<AssignmentEdge> edges;
  for (std::uint32_t i = 0; i < 300; ++i)
  {
    edges.push_back({ i / 6, static_cast<std::uint32_t>((i / 6 + i % 6) % 50), uniform(generator) });
  }
  const std::vector<std::int64_t> expected = SolveMaximumAssignment(50, 50, edges);
  std::shuffle(edges.begin(), edges.end(), generator);
  EXPECT_EQ(SolveMaximumAssignment(50, 50, edges), expected);
}

TEST(PenCoreAssignment, RefusesEdgesOutsideTheGraphAndWeightsThatAreNoNumbers)
{
  EXPECT_THROW(SolveMaximumAssignment(2, 2, { { 2, 0, 1.0 } }), std::out_of_range);
  EXPECT_THROW(SolveMaximumAssignment(2, 2, { { 0, 2, 1.0 } }), std::out_of_range);
  EXPECT_THROW(SolveMaximumAssignment(2, 2, { { 0, 0, std::nan("") } }), std::invalid_argument);
}
