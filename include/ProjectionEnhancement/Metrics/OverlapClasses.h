// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Metrics_OverlapClasses_h
#define ProjectionEnhancement_Metrics_OverlapClasses_h

#include "ProjectionEnhancement/Cells/Overlap.h"
#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief How a cell meets the others of its set, from easy to hard to tell apart. */
enum class OverlapClass : unsigned char
{
  Isolated,    ///< no other cell is near
  Touching,    ///< another cell is near, but none shares a pixel with it
  Overlapping, ///< it shares pixels with another, but no single one shares stackedShare of its own
  Stacked      ///< another cell shares stackedShare of its pixels or more
};

constexpr std::size_t NumberOfOverlapClasses = 4;

struct OverlapClassParameters
{
  /** Pixels along either axis within which another cell is near; 1: the masks share a border or a corner. */
  std::int32_t touchingDistance = 2;
  /** Share of a cell's pixels; within [0, 1]. */
  double stackedShare = 0.5;
  unsigned int numberOfThreads = 0;
};

/** \brief A cell and the other one that shares most pixels with it. */
struct CellOverlap
{
  OverlapClass overlapClass = OverlapClass::Isolated;
  std::int64_t other = -1;   ///< index of that cell, the lowest of equals; -1: none shares a pixel
  double coveredShare = 0.0; ///< share of this cell's pixels that are the other's too
};

/** \brief The class of each mask of a set.
 *
 * The class is each cell's own: a small cell on top of a large one is stacked, the large one under it overlaps.
 * \throws std::invalid_argument for a distance below 0 or a share outside [0, 1]. */
ProjectionEnhancement_EXPORT std::vector<CellOverlap>
ClassifyOverlaps(const MaskPointers & masks, const OverlapClassParameters & parameters = {});
} // namespace PenCore
} // namespace itk

#endif
