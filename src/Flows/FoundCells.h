// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_FoundCells_h
#define ProjectionEnhancement_Flows_FoundCells_h

#include "Flows/Dynamics.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"

#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief The cell logits of a mask and of everything in its rows between its first and last pixels: its holes too. */
class LogitsOfHull
{
public:
  LogitsOfHull(const PixelRuns & mask, const FlowPage & page);

  /** Over pixels of the hull; those that are not finite do not count: a filled hole may hold what made its pixel
   * background. */
  double
  Mean(const PixelRuns & runs) const;

private:
  std::vector<PixelRun> m_Rows;
  std::vector<std::size_t> m_Offsets;
  std::vector<float> m_Logits;
};

/** A cell as the dynamics found it, and what is needed of the flow field once that is gone. */
struct FoundCell
{
  Cell cell;
  LogitsOfHull hull;
  PixelRuns filled; ///< the mask with its holes, once all masks are known
};

/** Adds the cells whose seeds a page names, judged by all that needs the flow field. */
void
FindCells(const FlowPage & page, const FlowsToCellsParameters & parameters, const ProgressCallback & progress,
          std::vector<FoundCell> & found);

/** The cells of a channel, all of which are needed: holes filled, sizes, borders and scores judged, in order. */
std::vector<Cell>
FinishCells(std::vector<FoundCell> found, int channel, const FlowPage & page,
            const FlowsToCellsParameters & parameters);
} // namespace PenCore
} // namespace itk

#endif
