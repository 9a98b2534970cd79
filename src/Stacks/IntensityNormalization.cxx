// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Stacks/IntensityMap.h"

#include "Base/PartOfProgress.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Stacks/OrderStatistics.h"
#include "Stacks/IntensityStatistics.h"
#include "Stacks/SignalPeaks.h"
#include "itkMacro.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t VoxelsPerPiece = 1 << 16;
// What is brighter than a stack's typical objects by more than this does not set its range: of windows of four slices
// of all sets of doc/depth-windows.md none has a percentile so far above them.
constexpr double OutlierRatio = 3.0;
// Padding stands off from the voxels by more than this many times what the darker half of them spans.
constexpr double PaddingGap = 3.0;
// Voxels of one value high above all others are a speck up to this share, and a frame where they are this share of the
// edges.
constexpr double LargestSpeck = 0.01;
constexpr double LeastFrame = 0.2;
// The darker half of the voxels spans less than this share of their range where most of a stack is background.
constexpr double BackgroundSpan = 0.3;
// What rises over the median by so many times what the darker half spans is no background.
constexpr double BackgroundSpans = 5.0;
// The brighter half spans less than this share of what the darker half does where cells are dark.
constexpr double InvertedSpan = 0.25;

using Method = IntensityNormalization::Method;

// Whether no exponent has all of its bits set: unlike std::isfinite, compilers make vectors of that.
bool
AreFinite(const float * values, std::size_t n)
{
  bool areFinite = true;
  for (std::size_t i = 0; i < n; ++i)
  {
    constexpr std::uint32_t exponent = 0x7f800000u;
    std::uint32_t bits;
    std::memcpy(&bits, values + i, sizeof(bits));
    areFinite &= (bits & exponent) != exponent;
  }
  return areFinite;
}

void
RequireFinite(const std::vector<float> & band, const GridSize & size, const RowRange & range,
              unsigned int numberOfThreads)
{
  std::atomic<bool> areFinite{ true };
  ParallelFor(
    band.size(), VoxelsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      if (!AreFinite(band.data() + begin, end - begin))
      {
        areFinite = false;
      }
    },
    numberOfThreads);
  if (areFinite)
  {
    return;
  }
  for (std::size_t i = 0; i < band.size(); ++i)
  {
    if (!std::isfinite(band[i]))
    {
      const std::size_t row = i / size.width;
      itkGenericExceptionMacro("voxel (" << i % size.width << ", " << range.begin + row % range.Count() << ", "
                                         << row / range.Count() << ") of the stack is " << band[i]
                                         << ", expected finite values");
    }
  }
}

// A percentile lies between two order statistics.
struct Rank
{
  std::uint64_t lower;
  std::uint64_t upper;
  double share;
};

Rank
RankOf(double percent, std::uint64_t count)
{
  const double rank = percent / 100.0 * static_cast<double>(count - 1);
  const auto lower = static_cast<std::uint64_t>(std::floor(rank));
  return { lower, std::min(lower + 1, count - 1), rank - std::floor(rank) };
}

double
ValueAt(const Rank & rank, const OrderStatistics & statistics)
{
  const double lower = statistics.GetValue(rank.lower);
  return lower + (statistics.GetValue(rank.upper) - lower) * rank.share;
}

// What the voxels of a stack, but for its padding, tell.
struct Levels
{
  double low;
  double median;
  double high;
};

// Of the voxels [first, first + count) in the order of their values.
class LevelRanks
{
public:
  LevelRanks(const IntensityNormalization & how, std::uint64_t first, std::uint64_t count)
    : m_Ranks{ RankOf(how.lowPercentile, count), RankOf(50.0, count), RankOf(how.highPercentile, count) }
  {
    for (Rank & rank : m_Ranks)
    {
      rank.lower += first;
      rank.upper += first;
    }
  }

  void
  AddTo(std::vector<std::uint64_t> & wanted) const
  {
    for (const Rank & rank : m_Ranks)
    {
      wanted.insert(wanted.end(), { rank.lower, rank.upper });
    }
  }

  Levels
  Of(const OrderStatistics & values) const
  {
    return { ValueAt(m_Ranks[0], values), ValueAt(m_Ranks[1], values), ValueAt(m_Ranks[2], values) };
  }

private:
  std::array<Rank, 3> m_Ranks;
};

// Whether the voxels of the lowest value, or of the highest, are padding: far from the others, most of which are
// background.
bool
IsPaddingBelow(double value, const Levels & others)
{
  const double span = others.median - others.low;
  return span < BackgroundSpan * (others.high - others.low) && others.low - value > PaddingGap * span &&
         others.low > value;
}

bool
IsPaddingAbove(double value, const Levels & others)
{
  return others.median - others.low < BackgroundSpan * (others.high - others.low) &&
         value - others.high > others.high - others.low;
}

