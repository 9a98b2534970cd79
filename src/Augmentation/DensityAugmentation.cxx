// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Augmentation/DensityAugmentation.h"

#include "Cells/PixelList.h"
#include "ProjectionEnhancement/Base/Random.h"
#include "Samples/SampleChecks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr unsigned int DenseCopies = 3;

// Where the voxels of a sample go when it is mirrored and turned.
class OrientedGrid
{
public:
  OrientedGrid(const TrainingSample & sample, const Orientation & orientation)
    : m_Orientation(orientation)
    , m_Width(sample.width)
    , m_Height(sample.height)
    , m_Slices(sample.slices)
  {
  }

  std::size_t
  Width() const
  {
    return m_Orientation.transpose ? m_Height : m_Width;
  }

  std::pair<std::size_t, std::size_t>
  MovePixel(std::size_t x, std::size_t y) const
  {
    const std::size_t u = m_Orientation.flipX ? m_Width - 1 - x : x;
    const std::size_t v = m_Orientation.flipY ? m_Height - 1 - y : y;
    return m_Orientation.transpose ? std::make_pair(v, u) : std::make_pair(u, v);
  }

  template <typename TValue>
  std::vector<TValue>
  MovePlane(const TValue * plane) const
  {
    std::vector<TValue> moved(m_Width * m_Height);
    for (std::size_t y = 0; y < m_Height; ++y)
    {
      for (std::size_t x = 0; x < m_Width; ++x)
      {
        const auto to = this->MovePixel(x, y);
        moved[to.second * this->Width() + to.first] = plane[y * m_Width + x];
      }
    }
    return moved;
  }

  template <typename TValue>
  std::vector<TValue>
  MoveVolume(const std::vector<TValue> & volume) const
  {
    std::vector<TValue> moved;
    moved.reserve(volume.size());
    for (std::size_t z = 0; z < m_Slices && !volume.empty(); ++z)
    {
      const std::size_t from = m_Orientation.flipZ ? m_Slices - 1 - z : z;
      const std::vector<TValue> plane = this->MovePlane(volume.data() + from * m_Width * m_Height);
      moved.insert(moved.end(), plane.begin(), plane.end());
    }
    return moved;
  }

  PixelRuns
  MoveRuns(const PixelRuns & runs) const
  {
    PixelList pixels;
    for (const PixelRun & run : runs)
    {
      for (std::int32_t x = run.x; x < run.x + run.length; ++x)
      {
        const auto to = this->MovePixel(static_cast<std::size_t>(x), static_cast<std::size_t>(run.y));
        pixels.emplace_back(static_cast<std::int32_t>(to.second), static_cast<std::int32_t>(to.first));
      }
    }
    return RunsOfPixels(pixels);
  }

private:
  Orientation m_Orientation;
  std::size_t m_Width;
  std::size_t m_Height;
  std::size_t m_Slices;
};

// A quarter turn must keep the size and the shape of the plane.
bool
MayTurn(const TrainingSample & sample)
{
  return sample.width == sample.height &&
         std::abs(sample.spacing[0] - sample.spacing[1]) <= 1e-6 * std::abs(sample.spacing[0]);
}

Orientation
DrawOrientation(const TrainingSample & sample, Random & random)
{
  Orientation orientation;
  orientation.flipX = random.Uniform() < 0.5;
  orientation.flipY = random.Uniform() < 0.5;
  orientation.transpose = random.Uniform() < 0.5 && MayTurn(sample);
  orientation.flipZ = random.Uniform() < 0.5;
  return orientation;
}

// An orientation whose plane no earlier copy shows, so that no cell comes to lie over itself; any, once all are used.
Orientation
DrawNewOrientation(const TrainingSample & sample, const std::vector<Orientation> & earlier, Random & random)
{
  const std::size_t planes = MayTurn(sample) ? 8 : 4;
  Orientation orientation = DrawOrientation(sample, random);
  const auto showsSamePlane = [&orientation](const Orientation & other)
  {
    return other.flipX == orientation.flipX && other.flipY == orientation.flipY &&
           other.transpose == orientation.transpose;
  };
  while (earlier.size() < planes && std::any_of(earlier.begin(), earlier.end(), showsSamePlane))
  {
    orientation = DrawOrientation(sample, random);
  }
  return orientation;
}

// Darker than every voxel, so that the first copy keeps its own values.
constexpr float Untouched = std::numeric_limits<float>::lowest();

// A sample without cells, its voxels untouched.
TrainingSample
EmptyLike(const TrainingSample & sample, unsigned int slices)
{
  TrainingSample empty;
  empty.slices = slices;
  empty.height = sample.height;
  empty.width = sample.width;
  empty.spacing = sample.spacing;
  const std::size_t voxels = static_cast<std::size_t>(slices) * sample.height * sample.width;
  empty.stack.assign(voxels, Untouched);
  empty.ignore.assign(sample.ignore.size(), 0);
  empty.labels3d.assign(sample.labels3d.empty() ? 0 : voxels, 0);
  return empty;
}

