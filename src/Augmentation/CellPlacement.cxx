// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Augmentation/CellPlacement.h"

#include "itkMath.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
// Fewer visible pixels than a cell needs to be told from noise (Cellpose's smallest mask).
constexpr std::size_t SmallestVisiblePart = 15;

// Of the pasted intensity, what a mask covers at least.
constexpr double CoveredShare = 0.951;

constexpr int TriesApart = 60;
constexpr int DirectionsOfOverlap = 12;
constexpr int TriesOfStack = 6;
constexpr int TriesOfSlice = 6;
constexpr int StepsOfDistance = 8;

// Pixels that two masks share, the first moved by (dx, dy).
std::size_t
SharedPixels(const PixelRuns & moved, std::int32_t dx, std::int32_t dy, const PixelRuns & fixed)
{
  std::size_t shared = 0;
  auto other = fixed.begin();
  for (const PixelRun & run : moved)
  {
    const std::int32_t y = run.y + dy;
    const std::int32_t x0 = run.x + dx;
    const std::int32_t x1 = x0 + run.length;
    while (other != fixed.end() && (other->y < y || (other->y == y && other->x + other->length <= x0)))
    {
      ++other;
    }
    for (auto it = other; it != fixed.end() && it->y == y && it->x < x1; ++it)
    {
      shared += static_cast<std::size_t>(std::min(x1, it->x + it->length) - std::max(x0, it->x));
    }
  }
  return shared;
}

std::int32_t
RoundDown(double value)
{
  return static_cast<std::int32_t>(std::floor(value));
}
} // namespace

CellPlacement::CellPlacement(const PasteCellsParameters & parameters, TrainingSample & sample)
  : m_Parameters(parameters)
  , m_Sample(sample)
  , m_Cover(static_cast<std::size_t>(sample.height) * sample.width, 0)
{
  std::vector<std::size_t> supportSizes(sample.cells.size() + 1, 0);
  for (const std::uint32_t label : sample.labels3d)
  {
    ++supportSizes[label];
  }
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    this->Register(sample.cells[i].runs, supportSizes[i + 1]);
  }
}

void
CellPlacement::Register(const PixelRuns & visibleMask, std::size_t supportSize)
{
  Placed placed{ visibleMask, BoundingBox(visibleMask), 0.0, 0.0, 0, supportSize, false };
  for (const PixelRun & run : visibleMask)
  {
    placed.centreX += run.length * (run.x + 0.5 * (run.length - 1));
    placed.centreY += static_cast<double>(run.length) * run.y;
    placed.maskSize += static_cast<std::size_t>(run.length);
    const auto first = m_Cover.begin() + static_cast<std::ptrdiff_t>(run.y) * m_Sample.width + run.x;
    std::fill(first, first + run.length, std::uint8_t{ 1 });
  }
  placed.centreX /= std::max<double>(1.0, static_cast<double>(placed.maskSize));
  placed.centreY /= std::max<double>(1.0, static_cast<double>(placed.maskSize));
  for (Placed & other : m_Placed)
  {
    if (other.box.Meets(placed.box) && SharedPixels(visibleMask, 0, 0, other.mask) > 0)
    {
      m_Overlapping += other.overlapping ? 0 : 1;
      m_Overlapping += placed.overlapping ? 0 : 1;
      other.overlapping = true;
      placed.overlapping = true;
    }
  }
  m_Placed.push_back(std::move(placed));
}

std::optional<std::size_t>
CellPlacement::DrawPartner(PlacementWish wish, Random & random) const
{
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < m_Placed.size(); ++i)
  {
    if (m_Placed[i].overlapping == (wish == PlacementWish::Join) && m_Placed[i].maskSize > 0)
    {
      candidates.push_back(i);
    }
  }
  return candidates.empty() ? std::nullopt : std::make_optional(candidates[random.Below(candidates.size())]);
}

PixelRuns
CellPlacement::VisibleMask(const CellStamp & stamp, const StampPosition & position) const
{
  PixelRuns visible;
  for (const PixelRun & run : stamp.mask)
  {
    const std::int32_t y = run.y + position.y;
    const std::int32_t x0 = std::max(run.x + position.x, 0);
    const std::int32_t x1 = std::min(run.x + position.x + run.length, static_cast<std::int32_t>(m_Sample.width));
    if (y >= 0 && y < static_cast<std::int32_t>(m_Sample.height) && x0 < x1)
    {
      visible.push_back({ x0, y, x1 - x0 });
    }
  }
  return visible;
}

