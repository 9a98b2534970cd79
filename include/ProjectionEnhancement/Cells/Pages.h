// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_Pages_h
#define ProjectionEnhancement_Cells_Pages_h

#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancementExport.h"

#include <cstdint>
#include <ostream>
#include <vector>

namespace itk
{
namespace PenCore
{
/** How cells that may overlap are dealt out to the pages of a layers image, whose labels must not. */
enum class PageAssignment : std::uint8_t
{
  Channel, ///< page = depth channel; a cell that would hide an earlier one of its channel goes to an extra page
  Fewest   ///< as few pages as greedy colouring finds, whatever the channels
};

ProjectionEnhancement_EXPORT std::ostream &
operator<<(std::ostream & os, PageAssignment assignment);

/** \brief The page of each cell; no two cells of one page share a pixel.
 *
 * Channel: pages 0 to the highest channel (and at least minimumNumberOfPages) belong to the channels. A cell that
 * overlaps an earlier one of its channel moves to the first page after those that has room for it.
 *
 * Fewest: colouring of the overlap graph by saturation degree (Brelaz 1979), which is exact where two pages are
 * enough and close to it elsewhere. Cells that overlap nothing stay on page 0.
 *
 * \throws std::invalid_argument for a negative channel. */
ProjectionEnhancement_EXPORT std::vector<std::int32_t>
AssignPages(const std::vector<Cell> & cells, PageAssignment assignment, std::int32_t minimumNumberOfPages = 1,
            unsigned int numberOfThreads = 0);

/** Number of pages that an assignment needs: at least minimumNumberOfPages, and every channel under Channel. */
ProjectionEnhancement_EXPORT std::int32_t
CountPages(const std::vector<Cell> & cells, const std::vector<std::int32_t> & pages, PageAssignment assignment,
           std::int32_t minimumNumberOfPages = 1);
} // namespace PenCore
} // namespace itk

#endif
