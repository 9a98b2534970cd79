// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Training_TrainingComposer_h
#define ProjectionEnhancement_Training_TrainingComposer_h

#include "ProjectionEnhancement/Augmentation/CellCutouts.h"
#include "ProjectionEnhancement/Base/Random.h"
#include "itkTrainingSampler.h"

#include <vector>

namespace itk
{
/** \brief Cells that were cut out of stacks, and what those stacks look like without them. */
struct CellLibrary
{
  std::vector<PenCore::CellCutout> cells;
  float background = 0.0f; ///< PenCore::EstimateBackground()
  float noise = 0.0f;
  float high = 0.0f; ///< the normalisation's high percentile: what becomes 1 in these stacks
};

/** Adds a raw sample's cells; what the stacks look like is the mean of what was added. */
void
AddToLibrary(const TrainingSample & sample, const IntensityNormalization & normalization, CellLibrary & library);

/** \brief A crop of cells pasted at random, normalised.
 *
 * Number of cells, overlap and stacking are drawn anew for each crop, up to the parameters' most. With percentile
 * normalisation what becomes 1 is drawn between the library's high value (its stacks' density) and the crop's maximum
 * (as in a stack that is full of cells). */
TrainingSample
ComposeCrop(const CellLibrary & library, const TrainingSampler::Parameters & parameters, PenCore::Random & random);
} // namespace itk

#endif