bool
CellPlacement::IsVisible(const CellStamp & stamp, const PixelRuns & visibleMask) const
{
  const std::size_t pixels = CountPixels(visibleMask);
  return pixels >= SmallestVisiblePart &&
         static_cast<double>(pixels) >= m_Parameters.smallestVisibleShare * static_cast<double>(stamp.maskSize);
}

bool
CellPlacement::TouchesAny(const PixelRuns & mask) const
{
  return std::any_of(mask.begin(), mask.end(),
                     [&](const PixelRun & run)
                     {
                       const auto first = m_Cover.begin() + static_cast<std::ptrdiff_t>(run.y) * m_Sample.width + run.x;
                       return std::find(first, first + run.length, std::uint8_t{ 1 }) != first + run.length;
                     });
}

double
CellPlacement::OverlapIoU(const CellStamp & stamp, const StampPosition & position, std::size_t partner) const
{
  const Placed & other = m_Placed[partner];
  const auto shared = static_cast<double>(SharedPixels(stamp.mask, position.x, position.y, other.mask));
  return shared / (static_cast<double>(stamp.maskSize + other.maskSize) - shared);
}

bool
CellPlacement::MeetsWish(const PixelRuns & mask, PlacementWish wish) const
{
  const PixelBox box = BoundingBox(mask);
  std::size_t lone = 0;
  std::size_t overlapping = 0;
  for (const Placed & other : m_Placed)
  {
    if (other.box.Meets(box) && SharedPixels(mask, 0, 0, other.mask) > 0)
    {
      ++(other.overlapping ? overlapping : lone);
    }
  }
  return wish == PlacementWish::Pair ? lone == 1 && overlapping == 0 : lone == 0 && overlapping > 0;
}

bool
CellPlacement::SharesFewVoxels(const CellStamp & stamp, const StampPosition & position) const
{
  std::vector<std::uint32_t> shared;
  const std::size_t pixels = m_Cover.size();
  for (const PixelRun & run : this->VisibleMask(stamp, position))
  {
    for (std::int32_t x = run.x; x < run.x + run.length; ++x)
    {
      const std::size_t pixel = static_cast<std::size_t>(run.y) * m_Sample.width + x;
      if (m_Cover[pixel] == 0)
      {
        continue;
      }
      const std::uint8_t * support = stamp.support.data() + stamp.Column(x - position.x, run.y - position.y);
      for (std::int32_t z = stamp.firstSlice; z <= stamp.lastSlice; ++z)
      {
        const std::int32_t slice = z + position.z;
        if (support[z] != 0 && slice >= 0 && slice < static_cast<std::int32_t>(m_Sample.slices))
        {
          const std::uint32_t label = m_Sample.labels3d[slice * pixels + pixel];
          shared.resize(std::max<std::size_t>(shared.size(), label + 1), 0);
          ++shared[label];
        }
      }
    }
  }
  for (std::size_t label = 1; label < shared.size(); ++label)
  {
    const std::size_t smaller = std::min(stamp.supportSize, m_Placed[label - 1].supportSize);
    if (shared[label] > m_Parameters.maximumSharedVoxels * static_cast<double>(smaller))
    {
      return false;
    }
  }
  return true;
}

std::optional<std::int32_t>
CellPlacement::DrawSlice(const CellStamp & stamp, StampPosition position, Random & random) const
{
  std::int32_t lowest = -stamp.firstSlice;
  std::int32_t highest = static_cast<std::int32_t>(m_Sample.slices) - 1 - stamp.lastSlice;
  if (highest < lowest)
  {
    // Taller than the stack: its depth at least lies in it.
    lowest = static_cast<std::int32_t>(std::ceil(-stamp.centre[2]));
    highest = RoundDown(static_cast<double>(m_Sample.slices) - 1.0 - stamp.centre[2]);
  }
  for (int attempt = 0; attempt < TriesOfSlice && lowest <= highest; ++attempt)
  {
    position.z = lowest + static_cast<std::int32_t>(random.Below(static_cast<std::uint64_t>(highest - lowest + 1)));
    if (this->SharesFewVoxels(stamp, position))
    {
      return position.z;
    }
  }
  return std::nullopt;
}

