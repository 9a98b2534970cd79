// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_Overlap_h
#define ProjectionEnhancement_Cells_Overlap_h

#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Masks that somebody else owns, in an order that gives them their indices. */
using MaskPointers = std::vector<const PixelRuns *>;

/** The masks in order. The pointers are valid as long as the argument is. */
ProjectionEnhancement_EXPORT MaskPointers
MasksOf(const std::vector<Cell> & cells);

ProjectionEnhancement_EXPORT MaskPointers
MasksOf(const std::vector<PixelRuns> & masks);

/** \brief Two masks that share \a pixels > 0 pixels. */
struct OverlappingPair
{
  std::uint32_t first;
  std::uint32_t second;
  std::uint64_t pixels;
};

inline bool
operator==(const OverlappingPair & a, const OverlappingPair & b)
{
  return a.first == b.first && a.second == b.second && a.pixels == b.pixels;
}

/** \brief All pairs (i, j), i < j, of masks of one set that share pixels, sorted by i, then j.
 *
 * A sweep along each row visits only runs that do overlap, so that the cost is that of sorting the runs within their
 * rows plus one step per overlapping pair of runs. The same for any number of threads. */
ProjectionEnhancement_EXPORT std::vector<OverlappingPair>
FindOverlappingPairs(const MaskPointers & masks, unsigned int numberOfThreads = 0);

/** \brief All pairs (i, j) of a mask i of \a first and a mask j of \a second that share pixels, sorted by i, then j.
 *
 * Masks may overlap within either set. */
ProjectionEnhancement_EXPORT std::vector<OverlappingPair>
FindOverlappingPairs(const MaskPointers & first, const MaskPointers & second, unsigned int numberOfThreads = 0);

/** \brief neighbours[i] = the masks that share pixels with mask i, in ascending order. */
ProjectionEnhancement_EXPORT std::vector<std::vector<std::uint32_t>>
OverlapNeighbours(const std::vector<OverlappingPair> & pairsWithinOneSet, std::size_t numberOfMasks);
} // namespace PenCore
} // namespace itk

#endif
