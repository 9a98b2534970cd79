// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_IntensityMap_h
#define ProjectionEnhancement_Stacks_IntensityMap_h

#include "ProjectionEnhancement/Stacks/StackRows.h"
#include "ProjectionEnhancementExport.h"
#include "itkIntensityNormalization.h"

#include <limits>

namespace itk
{
namespace PenCore
{
/** \brief What a normalisation does to each voxel of one stack: subtract, multiply, limit. */
struct IntensityMap
{
  float offset = 0.0f;
  float factor = 1.0f;
  float lowest = -std::numeric_limits<float>::infinity();
  float highest = std::numeric_limits<float>::infinity();
  /** Distance of the percentiles over what it counts as: less than 1 where there is little but noise. */
  float contrast = 1.0f;
  /** Voxels of this value become 0: padding that is brighter than all else. */
  float padding = std::numeric_limits<float>::quiet_NaN();

  IntensityRemarks remarks;

  ProjectionEnhancement_EXPORT void
  Apply(float * voxels, std::size_t n, unsigned int numberOfThreads) const;
};

/** \brief Reads a stack in bands of rows, as often as its statistics need: once, or twice for percentiles of voxels
 * that are not all whole numbers of 16 bits.
 *
 * The same whatever the bands are. \throws ExceptionObject where a voxel is not finite. */
ProjectionEnhancement_EXPORT IntensityMap
MapIntensities(const StackRows & rows, const GridSize & size, const IntensityNormalization & how,
               std::size_t bytesPerBand, unsigned int numberOfThreads, const ProgressCallback & progress = {});
} // namespace PenCore
} // namespace itk

#endif
