// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_FlowsToCells_h
#define ProjectionEnhancement_Flows_FlowsToCells_h

#include "ProjectionEnhancement/Base/Parameters.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Cells/Cell.h"

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <functional>
#include <limits>
#include <ostream>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Where CellPose dynamics takes the flow of a position from. */
enum class FlowSampling
{
  /** Pixel i lies at coordinate i: Cellpose up to version 3 on a CPU. */
  PixelCentres,
  /** Position x reads x * width / (width - 1) - 1/2, zero outside: Cellpose on GPUs, and Cellpose 4. Up to half a pixel
   * off toward the image's sides; for comparison with their masks. */
  Stretched
};

/** \brief How many masks each check removed: why a flow field gave few cells or none. */
struct RemovedMasks
{
  std::size_t tooLarge = 0;    ///< above maximumSizeShare
  std::size_t badFlow = 0;     ///< above flowThreshold or directionThreshold
  std::size_t tooSmall = 0;    ///< fewer pixels than minimumSize
  std::size_t lowScore = 0;    ///< below minimumScore
  std::size_t atTheBorder = 0; ///< removeCellsTouchingImageBorder

  RemovedMasks &
  operator+=(const RemovedMasks & other)
  {
    tooLarge += other.tooLarge;
    badFlow += other.badFlow;
    tooSmall += other.tooSmall;
    lowScore += other.lowScore;
    atTheBorder += other.atTheBorder;
    return *this;
  }
};

/** \brief Parameters of FlowFieldToCells(). The defaults are Cellpose's; Published() gives either method's. */
struct FlowsToCellsParameters
{
  enum class Method
  {
    CellPose,
    Pen
  };
  Method method = Method::CellPose;

  /** Pixels are foreground where their cell logit is above (Pen: not below) this. */
  float cellThreshold = 0.0F;

  // What is done with either method's masks, in this order.
  /** A mask loses the pixels whose cell probability is below this share of its own level, the mean of its pixels'
   * probabilities weighted by themselves; 0 keeps all. With a low cellThreshold, cells that the network is unsure of
   * are found and yet end where their probability falls, instead of at the threshold. */
  double levelShare = 0.0;
  /** A mask is one part, joined over edges and corners: its largest part stays, and others become cells of their own
   * where they have minimumSize pixels, and with Pen minimumComponentSize. Cellpose keeps what has fallen apart. */
  bool connectedMasks = true;
  double maximumSizeShare = 0.4; ///< masks above this share of the image go
  bool computeFlowErrors = true; ///< if false, every cell's flowError stays 0 and no flow is checked
  double flowThreshold = 0.4;    ///< masks go whose mean squared flow error is above this; 0 keeps all
  /** Masks go whose flow points elsewhere: 1 - the mean cosine between the flow field and the mask's own flow is above
   * this; 0 keeps all. Unlike the flow error it does not mind flows that are weak. */
  double directionThreshold = 0.0;
  unsigned int minimumSize = 15; ///< smaller masks go, before holes are filled and after
  bool fillHoles = true;         ///< a hole is its mask's, unless another cell lies in it
  bool removeCellsTouchingImageBorder = false;
  double minimumScore = std::numeric_limits<double>::lowest(); ///< masks with a lower score go

  // CellPose dynamics.
  FlowSampling sampling = FlowSampling::PixelCentres;
  unsigned int iterations = 200;       ///< Euler steps
  unsigned int minimumSeedPeak = 10;   ///< a local maximum with more end points than this is a seed
  unsigned int seedRadius = 2;         ///< of the square in which a seed is the maximum: 5 x 5
  unsigned int growthIterations = 5;   ///< 3 x 3 growths of a seed over bins with enough end points
  unsigned int minimumGrowthCount = 2; ///< more end points than this are enough

  // PEN dynamics.
  float borderThreshold = 1.3862944F;  ///< logit of 0.8: centres are not looked for from such border pixels
  unsigned int centreIterations = 500; ///< steps that find the centres
  float centreAcceleration = 3.0F;     ///< of the last acceleratedIterations among them
  unsigned int maskIterations = 300;   ///< steps that assign the pixels
  float maskAcceleration = 2.0F;       ///< of the last acceleratedIterations among them
  unsigned int acceleratedIterations = 100;
  unsigned int binWidth = 5;              ///< of the histogram of centres, in pixels
  unsigned int minimumCentrePeak = 50;    ///< a local maximum over 5 x 5 bins with more end points is a centre
  double maximumCentreDistance = 15.0;    ///< pixels, to a centre that lies on background
  unsigned int minimumComponentSize = 30; ///< smaller 4-connected foreground components are dropped

