// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_StackConvolutionKernel_h
#define ProjectionEnhancement_Projection_StackConvolutionKernel_h

#include "Projection/DirectProjectionKernel.h"

namespace itk
{
namespace PenCore
{
/** \brief Sums of a tile, or their gradient: [channel][section][row][column]. */
template <typename TFloat>
struct SectionsView
{
  TFloat * origin; ///< at the tile's first pixel
  std::ptrdiff_t channelStride;
  std::ptrdiff_t sectionStride;
  std::ptrdiff_t rowStride;
  int height;
  int width;
};

/** The kernels that this processor runs fastest. Windows are those of PaddedTile. */
struct StackConvolutionKernels
{
  /** Of branch, kernel, depthOfFirstSlice, beginSection, endSection and the weights' taps and bias are read. */
  void (*sum)(const DirectBranch & branch, const DirectWindow & window, const SectionsView<float> & sums);

  /** Adds the tile's share to \a weightGradient, [kernel][kernel][kernel][3] over z, y and x; \a workspace holds 16
   * times as many floats, begins at a multiple of DirectAlignment bytes, and need not be set. */
  void (*addGradient)(const DirectBranch & branch, const DirectWindow & window,
                      const SectionsView<const float> & gradient, float * workspace, float * weightGradient);
};

StackConvolutionKernels
ChooseStackConvolutionKernels();
} // namespace PenCore
} // namespace itk

#endif
