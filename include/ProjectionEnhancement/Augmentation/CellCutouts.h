// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Augmentation_CellCutouts_h
#define ProjectionEnhancement_Augmentation_CellCutouts_h

#include "ProjectionEnhancementExport.h"
#include "itkTrainingSample.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief A cell cut out of its stack.
 *
 * Both buffers are [y][x][z], z fastest. The projection of the support along z is the cell's mask. */
struct CellCutout
{
  std::array<std::size_t, 3> size;   ///< x, y, z
  std::array<double, 3> spacing;     ///< x, y, z in um
  std::vector<float> intensity;      ///< above the local background, 0 where nothing is the cell's
  std::vector<std::uint8_t> support; ///< 1 where the cell is, 0 elsewhere
  std::array<double, 3> centre;      ///< x, y: centroid of the mask; z: the cell's depth; in voxels of the cut-out
  std::size_t supportSize;           ///< voxels of the support
  std::size_t maskSize;              ///< pixels of the mask
};

struct CutCellsParameters
{
  unsigned int halo = 2;             ///< pixels around the mask whose intensity, the cell's haze, comes along
  double axialHalo = 20.0;           ///< um above and below the support whose intensity comes along
  double axialReach = 30.0;          ///< um from the cell's depth that a support without 3-D labels may extend
  float columnShare = 0.25f;         ///< of its column's peak that a voxel of such a support has at least
  bool withCellsAtTheBorder = false; ///< cells that touch the stack's x-y border are cut in half
  std::size_t smallestMask = 30;     ///< pixels; smaller masks are left out
};

/** \brief 3-D labels for a sample that has none.
 *
 * Under each mask pixel the column's brightest slice within \a axialReach of the cell's depth is the start; the support
 * grows from it up and down, no further than \a axialReach from the depth, while a voxel has at least \a columnShare
 * of the peak above the local background. Where masks overlap a voxel goes to the cell whose depth is nearer. */
ProjectionEnhancement_EXPORT std::vector<std::uint32_t>
LabelsFromColumns(const TrainingSample & sample, const CutCellsParameters & parameters);

/** \brief Cuts the cells of a sample out in 3-D, in the order of the sample's cells.
 *
 * A cell's support is its voxels in sample.labels3d, or in LabelsFromColumns() where there are none; a mask pixel
 * without such a voxel gets the one at the cell's depth. The cell's depth is its support's centroid where the sample
 * has 3-D labels, and the depth in the sample otherwise. Its intensity is what exceeds the local background, the median
 * of each slice around the cell outside all masks, in the columns under the mask and, without other cells, its halo.
 *
 * \throws std::invalid_argument where the sample's buffers do not fit its size. */
ProjectionEnhancement_EXPORT std::vector<CellCutout>
CutCells(const TrainingSample & sample, const CutCellsParameters & parameters = {});

/** \brief The level of what is not cell, and how it scatters about it. */
struct BackgroundLevel
{
  float level; ///< median of the voxels outside all masks
  float noise; ///< their standard deviation as the median absolute deviation tells it
};

/** \throws std::invalid_argument where the sample's buffers do not fit its size. */
ProjectionEnhancement_EXPORT BackgroundLevel
EstimateBackground(const TrainingSample & sample);
} // namespace PenCore
} // namespace itk

#endif
