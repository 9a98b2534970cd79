// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Training/TrainingComposer.h"

#include "ProjectionEnhancement/Augmentation/CellPasting.h"
#include "ProjectionEnhancement/Augmentation/StackAugmentation.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace
{
// Share of the network's slices that a composed stack has at least.
constexpr double FewestSlicesShare = 0.6;

float
Quantile(std::vector<float> & values, double share)
{
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

// What a percentile normalisation makes of the crop where its stack's percentiles are these values.
void
Stretch(std::vector<float> & stack, float low, float high, bool clip)
{
  for (float & value : stack)
  {
    value = (value - low) / std::max(high - low, 1e-6f);
    value = clip ? std::min(std::max(value, 0.0f), 1.0f) : value;
  }
}
} // namespace

void
AddToLibrary(const TrainingSample & sample, const IntensityNormalization & normalization, CellLibrary & library)
{
  std::vector<PenCore::CellCutout> cells = PenCore::CutCells(sample);
  std::vector<float> voxels = sample.stack;
  const float high = Quantile(voxels, normalization.highPercentile / 100.0);
  const PenCore::BackgroundLevel background = PenCore::EstimateBackground(sample);
  // A running mean, weighted by cells.
  const auto before = static_cast<float>(library.cells.size());
  const auto added = static_cast<float>(cells.size());
  const auto mean = [&](float old, float next)
  { return (before * old + added * next) / std::max(before + added, 1.f); };
  library.background = mean(library.background, background.level);
  library.noise = mean(library.noise, background.noise);
  library.high = mean(library.high, high);
  std::move(cells.begin(), cells.end(), std::back_inserter(library.cells));
}

TrainingSample
ComposeCrop(const CellLibrary & library, const TrainingSampler::Parameters & parameters, PenCore::Random & random)
{
  PenCore::PasteCellsParameters paste;
  paste.width = parameters.cropSize;
  paste.height = parameters.cropSize;
  const auto fewest = static_cast<unsigned int>(std::ceil(FewestSlicesShare * parameters.slices));
  paste.slices = fewest + static_cast<unsigned int>(random.Below(parameters.slices - fewest + 1));
  unsigned int thickness = 1;
  if (parameters.slabShare > 0.0 && random.Uniform() < parameters.slabShare)
  {
    const unsigned int thickest = std::min(parameters.thickestSlab, paste.slices);
    thickness = thickest < 2 ? 1 : 2 + static_cast<unsigned int>(random.Below(thickest - 1));
    paste.slices -= paste.slices % thickness;
  }
  paste.spacing = parameters.spacing;
  paste.numberOfCells = 1 + static_cast<unsigned int>(random.Below(parameters.mostPastedCells));
  paste.overlapShare = random.Uniform(0.0, parameters.mostOverlapShare);
  paste.stackedShare = random.Uniform(0.0, parameters.mostStackedShare);
  paste.meanOverlapIoU = random.Uniform(0.05, 0.3);
  paste.brightness = { { parameters.dimmestBrightness, 1.0 } };
  paste.cellScale = parameters.cellScale;
  paste.stretch = parameters.cellStretch;
  paste.bend = parameters.cellBend;
  paste.gamma = parameters.cellGamma;
  paste.texture = parameters.cellTexture;
  paste.depthFlips = parameters.depthFlips;
  paste.backgroundLevel = library.background;
  paste.backgroundNoise = library.noise;
  paste.seed = random.Next();
  TrainingSample crop = PenCore::PasteCells(library.cells, paste);
  if (thickness > 1)
  {
    PenCore::MergeSlicesToSlabs(crop, thickness);
  }
  if (parameters.normalization.method == IntensityNormalization::Method::Percentile)
  {
    const float highest = std::max(*std::max_element(crop.stack.begin(), crop.stack.end()), library.high);
    const double low = std::max<double>(library.high, library.background + 1e-6);
    const auto high = static_cast<float>(low * std::pow(std::max(highest / low, 1.0), random.Uniform()));
    Stretch(crop.stack, library.background, high, parameters.normalization.clipToUnitRange);
  }
  else
  {
    PenCore::NormalizeIntensities(crop.stack.data(), { crop.slices, crop.height, crop.width }, parameters.normalization,
                                  1);
  }
  return crop;
}
} // namespace itk
