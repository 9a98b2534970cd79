// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkIntensityNormalization_h
#define itkIntensityNormalization_h

#include "ProjectionEnhancement/Stacks/Resample.h"
#include "ProjectionEnhancementExport.h"

#include <algorithm>

namespace itk
{
/** \brief How voxel values become network input; stored in the model's header.
 *
 * - Background: the published rule. Subtract the mean of the voxels with values in [0, BackgroundMaximum], clip at 0,
 *   divide by Scale (100 and 255, for 8-bit data), clip to 1. A stack without a value above 1 counts as multiplied by
 *   Scale before.
 * - Percentile: subtract the LowPercentile of all voxels, divide by the distance to the HighPercentile (linear
 *   interpolation between order statistics, as numpy and Cellpose do). Works for any bit depth. The distance counts as
 *   LeastRangeInNoise times the noise where it is less, so that the noise of an empty stack is not taken for cells; the
 *   noise's deviation is told by the median difference of neighbouring voxels. 0 switches that off, as in Cellpose.
 *   Where it is Robust, voxels that have the lowest or the highest value of all, far from the others, are padding and
 * do not count. And a HighPercentile three times as high as typical objects, or more, counts as high as those: the
 * upper quartile of the peaks in 16 x 16 tiles that rise over the noise. So one object, or bright pixels, do
 * not dim all others; stacks without such are as they are otherwise.
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
  bool robust = true;
  bool clipToUnitRange = true;
};

/** \brief What a normalisation saw of a stack: what to tell where cells are few or other than expected. */
struct IntensityRemarks
{
  /** Share of the voxels that are padding and do not count, in [0, 1]. */
  double paddingShare = 0.0;

  /** How many times as high as typical objects HighPercentile lies, where those set the range in its stead; 0 where it
   * sets the range itself. */
  double outlierRatio = 0.0;

  /** Whether most voxels are bright, as where dark cells lie on bright ground. */
  bool looksInverted = false;

  /** What was seen of either of two stacks. */
  void
  Add(const IntensityRemarks & other)
  {
    paddingShare = std::max(paddingShare, other.paddingShare);
    outlierRatio = std::max(outlierRatio, other.outlierRatio);
    looksInverted = looksInverted || other.looksInverted;
  }
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
