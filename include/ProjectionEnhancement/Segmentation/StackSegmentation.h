// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Segmentation_StackSegmentation_h
#define ProjectionEnhancement_Segmentation_StackSegmentation_h

#include "ProjectionEnhancement/Depth/DepthWindows.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"
#include "ProjectionEnhancement/Prediction/NetworkRun.h"
#include "ProjectionEnhancement/Prediction/ScratchFlowField.h"
#include "ProjectionEnhancementNetworkExport.h"
#include "itkCellLabelObject.h"
#include "itkSegmentationNetwork.h"
#include "itkSegmentationRecipe.h"

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** How a stack is segmented; CellSegmentationImageFilter says what each means. */
struct StackSegmentationParameters : NetworkRunParameters
{
  /** Whether rows, tiles and depth windows are worked on beside each other. */
  enum class Ahead
  {
    Auto, ///< where the network is on a GPU: on a processor it wins nothing (doc/performance.md)
    On,
    Off
  };

  SegmentationRecipe recipe;
  bool spacingIsKnown = true; ///< the stack's spacing is um
  Ahead ahead = Ahead::Auto;
  bool keepFlows = false;
  unsigned int numberOfThreads = 0;
  std::function<void(const std::string & stage)> beginStage; ///< "network", "masks", "merge", "depths"; may be empty

  /** The one list of them, for ForEachParameter(); recipe and spacing come from elsewhere. */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    NetworkRunParameters::VisitParameters(visit, parameters...);
    visit("Ahead", parameters.ahead...);
    visit("KeepFlowField", parameters.keepFlows...);
  }
};

ProjectionEnhancementNetwork_EXPORT std::ostream &
operator<<(std::ostream & os, StackSegmentationParameters::Ahead ahead);

/** The cells of a stack, with depths, scores and channels, and the flow field they come from: the channels of a depth
 * window, then the next one's. */
struct StackSegmentationResult
{
  CellLabelMap::Pointer cells;
  ImageSource<FlowFieldImage>::Pointer flows; ///< reads them, where they are not in memory; null unless keepFlows
  RemovedMasks removed;                       ///< of all depth windows
  IntensityRemarks intensities;               ///< of any depth window
};

/** \brief The slices [begin, end) of the windows that a stack of \a slices is segmented in, one of them where the
 * recipe wants no windows.
 *
 * \param sliceSpacing  the stack's in um; 0 where it is not known
 * \throws ExceptionObject where the recipe wants windows of a length and neither stack nor model knows a spacing. */
ProjectionEnhancementNetwork_EXPORT std::vector<DepthWindow>
DepthWindowsOf(const SegmentationRecipe & recipe, const SegmentationNetworkOptions & model, std::size_t slices,
               double sliceSpacing);

/** \brief How a recipe turns a flow field into masks.
 *
 * \param pixelArea  um^2 of a pixel of the stack; 0 where it is not known, then no area counts */
ProjectionEnhancementNetwork_EXPORT FlowsToCellsParameters
MaskParametersOf(const SegmentationRecipe & recipe, double pixelArea);

/** \brief Finds the cells of a stack: depth window by depth window network, masks, duplicates, depths, and joins them.
 *
 * \param stack  with its spacing in um where that is known; read part by part where a pipeline makes it. Its
 *               information must be up to date.
 * \param owner  whose progress goes from 0 to \a lastProgress, and whose AbortGenerateData ends the work with
 *               ProcessAborted */
ProjectionEnhancementNetwork_EXPORT StackSegmentationResult
SegmentStack(Image<float, 3> * stack, SegmentationNetwork * network, const StackSegmentationParameters & parameters,
             ProcessObject * owner, float lastProgress = 1.0F);

/** Whether the parameters ask for work beside other work, with this network and on this machine. */
ProjectionEnhancementNetwork_EXPORT bool
WorksAhead(const SegmentationNetwork * network, const StackSegmentationParameters & parameters);
} // namespace PenCore
} // namespace itk

#endif
