// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkTrainingSample.h"

#include "Cells/PixelList.h"
#include "ProjectionEnhancement/Stacks/Resample.h"

#include "itkMacro.h"

#include <algorithm>

namespace itk
{
namespace
{
using PenCore::Cell;
using PenCore::PixelList;
using PenCore::PixelRun;

// Pixels of the new grid whose share of a mask, averaged as the intensities are, reaches one half.
PixelList
CoveredPixels(const std::vector<float> & mask, const TrainingSample & sample, unsigned int newHeight,
              unsigned int newWidth)
{
  const std::vector<float> cover =
    PenCore::ResampleGrid(mask, { 1, sample.height, sample.width, 1 }, { 1, newHeight, newWidth, 1 });
  PixelList pixels;
  for (unsigned int y = 0; y < newHeight; ++y)
  {
    for (unsigned int x = 0; x < newWidth; ++x)
    {
      if (cover[static_cast<std::size_t>(y) * newWidth + x] >= 0.5f)
      {
        pixels.emplace_back(y, x);
      }
    }
  }
  return pixels;
}

// Resamples the cells; newLabels[label] is what a label of the sample becomes.
void
ResampleCells(const TrainingSample & sample, TrainingSample & resampled, std::vector<std::uint32_t> & newLabels)
{
  newLabels.assign(sample.cells.size() + 1, 0);
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    std::vector<float> mask(static_cast<std::size_t>(sample.height) * sample.width, 0.0f);
    for (const PixelRun & run : sample.cells[i].runs)
    {
      const auto first = mask.begin() + static_cast<std::ptrdiff_t>(run.y) * sample.width + run.x;
      std::fill(first, first + run.length, 1.0f);
    }
    PixelList pixels = CoveredPixels(mask, sample, resampled.height, resampled.width);
    if (!pixels.empty())
    {
      Cell cell = sample.cells[i];
      if (resampled.slices != sample.slices)
      {
        cell.depth = (cell.depth + 0.5) * resampled.slices / sample.slices - 0.5;
      }
      cell.runs = PenCore::RunsOfPixels(pixels);
      resampled.cells.push_back(cell);
      newLabels[i + 1] = static_cast<std::uint32_t>(resampled.cells.size());
    }
  }
}

// The old axis' sample under the middle of each sample of the new one.
std::vector<std::size_t>
NearestPixels(std::size_t n, std::size_t newN)
{
  std::vector<std::size_t> nearest(newN);
  for (std::size_t i = 0; i < newN; ++i)
  {
    nearest[i] = std::min(n - 1, (2 * i + 1) * n / (2 * newN));
  }
  return nearest;
}

void
ResampleLabels(const TrainingSample & sample, const std::vector<std::uint32_t> & newLabels, TrainingSample & resampled)
{
  const std::vector<std::size_t> slices = NearestPixels(sample.slices, resampled.slices);
  const std::vector<std::size_t> rows = NearestPixels(sample.height, resampled.height);
  const std::vector<std::size_t> columns = NearestPixels(sample.width, resampled.width);
  resampled.labels3d.reserve(static_cast<std::size_t>(resampled.slices) * resampled.height * resampled.width);
  for (const std::size_t z : slices)
  {
    for (const std::size_t row : rows)
    {
      const std::uint32_t * line = sample.labels3d.data() + (z * sample.height + row) * sample.width;
      for (const std::size_t column : columns)
      {
        resampled.labels3d.push_back(newLabels.at(line[column]));
      }
    }
  }
}
} // namespace

TrainingSample
TrainingSample::Resampled(unsigned int newSlices, unsigned int newHeight, unsigned int newWidth) const
{
  if (newSlices == slices && newHeight == height && newWidth == width)
  {
    return *this;
  }
  TrainingSample resampled;
  resampled.slices = newSlices;
  resampled.height = newHeight;
  resampled.width = newWidth;
  resampled.spacing = { { spacing[0] * width / newWidth, spacing[1] * height / newHeight,
                          spacing[2] * slices / newSlices } };
  resampled.stack = PenCore::ResampleGrid(stack, { slices, height, width, 1 }, { newSlices, newHeight, newWidth, 1 });
  std::vector<std::uint32_t> newLabels;
  ResampleCells(*this, resampled, newLabels);
  if (!labels3d.empty())
  {
    ResampleLabels(*this, newLabels, resampled);
  }
  if (!ignore.empty())
  {
    std::vector<float> mask(ignore.size());
    std::transform(ignore.begin(), ignore.end(), mask.begin(), [](std::uint8_t v) { return v != 0 ? 1.0f : 0.0f; });
    resampled.ignore.assign(static_cast<std::size_t>(newHeight) * newWidth, 0);
    for (const auto & pixel : CoveredPixels(mask, *this, newHeight, newWidth))
    {
      resampled.ignore[static_cast<std::size_t>(pixel.first) * newWidth + pixel.second] = 1;
    }
  }
  return resampled;
}

TrainingSample
TrainingSample::Only(const std::vector<std::size_t> & indices) const
{
  TrainingSample some = *this;
  some.cells.clear();
  std::vector<std::uint32_t> newLabels(cells.size() + 1, 0);
  for (const std::size_t index : indices)
  {
    if (index >= cells.size() || newLabels[index + 1] != 0)
    {
      itkGenericExceptionMacro("cell " << index + 1 << " of " << cells.size()
                                       << (index >= cells.size() ? " does not exist" : " is asked for twice"));
    }
    some.cells.push_back(cells[index]);
    newLabels[index + 1] = static_cast<std::uint32_t>(some.cells.size());
  }
  some.ignore.resize(static_cast<std::size_t>(height) * width, 0);
  const auto mark = [&](const Cell & cell, std::uint8_t value)
  {
    for (const PixelRun & run : cell.runs)
    {
      std::fill_n(some.ignore.begin() + static_cast<std::ptrdiff_t>(run.y) * width + run.x, run.length, value);
    }
  };
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    if (newLabels[i + 1] == 0)
    {
      mark(cells[i], 1);
    }
  }
  for (const Cell & cell : some.cells)
  {
    mark(cell, 0);
  }
  std::transform(labels3d.begin(), labels3d.end(), some.labels3d.begin(),
                 [&](std::uint32_t label) { return newLabels.at(label); });
  return some;
}
} // namespace itk
