// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_StackConvolution_h
#define ProjectionEnhancement_Projection_StackConvolution_h

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief One of PEN's 3-D convolutions on a batch of stacks, for training: 1 -> 3 channels, as large as the stack
 * along y and x, with zeros around, and \a sections long along z.
 *
 * Buffers are in C order: stacks [stacks][slices][height][width], weight [3][kernel][kernel][kernel] over z, y and x,
 * sums [stacks][3][sections][height][width]. */
struct StackConvolution
{
  std::size_t stacks;
  std::size_t slices;
  std::size_t height;
  std::size_t width;
  std::size_t kernel;   ///< odd
  std::size_t sections; ///< where there are more than slices - kernel + 1, half of the others see zeros above the stack
};

/** \brief Each section's weighted sums and bias (3 values). \a numberOfThreads as in ParallelFor. */
ProjectionEnhancement_EXPORT void
ConvolveStacks(const StackConvolution & convolution, const float * stacks, const float * weight, const float * bias,
               float * sums, unsigned int numberOfThreads = 0);

/** \brief The weight's gradient, of the weight's shape, where the sums' is \a gradient, of the sums' shape.
 *
 * It depends on the number of threads in no bit. \a numberOfThreads as in ParallelFor. */
ProjectionEnhancement_EXPORT std::vector<float>
StackConvolutionWeightGradient(const StackConvolution & convolution, const float * stacks, const float * gradient,
                               unsigned int numberOfThreads = 0);
} // namespace PenCore
} // namespace itk

#endif
