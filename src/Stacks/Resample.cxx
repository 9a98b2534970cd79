// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Stacks/Resample.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
// The samples one new sample is made of, with weights that add up to 1.
struct Tap
{
  std::size_t first;
  std::size_t count;
  const float * weights;
};

// Those of the new samples of an axis.
class Taps
{
public:
  // Of the new samples [wanted.begin, wanted.end) of m, on an axis that had n.
  Taps(std::size_t n, std::size_t m, const RowRange & wanted, Resampling resampling)
    : m_Places(wanted.Count())
  {
    const double step = static_cast<double>(n) / static_cast<double>(m);
    const double radius = resampling == Resampling::Antialiased ? std::max(step, 1.0) : 1.0;
    for (std::size_t j = 0; j < m_Places.size(); ++j)
    {
      const double centre = (static_cast<double>(wanted.begin + j) + 0.5) * step - 0.5;
      const auto first = static_cast<std::ptrdiff_t>(std::floor(centre - radius)) + 1;
      const auto last = static_cast<std::ptrdiff_t>(std::ceil(centre + radius)) - 1;
      const auto lowest = std::max<std::ptrdiff_t>(first, 0);
      const auto highest = std::min<std::ptrdiff_t>(last, static_cast<std::ptrdiff_t>(n) - 1);
      m_Places[j] = { static_cast<std::size_t>(lowest), m_Weights.size(),
                      static_cast<std::size_t>(highest - lowest + 1) };
      double sum = 0.0;
      for (std::ptrdiff_t i = lowest; i <= highest; ++i)
      {
        const double weight = 1.0 - std::abs(static_cast<double>(i) - centre) / radius;
        m_Weights.push_back(static_cast<float>(weight));
        sum += weight;
      }
      for (std::size_t t = m_Places[j].weights; t < m_Weights.size(); ++t)
      {
        m_Weights[t] = static_cast<float>(m_Weights[t] / sum);
      }
    }
  }

  std::size_t
  GetNumberOfSamples() const
  {
    return m_Places.size();
  }

  // All samples that are needed.
  RowRange
  GetRange() const
  {
    return { m_Places.front().first, m_Places.back().first + m_Places.back().count };
  }

  Tap
  operator[](std::size_t j) const
  {
    return { m_Places[j].first, m_Places[j].count, m_Weights.data() + m_Places[j].weights };
  }

private:
  struct Place
  {
    std::size_t first;
    std::size_t weights;
    std::size_t count;
  };

  std::vector<Place> m_Places;
  std::vector<float> m_Weights; // of all samples, one after the other
};

constexpr std::size_t ValuesPerPiece = 1 << 15;

// Resamples the middle axis of a buffer [outer][n][inner], which begins at sample \a first of that axis: rows of many
// values.
std::vector<float>
ResampleAxis(const std::vector<float> & buffer, std::size_t outer, std::size_t n, std::size_t inner, std::size_t first,
             const Taps & taps, unsigned int numberOfThreads)
{
  const std::size_t m = taps.GetNumberOfSamples();
  std::vector<float> result(outer * m * inner);
  const auto resampleLines = [&](std::size_t begin, std::size_t end)
  {
    for (std::size_t line = begin; line < end; ++line)
    {
      const Tap tap = taps[line % m];
      const float * source = buffer.data() + ((line / m) * n + tap.first - first) * inner;
      float * target = result.data() + line * inner;
      for (std::size_t t = 0; t < tap.count; ++t)
      {
        const float weight = tap.weights[t];
        for (std::size_t i = 0; i < inner; ++i)
        {
          target[i] += weight * source[t * inner + i];
        }
      }
    }
  };
  ParallelFor(outer * m, std::max<std::size_t>(ValuesPerPiece / std::max<std::size_t>(inner, 1), 1), resampleLines,
              numberOfThreads);
  return result;
}

// The same for the last axis but its components, [outer][n][Inner]: a row at a time, sums in registers.
template <std::size_t Inner>
std::vector<float>
ResampleColumns(const std::vector<float> & buffer, std::size_t outer, std::size_t n, const Taps & taps,
                unsigned int numberOfThreads)
{
  const std::size_t m = taps.GetNumberOfSamples();
  std::vector<float> result(outer * m * Inner);
  const auto resampleRows = [&](std::size_t begin, std::size_t end)
  {
    for (std::size_t row = begin; row < end; ++row)
    {
      const float * source = buffer.data() + row * n * Inner;
      float * target = result.data() + row * m * Inner;
      for (std::size_t j = 0; j < m; ++j, target += Inner)
      {
        const Tap tap = taps[j];
        std::array<float, Inner> sums{};
        for (std::size_t t = 0; t < tap.count; ++t)
        {
          for (std::size_t i = 0; i < Inner; ++i)
          {
            sums[i] += tap.weights[t] * source[(tap.first + t) * Inner + i];
          }
        }
        std::copy(sums.begin(), sums.end(), target);
      }
    }
  };
  ParallelFor(outer, std::max<std::size_t>(ValuesPerPiece / (m * Inner), 1), resampleRows, numberOfThreads);
  return result;
}
} // namespace

std::size_t
ResampledSize(std::size_t n, double from, double to)
{
  return std::max<std::size_t>(static_cast<std::size_t>(std::llround(static_cast<double>(n) * from / to)), 1);
}

std::vector<float>
ResampleGrid(std::vector<float> buffer, const GridSize & size, const GridSize & newSize, unsigned int numberOfThreads,
             Resampling resampling)
{
  return ResampleRows(std::move(buffer), { 0, size.height }, size, newSize, { 0, newSize.height }, numberOfThreads,
                      resampling);
}

RowRange
RowsForResampling(std::size_t height, std::size_t newHeight, const RowRange & wanted, Resampling resampling)
{
  if (height == newHeight || wanted.Count() == 0)
  {
    return wanted;
  }
  return Taps(height, newHeight, wanted, resampling).GetRange();
}

std::vector<float>
ResampleRows(std::vector<float> buffer, const RowRange & given, const GridSize & size, const GridSize & newSize,
             const RowRange & wanted, unsigned int numberOfThreads, Resampling resampling)
{
  const std::size_t line = size.width * size.components;
  if (newSize.depth != size.depth)
  {
    buffer = ResampleAxis(buffer, 1, size.depth, given.Count() * line, 0,
                          Taps(size.depth, newSize.depth, { 0, newSize.depth }, resampling), numberOfThreads);
  }
  if (newSize.height != size.height)
  {
    buffer = ResampleAxis(buffer, newSize.depth, given.Count(), line, given.begin,
                          Taps(size.height, newSize.height, wanted, resampling), numberOfThreads);
  }
  if (newSize.width != size.width)
  {
    const std::size_t rows = newSize.depth * wanted.Count();
    const Taps taps(size.width, newSize.width, { 0, newSize.width }, resampling);
    buffer = size.components == 1   ? ResampleColumns<1>(buffer, rows, size.width, taps, numberOfThreads)
             : size.components == 4 ? ResampleColumns<4>(buffer, rows, size.width, taps, numberOfThreads)
                                    : ResampleAxis(buffer, rows, size.width, size.components, 0, taps, numberOfThreads);
  }
  return buffer;
}
} // namespace PenCore
} // namespace itk
