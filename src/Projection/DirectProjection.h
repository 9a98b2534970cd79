// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_DirectProjection_h
#define ProjectionEnhancement_Projection_DirectProjection_h

#include "Projection/ColumnTransform.h"
#include "ProjectionEnhancementExport.h"
#include "itkSegmentationNetworkOptions.h"

#include <array>
#include <cstddef>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief PEN's weights for inference: each batch norm is folded into the convolution before it. */
struct FoldedProjection
{
  static constexpr unsigned int Channels = 3;
  using Triple = std::array<float, Channels>;

  struct Branch
  {
    unsigned int kernel;     ///< extent of the convolution along z, y and x
    unsigned int sections;   ///< slices left after the convolution
    std::vector<float> taps; ///< [y][x][kernel - 1 - z][channel]
    Triple bias;
    std::vector<float> pool; ///< [section][channel][plane]; empty where the largest section counts
    Triple poolBias;
    std::array<float, Channels * Channels> collect; ///< [plane of the branch][plane]
    ColumnTransform transform;                      ///< of the taps, where that is the faster way
  };

  unsigned int slices; ///< of the network
  SegmentationNetworkOptions::Collect collectMode;
  std::vector<Branch> branches;
  Triple collectBias;
};

/** \brief Planes [3][height][width] of a normalised stack, before rescaling, without any tensor between.
 *
 * \a stack [slices][height][width] lies at \a firstSlice of the network's slices; the other slices, and everything
 * outside the image, count as 0 and cost no multiplication. A pixel's planes depend neither on where tiles are cut nor
 * on the number of threads; processors with and without fused multiply-add differ in the last bits.
 * \a numberOfThreads as in ParallelFor. Source: Eddy et al., "PEN Architecture". */
ProjectionEnhancement_EXPORT void
ProjectDirectly(const FoldedProjection & network, const float * stack, std::size_t slices, std::size_t firstSlice,
                std::size_t height, std::size_t width, float * planes, unsigned int numberOfThreads = 0);
} // namespace PenCore
} // namespace itk

#endif