std::optional<StampPosition>
CellPlacement::FindApart(const CellStamp & stamp, Random & random) const
{
  for (int attempt = 0; attempt < TriesApart; ++attempt)
  {
    StampPosition position{ RoundDown(random.Uniform() * m_Sample.width - stamp.centre[0]),
                            RoundDown(random.Uniform() * m_Sample.height - stamp.centre[1]), 0 };
    const PixelRuns visible = this->VisibleMask(stamp, position);
    if (!this->IsVisible(stamp, visible) || this->TouchesAny(visible))
    {
      continue;
    }
    if (const auto slice = this->DrawSlice(stamp, position, random))
    {
      position.z = *slice;
      return position;
    }
  }
  return std::nullopt;
}

std::optional<StampPosition>
CellPlacement::FindOverlapping(const CellStamp & stamp, std::size_t partner, PlacementWish wish, double iou,
                               Random & random) const
{
  const Placed & other = m_Placed[partner];
  const double farthest = std::hypot(stamp.size[0], stamp.size[1]) + std::hypot(other.box.Width(), other.box.Height());
  std::optional<StampPosition> best;
  double smallestMismatch = 2.0;
  for (int direction = 0; direction < DirectionsOfOverlap; ++direction)
  {
    const double angle = random.Uniform(0.0, 2.0 * Math::pi);
    const auto at = [&](double distance)
    {
      return StampPosition{ RoundDown(other.centreX + distance * std::cos(angle) - stamp.centre[0]),
                            RoundDown(other.centreY + distance * std::sin(angle) - stamp.centre[1]), 0 };
    };
    // Near the partner's centre the IoU is above the wish as a rule, far from it it is 0.
    double near = 0.0;
    double far = 0.5 * farthest;
    StampPosition position = at(near);
    for (int step = 0; step < StepsOfDistance; ++step)
    {
      const double middle = 0.5 * (near + far);
      const bool tooMuch = this->OverlapIoU(stamp, at(middle), partner) > iou;
      (tooMuch ? near : far) = middle;
      position = at(near);
    }
    for (const double distance : { near, far })
    {
      position = at(distance);
      const double reached = this->OverlapIoU(stamp, position, partner);
      const double mismatch = std::abs(reached - iou);
      const PixelRuns visible = this->VisibleMask(stamp, position);
      if (mismatch >= smallestMismatch || reached <= 0.0 || reached > m_Parameters.maximumOverlapIoU ||
          !this->IsVisible(stamp, visible) || !this->MeetsWish(visible, wish))
      {
        continue;
      }
      if (const auto slice = this->DrawSlice(stamp, position, random))
      {
        position.z = *slice;
        best = position;
        smallestMismatch = mismatch;
      }
    }
    if (smallestMismatch <= std::max(0.02, 0.2 * iou))
    {
      break;
    }
  }
  return best;
}

std::optional<StampPosition>
CellPlacement::FindStacked(const CellStamp & stamp, std::size_t partner, PlacementWish wish, double depth,
                           Random & random) const
{
  const Placed & other = m_Placed[partner];
  // Its middle comes to lie within a quarter of a cell from the partner's.
  const double jitter = 0.25 * std::sqrt(static_cast<double>(std::min(stamp.maskSize, other.maskSize)));
  for (int attempt = 0; attempt < TriesOfStack; ++attempt)
  {
    const StampPosition position{ RoundDown(other.centreX + random.Uniform(-jitter, jitter) - stamp.centre[0] + 0.5),
                                  RoundDown(other.centreY + random.Uniform(-jitter, jitter) - stamp.centre[1] + 0.5),
                                  static_cast<std::int32_t>(std::lround(depth - stamp.centre[2])) };
    const PixelRuns visible = this->VisibleMask(stamp, position);
    if (position.z + stamp.firstSlice >= 0 &&
        position.z + stamp.lastSlice < static_cast<std::int32_t>(m_Sample.slices) && this->IsVisible(stamp, visible) &&
        this->MeetsWish(visible, wish) && this->SharesFewVoxels(stamp, position))
    {
      return position;
    }
  }
  return std::nullopt;
}

