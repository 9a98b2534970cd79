// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkTrainingSampler.h"

#include "Cells/PixelList.h"
#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Flows/CellsToFlows.h"
#include "Training/TrainingComposer.h"

#include "itkMacro.h"

#include <algorithm>
#include <iterator>

namespace itk
{
namespace
{
using PenCore::Cell;
using PenCore::PixelRun;
using PenCore::PixelRuns;
using PenCore::Random;

// Fewer visible pixels than a cell needs to be told from noise (Cellpose's smallest mask).
constexpr std::size_t SmallestVisiblePart = 15;

// A window of a sample as it is laid into a crop: where it starts, how it is turned, and in which slices it comes.
struct Placement
{
  std::ptrdiff_t x;
  std::ptrdiff_t y;
  bool flipX;
  bool flipY;
  bool transpose;
  bool flipZ;
  unsigned int firstSlice;
  float brightness;

  // The window's pixel that lands on pixel (column, row) of a crop of n x n.
  std::pair<std::ptrdiff_t, std::ptrdiff_t>
  Source(std::ptrdiff_t column, std::ptrdiff_t row, std::ptrdiff_t n) const
  {
    const std::ptrdiff_t u = transpose ? row : column;
    const std::ptrdiff_t v = transpose ? column : row;
    return { x + (flipX ? n - 1 - u : u), y + (flipY ? n - 1 - v : v) };
  }

