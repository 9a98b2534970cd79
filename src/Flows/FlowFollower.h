// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Flows_FlowFollower_h
#define ProjectionEnhancement_Flows_FlowFollower_h

#include "Flows/MaskedFlow.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"

#include <cstdint>

namespace itk
{
namespace PenCore
{
/** Marks a pixel in a map of ends that is no foreground. */
constexpr std::int32_t NoEnd = -1;

/** Where in an image a flow lies. */
struct FlowWindow
{
  int firstColumn;
  int firstRow;
  int imageWidth;
  int imageHeight;
};

/** \brief Follows a flow by Euler steps with bilinear interpolation, clamped to the image, from every pixel's centre.
 *
 * Coordinates are the image's, so that a window gives the same ends to the bit. Walkers must not leave the window. On
 * return ends[pixel] is the index (y - firstRow) * width + x - firstColumn of the end point's truncated coordinates,
 * for each pixel that was not NoEnd. A walker is not followed further once it comes back so near to where it was 2
 * steps before (12, later on), and nearer than the last time, that at this pace it cannot leave its pixel in the steps
 * that remain. */
void
FollowInterpolatedFlow(const MaskedFlow & flow, const FlowWindow & window, FlowSampling sampling, unsigned int steps,
                       unsigned int numberOfThreads, const ProgressCallback & progress, std::int32_t * ends);
} // namespace PenCore
} // namespace itk

#endif
