// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Depth_DepthWindows_h
#define ProjectionEnhancement_Depth_DepthWindows_h

#include "ProjectionEnhancement/Base/Parameters.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Depths from \a first to below \a end. */
struct DepthRange
{
  double first = -std::numeric_limits<double>::infinity();
  double end = std::numeric_limits<double>::infinity();
};

/** \brief Slices [begin, end) of a stack that are segmented as if they were all of it.
 *
 * Few cells lie over each other in a few slices, so that few depth channels tell them apart. Windows overlap, so that
 * each cell is well inside one of them; \a own are the depths, in slices of the stack, whose cells are this window's.
 */
struct DepthWindow
{
  std::size_t begin;
  std::size_t end;
  DepthRange own;

  /** Its slices. */
  std::size_t
  Count() const
  {
    return end - begin;
  }
};

/** \brief Windows of \a windowSlices slices, half of that apart or less, from the first slice to the last.
 *
 * The depths that they own meet in the middle of the slices that neighbours share; the outer ones' have no end. One
 * window of all slices where \a windowSlices is 0 or no less than them. */
ProjectionEnhancement_EXPORT std::vector<DepthWindow>
MakeDepthWindows(std::size_t slices, std::size_t windowSlices);

/** \brief When a cell of one depth window and one of another are the same, and when one stays that is not its window's.
 */
struct JoinDepthWindowsParameters
{
  double iouThreshold = 0.5;   ///< within [0, 1]; 0 is any shared pixel
  double depthTolerance = 1.5; ///< in the unit of the cells' depths; no less than 0
  double adoptionScore = 1.0;  ///< least score of an adopted cell; infinity: none is adopted
  double adoptionShare = 0.5;  ///< of the smaller of two masks, within (0, 1]
  double adoptionReach = 4.0;  ///< in the unit of the cells' depths; no less than 0
  unsigned int numberOfThreads = 0;

  /** The one list of them, for ForEachParameter(). */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("IoUThreshold", parameters.iouThreshold...);
    visit("DepthTolerance", parameters.depthTolerance...);
    visit("AdoptionScore", parameters.adoptionScore...);
    visit("AdoptionShare", parameters.adoptionShare...);
    visit("AdoptionReach", parameters.adoptionReach...);
  }
};

/** \brief The parameters for windows of this extent, in the unit of the cells' depths.
 *
 * \param networkLearnedWindows  SegmentationNetworkOptions::depthWindows. Cells of a network that has not are not
 *                               adopted: what it shows of one at the rim of a window is no whole cell. */
ProjectionEnhancement_EXPORT JoinDepthWindowsParameters
JoinParametersOf(double windowExtent, bool networkLearnedWindows);

/** \brief The cells, as ascending indices, that a stack has whose depth windows have these.
 *
 * A cell stays where its window owns its depth, unless a cell of another window with a higher score stays whose mask
 * has an IoU with its own of iouThreshold or more and whose depth differs by depthTolerance at most: at the border of
 * two windows' depths both may take a cell for theirs. Of equal scores the larger cell stays, then the lower index.
 *
 * What the window that owns a depth misses may be seen in its neighbour. So a cell whose window does not own its depth
 * is adopted where its score is adoptionScore or more, unless a cell stays, be it adopted too, whose depth differs from
 * its own by adoptionReach at most and that shares adoptionShare of the smaller of both masks with it: then it may be
 * part of that one, seen from too far. The order is the same, after all cells that stay by themselves.
 *
 * \param cells         with masks, scores and depths
 * \param windowOfCell  index of its window, of each cell
 * \param own           the depths that each window owns, in the unit of the cells' depths
 * \throws std::invalid_argument for a parameter out of its range, a depth or score that is not finite, a cell without a
 *         window. The same for any number of threads. */
ProjectionEnhancement_EXPORT std::vector<std::uint32_t>
JoinDepthWindows(const std::vector<Cell> & cells, const std::vector<std::uint32_t> & windowOfCell,
                 const std::vector<DepthRange> & own, const JoinDepthWindowsParameters & parameters = {});
} // namespace PenCore
} // namespace itk

#endif
