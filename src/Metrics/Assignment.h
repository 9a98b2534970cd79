// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Metrics_Assignment_h
#define ProjectionEnhancement_Metrics_Assignment_h

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief A possible partnership of a row and a column, and what it is worth. */
struct AssignmentEdge
{
  std::uint32_t row;
  std::uint32_t column;
  double weight;
};

/** \brief The one-to-one assignment of rows to columns with the highest total weight; exact.
 *
 * Only the listed edges may be used, and rows and columns may stay alone; an edge that is worth nothing (weight <= 0)
 * is never used. Returns the column of each row, or -1.
 *
 * Shortest augmenting paths with dual prices (Jonker and Volgenant 1987, in the rectangular form of Crouse 2016), on
 * the sparse graph: a search never leaves the connected component of its row, and usually ends after a few edges, so
 * that the time grows with the number of edges where components are small. Of several best assignments the one found
 * depends only on the order of rows and columns.
 *
 * \throws std::out_of_range for an edge outside the graph, std::invalid_argument for a weight that is not finite. */
ProjectionEnhancement_EXPORT std::vector<std::int64_t>
SolveMaximumAssignment(std::size_t numberOfRows, std::size_t numberOfColumns, std::vector<AssignmentEdge> edges);
} // namespace PenCore
} // namespace itk

#endif
