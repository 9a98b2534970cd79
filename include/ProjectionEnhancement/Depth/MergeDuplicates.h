// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Depth_MergeDuplicates_h
#define ProjectionEnhancement_Depth_MergeDuplicates_h

#include "ProjectionEnhancement/Base/Parameters.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"
#include "ProjectionEnhancementExport.h"

#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief When two cells of different depth channels are one; see FindDuplicateCells(). */
struct MergeDuplicatesParameters
{
  double iouThreshold = 0.5;               ///< within [0, 1]
  double containmentThreshold = 0.8;       ///< within [0, 1]
  double maximumPartSize = 0.7;            ///< within [0, 1], share of the larger cell's pixels; 0 switches parts off
  std::int32_t maximumChannelDistance = 1; ///< at least 1
  double flowAgreementThreshold = 0.7;     ///< within [-1, 1]
  unsigned int numberOfThreads = 0;
  ProgressCallback progress;

  /** The one list of them, for ForEachParameter(). */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("IoUThreshold", parameters.iouThreshold...);
    visit("ContainmentThreshold", parameters.containmentThreshold...);
    visit("MaximumPartSize", parameters.maximumPartSize...);
    visit("MaximumChannelDistance", parameters.maximumChannelDistance...);
    visit("FlowAgreementThreshold", parameters.flowAgreementThreshold...);
  }
};

/** \brief A flow field that somebody else owns, [channels][height][width][4]: in memory, or read in bands of rows where
 * data is null. None where neither is there. */
struct FlowFieldView
{
  const float * data = nullptr;
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int32_t channels = 0;
  FlowSource source = {};
};

/** \brief For each cell the index of the cell that stands for it: its own where it stays.
 *
 * A network with several depth channels may show one cell in more than one of them. Two cells are taken for one when
 * 1. their channels differ, by at most maximumChannelDistance, and
 * 2. they are the same, IoU >= iouThreshold; or one is part of the other: it has at most maximumPartSize of its
 *    pixels, at least containmentThreshold of its own pixels lie in it, and its score is not higher; and
 * 3. where there is a flow field, the flows of their two channels agree in the pixels they share: the sum of their
 *    scalar products over the root of the product of their sums of squares is at least flowAgreementThreshold.
 *    Duplicates flow to one centre, cells that only overlap each to their own: discs of equal size agree by .93, .76
 *    and .5 where their centres are .2, .4 and .6 radii apart (IoU .77, .60, .46).
 *
 * Links are followed from the strongest on (the same before parts, higher IoU or containment first), so that a cell
 * seen in three channels becomes one; two groups join only if the cells that stand for them satisfy rule 2 as well,
 * which keeps a chain of overlapping cells apart. The cell with the highest score stands for a group; of equal scores
 * the larger cell, then the lower index. Only equal scores make the result depend on the order of the cells.
 *
 * The rule errs where
 * - two real cells of neighbouring channels lie exactly over each other: one of them is lost;
 * - a small real cell lies over the middle of a larger one and is less certain: it is lost;
 * - two elongated cells cross in their centres at less than some 30 degrees: one of them is lost;
 * - one channel blurs two cells of the next into one: the blur stays beside them, or replaces them where there is no
 *   flow field and it is the most certain;
 * - a cell appears in channels further apart than maximumChannelDistance and in none between: it stays twice.
 *
 * \throws std::invalid_argument for a parameter out of its range, a score that is not finite, a cell outside the flow
 * field or its channels. The same for any number of threads. */
ProjectionEnhancement_EXPORT std::vector<std::uint32_t>
FindDuplicateCells(const std::vector<Cell> & cells, const MergeDuplicatesParameters & parameters,
                   const FlowFieldView & flowField = {});
} // namespace PenCore
} // namespace itk

#endif