  unsigned int numberOfThreads = 0; ///< 0: GetNumberOfThreads()
  ProgressCallback progress;
  RemovedMasks * removed = nullptr; ///< where it is there, adds to its counts

  /** The published method: PEN's has no flow check, no hole filling, and no limit to the size of a mask. */
  static FlowsToCellsParameters
  Published(Method method)
  {
    FlowsToCellsParameters parameters;
    parameters.method = method;
    if (method == Method::Pen)
    {
      parameters.maximumSizeShare = 1.0;
      parameters.flowThreshold = 0.0;
      parameters.minimumSize = 0;
      parameters.fillHoles = false;
    }
    return parameters;
  }

  /** The one list of them, for ForEachParameter(). */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("Method", parameters.method...);
    visit("CellThreshold", parameters.cellThreshold...);
    visit("LevelShare", parameters.levelShare...);
    visit("ConnectedMasks", parameters.connectedMasks...);
    visit("MaximumSizeShare", parameters.maximumSizeShare...);
    visit("ComputeFlowErrors", parameters.computeFlowErrors...);
    visit("FlowThreshold", parameters.flowThreshold...);
    visit("DirectionThreshold", parameters.directionThreshold...);
    visit("MinimumScore", parameters.minimumScore...);
    visit("MinimumSize", parameters.minimumSize...);
    visit("FillHoles", parameters.fillHoles...);
    visit("RemoveCellsTouchingImageBorder", parameters.removeCellsTouchingImageBorder...);
    visit("Sampling", parameters.sampling...);
    visit("Iterations", parameters.iterations...);
    visit("MinimumSeedPeak", parameters.minimumSeedPeak...);
    visit("SeedRadius", parameters.seedRadius...);
    visit("GrowthIterations", parameters.growthIterations...);
    visit("MinimumGrowthCount", parameters.minimumGrowthCount...);
    visit("BorderThreshold", parameters.borderThreshold...);
    visit("CentreIterations", parameters.centreIterations...);
    visit("CentreAcceleration", parameters.centreAcceleration...);
    visit("MaskIterations", parameters.maskIterations...);
    visit("MaskAcceleration", parameters.maskAcceleration...);
    visit("AcceleratedIterations", parameters.acceleratedIterations...);
    visit("BinWidth", parameters.binWidth...);
    visit("MinimumCentrePeak", parameters.minimumCentrePeak...);
    visit("MaximumCentreDistance", parameters.maximumCentreDistance...);
    visit("MinimumComponentSize", parameters.minimumComponentSize...);
  }
};

inline std::ostream &
operator<<(std::ostream & os, FlowsToCellsParameters::Method method)
{
  return os << (method == FlowsToCellsParameters::Method::CellPose ? "CellPose" : "Pen");
}

inline std::ostream &
operator<<(std::ostream & os, FlowSampling sampling)
{
  return os << (sampling == FlowSampling::PixelCentres ? "PixelCentres" : "Stretched");
}

/** \brief Cells of a flow field, buffer [channels][height][width][4]: flow x, flow y (unit scale, pointing inward,
 * x to the right, y down), cell logit, border logit.
 *
 * Each channel is a pass of its own; masks of one channel do not overlap. Foreground pixels follow the flow; those
 * that end together are a cell. A pixel with a value that is not finite is background.
 * A cell's score is its mean cell logit, its flowError the mean squared difference between the flow field and the flow
 * of the mask that the dynamics found (holes not yet filled), its depth 0.
 *
 * Cells are ordered by channel, then by their first pixel, row by row. The result is the same for any number of
 * threads. progress may throw to end the run. */
ProjectionEnhancement_EXPORT std::vector<Cell>
FlowFieldToCells(const float * flowField, int width, int height, int channels,
                 const FlowsToCellsParameters & parameters);

/** Pixels [x, x + width) of rows [y, y + height). */
struct FlowRegion
{
  int x;
  int y;
  int width;
  int height;
};

/** \brief Where a flow field comes from: writes the values of a region of a channel, [height][width][4]. */
using FlowSource = std::function<void(int channel, const FlowRegion & region, float * values)>;

/** \brief The same cells, to the bit, of a flow field that is read in windows which take some \a memory bytes each.
 *
 * Windows overlap by what the pixels of either side can walk on the foreground, so that pixels are asked for up to some
 * four times; where they can walk far, windows take more memory. Each channel is read once as a whole before, in bands
 * of rows. PEN's dynamics and the stretched sampling need whole pages, and take them whatever the memory. */
ProjectionEnhancement_EXPORT std::vector<Cell>
FlowFieldToCells(const FlowSource & source, int width, int height, int channels, std::size_t memory,
                 const FlowsToCellsParameters & parameters);
} // namespace PenCore
} // namespace itk

#endif
