// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCoreDirectProjectionKernel_h
#define itkPenCoreDirectProjectionKernel_h

#include "itkPenCoreDirectProjection.h"

namespace itk
{
namespace PenCore
{
/** \brief What the kernels read of one branch, for stacks of one depth. */
struct DirectBranch
{
  const FoldedProjection::Branch * weights;
  int kernel;
  int depthOfFirstSlice; ///< where the stack begins among the slices that this branch's sections see
  int beginSection;      ///< sections outside [begin, end) see no slice of the stack
  int endSection;
  FoldedProjection::Triple start; ///< what those sections add to the pool, with the pool's bias
};

/** \brief A window of the stack with zeros around, [slice][row][column], at least one radius wider on each side. */
struct DirectWindow
{
  const float * origin; ///< the first slice at the first pixel of the row that is projected
  std::ptrdiff_t sliceStride;
  std::ptrdiff_t rowStride;
  int slices;
};

struct DirectNetwork
{
  const FoldedProjection * weights;
  std::vector<DirectBranch> branches;
};

/** Pixels that a row in a DirectWindow is rounded up to: all kernels' blocks divide it. */
constexpr int DirectBlock = 48;

/** Writes [3][stride] planes of a row of \a width pixels, rounded up to DirectBlock. */
using DirectRow = void (*)(const DirectNetwork & network, const DirectWindow & window, int width, float * planes,
                           std::ptrdiff_t stride);

/** The fastest kernel that this processor runs. */
DirectRow
ChooseDirectRow();
} // namespace PenCore
} // namespace itk

#endif
