// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Augmentation_StackAugmentation_h
#define ProjectionEnhancement_Augmentation_StackAugmentation_h

#include "ProjectionEnhancementExport.h"
#include "itkTrainingSample.h"

#include <array>
#include <cstdint>

namespace itk
{
namespace PenCore
{
/** One kind of augmentation: whether, how often, and how strong. */
struct AugmentationSwitch
{
  bool on = false;
  double probability = 0.5;
  std::array<double, 2> range = { { 0.0, 0.0 } }; ///< the strength is uniform in it
};

/** \brief The paper's photometric and geometric augmentations, all off at first; probabilities and ranges are those of
 * its published code. */
struct StackAugmentationParameters
{
  AugmentationSwitch zoom{ false, 1.0, { { 0.4, 0.6 } } };       ///< factor of the cells' size
  AugmentationSwitch shear{ false, 0.1, { { -8.0, 8.0 } } };     ///< degrees
  AugmentationSwitch blur{ false, 0.5, { { 0.0, 2.0 } } };       ///< standard deviation in pixels
  AugmentationSwitch blurOut{ false, 0.25, { { 2.5, 6.0 } } };   ///< the same; the truth is blank then
  AugmentationSwitch brightness{ false, 0.5, { { 0.1, 0.5 } } }; ///< added, in units of whiteLevel - blackLevel
  AugmentationSwitch blend{ false, 0.5, { { 0.5, 1.5 } } };      ///< one of the two factors, in smooth patches
  AugmentationSwitch noise{ false, 0.5, { { 0.75, 1.25 } } };    ///< factor of each voxel of its own
  AugmentationSwitch contrast{ false, 0.5, { { 0.0, 1.0 } } };   ///< sigmoid or logarithmic; range not used

  float blackLevel = 0.0f; ///< what counts as 0: the background
  float whiteLevel = 1.0f; ///< what counts as 1: the brightest of the cells
  std::uint64_t seed = 0;
};

/** \brief Draws which augmentations a sample gets and how strong, and applies them in the order of the members above.
 *
 * Zoom and shear move cells, ignored pixels and 3-D labels with the intensities; targets such as flows are computed
 * from the masks afterwards. Intensities are not clipped. The result depends on the sample and the parameters only.
 *
 * \throws std::invalid_argument where the sample's buffers do not fit its size, or whiteLevel is not above blackLevel.
 *
 * \code
 * itk::PenCore::StackAugmentationParameters parameters;
 * parameters.blur.on = true;
 * parameters.shear = { true, 1.0, { { -8.0, 8.0 } } };
 * const itk::TrainingSample augmented = itk::PenCore::AugmentStack(sample, parameters);
 * \endcode */
ProjectionEnhancement_EXPORT TrainingSample
AugmentStack(const TrainingSample & sample, const StackAugmentationParameters & parameters);

/** \brief The sample under a linear map of its plane about the middle; spacing and size stay.
 *
 * Voxel p of the result shows what was at matrix * (p - middle) + middle: matrix = { xx, xy, yx, yy } in pixels. Linear
 * interpolation, averaged where the map takes several pixels together. What comes from outside is \a background. A
 * pixel is a mask's where the interpolated mask reaches one half; cells without a pixel left go, and the labels of the
 * later ones move up. Depths stay. */
ProjectionEnhancement_EXPORT TrainingSample
MapPlane(const TrainingSample & sample, const std::array<double, 4> & matrix, float background);

/** \brief The stack as slabs of several slices show it: the maximum of every \a thickness slices, interpolated linearly
 * to the slices again, as a stack of such slabs is resampled. Slices left over at the end are one thinner slab; masks,
 * 3-D labels and depths stay.
 *
 * \throws std::invalid_argument where the sample's buffers do not fit its size, or \a thickness is 0. */
ProjectionEnhancement_EXPORT void
MergeSlicesToSlabs(TrainingSample & sample, unsigned int thickness);

/** \brief Gaussian blur; the standard deviation is in x pixels, and the same in um along y and z. */
ProjectionEnhancement_EXPORT void
BlurStack(TrainingSample & sample, double sigma);

/** \brief 1 / (1 + exp(gain * (cutoff - v))) of intensities v on the scale from black to white. */
ProjectionEnhancement_EXPORT void
ApplySigmoidContrast(TrainingSample & sample, double gain, double cutoff, float blackLevel, float whiteLevel);

/** \brief gain * log2(1 + v) of intensities v on the scale from black to white; darker ones are scaled by gain. */
ProjectionEnhancement_EXPORT void
ApplyLogContrast(TrainingSample & sample, double gain, float blackLevel, float whiteLevel);

/** \brief Multiplies what exceeds the black level by 1 + alpha * (factor - 1), alpha a smooth random pattern over the
 * plane within [0, 1]: noise of amplitude 1 / frequency^3 on at most 32 x 32 points, interpolated linearly. */
ProjectionEnhancement_EXPORT void
BlendStack(TrainingSample & sample, double factor, float blackLevel, std::uint64_t seed);
} // namespace PenCore
} // namespace itk

#endif
