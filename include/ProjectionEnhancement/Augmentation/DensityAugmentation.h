// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Augmentation_DensityAugmentation_h
#define ProjectionEnhancement_Augmentation_DensityAugmentation_h

#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancementExport.h"
#include "itkTrainingSample.h"

#include <cstdint>
#include <ostream>

namespace itk
{
namespace PenCore
{
/** How copies make a stack denser. */
enum class DensityAugmentationMode : std::uint8_t
{
  Stack, ///< copies of the whole stack below it
  Dense, ///< copies laid over each other
  Auto,  ///< Stack while a copy fits below, otherwise Dense
  Cells  ///< single cells, see PasteCells()
};

ProjectionEnhancement_EXPORT std::ostream &
operator<<(std::ostream & os, DensityAugmentationMode mode);

/** A mirror image of a stack, turned by a quarter where transpose is set. */
struct Orientation
{
  bool flipX = false;
  bool flipY = false;
  bool transpose = false; ///< after the flips; exchanges x and y
  bool flipZ = false;
};

/** \brief A sample mirrored and turned; cells, ignored pixels and 3-D labels with it. No voxel is interpolated. */
ProjectionEnhancement_EXPORT TrainingSample
Oriented(const TrainingSample & sample, const Orientation & orientation);

struct CopyParameters
{
  unsigned int slices = 27; ///< of the network that the stack is for
  unsigned int copies = 0;  ///< most copies, the original counted; 0: as many as fit (Stack), 3 (Dense)
  float background = 0.0f;  ///< what fills slices without a copy (Dense)
  std::uint64_t seed = 0;
  ProgressCallback progress = {};
};

/** Number of slices that a mode makes of a stack of the given number. */
ProjectionEnhancement_EXPORT unsigned int
SlicesAfterCopying(unsigned int slices, DensityAugmentationMode mode, const CopyParameters & parameters);

/** \brief Mode Stack: the sample with copies of itself below, each mirrored and turned at random (x, y, z flips and
 * quarter turns, p 0.5 each).
 *
 * floor(parameters.slices / slices) stacks in all; the depths of copy i grow by i times the sample's slices. Where
 * there is room for none the sample is returned as it is. Quarter turns are for square planes of square pixels only.
 * The paper's supplement S3. */
ProjectionEnhancement_EXPORT TrainingSample
StackCopies(const TrainingSample & sample, const CopyParameters & parameters);

/** \brief Mode Dense: the voxel-wise maximum of copies, each mirrored and turned as in StackCopies() and shifted down
 * by 0 to parameters.slices - slices slices at random. No two copies show the same plane while there are others (4, or
 * 8 with quarter turns).
 *
 * The result has parameters.slices slices. A voxel's 3-D label is that of the brightest copy that has one there; pixels
 * that any copy ignores are ignored. The paper's supplement S3.
 *
 * \throws std::invalid_argument where the sample has more slices than parameters.slices. */
ProjectionEnhancement_EXPORT TrainingSample
OverlayCopies(const TrainingSample & sample, const CopyParameters & parameters);

/** \brief StackCopies() where parameters.slices holds the sample at least twice, otherwise OverlayCopies().
 *
 * \code
 * itk::PenCore::CopyParameters parameters;
 * parameters.slices = 27;
 * parameters.seed = 3;
 * const itk::TrainingSample denser = itk::PenCore::AugmentDensity(sample, parameters);
 * \endcode */
ProjectionEnhancement_EXPORT TrainingSample
AugmentDensity(const TrainingSample & sample, const CopyParameters & parameters);
} // namespace PenCore
} // namespace itk

#endif
