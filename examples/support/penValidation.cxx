// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penValidation.h"

#include "penDepthWindowOption.h"
#include "penMaskOptions.h"

#include "itkPenCoreDepth.h"
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

// The cells of slices [begin, end) of a sample, with depths in slices of it.
std::vector<Cell>
FindCells(const itk::SegmentationNetwork & network, const TrainingFolder & folder, std::size_t begin, std::size_t end)
{
  const itk::TrainingSample & sample = folder.sample;
  itk::PenCore::StackPredictionParameters prediction;
  prediction.pixelWidth = folder.pixelSize;
  prediction.pixelHeight = folder.pixelSize > 0.0 ? sample.spacing[1] : 0.0;
  prediction.sliceSpacing = folder.sliceSpacing;
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  const std::vector<float> stack(sample.stack.data() + begin * pixels, sample.stack.data() + end * pixels);
  const itk::PenCore::GridSize size{ end - begin, sample.height, sample.width, 1 };
  const std::vector<float> field = itk::PenCore::PredictFlowField(network, stack, size, prediction);
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
    const double least = std::ceil(OurMinimumArea / (sample.spacing[0] * sample.spacing[1]));
    masks.minimumSize = std::max(masks.minimumSize, static_cast<unsigned int>(std::min(least, 1e9)));
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
  const std::vector<double> depths = itk::PenCore::EstimateDepths(cells, stack.data(), size);
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    cells[i].depth = static_cast<double>(begin) + depths[i];
  }
  return cells;
}

// As pen-segment does it.
std::vector<Cell>
Segment(const itk::SegmentationNetwork & network, const TrainingFolder & folder)
{
  const auto windows = DepthWindowsOf("auto", network.GetOptions(), folder.sample.slices, folder.sliceSpacing);
  std::vector<Cell> cells;
  std::vector<std::uint32_t> windowOfCell;
  std::vector<itk::PenCore::DepthRange> own;
  for (const itk::PenCore::DepthWindow & window : windows)
  {
    const std::vector<Cell> found = FindCells(network, folder, window.begin, window.end);
    windowOfCell.insert(windowOfCell.end(), found.size(), static_cast<std::uint32_t>(own.size()));
    cells.insert(cells.end(), found.begin(), found.end());
    own.push_back(window.own);
  }
  const auto join =
    itk::PenCore::JoinParametersOf(static_cast<double>(windows[0].Count()), network.GetOptions().depthWindows);
  std::vector<Cell> joined;
  for (const std::uint32_t i : itk::PenCore::JoinDepthWindows(cells, windowOfCell, own, join))
  {
    joined.push_back(cells[i]);
  }
  return joined;
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
