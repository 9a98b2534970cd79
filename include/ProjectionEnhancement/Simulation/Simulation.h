// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Simulation_Simulation_h
#define ProjectionEnhancement_Simulation_Simulation_h

#include "ProjectionEnhancement/Base/Parameters.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancementExport.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <vector>

namespace itk
{
namespace PenCore
{
/** What simulated bodies look like. */
enum class SimulatedShape : std::uint8_t
{
  Ellipsoid, ///< ellipsoids at any orientation, evenly bright (the paper's supplement S6)
  Cell,      ///< spindle, star-shaped and round bodies with curved, tapered processes, texture and a nucleus shadow
  Outline    ///< bodies whose outlines are those of given cells, as thick as they are wide, with texture and nucleus
};

ProjectionEnhancement_EXPORT std::ostream &
operator<<(std::ostream & os, SimulatedShape shape);

/** \brief A cell's mask that bodies are given the outline of. */
struct CellOutline
{
  PixelRuns runs;
  std::array<double, 2> pixelSize = { { 1.0, 1.0 } }; ///< um in x and y
};

inline bool
operator==(const CellOutline & a, const CellOutline & b)
{
  return a.runs == b.runs && a.pixelSize == b.pixelSize;
}

inline std::ostream &
operator<<(std::ostream & os, const CellOutline & outline)
{
  return os << CountPixels(outline.runs) << " pixels";
}

/** \brief What is simulated. Lengths are in um, intensities in gray values, shares in [0, 1].
 *
 * The defaults look like MDA-MB-231 GFP cells in collagen, 0.538 x 0.538 x 10 um, 8 bit. */
struct SimulationParameters
{
  std::array<std::size_t, 3> size = { { 256, 256, 16 } };     ///< voxels in x, y, z
  std::array<double, 3> spacing = { { 0.538, 0.538, 10.0 } }; ///< um in x, y, z
  std::size_t numberOfCells = 10;                             ///< bodies to place; fewer where no room is left
  SimulatedShape shape = SimulatedShape::Cell;
  std::uint64_t seed = 0;

  std::array<double, 3> smallestSemiAxes = { { 10.0, 5.0, 5.0 } }; ///< of ellipsoids
  std::array<double, 3> largestSemiAxes = { { 16.0, 7.0, 7.0 } };
  std::vector<CellOutline> outlines; ///< of which each body takes one, mirrored or not, for SimulatedShape::Outline
  double thinnestOutline = 9.0;      ///< thickness of such a body where it is wider; drawn evenly between these
  double thickestOutline = 16.0;
  double shortestLength = 18.0; ///< of cells' bodies, without their processes
  double longestLength = 75.0;
  double tilt = 12.0;                 ///< standard deviation of the angle between a cell and the slices in degrees
  unsigned int mostProcesses = 5;     ///< thin processes a cell may have
  double dimmestBrightness = 110.0;   ///< gray values over the background inside a thick body; drawn evenly in its
  double brightestBrightness = 420.0; ///< logarithm between these
  double texture = 0.12;              ///< standard deviation of the brightness within a cell, relative
  std::size_t numberOfSpecks = 0;     ///< bright grains of 0.4 to 1.2 um radius that are no cells

  double shallowestDepth = 0.0;        ///< share of the stack's depth that centres stay below
  double deepestDepth = 1.0;           ///< and above
  double borderMargin = 0.0;           ///< centres keep this distance from the field's edges; may be negative
  bool avoidIntersection = true;       ///< no two bodies share volume (judged on a grid of about 1 um)
  double minimumDistance = 0.0;        ///< between surfaces of bodies, where intersection is avoided
  double stackedShare = 0.0;           ///< share of the cells that are placed in pairs one above the other
  double stackedAxialDistance = 25.0;  ///< between the centres of a stacked pair, along z
  double stackedLateralDistance = 5.0; ///< most between the centres of a stacked pair, across z
  double touchingShare = 0.0; ///< share of the cells that are placed in pairs side by side, as close as they fit

  double lateralBlur = 0.45; ///< standard deviation of the point spread function across z
  double axialBlur = 5.0;    ///< along z
  double haloShare = 0.12;   ///< of the light that goes out of focus into a wider Gaussian
  double lateralHalo = 4.0;  ///< the wider one's standard deviations
  double axialHalo = 16.0;
  double background = 0.04;        ///< light without cells
  double backgroundGradient = 0.3; ///< relative change of the background across the field's half diagonal
  double attenuationLength = 0.0;  ///< depth at which brightness falls to 1 / e; 0 switches it off
  double dimSliceShare = 0.0;      ///< share of the slices that are photobleached
  double dimmestSlice = 0.3;       ///< remaining brightness of a photobleached slice, drawn up to 0.8
  double photonsPerGray = 1.5;     ///< Poisson noise; 0 switches it off
  double readNoise = 0.2;          ///< standard deviation of the Gaussian noise
  double offset = 2.0;             ///< gray value of darkness
  unsigned int bits = 8;           ///< 8 or 16: rounded and saturated; 0: neither

  double maskMargin = 0.8;          ///< masks and labels reach this far beyond the surface
  double visibleBrightness = 3.0;   ///< gray values over the background from which a part of a cell is visible
  double minimumVisibleArea = 20.0; ///< um^2; a cell with less of a mask does not count
  unsigned int numberOfThreads = 0;