// All that is known of a stack once its voxels were shown.
class StackIntensities
{
public:
  StackIntensities(const IntensityNormalization & how, const GridSize & size, unsigned int numberOfThreads)
    : m_How(how)
    , m_Size(size)
    , m_Threads(numberOfThreads)
    , m_Peaks(size)
  {
  }

  void
  Add(const RowRange & range, const std::vector<float> & band)
  {
    RequireFinite(band, m_Size, range, m_Threads);
    m_Values.Count(band.data(), band.size(), m_Threads);
    if (m_How.leastRangeInNoise > 0.0 || m_How.robust)
    {
      m_Noise.Add(range, band, m_Size, m_Threads);
    }
    if (m_How.robust)
    {
      m_Extremes.Add(range, band, m_Size, m_Threads);
      m_Peaks.Add(range, band, m_Threads);
    }
  }

  // Returns whether the voxels are to be shown to AddFinely().
  bool
  Want()
  {
    const std::uint64_t count = m_Values.GetCount();
    std::vector<std::uint64_t> wanted;
    m_Ranks.emplace_back(m_How, 0, count);
    if (m_How.robust)
    {
      const std::uint64_t low = m_Extremes.GetLowestCount();
      const std::uint64_t high = m_Extremes.GetHighestCount();
      m_Ranks.emplace_back(m_How, low, std::max<std::uint64_t>(count - low, 1));
      m_Ranks.emplace_back(m_How, 0, std::max<std::uint64_t>(count - high, 1));
      m_Ranks.emplace_back(m_How, low, count > low + high ? count - low - high : 1);
      wanted.push_back(this->RankBelowHighest());
    }
    for (const LevelRanks & ranks : m_Ranks)
    {
      ranks.AddTo(wanted);
    }
    for (std::uint64_t & rank : wanted)
    {
      rank = std::min(rank, count - 1);
    }
    return m_Values.Want(wanted);
  }

  void
  AddFinely(const std::vector<float> & band)
  {
    m_Values.CountFinely(band.data(), band.size(), m_Threads);
  }

  // Sets offset and factor so that the percentiles become 0 and 1.
  void
  SetRange(IntensityMap & map) const
  {
    Levels levels = this->LevelsWithoutPadding(map);
    map.remarks.looksInverted = levels.high - levels.median < InvertedSpan * (levels.median - levels.low);
    double noise = m_Noise.Get();
    if (m_How.robust)
    {
      const double steady = m_Noise.GetWithoutEdges();
      // Noise that neighbours share has small differences, but spreads all the same.
      const double rise = std::max(m_How.leastRangeInNoise * steady, BackgroundSpans * (levels.median - levels.low));
      const auto background = static_cast<float>(levels.median + rise);
      const double typical = m_Peaks.TypicalAbove(background);
      if (typical > levels.low && levels.high - levels.low > OutlierRatio * (typical - levels.low))
      {
        map.remarks.outlierRatio = (levels.high - levels.low) / (typical - levels.low);
        levels.high = typical;
      }
      if (map.remarks.outlierRatio > 0.0 || map.remarks.paddingShare > 0.0)
      {
        noise = std::min(noise, steady);
      }
    }
    const double distance = levels.high - levels.low;
    const double range = distance > 0.0 ? std::max(distance, m_How.leastRangeInNoise * noise) : 0.0;
    map.offset = static_cast<float>(levels.low);
    map.factor = range > 0.0 ? static_cast<float>(1.0 / range) : 0.0f;
    map.contrast = range > 0.0 ? static_cast<float>(distance / range) : 1.0f;
  }

private:
  // Of the highest value but the highest one.
  std::uint64_t
  RankBelowHighest() const
  {
    const std::uint64_t count = m_Values.GetCount();
    const std::uint64_t high = m_Extremes.GetHighestCount();
    return count > high ? count - high - 1 : 0;
  }

