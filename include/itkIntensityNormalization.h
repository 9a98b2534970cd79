// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkIntensityNormalization_h
#define itkIntensityNormalization_h

#include "ProjectionEnhancement/Stacks/Resample.h"
#include "ProjectionEnhancementExport.h"

namespace itk
{
/** \brief How voxel values become network input; stored in the model's header.
 *
 * - Background: the published rule. Subtract the mean of the voxels with values in [0, BackgroundMaximum], clip at 0,
 *   divide by Scale (100 and 255, for 8-bit data), clip to 1.
 * - Percentile: subtract the LowPercentile of all voxels, divide by the distance to the HighPercentile (linear
 *   interpolation between order statistics, as numpy and Cellpose do). Works for any bit depth. The distance counts as
 *   LeastRangeInNoise times the noise where it is less, so that the noise of an empty stack is not taken for cells; the
 *   noise's deviation is told by the median difference of neighbouring voxels. 0 switches that off, as in Cellpose.
 * - None: values pass through.
 *
 * With ClipToUnitRange the result is limited to [0, 1]. A constant stack becomes all 0. */
struct IntensityNormalization
{
  enum class Method
  {
    None,
    Background,
    Percentile
  };

  Method method = Method::Percentile;
  double backgroundMaximum = 100.0;
  double scale = 255.0;
  double lowPercentile = 1.0;
  double highPercentile = 99.9;
  double leastRangeInNoise = 40.0;
  bool clipToUnitRange = true;
};

namespace PenCore
{
/** Normalises a stack [depth][height][width] in place. \throws ExceptionObject where a voxel is not finite. */
ProjectionEnhancement_EXPORT void
NormalizeIntensities(float * voxels, const GridSize & size, const IntensityNormalization & normalization,
                     unsigned int numberOfThreads = 0);
} // namespace PenCore
} // namespace itk

#endif