// Lays a copy over a sample of at least as many slices by maximum, from the given slice on.
void
Overlay(const TrainingSample & copy, unsigned int firstSlice, TrainingSample & sample)
{
  const std::size_t start = static_cast<std::size_t>(firstSlice) * copy.height * copy.width;
  const auto cellsBefore = static_cast<std::uint32_t>(sample.cells.size());
  for (std::size_t i = 0; i < copy.stack.size(); ++i)
  {
    float & value = sample.stack[start + i];
    const bool brighter = copy.stack[i] > value;
    if (!copy.labels3d.empty() && copy.labels3d[i] != 0)
    {
      std::uint32_t & label = sample.labels3d[start + i];
      label = label == 0 || brighter ? copy.labels3d[i] + cellsBefore : label;
    }
    value = brighter ? copy.stack[i] : value;
  }
  for (std::size_t i = 0; i < copy.ignore.size(); ++i)
  {
    sample.ignore[i] = sample.ignore[i] != 0 || copy.ignore[i] != 0 ? 1 : 0;
  }
  for (Cell cell : copy.cells)
  {
    cell.depth += firstSlice;
    sample.cells.push_back(std::move(cell));
  }
}

void
Report(unsigned int copy, unsigned int copies, const CopyParameters & parameters)
{
  if (parameters.progress)
  {
    parameters.progress(static_cast<float>(copy) / static_cast<float>(copies));
  }
}

unsigned int
NumberOfStacks(unsigned int slices, const CopyParameters & parameters)
{
  const unsigned int fitting = std::max(1u, parameters.slices / slices);
  return parameters.copies == 0 ? fitting : std::min(fitting, parameters.copies);
}
} // namespace

std::ostream &
operator<<(std::ostream & os, DensityAugmentationMode mode)
{
  switch (mode)
  {
    case DensityAugmentationMode::Stack:
      return os << "Stack";
    case DensityAugmentationMode::Dense:
      return os << "Dense";
    case DensityAugmentationMode::Auto:
      return os << "Auto";
    default:
      return os << "Cells";
  }
}

TrainingSample
Oriented(const TrainingSample & sample, const Orientation & orientation)
{
  RequireConsistentSample(sample);
  const OrientedGrid grid(sample, orientation);
  TrainingSample moved;
  moved.slices = sample.slices;
  moved.height = orientation.transpose ? sample.width : sample.height;
  moved.width = orientation.transpose ? sample.height : sample.width;
  moved.spacing = sample.spacing;
  if (orientation.transpose)
  {
    std::swap(moved.spacing[0], moved.spacing[1]);
  }
  moved.stack = grid.MoveVolume(sample.stack);
  moved.labels3d = grid.MoveVolume(sample.labels3d);
  if (!sample.ignore.empty())
  {
    moved.ignore = grid.MovePlane(sample.ignore.data());
  }
  for (Cell cell : sample.cells)
  {
    cell.runs = grid.MoveRuns(cell.runs);
    cell.depth = orientation.flipZ ? sample.slices - 1.0 - cell.depth : cell.depth;
    moved.cells.push_back(std::move(cell));
  }
  return moved;
}

unsigned int
SlicesAfterCopying(unsigned int slices, DensityAugmentationMode mode, const CopyParameters & parameters)
{
  if (mode == DensityAugmentationMode::Auto)
  {
    mode = parameters.slices / slices > 1 ? DensityAugmentationMode::Stack : DensityAugmentationMode::Dense;
  }
  return mode == DensityAugmentationMode::Stack ? slices * NumberOfStacks(slices, parameters) : parameters.slices;
}

TrainingSample
StackCopies(const TrainingSample & sample, const CopyParameters & parameters)
{
  RequireConsistentSample(sample);
  const unsigned int stacks = NumberOfStacks(sample.slices, parameters);
  TrainingSample stacked = EmptyLike(sample, sample.slices * stacks);
  for (unsigned int copy = 0; copy < stacks; ++copy)
  {
    Random random(parameters.seed, copy);
    const Orientation orientation = copy == 0 ? Orientation() : DrawOrientation(sample, random);
    Overlay(Oriented(sample, orientation), copy * sample.slices, stacked);
    Report(copy + 1, stacks, parameters);
  }
  return stacked;
}

TrainingSample
OverlayCopies(const TrainingSample & sample, const CopyParameters & parameters)
{
  RequireConsistentSample(sample);
  if (sample.slices > parameters.slices)
  {
    throw std::invalid_argument("copies of a stack of " + std::to_string(sample.slices) +
                                " slices cannot be shifted within " + std::to_string(parameters.slices));
  }
  const unsigned int copies = parameters.copies == 0 ? DenseCopies : parameters.copies;
  TrainingSample dense = EmptyLike(sample, parameters.slices);
  std::vector<Orientation> drawn;
  for (unsigned int copy = 0; copy < copies; ++copy)
  {
    Random random(parameters.seed, copy);
    const Orientation orientation = DrawNewOrientation(sample, drawn, random);
    drawn.push_back(orientation);
    const auto shift = static_cast<unsigned int>(random.Below(parameters.slices - sample.slices + 1));
    Overlay(Oriented(sample, orientation), shift, dense);
    Report(copy + 1, copies, parameters);
  }
  std::replace(dense.stack.begin(), dense.stack.end(), Untouched, parameters.background);
  return dense;
}

TrainingSample
AugmentDensity(const TrainingSample & sample, const CopyParameters & parameters)
{
  RequireConsistentSample(sample);
  return parameters.slices / sample.slices > 1 ? StackCopies(sample, parameters) : OverlayCopies(sample, parameters);
}
} // namespace PenCore
} // namespace itk
