// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkTrainingSample_h
#define itkTrainingSample_h

#include "ProjectionEnhancement/Cells/Cell.h"
#include "ProjectionEnhancementExport.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace itk
{
/** \brief An annotated stack. */
struct TrainingSample
{
  unsigned int slices = 0;
  unsigned int height = 0;
  unsigned int width = 0;
  std::vector<float> stack;            ///< [slices][height][width]
  std::vector<PenCore::Cell> cells;    ///< depth in slices
  std::vector<std::uint8_t> ignore;    ///< [height][width], not 0 where the truth is unknown; or empty
  std::vector<std::uint32_t> labels3d; ///< [slices][height][width], index of the cell + 1, 0 none; or empty
  std::array<double, 3> spacing = { { 1.0, 1.0, 1.0 } }; ///< x, y, z in um; 1 where unknown

  /** The same sample on another grid that covers the same extent; a pixel is a mask's where the mask covers at least
   * half of what is averaged there, a voxel keeps the label nearest to it, and depths stay at their um. A cell without
   * a pixel left goes, and the labels of the later ones move up. */
  ProjectionEnhancement_EXPORT TrainingSample
  Resampled(unsigned int newSlices, unsigned int newHeight, unsigned int newWidth) const;

  /** \brief The same sample with some of its cells, by index, in the order given; pixels of the others' masks alone
   * become unknown, and their voxels lose their labels. Splits annotated cells into those to train on and those to
   * test with. \throws ExceptionObject for an index that no cell has, or that comes twice. */
  ProjectionEnhancement_EXPORT TrainingSample
  Only(const std::vector<std::size_t> & indices) const;
};
} // namespace itk

#endif
