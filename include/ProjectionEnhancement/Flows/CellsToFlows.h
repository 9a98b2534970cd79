// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_CellsToFlows_h
#define ProjectionEnhancement_Flows_CellsToFlows_h

#include "ProjectionEnhancement/Base/FlowFieldLayout.h"
#include "ProjectionEnhancement/Base/Parameters.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Cells/Cell.h"

#include "ProjectionEnhancementExport.h"

#include <ostream>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief How a mask becomes a flow field: the direction in which heat that starts at the mask's centre rises.
 *
 * Heat enters at the centre, spreads by repeated 3 x 3 means inside the mask and is lost outside it; the flow is the
 * central difference of the heat, scaled to unit length. */
struct MaskFlowParameters
{
  enum class Method
  {
    CellPose, ///< centre: mask pixel nearest the mean; difference of the heat
    Pen       ///< centre: the median, or the mask pixel nearest to it; difference of the heat's logarithm
  };
  Method method = Method::CellPose;

  /** One heat source for each 8-connected component. Without it a mask has one centre, as in Cellpose, and a
   * component that the heat does not reach has zero flow. */
  bool eachComponentItsOwnCentre = true;

  /** The heat's fixed point rather than its state after the method's own number of steps: 2 (width + height + 4) for
   * CellPose, 4 diagonals for Pen. They differ by up to some 10 degrees in elongated cells; a disc has no difference.
   */
  bool solveToFixedPoint = false;

  /** The one list of them, for ForEachParameter(). */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("Method", parameters.method...);
    visit("EachComponentItsOwnCentre", parameters.eachComponentItsOwnCentre...);
    visit("SolveToFixedPoint", parameters.solveToFixedPoint...);
  }
};

inline std::ostream &
operator<<(std::ostream & os, MaskFlowParameters::Method method)
{
  return os << (method == MaskFlowParameters::Method::CellPose ? "CellPose" : "Pen");
}

/** \brief Parameters of CellsToFlowField(). */
struct CellsToFlowsParameters : MaskFlowParameters
{
  unsigned int numberOfThreads = 0; ///< 0: GetNumberOfThreads()
  ProgressCallback progress;
};

/** \brief The flow of one mask: flow[2 i] is x (to the right) and flow[2 i + 1] is y (down) of the i-th pixel in run
 * order, of unit length and pointing inward; zero at the centre and where a mask is not reached.
 *
 * Far along a thin process the heat is smaller than any float; its direction is exact all the same. */
ProjectionEnhancement_EXPORT void
ComputeMaskFlow(const PixelRuns & runs, const MaskFlowParameters & parameters, float * flow);

/** \brief Training target, or exact flow field, of cells: fills flowField[channels][height][width][4].
 *
 * Components: flow x, flow y, cell logit, border logit. Background has no flow and -TargetLogit in both logits. A cell
 * paints the page of its channel; where two cells of one channel overlap the later one is visible, and flow and border
 * (the mask minus its 3 x 3 erosion) are those of what remains visible. The image's own edge erodes nothing.
 * Throws itk::ExceptionObject for a cell outside the image or the channels. */
ProjectionEnhancement_EXPORT void
CellsToFlowField(const std::vector<Cell> & cells, int width, int height, int channels,
                 const CellsToFlowsParameters & parameters, float * flowField);
} // namespace PenCore
} // namespace itk

#endif