  /** Throws std::invalid_argument that names the first parameter that makes no sense, and its value. */
  ProjectionEnhancement_EXPORT void
  Verify() const;

  /** The one list of them, for ForEachParameter(). */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("Size", parameters.size...);
    visit("Spacing", parameters.spacing...);
    visit("Outlines", parameters.outlines...);
    visit("NumberOfCells", parameters.numberOfCells...);
    visit("Shape", parameters.shape...);
    visit("Seed", parameters.seed...);
    visit("SmallestSemiAxes", parameters.smallestSemiAxes...);
    visit("LargestSemiAxes", parameters.largestSemiAxes...);
    visit("ThinnestOutline", parameters.thinnestOutline...);
    visit("ThickestOutline", parameters.thickestOutline...);
    visit("ShortestLength", parameters.shortestLength...);
    visit("LongestLength", parameters.longestLength...);
    visit("Tilt", parameters.tilt...);
    visit("MostProcesses", parameters.mostProcesses...);
    visit("DimmestBrightness", parameters.dimmestBrightness...);
    visit("BrightestBrightness", parameters.brightestBrightness...);
    visit("Texture", parameters.texture...);
    visit("NumberOfSpecks", parameters.numberOfSpecks...);
    visit("ShallowestDepth", parameters.shallowestDepth...);
    visit("DeepestDepth", parameters.deepestDepth...);
    visit("BorderMargin", parameters.borderMargin...);
    visit("AvoidIntersection", parameters.avoidIntersection...);
    visit("MinimumDistance", parameters.minimumDistance...);
    visit("StackedShare", parameters.stackedShare...);
    visit("StackedAxialDistance", parameters.stackedAxialDistance...);
    visit("StackedLateralDistance", parameters.stackedLateralDistance...);
    visit("TouchingShare", parameters.touchingShare...);
    visit("LateralBlur", parameters.lateralBlur...);
    visit("AxialBlur", parameters.axialBlur...);
    visit("HaloShare", parameters.haloShare...);
    visit("LateralHalo", parameters.lateralHalo...);
    visit("AxialHalo", parameters.axialHalo...);
    visit("Background", parameters.background...);
    visit("BackgroundGradient", parameters.backgroundGradient...);
    visit("AttenuationLength", parameters.attenuationLength...);
    visit("DimSliceShare", parameters.dimSliceShare...);
    visit("DimmestSlice", parameters.dimmestSlice...);
    visit("PhotonsPerGray", parameters.photonsPerGray...);
    visit("ReadNoise", parameters.readNoise...);
    visit("Offset", parameters.offset...);
    visit("Bits", parameters.bits...);
    visit("MaskMargin", parameters.maskMargin...);
    visit("VisibleBrightness", parameters.visibleBrightness...);
    visit("MinimumVisibleArea", parameters.minimumVisibleArea...);
  }
};

/** \brief A cell as it is, whatever of it hides behind others. */
struct SimulatedCell
{
  PixelRuns runs; ///< its mask: the body's projection along z
  std::array<double, 3> centroid = { { 0, 0,
                                       0 } }; ///< of the part inside the stack, in um from the first voxel's centre
  double depthInSlices = 0.0;                 ///< centroid's z, 0 the first slice
  double volume = 0.0;                        ///< inside the stack, um^3
  double brightness = 0.0;                    ///< gray values inside a thick body, before attenuation
  std::int32_t partner = -1;                  ///< index of the cell it was paired with; -1 none
};

struct SimulatedStack
{
  std::vector<float> stack;            ///< [z][y][x]
  std::vector<std::uint32_t> labels3d; ///< [z][y][x], index of the cell + 1, 0 none
  std::vector<SimulatedCell> cells;
  std::vector<PixelRuns> uncounted; ///< visible remains of cells that do not count: too small a part, or too dim
};

/** \brief A confocal stack of simulated cells with its truth.
 *
 * Bodies are solids in um, sampled on the pixels and on sub-slices of at most a third of the axial blur. Light adds:
 * a slice is the sum over bodies of the density, blurred by a Gaussian point spread function and a wider one for
 * out-of-focus light, times what depth and photobleaching leave of it, plus background. Then Poisson and Gaussian
 * noise, offset, saturation and rounding.
 *
 * A pixel is a cell's mask where its body, grown by maskMargin, lies over the pixel's centre within the stack and the
 * cell's own brightest voxel there is visible (visibleBrightness, before noise). A voxel carries a cell's label where
 * at least half of it is inside the grown body, or where the column of a mask pixel holds most of the body, so that the
 * labels' projection is the mask. Where bodies meet in a voxel, the one that fills more of it has the label. Cells are
 * numbered in the order of their placement.
 *
 * The same for any number of threads. Work and memory grow with the bodies' bounding boxes and the stack, not with
 * their product.
 *
 * \throws std::invalid_argument as SimulationParameters::Verify() does. */
ProjectionEnhancement_EXPORT SimulatedStack
SimulateCellStack(const SimulationParameters & parameters, const ProgressCallback & progress = {});

} // namespace PenCore
} // namespace itk

#endif