  Levels
  LevelsWithoutPadding(IntensityMap & map) const
  {
    if (!m_How.robust || !(m_Extremes.GetRange().lowest < m_Extremes.GetRange().highest))
    {
      return m_Ranks[0].Of(m_Values);
    }
    const auto share = [&](std::uint64_t padding)
    { return static_cast<double>(padding) / static_cast<double>(m_Values.GetCount()); };
    const std::uint64_t low = m_Extremes.GetLowestCount();
    const std::uint64_t high = m_Extremes.GetHighestCount();
    const Levels between = m_Ranks[3].Of(m_Values);
    // What is too little to move a percentile may be anything, as the brightest voxels of a cell.
    const double least = 1.0 - m_How.highPercentile / 100.0;
    const bool isBelow = share(low) > least && (IsPaddingBelow(m_Extremes.GetRange().lowest, m_Ranks[1].Of(m_Values)) ||
                                                IsPaddingBelow(m_Extremes.GetRange().lowest, between));
    const Levels belowHighest = isBelow ? between : m_Ranks[2].Of(m_Values);
    // A saturated cell has voxels of every value below. What stands off without such is a speck, or a frame.
    const Levels upToNext{ belowHighest.low, belowHighest.median, m_Values.GetValue(this->RankBelowHighest()) };
    const bool isAbove = IsPaddingAbove(m_Extremes.GetRange().highest, upToNext) &&
                         (share(high) < LargestSpeck || m_Extremes.GetHighestShareOfEdges() > LeastFrame);
    if (isAbove)
    {
      map.padding = m_Extremes.GetRange().highest;
    }
    map.remarks.paddingShare = share((isBelow ? low : 0) + (isAbove ? high : 0));
    return m_Ranks[(isBelow ? 1 : 0) + (isAbove ? 2 : 0)].Of(m_Values);
  }

  const IntensityNormalization & m_How;
  GridSize m_Size;
  unsigned int m_Threads;
  OrderStatistics m_Values;
  NoiseEstimate m_Noise;
  ExtremeCounts m_Extremes;
  SignalPeaks m_Peaks;
  std::vector<LevelRanks> m_Ranks; // of all voxels; without the lowest, without the highest, without both
};

void
MapPercentiles(const StackRows & rows, const GridSize & size, const IntensityNormalization & how,
               std::size_t bytesPerBand, unsigned int numberOfThreads, const ProgressCallback & progress,
               IntensityMap & map)
{
  StackIntensities intensities(how, size, numberOfThreads);
  ForEachBandOfRows(
    rows, size, [&](const RowRange & range, const std::vector<float> & band) { intensities.Add(range, band); },
    bytesPerBand, PartOfProgress(progress, 0.0f, 0.5f));
  if (intensities.Want())
  {
    ForEachBandOfRows(
      rows, size, [&](const RowRange &, const std::vector<float> & band) { intensities.AddFinely(band); }, bytesPerBand,
      PartOfProgress(progress, 0.5f, 1.0f));
  }
  intensities.SetRange(map);
}
} // namespace

void
IntensityMap::Apply(float * voxels, std::size_t n, unsigned int numberOfThreads) const
{
  ParallelFor(
    n, VoxelsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        const float value = std::min(std::max((voxels[i] - offset) * factor, lowest), highest);
        voxels[i] = voxels[i] == padding ? 0.0f : value;
      }
    },
    numberOfThreads);
}

IntensityMap
MapIntensities(const StackRows & rows, const GridSize & size, const IntensityNormalization & how,
               std::size_t bytesPerBand, unsigned int numberOfThreads, const ProgressCallback & progress)
{
  IntensityMap map;
  if (how.method == Method::Percentile)
  {
    MapPercentiles(rows, size, how, bytesPerBand, numberOfThreads, progress, map);
  }
  else
  {
    // Of values as they are, and as they are where 1 stands for the scale.
    MeanUpTo mean(how.backgroundMaximum);
    MeanUpTo meanOfShares(how.scale > 0.0 ? how.backgroundMaximum / how.scale : 0.0);
    float highest = -std::numeric_limits<float>::infinity();
    ForEachBandOfRows(
      rows, size,
      [&](const RowRange & range, const std::vector<float> & band)
      {
        RequireFinite(band, size, range, numberOfThreads);
        if (how.method == Method::Background)
        {
          mean.Add(band, size);
          meanOfShares.Add(band, size);
          highest = std::max(highest, RangeOf(band, numberOfThreads).highest);
        }
      },
      bytesPerBand, progress);
    if (how.method == Method::None)
    {
      return map;
    }
    const bool areShares = highest <= 1.0f;
    map.offset = static_cast<float>((areShares ? meanOfShares : mean).Get());
    map.factor = areShares ? 1.0f : how.scale > 0.0 ? static_cast<float>(1.0 / how.scale) : 0.0f;
    map.lowest = 0.0f;
  }
  if (how.clipToUnitRange)
  {
    map.lowest = 0.0f;
    map.highest = 1.0f;
  }
  return map;
}

void
NormalizeIntensities(float * voxels, const GridSize & size, const IntensityNormalization & how,
                     unsigned int numberOfThreads)
{
  if (size.Count() == 0)
  {
    return;
  }
  const IntensityMap map = MapIntensities(RowsOfBuffer(voxels, size), size, how, UsualBytesPerBand, numberOfThreads);
  if (how.method != Method::None)
  {
    map.Apply(voxels, size.Count(), numberOfThreads);
  }
}
} // namespace PenCore
} // namespace itk
