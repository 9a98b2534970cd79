// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Depth_DepthChannels_h
#define ProjectionEnhancement_Depth_DepthChannels_h

#include "ProjectionEnhancement/Base/Parameters.h"
#include "ProjectionEnhancement/Cells/Overlap.h"
#include "ProjectionEnhancementExport.h"

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** How cells are given their depth channels (the paper's supplement S1). Channel 0 is the shallowest. */
enum class DepthChannelMethod : std::uint8_t
{
  ZKMeans,    ///< "z_kmeans": k-means of the depths
  PcaKMeans,  ///< "pca_kmeans": k-means of the third principal component of the standardised x, y and z
  SliceCells, ///< "slice_cells": equal parts of the slices from the shallowest to the deepest cell
  SliceStack, ///< "slice_stack": equal parts of the stack's slices
  Random,     ///< "random": uniform
  LocalOrder  ///< "local_order": one more than the highest channel among the shallower cells that a cell overlaps
};

/** Writes the method's name, "z_kmeans" and so on. */
ProjectionEnhancement_EXPORT std::ostream &
operator<<(std::ostream & os, DepthChannelMethod method);

/** \throws std::invalid_argument for a name that is none of the above. */
ProjectionEnhancement_EXPORT DepthChannelMethod
DepthChannelMethodFromName(const std::string & name);

/** A cell's centroid. Units may differ between the axes; slice_cells and slice_stack need z in slices. */
struct CellPosition
{
  double x;
  double y;
  double z;
};

struct DepthChannelParameters
{
  DepthChannelMethod method = DepthChannelMethod::ZKMeans;
  int numberOfChannels = 3;
  int numberOfSlices = 0;      ///< of the stack; slice_stack needs it
  std::uint64_t seed = 0;      ///< of random
  double minimumOverlap = 0.0; ///< of local_order: share of the smaller mask below which two cells do not overlap
  unsigned int numberOfThreads = 0;

  /** The one list of them, for ForEachParameter(). */
  template <typename TVisit, typename... TParameters>
  static void
  VisitParameters(TVisit && visit, TParameters &... parameters)
  {
    visit("Method", parameters.method...);
    visit("NumberOfChannels", parameters.numberOfChannels...);
    visit("NumberOfSlices", parameters.numberOfSlices...);
    visit("Seed", parameters.seed...);
    visit("MinimumOverlap", parameters.minimumOverlap...);
  }
};

/** \brief The channel, 0 to k - 1, of each cell; k = numberOfChannels.
 *
 * - k-means: one-dimensional, centres start evenly from the lowest to the highest value, Lloyd's steps until nothing
 *   changes; a value midway between two centres goes to the lower one. With no more than k distinct values each has
 *   its own channel, in ascending order.
 * - pca_kmeans: the component's sign is chosen so that it grows with z. Where the cells lie in a plane (always with
 *   three cells or fewer) the third component says nothing, and the depths themselves are clustered.
 * - slice_cells, slice_stack: channel = floor((z - lo) k / (hi - lo + 1)), kept within 0 and k - 1. lo and hi are the
 *   slices of the shallowest and the deepest cell, or 0 and numberOfSlices - 1. A depth within 1e-6 of a whole slice
 *   counts as that slice.
 * - random: the same numbers for a seed on every platform.
 * - local_order: cells that overlap no shallower one have channel 0, and channels end at k - 1. Of two cells of equal
 *   depth the larger counts as the shallower, and of equally large ones the earlier. Cells that share less than
 *   minimumOverlap of the smaller one's pixels count as apart: where masks merely brush, order is hard to see, and one
 *   channel holds both.
 *
 * \param masks the cells' masks; local_order needs them, the others take none.
 * \throws std::invalid_argument for fewer than one channel, a missing number of slices, a coordinate that is not
 * finite, a minimumOverlap outside 0 to 1, or another number of masks than of positions. */
ProjectionEnhancement_EXPORT std::vector<int>
AssignDepthChannels(const std::vector<CellPosition> & positions, const DepthChannelParameters & parameters,
                    const MaskPointers & masks = {});

/** \brief The same for cells: x and y are the mask's centroid in pixels, z is the cell's depth. */
ProjectionEnhancement_EXPORT std::vector<int>
AssignDepthChannels(const std::vector<Cell> & cells, const DepthChannelParameters & parameters);

/** \brief An assignment by name, "z_kmeans" and so on, to be called with the cells of one image, depths in slices.
 *
 * What it returns depends on its argument only, so that several threads may call it.
 * \throws std::invalid_argument for an unknown name, now rather than at the first call. */
ProjectionEnhancement_EXPORT std::function<std::vector<int>(const std::vector<Cell> &)>
MakeDepthChannelFunction(const std::string & name, unsigned int numberOfChannels, unsigned int numberOfSlices,
                         std::uint64_t seed);
} // namespace PenCore
} // namespace itk

#endif
