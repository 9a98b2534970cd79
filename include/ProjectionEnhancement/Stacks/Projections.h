// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_Projections_h
#define ProjectionEnhancement_Stacks_Projections_h

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Maximum over z of a stack [slices][pixels] to [pixels]; on one thread unless told otherwise, as ParallelFor() is. */
ProjectionEnhancement_EXPORT void
MaximumProjection(const float * stack, unsigned int slices, std::size_t pixels, float * plane,
                  unsigned int numberOfThreads = 1);

/** \brief The paper's linear depth projection (supplement S2) of a stack [slices][pixels] to planes [planes][pixels].
 *
 * With s = slices / (planes + 1), plane i is the maximum over z of v(z) exp(-(z - (i + 1) s)^2 / (2 sigma^2)) with
 * sigma^2 = -s^2 / (8 ln .5), so that neighbouring windows meet at one half. z counts slices from 0. */
ProjectionEnhancement_EXPORT void
LinearDepthProjection(const float * stack, unsigned int slices, std::size_t pixels, unsigned int planes,
                      float * result);

/** Where FitSlices puts the first of fewer slices than asked for. */
ProjectionEnhancement_EXPORT std::size_t
FirstFittedSlice(std::size_t slices, std::size_t fittedSlices);

/** \brief A stack [slices][pixels] with another number of slices.
 *
 * Fewer slices than asked for are centred among slices of 0; more are binned, each new slice the maximum of its
 * neighbours, so that no cell is lost and depth keeps its order. */
ProjectionEnhancement_EXPORT std::vector<float>
FitSlices(const float * stack, unsigned int slices, std::size_t pixels, unsigned int fittedSlices);

/** Subtracts the minimum of n values and divides by their maximum then; constant values become 0. */
ProjectionEnhancement_EXPORT void
RescaleToUnitRange(float * values, std::size_t n);
} // namespace PenCore
} // namespace itk

#endif
