// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penValidation.h"

#include "penMaskOptions.h"

#include "itkPenCoreFlowsToCells.h"
#include "itkPenCoreMatching.h"
#include "itkPenCoreMergeDuplicates.h"
#include "itkPenCoreStackPrediction.h"

#include <algorithm>
#include <cmath>

namespace pen
{
namespace
{
using itk::PenCore::Cell;

std::vector<Cell>
Segment(const itk::SegmentationNetwork & network, const TrainingFolder & folder)
{
  const itk::TrainingSample & sample = folder.sample;
  itk::PenCore::StackPredictionParameters prediction;
  prediction.pixelWidth = folder.pixelSize;
  prediction.pixelHeight = folder.pixelSize;
  prediction.sliceSpacing = folder.sliceSpacing;
  const std::vector<float> field = itk::PenCore::PredictFlowField(
    network, sample.stack, { sample.slices, sample.height, sample.width, 1 }, prediction);
  const auto width = static_cast<int>(sample.width);
  const auto height = static_cast<int>(sample.height);
  const auto channels = static_cast<int>(network.GetOptions().outputChannels);
  itk::PenCore::FlowsToCellsParameters masks;
  const UsualMasks usual = OurMasksFor(network.GetOptions().outputChannels);
  masks.cellThreshold = static_cast<float>(usual.cellThreshold);
  masks.levelShare = usual.levelShare;
  masks.flowThreshold = usual.flowThreshold;
  if (folder.pixelSize > 0.0)
  {
    const double pixels = std::ceil(OurMinimumArea / (folder.pixelSize * folder.pixelSize));
    masks.minimumSize = std::max(masks.minimumSize, static_cast<unsigned int>(std::min(pixels, 1e9)));
  }
  const std::vector<Cell> found = itk::PenCore::FlowFieldToCells(field.data(), width, height, channels, masks);
  const auto stands = itk::PenCore::FindDuplicateCells(found, {}, { field.data(), width, height, channels });
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < found.size(); ++i)
  {
    if (stands[i] == i)
    {
      cells.push_back(found[i]);
    }
  }
  return cells;
}

itk::PenCore::PixelRuns
IgnoredRuns(const itk::TrainingSample & sample)
{
  itk::PenCore::PixelRuns runs;
  for (std::size_t i = 0; i < sample.ignore.size(); ++i)
  {
    const auto x = static_cast<std::int32_t>(i % sample.width);
    const auto y = static_cast<std::int32_t>(i / sample.width);
    if (sample.ignore[i] == 0)
    {
      continue;
    }
    if (x > 0 && sample.ignore[i - 1] != 0)
    {
      ++runs.back().length;
    }
    else
    {
      runs.push_back({ x, y, 1 });
    }
  }
  return runs;
}
} // namespace

itk::PenCore::InstanceMetrics
MeasureNetwork(const itk::SegmentationNetwork & network, const std::vector<TrainingFolder> & folders)
{
  itk::PenCore::InstanceMetrics metrics;
  for (const TrainingFolder & folder : folders)
  {
    const std::vector<Cell> cells = Segment(network, folder);
    metrics += itk::PenCore::CompareInstances(itk::PenCore::MasksOf(folder.sample.cells), itk::PenCore::MasksOf(cells),
                                              IgnoredRuns(folder.sample))
                 .metrics;
  }
  return metrics;
}
} // namespace pen
