// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkPenCoreFlowFollower_h
#define itkPenCoreFlowFollower_h

#include "itkPenCoreFlowsToCells.h"
#include "itkPenCoreMaskedFlow.h"

#include <cstdint>

namespace itk
{
namespace PenCore
{
/** Marks a pixel in a map of ends that is no foreground. */
constexpr std::int32_t NoEnd = -1;

/** \brief Follows a flow by Euler steps with bilinear interpolation, clamped to the image, from every pixel's centre.
 *
 * On return ends[pixel] is the index y * width + x of the end point's truncated coordinates, for each pixel that was
 * not NoEnd. A walker whose last two steps moved it so little, and less than the two before, that it cannot leave its
 * pixel at that pace in the steps that remain is not followed further. (Two steps: many walkers come to swing between
 * two points.) */
void
FollowInterpolatedFlow(const MaskedFlow & flow, FlowSampling sampling, unsigned int steps, unsigned int numberOfThreads,
                       const ProgressCallback & progress, std::int32_t * ends);
} // namespace PenCore
} // namespace itk

#endif
