// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Augmentation/CellCutouts.h"

#include "ProjectionEnhancement/Cells/PixelBox.h"
#include "Samples/SampleChecks.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace itk
{
namespace PenCore
{
namespace
{
// Pixels around a cell's mask from which its background is read.
constexpr std::int32_t BackgroundRing = 12;

// A box with as many pixels more on each side, as far as the sample has them.
PixelBox
Grown(const PixelBox & box, std::int32_t by, const TrainingSample & sample)
{
  return { std::max(box.left - by, 0), std::max(box.top - by, 0),
           std::min(box.right + by, static_cast<std::int32_t>(sample.width)),
           std::min(box.bottom + by, static_cast<std::int32_t>(sample.height)) };
}

bool
TouchesBorder(const PixelBox & box, const TrainingSample & sample)
{
  return box.left == 0 || box.top == 0 || box.right == static_cast<std::int32_t>(sample.width) ||
         box.bottom == static_cast<std::int32_t>(sample.height);
}

// How many masks lie over each pixel; where the truth is unknown and no mask lies, another cell's may.
std::vector<std::uint16_t>
CountMasks(const TrainingSample & sample)
{
  std::vector<std::uint16_t> count(static_cast<std::size_t>(sample.height) * sample.width, 0);
  for (const Cell & cell : sample.cells)
  {
    for (const PixelRun & run : cell.runs)
    {
      const auto first = count.begin() + static_cast<std::ptrdiff_t>(run.y) * sample.width + run.x;
      std::for_each(first, first + run.length, [](std::uint16_t & n) { ++n; });
    }
  }
  for (std::size_t i = 0; i < sample.ignore.size(); ++i)
  {
    count[i] = count[i] == 0 && sample.ignore[i] != 0 ? 1 : count[i];
  }
  return count;
}

// The median of each slice around a box outside all masks; of the whole box where masks leave nothing.
std::vector<float>
LocalBackground(const TrainingSample & sample, const std::vector<std::uint16_t> & masks, const PixelBox & cell)
{
  const PixelBox box = Grown(cell, BackgroundRing, sample);
  std::vector<std::size_t> pixels;
  std::vector<std::size_t> all;
  for (std::int32_t y = box.top; y < box.bottom; ++y)
  {
    for (std::int32_t x = box.left; x < box.right; ++x)
    {
      const std::size_t pixel = static_cast<std::size_t>(y) * sample.width + x;
      all.push_back(pixel);
      if (masks[pixel] == 0)
      {
        pixels.push_back(pixel);
      }
    }
  }
  if (pixels.empty())
  {
    pixels.swap(all);
  }
  std::vector<float> background(sample.slices);
  std::vector<float> values(pixels.size());
  for (unsigned int z = 0; z < sample.slices; ++z)
  {
    const float * slice = sample.stack.data() + static_cast<std::size_t>(z) * sample.height * sample.width;
    std::transform(pixels.begin(), pixels.end(), values.begin(), [slice](std::size_t pixel) { return slice[pixel]; });
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    background[z] = *middle;
  }
  return background;
}

int
SlicesOf(double um, const TrainingSample & sample)
{
  return static_cast<int>(std::lround(um / sample.spacing[2]));
}

int
NearestSlice(double depth, const TrainingSample & sample)
{
  return std::min(std::max(static_cast<int>(std::lround(depth)), 0), static_cast<int>(sample.slices) - 1);
}

// Slices [first, last] of a column that are a cell's.
std::pair<int, int>
GrowInColumn(const TrainingSample & sample, const std::vector<float> & background, std::size_t pixel, double depth,
             const CutCellsParameters & parameters)
{
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  const auto signal = [&](int z) { return sample.stack[static_cast<std::size_t>(z) * pixels + pixel] - background[z]; };
  const int middle = NearestSlice(depth, sample);
  const int reach = SlicesOf(parameters.axialReach, sample);
  const int lowest = std::max(middle - reach, 0);
  const int highest = std::min(middle + reach, static_cast<int>(sample.slices) - 1);
  int peak = middle;
  for (int z = lowest; z <= highest; ++z)
  {
    peak = signal(z) > signal(peak) ? z : peak;
  }
  const float least = parameters.columnShare * signal(peak);
  int first = peak;
  int last = peak;
  while (first > lowest && least > 0.0f && signal(first - 1) >= least)
  {
    --first;
  }
  while (last < highest && least > 0.0f && signal(last + 1) >= least)
  {
    ++last;
  }
  return { first, last };
}

// A cut-out of the right size around a cell, without intensity; firstSlice is the stack's slice that comes first.
struct Frame
{
  PixelBox box;
  int firstSlice;
  int lastSlice;

  std::size_t
  Column(std::int32_t x, std::int32_t y) const
  {
    const auto width = static_cast<std::size_t>(box.Width());
    return ((y - box.top) * width + static_cast<std::size_t>(x - box.left)) *
           static_cast<std::size_t>(lastSlice - firstSlice + 1);
  }
};

// The slices in which a cell has labels, and their mean; the cell's own depth where it has none.
struct Extent
{
  int first;
  int last;
  double mean;
};

Extent
AxialExtent(const TrainingSample & sample, const std::vector<std::uint32_t> & labels, std::size_t cell)
{
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  Extent extent{ static_cast<int>(sample.slices), -1, 0.0 };
  double count = 0.0;
  for (unsigned int z = 0; z < sample.slices; ++z)
  {
    for (const PixelRun & run : sample.cells[cell].runs)
    {
      const auto first = labels.begin() + static_cast<std::ptrdiff_t>(z * pixels) +
                         static_cast<std::ptrdiff_t>(run.y) * sample.width + run.x;
      const auto n = std::count(first, first + run.length, static_cast<std::uint32_t>(cell + 1));
      if (n > 0)
      {
        extent.first = std::min(extent.first, static_cast<int>(z));
        extent.last = static_cast<int>(z);
        extent.mean += static_cast<double>(n) * z;
        count += static_cast<double>(n);
      }
    }
  }
  const int middle = NearestSlice(sample.cells[cell].depth, sample);
  return count > 0.0 ? Extent{ std::min(extent.first, middle), std::max(extent.last, middle), extent.mean / count }
                     : Extent{ middle, middle, sample.cells[cell].depth };
}

// Marks the cell's voxels; every mask pixel gets at least the one in the middle slice.
void
CutSupport(const TrainingSample & sample, const std::vector<std::uint32_t> & labels, std::size_t cell, int middle,
           const Frame & frame, CellCutout & cutout)
{
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  double sumX = 0.0;
  double sumY = 0.0;
  for (const PixelRun & run : sample.cells[cell].runs)
  {
    for (std::int32_t x = run.x; x < run.x + run.length; ++x)
    {
      std::uint8_t * column = cutout.support.data() + frame.Column(x, run.y);
      std::size_t found = 0;
      for (int z = frame.firstSlice; z <= frame.lastSlice; ++z)
      {
        const std::size_t voxel = z * pixels + static_cast<std::size_t>(run.y) * sample.width + x;
        column[z - frame.firstSlice] = labels[voxel] == cell + 1 ? 1 : 0;
        found += column[z - frame.firstSlice];
      }
      if (found == 0)
      {
        column[middle - frame.firstSlice] = 1;
        found = 1;
      }
      cutout.supportSize += found;
      ++cutout.maskSize;
      sumX += x - frame.box.left;
      sumY += run.y - frame.box.top;
    }
  }
  cutout.centre[0] = sumX / static_cast<double>(cutout.maskSize);
  cutout.centre[1] = sumY / static_cast<double>(cutout.maskSize);
}

// Pixels of the frame under the mask (2) and in its halo (1), where no other mask lies.
std::vector<std::uint8_t>
CarriedPixels(const PixelRuns & runs, const std::vector<std::uint16_t> & masks, const TrainingSample & sample,
              const PixelBox & box, std::int32_t halo)
{
  const std::int32_t width = box.Width();
  std::vector<std::uint8_t> carried(static_cast<std::size_t>(width) * box.Height(), 0);
  for (const PixelRun & run : runs)
  {
    for (std::int32_t dy = -halo; dy <= halo; ++dy)
    {
      // A disc: rows further away reach less far.
      const std::int32_t y = run.y + dy;
      const auto reach = static_cast<std::int32_t>(std::sqrt(static_cast<double>(halo * halo - dy * dy)));
      for (std::int32_t x = std::max(run.x - reach, box.left);
           y >= box.top && y < box.bottom && x < std::min(run.x + run.length + reach, box.right); ++x)
      {
        if (masks[static_cast<std::size_t>(y) * sample.width + x] == 0)
        {
          carried[(y - box.top) * width + (x - box.left)] = 1;
        }
      }
    }
  }
  for (const PixelRun & run : runs)
  {
    std::fill_n(carried.begin() + (run.y - box.top) * width + (run.x - box.left), run.length, std::uint8_t{ 2 });
  }
  return carried;
}

void
CutIntensity(const TrainingSample & sample, const std::vector<std::uint32_t> & labels,
             const std::vector<std::uint16_t> & masks, std::size_t cell, const Frame & frame,
             const CutCellsParameters & parameters, CellCutout & cutout)
{
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  const PixelRuns & runs = sample.cells[cell].runs;
  const std::vector<float> background = LocalBackground(sample, masks, BoundingBox(runs));
  const std::vector<std::uint8_t> carried =
    CarriedPixels(runs, masks, sample, frame.box, static_cast<std::int32_t>(parameters.halo));
  std::size_t pixelOfFrame = 0;
  for (std::int32_t y = frame.box.top; y < frame.box.bottom; ++y)
  {
    for (std::int32_t x = frame.box.left; x < frame.box.right; ++x, ++pixelOfFrame)
    {
      const std::size_t pixel = static_cast<std::size_t>(y) * sample.width + x;
      // Where another mask lies over this one only what is known to be the cell's is taken.
      const bool shared = masks[pixel] > 1;
      float * column = cutout.intensity.data() + frame.Column(x, y);
      const std::uint8_t * support = cutout.support.data() + frame.Column(x, y);
      for (int z = frame.firstSlice; carried[pixelOfFrame] != 0 && z <= frame.lastSlice; ++z)
      {
        const std::uint32_t label = labels[z * pixels + pixel];
        if (shared ? support[z - frame.firstSlice] != 0 : label == 0 || label == cell + 1)
        {
          column[z - frame.firstSlice] = std::max(sample.stack[z * pixels + pixel] - background[z], 0.0f);
        }
      }
    }
  }
}

CellCutout
CutCell(const TrainingSample & sample, const std::vector<std::uint32_t> & labels,
        const std::vector<std::uint16_t> & masks, std::size_t cell, const CutCellsParameters & parameters)
{
  const Extent extent = AxialExtent(sample, labels, cell);
  const double depth = sample.labels3d.empty() ? sample.cells[cell].depth : extent.mean;
  const int halo = SlicesOf(parameters.axialHalo, sample);
  Frame frame;
  frame.box = Grown(BoundingBox(sample.cells[cell].runs), static_cast<std::int32_t>(parameters.halo), sample);
  frame.firstSlice = std::max(extent.first - halo, 0);
  frame.lastSlice = std::min(extent.last + halo, static_cast<int>(sample.slices) - 1);

  CellCutout cutout;
  cutout.size = { { static_cast<std::size_t>(frame.box.Width()), static_cast<std::size_t>(frame.box.Height()),
                    static_cast<std::size_t>(frame.lastSlice - frame.firstSlice + 1) } };
  cutout.spacing = sample.spacing;
  cutout.supportSize = 0;
  cutout.maskSize = 0;
  cutout.centre = { { 0.0, 0.0, depth - frame.firstSlice } };
  cutout.intensity.assign(cutout.size[0] * cutout.size[1] * cutout.size[2], 0.0f);
  cutout.support.assign(cutout.intensity.size(), 0);
  CutSupport(sample, labels, cell, NearestSlice(depth, sample), frame, cutout);
  CutIntensity(sample, labels, masks, cell, frame, parameters, cutout);
  return cutout;
}
} // namespace

BackgroundLevel
EstimateBackground(const TrainingSample & sample)
{
  RequireConsistentSample(sample);
  // As many voxels as a median needs, spread over the stack by a step that is no multiple of its width.
  constexpr std::size_t EnoughVoxels = 200000;
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  std::size_t step = sample.stack.size() / EnoughVoxels + 1;
  step += step > 1 && sample.width % step == 0 ? 1 : 0;
  const std::vector<std::uint16_t> masks = CountMasks(sample);
  std::vector<float> values;
  for (std::size_t i = 0; i < sample.stack.size(); i += step)
  {
    if (masks[i % pixels] == 0)
    {
      values.push_back(sample.stack[i]);
    }
  }
  if (values.empty())
  {
    values = sample.stack;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  const float level = *middle;
  std::for_each(values.begin(), values.end(), [level](float & value) { value = std::abs(value - level); });
  std::nth_element(values.begin(), middle, values.end());
  constexpr float DeviationOfNormal = 1.4826f;
  return { level, DeviationOfNormal * *middle };
}

std::vector<std::uint32_t>
LabelsFromColumns(const TrainingSample & sample, const CutCellsParameters & parameters)
{
  RequireConsistentSample(sample);
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  const std::vector<std::uint16_t> masks = CountMasks(sample);
  std::vector<std::uint32_t> labels(sample.stack.size(), 0);
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    const Cell & cell = sample.cells[i];
    if (cell.runs.empty())
    {
      continue;
    }
    const std::vector<float> background = LocalBackground(sample, masks, BoundingBox(cell.runs));
    for (const PixelRun & run : cell.runs)
    {
      for (std::int32_t x = run.x; x < run.x + run.length; ++x)
      {
        const std::size_t pixel = static_cast<std::size_t>(run.y) * sample.width + x;
        const auto [first, last] = GrowInColumn(sample, background, pixel, cell.depth, parameters);
        for (int z = first; z <= last; ++z)
        {
          std::uint32_t & label = labels[z * pixels + pixel];
          if (label == 0 || std::abs(z - cell.depth) < std::abs(z - sample.cells[label - 1].depth))
          {
            label = static_cast<std::uint32_t>(i + 1);
          }
        }
      }
    }
  }
  return labels;
}

std::vector<CellCutout>
CutCells(const TrainingSample & sample, const CutCellsParameters & parameters)
{
  RequireConsistentSample(sample);
  const std::vector<std::uint16_t> masks = CountMasks(sample);
  const std::vector<std::uint32_t> grown =
    sample.labels3d.empty() ? LabelsFromColumns(sample, parameters) : std::vector<std::uint32_t>();
  const std::vector<std::uint32_t> & labels = sample.labels3d.empty() ? grown : sample.labels3d;
  std::vector<CellCutout> cutouts;
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    const PixelRuns & runs = sample.cells[i].runs;
    if (!runs.empty() && CountPixels(runs) >= parameters.smallestMask &&
        (parameters.withCellsAtTheBorder || !TouchesBorder(BoundingBox(runs), sample)))
    {
      cutouts.push_back(CutCell(sample, labels, masks, i, parameters));
    }
  }
  return cutouts;
}
} // namespace PenCore
} // namespace itk
