// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Stacks/IntensityMap.h"

#include "Base/PartOfProgress.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Stacks/OrderStatistics.h"
#include "itkMacro.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t VoxelsPerPiece = 1 << 16;
// Mean size of a second difference of normal noise of deviation 1: sqrt(2 / pi) sqrt(1 + 4 + 1).
constexpr double SecondDifferenceOfNoise = 1.9544100;

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

// Sums of whole rows, added in the order of the rows: the same whatever the bands are.
class BackgroundMean
{
public:
  void
  Add(const std::vector<float> & band, const GridSize & size, double maximum)
  {
    const std::size_t rows = band.size() / (size.depth * size.width);
    for (std::size_t y = 0; y < rows; ++y)
    {
      double sum = 0.0;
      for (std::size_t z = 0; z < size.depth; ++z)
      {
        const float * row = band.data() + (z * rows + y) * size.width;
        for (std::size_t x = 0; x < size.width; ++x)
        {
          if (row[x] >= 0.0f && row[x] <= maximum)
          {
            sum += row[x];
            ++m_Count;
          }
        }
      }
      m_Sum += sum;
    }
  }

  double
  Get() const
  {
    return m_Count > 0 ? m_Sum / static_cast<double>(m_Count) : 0.0;
  }

private:
  double m_Sum = 0.0;
  std::size_t m_Count = 0;
};

// Deviation of the noise, from the mean size of second differences along rows, which neither background nor the slopes
// of cells have. Sums of whole rows again.
class NoiseEstimate
{
public:
  void
  Add(const std::vector<float> & band, const GridSize & size, unsigned int numberOfThreads)
  {
    if (size.width < 3)
    {
      return;
    }
    const std::size_t rows = band.size() / (size.depth * size.width);
    std::vector<double> sums(rows, 0.0);
    ParallelFor(
      rows, std::max<std::size_t>(VoxelsPerPiece / (size.depth * size.width), 1),
      [&](std::size_t begin, std::size_t end)
      {
        for (std::size_t y = begin; y < end; ++y)
        {
          for (std::size_t z = 0; z < size.depth; ++z)
          {
            const float * row = band.data() + (z * rows + y) * size.width;
            for (std::size_t x = 1; x + 1 < size.width; ++x)
            {
              sums[y] += std::abs(static_cast<double>(row[x - 1]) - 2.0 * row[x] + row[x + 1]);
            }
          }
        }
      },
      numberOfThreads);
    m_Sum = std::accumulate(sums.begin(), sums.end(), m_Sum);
    m_Count += rows * size.depth * (size.width - 2);
  }

  double
  Get() const
  {
    return m_Count > 0 ? m_Sum / static_cast<double>(m_Count) / SecondDifferenceOfNoise : 0.0;
  }

private:
  double m_Sum = 0.0;
  std::size_t m_Count = 0;
};

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

// Sets offset and factor so that the percentiles become 0 and 1.
void
MapPercentiles(const StackRows & rows, const GridSize & size, const IntensityNormalization & how,
               std::size_t bytesPerBand, unsigned int numberOfThreads, const ProgressCallback & progress,
               IntensityMap & map)
{
  OrderStatistics values;
  NoiseEstimate noise;
  ForEachBandOfRows(
    rows, size,
    [&](const RowRange & range, const std::vector<float> & band)
    {
      RequireFinite(band, size, range, numberOfThreads);
      values.Count(band.data(), band.size(), numberOfThreads);
      if (how.leastRangeInNoise > 0.0)
      {
        noise.Add(band, size, numberOfThreads);
      }
    },
    bytesPerBand, PartOfProgress(progress, 0.0f, 0.5f));
  const Rank low = RankOf(how.lowPercentile, values.GetCount());
  const Rank high = RankOf(how.highPercentile, values.GetCount());
  if (values.Want({ low.lower, low.upper, high.lower, high.upper }))
  {
    ForEachBandOfRows(
      rows, size,
      [&](const RowRange &, const std::vector<float> & band)
      { values.CountFinely(band.data(), band.size(), numberOfThreads); },
      bytesPerBand, PartOfProgress(progress, 0.5f, 1.0f));
  }

  const double offset = ValueAt(low, values);
  const double distance = ValueAt(high, values) - offset;
  const double range = distance > 0.0 ? std::max(distance, how.leastRangeInNoise * noise.Get()) : 0.0;
  map.offset = static_cast<float>(offset);
  map.factor = range > 0.0 ? static_cast<float>(1.0 / range) : 0.0f;
  map.contrast = range > 0.0 ? static_cast<float>(distance / range) : 1.0f;
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
        voxels[i] = std::min(std::max((voxels[i] - offset) * factor, lowest), highest);
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
    BackgroundMean mean;
    ForEachBandOfRows(
      rows, size,
      [&](const RowRange & range, const std::vector<float> & band)
      {
        RequireFinite(band, size, range, numberOfThreads);
        mean.Add(band, size, how.backgroundMaximum);
      },
      bytesPerBand, progress);
    if (how.method == Method::None)
    {
      return map;
    }
    map.offset = static_cast<float>(mean.Get());
    map.factor = how.scale > 0.0 ? static_cast<float>(1.0 / how.scale) : 0.0f;
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