float
CellPlacement::OutsideFactor(const CellStamp & stamp, const StampPosition & position) const
{
  double inside = 0.0;
  double all = 0.0;
  const auto sumOfColumn = [&](std::int32_t x, std::int32_t y)
  {
    const float * column = stamp.intensity.data() + stamp.Column(x, y);
    double sum = 0.0;
    for (std::int32_t z = std::max(0, -position.z);
         z < std::min(stamp.size[2], static_cast<std::int32_t>(m_Sample.slices) - position.z); ++z)
    {
      sum += column[z];
    }
    return sum;
  };
  for (const PixelRun & run : this->VisibleMask(stamp, position))
  {
    for (std::int32_t x = run.x; x < run.x + run.length; ++x)
    {
      inside += sumOfColumn(x - position.x, run.y - position.y);
    }
  }
  for (std::int32_t y = std::max(0, -position.y);
       y < std::min(stamp.size[1], static_cast<std::int32_t>(m_Sample.height) - position.y); ++y)
  {
    for (std::int32_t x = std::max(0, -position.x);
         x < std::min(stamp.size[0], static_cast<std::int32_t>(m_Sample.width) - position.x); ++x)
    {
      all += sumOfColumn(x, y);
    }
  }
  const double allowed = inside * (1.0 - CoveredShare) / CoveredShare;
  return all - inside > allowed ? static_cast<float>(allowed / (all - inside)) : 1.0f;
}

void
CellPlacement::Paste(const CellStamp & stamp, const StampPosition & position)
{
  Cell cell;
  cell.runs = this->VisibleMask(stamp, position);
  cell.depth = stamp.centre[2] + position.z;
  m_Sample.cells.push_back(cell);
  const auto label = static_cast<std::uint32_t>(m_Sample.cells.size());
  const float background = m_Parameters.backgroundLevel;
  const float outsideFactor = this->OutsideFactor(stamp, position);
  const std::size_t pixels = m_Cover.size();
  std::size_t supportSize = 0;
  const std::int32_t z0 = std::max(0, -position.z);
  const std::int32_t z1 = std::min(stamp.size[2], static_cast<std::int32_t>(m_Sample.slices) - position.z);
  std::vector<std::uint8_t> inMask(static_cast<std::size_t>(stamp.size[0]) * stamp.size[1], 0);
  for (const PixelRun & run : stamp.mask)
  {
    std::fill_n(inMask.begin() + static_cast<std::ptrdiff_t>(run.y) * stamp.size[0] + run.x, run.length,
                std::uint8_t{ 1 });
  }
  for (std::int32_t y = std::max(0, -position.y);
       y < std::min(stamp.size[1], static_cast<std::int32_t>(m_Sample.height) - position.y); ++y)
  {
    for (std::int32_t x = std::max(0, -position.x);
         x < std::min(stamp.size[0], static_cast<std::int32_t>(m_Sample.width) - position.x); ++x)
    {
      const std::size_t pixel = static_cast<std::size_t>(y + position.y) * m_Sample.width + (x + position.x);
      const float factor = inMask[static_cast<std::size_t>(y) * stamp.size[0] + x] != 0 ? 1.0f : outsideFactor;
      const std::size_t column = stamp.Column(x, y);
      for (std::int32_t z = z0; z < z1; ++z)
      {
        const std::size_t voxel = (z + position.z) * pixels + pixel;
        const float value = background + factor * stamp.intensity[column + z];
        if (stamp.support[column + z] != 0)
        {
          ++supportSize;
          if (m_Sample.labels3d[voxel] == 0 || value > m_Sample.stack[voxel])
          {
            m_Sample.labels3d[voxel] = label;
          }
        }
        if (stamp.intensity[column + z] > 0.0f && value > m_Sample.stack[voxel])
        {
          m_Sample.stack[voxel] = value;
        }
      }
    }
  }
  this->Register(m_Sample.cells.back().runs, supportSize);
}
} // namespace PenCore
} // namespace itk