  // The inverse.
  std::pair<std::ptrdiff_t, std::ptrdiff_t>
  Target(std::ptrdiff_t sourceX, std::ptrdiff_t sourceY, std::ptrdiff_t n) const
  {
    const std::ptrdiff_t u = flipX ? n - 1 - (sourceX - x) : sourceX - x;
    const std::ptrdiff_t v = flipY ? n - 1 - (sourceY - y) : sourceY - y;
    return transpose ? std::make_pair(v, u) : std::make_pair(u, v);
  }
};

bool
Inside(std::ptrdiff_t x, std::ptrdiff_t y, std::ptrdiff_t width, std::ptrdiff_t height)
{
  return x >= 0 && y >= 0 && x < width && y < height;
}

// Start of a window of n samples on an axis, as near to the wish as the axis allows; a short axis is centred.
std::ptrdiff_t
ClampStart(std::ptrdiff_t wish, std::ptrdiff_t n, std::ptrdiff_t length)
{
  return length <= n ? -(n - length) / 2 : std::min(std::max<std::ptrdiff_t>(wish, 0), length - n);
}

Placement
DrawPlacement(const TrainingSample & sample, const TrainingSampler::Parameters & parameters, Random & random)
{
  const std::ptrdiff_t n = parameters.cropSize;
  const std::ptrdiff_t width = sample.width;
  const std::ptrdiff_t height = sample.height;
  Placement placement;
  std::ptrdiff_t centreX = static_cast<std::ptrdiff_t>(random.Below(sample.width));
  std::ptrdiff_t centreY = static_cast<std::ptrdiff_t>(random.Below(sample.height));
  if (random.Uniform() < parameters.cellShare && !sample.cells.empty())
  {
    const PixelRuns & runs = sample.cells[random.Below(sample.cells.size())].runs;
    const PixelRun & middle = runs[runs.size() / 2];
    centreX = middle.x + static_cast<std::ptrdiff_t>(random.Uniform(-.5, .5) * n);
    centreY = middle.y + static_cast<std::ptrdiff_t>(random.Uniform(-.5, .5) * n);
  }
  placement.x = ClampStart(centreX - n / 2, n, width);
  placement.y = ClampStart(centreY - n / 2, n, height);
  placement.flipX = random.Uniform() < 0.5;
  placement.flipY = random.Uniform() < 0.5;
  placement.transpose = random.Uniform() < 0.5;
  placement.flipZ = random.Uniform() < 0.5 && parameters.depthFlips;
  placement.firstSlice = static_cast<unsigned int>(random.Below(parameters.slices - sample.slices + 1));
  placement.brightness = static_cast<float>(random.Uniform(parameters.dimmestBrightness, 1.0));
  return placement;
}

// Lays a window's intensities over a crop by maximum.
void
PasteStack(const TrainingSample & sample, const Placement & placement, std::ptrdiff_t n, float * crop)
{
  for (unsigned int z = 0; z < sample.slices; ++z)
  {
    const unsigned int slice = placement.firstSlice + (placement.flipZ ? sample.slices - 1 - z : z);
    const float * source = sample.stack.data() + static_cast<std::size_t>(z) * sample.height * sample.width;
    float * target = crop + static_cast<std::size_t>(slice) * n * n;
    for (std::ptrdiff_t row = 0; row < n; ++row)
    {
      for (std::ptrdiff_t column = 0; column < n; ++column)
      {
        const auto from = placement.Source(column, row, n);
        if (Inside(from.first, from.second, sample.width, sample.height))
        {
          float & value = target[row * n + column];
          value = std::max(value, placement.brightness * source[from.second * sample.width + from.first]);
        }
      }
    }
  }
}

void
PasteIgnore(const TrainingSample & sample, const Placement & placement, std::ptrdiff_t n, float * weights)
{
  for (std::ptrdiff_t row = 0; row < n && !sample.ignore.empty(); ++row)
  {
    for (std::ptrdiff_t column = 0; column < n; ++column)
    {
      const auto from = placement.Source(column, row, n);
      if (Inside(from.first, from.second, sample.width, sample.height) &&
          sample.ignore[static_cast<std::size_t>(from.second) * sample.width + from.first] != 0)
      {
        weights[row * n + column] = 0.0f;
      }
    }
  }
}

void
PasteCells(const TrainingSample & sample, const Placement & placement, std::ptrdiff_t n, std::vector<Cell> & cells)
{
  PenCore::PixelList pixels;
  for (const Cell & cell : sample.cells)
  {
    pixels.clear();
    for (const PixelRun & run : cell.runs)
    {
      for (std::int32_t x = run.x; x < run.x + run.length; ++x)
      {
        const auto to = placement.Target(x, run.y, n);
        if (Inside(to.first, to.second, n, n))
        {
          pixels.emplace_back(static_cast<std::int32_t>(to.second), static_cast<std::int32_t>(to.first));
        }
      }
    }
    if (pixels.size() >= SmallestVisiblePart)
    {
      Cell pasted = cell;
      pasted.runs = PenCore::RunsOfPixels(pixels);
      pasted.depth = placement.firstSlice + (placement.flipZ ? sample.slices - 1 - cell.depth : cell.depth);
      cells.push_back(pasted);
    }
  }
}
// Leaves slices [begin, begin + count) of a crop, where a network sees a stack of so many, and the cells centred there.
void
CutDepthWindow(unsigned int begin, unsigned int count, unsigned int slices, std::size_t pixels, float * crop,
               std::vector<Cell> & cells)
{
  const std::vector<float> seen(crop + begin * pixels, crop + (begin + count) * pixels);
  const unsigned int first = (slices - count) / 2;
  std::fill_n(crop, slices * pixels, 0.0f);
  std::copy(seen.begin(), seen.end(), crop + first * pixels);
  cells.erase(std::remove_if(cells.begin(), cells.end(),
                             [&](const Cell & cell)
                             { return cell.depth < begin - 0.5 || cell.depth >= begin + count - 0.5; }),
              cells.end());
  for (Cell & cell : cells)
  {
    cell.depth += static_cast<double>(first) - begin;
  }
}
} // namespace

TrainingSampler::TrainingSampler(const Parameters & parameters)
  : m_Parameters(parameters)
{
  if (parameters.cropSize == 0 || parameters.slices == 0 || parameters.channels == 0 || parameters.copies == 0)
  {
    itkGenericExceptionMacro("crop size, slices, channels and copies of a training must be more than 0");
  }
  if (parameters.channels > 1 && !parameters.assignChannels)
  {
    itkGenericExceptionMacro("a training with " << parameters.channels << " depth channels needs an assignment");
  }
  if (parameters.depthWindowSlices[0] == 0 || parameters.depthWindowSlices[0] > parameters.depthWindowSlices[1])
  {
    itkGenericExceptionMacro("depth windows of a training must have at least one slice and at most as many as the "
                             "largest, not "
                             << parameters.depthWindowSlices[0] << " to " << parameters.depthWindowSlices[1]);
  }
}

void
TrainingSampler::AddSample(TrainingSample sample, std::size_t group)
{
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  if (pixels == 0 || sample.stack.size() != pixels * sample.slices ||
      (!sample.ignore.empty() && sample.ignore.size() != pixels))
  {
    itkGenericExceptionMacro("a training sample of " << sample.width << " x " << sample.height << " x " << sample.slices
                                                     << " voxels does not fit its buffers");
  }
  if (sample.slices > m_Parameters.slices)
  {
    itkGenericExceptionMacro("a training sample has " << sample.slices << " slices, the network "
                                                      << m_Parameters.slices);
  }
  m_Samples.resize(std::max(m_Samples.size(), group + 1));
  m_Samples[group].push_back(std::move(sample));
}

void
TrainingSampler::AddCells(const TrainingSample & sample, std::size_t group)
{
  const auto library = m_Libraries.try_emplace(group, std::make_shared<CellLibrary>()).first;
  AddToLibrary(sample, m_Parameters.normalization, *library->second);
  if (library->second->cells.empty())
  {
    m_Libraries.erase(library);
  }
}

void
TrainingSampler::DrawCrop(std::uint64_t step, unsigned int item, unsigned int slot, TrainingBatch & batch) const
{
  const std::ptrdiff_t n = m_Parameters.cropSize;
  const std::size_t pixels = static_cast<std::size_t>(n) * n;
  float * stack = batch.stacks.data() + slot * m_Parameters.slices * pixels;
  float * target = batch.targets.data() + slot * m_Parameters.channels * pixels * 4;
  float * weights = batch.weights.data() + slot * pixels;

  Random random(m_Parameters.seed, step, item);
  batch.rangeShares[slot] = static_cast<float>(random.Uniform(m_Parameters.smallestRangeShare, 1.0));
  std::vector<Cell> cells;
  unsigned int firstSlice = m_Parameters.slices;
  unsigned int endSlice = 0;
  const auto paste = [&](const TrainingSample & sample, const Placement & placement)
  {
    firstSlice = std::min(firstSlice, placement.firstSlice);
    endSlice = std::max(endSlice, placement.firstSlice + sample.slices);
    PasteStack(sample, placement, n, stack);
    PasteIgnore(sample, placement, n, weights);
    PasteCells(sample, placement, n, cells);
  };
  if (random.Uniform() < m_Parameters.pasteShare)
  {
    const auto library = std::next(m_Libraries.begin(), static_cast<std::ptrdiff_t>(random.Below(m_Libraries.size())));
    const TrainingSample composed = ComposeCrop(*library->second, m_Parameters, random);
    Placement placement{};
    placement.firstSlice = (m_Parameters.slices - composed.slices) / 2; // as a whole stack is placed
    placement.brightness = 1.0f;
    paste(composed, placement);
  }
  else
  {
    const bool copied = random.Uniform() < m_Parameters.copyShare;
    const unsigned int copies = copied ? 1 + static_cast<unsigned int>(random.Below(m_Parameters.copies)) : 1;
    for (unsigned int copy = 0; copy < copies; ++copy)
    {
      const std::vector<TrainingSample> & group = m_Samples[random.Below(m_Samples.size())];
      const TrainingSample & sample = group[random.Below(group.size())];
      paste(sample, DrawPlacement(sample, m_Parameters, random));
    }
  }
  if (m_Parameters.depthWindowShare > 0.0 && random.Uniform() < m_Parameters.depthWindowShare)
  {
    const auto & sizes = m_Parameters.depthWindowSlices;
    const unsigned int wished = sizes[0] + static_cast<unsigned int>(random.Below(sizes[1] - sizes[0] + 1));
    const unsigned int count = std::min(wished, endSlice - firstSlice);
    const auto begin = firstSlice + static_cast<unsigned int>(random.Below(endSlice - firstSlice - count + 1));
    CutDepthWindow(begin, count, m_Parameters.slices, pixels, stack, cells);
  }
  if (!cells.empty())
  {
    const std::vector<int> channels =
      m_Parameters.channels > 1 ? m_Parameters.assignChannels(cells, random.Next()) : std::vector<int>(cells.size(), 0);
    for (std::size_t i = 0; i < cells.size(); ++i)
    {
      cells[i].channel = channels[i];
    }
  }
  // Deeper channels and, within one, deeper cells win where masks of one channel overlap.
  std::stable_sort(cells.begin(), cells.end(), [](const Cell & a, const Cell & b) { return a.depth < b.depth; });
  PenCore::CellsToFlowsParameters flows;
  flows.numberOfThreads = 1;
  PenCore::CellsToFlowField(cells, static_cast<int>(n), static_cast<int>(n), static_cast<int>(m_Parameters.channels),
                            flows, target);
}

TrainingBatch
TrainingSampler::Draw(std::uint64_t step, unsigned int batchSize, unsigned int firstItem) const
{
  const auto hasNone = [](const std::vector<TrainingSample> & group) { return group.empty(); };
  if (m_Samples.empty() || std::any_of(m_Samples.begin(), m_Samples.end(), hasNone))
  {
    itkGenericExceptionMacro("there is no sample to draw from");
  }
  if (m_Parameters.pasteShare > 0.0 && m_Libraries.empty())
  {
    itkGenericExceptionMacro("there is no cell to compose crops of");
  }
  TrainingBatch batch;
  batch.size = batchSize;
  batch.slices = m_Parameters.slices;
  batch.height = m_Parameters.cropSize;
  batch.width = m_Parameters.cropSize;
  const std::size_t pixels = static_cast<std::size_t>(batchSize) * batch.height * batch.width;
  batch.stacks.assign(pixels * batch.slices, 0.0f);
  batch.targets.assign(pixels * m_Parameters.channels * 4, 0.0f);
  batch.weights.assign(pixels, 1.0f);
  batch.rangeShares.assign(batchSize, 1.0f);
  PenCore::ParallelFor(
    batchSize, 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t slot = begin; slot < end; ++slot)
      {
        const auto item = static_cast<unsigned int>(slot);
        this->DrawCrop(step, firstItem + item, item, batch);
      }
    },
    m_Parameters.numberOfThreads);
  return batch;
}
} // namespace itk
