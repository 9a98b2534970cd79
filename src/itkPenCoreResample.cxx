// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreResample.h"

#include "itkPenCoreThreads.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
// The samples one new sample is made of, with weights that add up to 1.
struct Taps
{
  std::size_t first;
  std::vector<float> weights;
};

// Of the new samples [wanted.begin, wanted.end) of m, on an axis that had n.
std::vector<Taps>
TrianglesOf(std::size_t n, std::size_t m, const RowRange & wanted, Resampling resampling)
{
  const double step = static_cast<double>(n) / static_cast<double>(m);
  const double radius = resampling == Resampling::Antialiased ? std::max(step, 1.0) : 1.0;
  std::vector<Taps> taps(wanted.Count());
  for (std::size_t j = 0; j < taps.size(); ++j)
  {
    const double centre = (static_cast<double>(wanted.begin + j) + 0.5) * step - 0.5;
    const auto first = static_cast<std::ptrdiff_t>(std::floor(centre - radius)) + 1;
    const auto last = static_cast<std::ptrdiff_t>(std::ceil(centre + radius)) - 1;
    const auto lowest = std::max<std::ptrdiff_t>(first, 0);
    const auto highest = std::min<std::ptrdiff_t>(last, static_cast<std::ptrdiff_t>(n) - 1);
    taps[j].first = static_cast<std::size_t>(lowest);
    double sum = 0.0;
    for (std::ptrdiff_t i = lowest; i <= highest; ++i)
    {
      const double weight = 1.0 - std::abs(static_cast<double>(i) - centre) / radius;
      taps[j].weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    for (float & weight : taps[j].weights)
    {
      weight = static_cast<float>(weight / sum);
    }
  }
  return taps;
}

// Resamples the middle axis of a buffer [outer][n][inner], which begins at sample \a first of that axis.
std::vector<float>
ResampleAxis(const std::vector<float> & buffer, std::size_t outer, std::size_t n, std::size_t inner, std::size_t first,
             const std::vector<Taps> & taps, unsigned int numberOfThreads)
{
  const std::size_t m = taps.size();
  std::vector<float> result(outer * m * inner);
  const auto resampleLines = [&](std::size_t begin, std::size_t end)
  {
    for (std::size_t line = begin; line < end; ++line)
    {
      const Taps & tap = taps[line % m];
      const float * source = buffer.data() + ((line / m) * n + tap.first - first) * inner;
      float * target = result.data() + line * inner;
      for (std::size_t t = 0; t < tap.weights.size(); ++t)
      {
        const float weight = tap.weights[t];
        for (std::size_t i = 0; i < inner; ++i)
        {
          target[i] += weight * source[t * inner + i];
        }
      }
    }
  };
  constexpr std::size_t ValuesPerPiece = 1 << 15;
  ParallelFor(outer * m, std::max<std::size_t>(ValuesPerPiece / std::max<std::size_t>(inner, 1), 1), resampleLines,
              numberOfThreads);
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
  const std::vector<Taps> taps = TrianglesOf(height, newHeight, wanted, resampling);
  return { taps.front().first, taps.back().first + taps.back().weights.size() };
}

std::vector<float>
ResampleRows(std::vector<float> buffer, const RowRange & given, const GridSize & size, const GridSize & newSize,
             const RowRange & wanted, unsigned int numberOfThreads, Resampling resampling)
{
  const std::size_t line = size.width * size.components;
  if (newSize.depth != size.depth)
  {
    buffer = ResampleAxis(buffer, 1, size.depth, given.Count() * line, 0,
                          TrianglesOf(size.depth, newSize.depth, { 0, newSize.depth }, resampling), numberOfThreads);
  }
  if (newSize.height != size.height)
  {
    buffer = ResampleAxis(buffer, newSize.depth, given.Count(), line, given.begin,
                          TrianglesOf(size.height, newSize.height, wanted, resampling), numberOfThreads);
  }
  if (newSize.width != size.width)
  {
    buffer = ResampleAxis(buffer, newSize.depth * wanted.Count(), size.width, size.components, 0,
                          TrianglesOf(size.width, newSize.width, { 0, newSize.width }, resampling), numberOfThreads);
  }
  return buffer;
}
} // namespace PenCore
} // namespace itk
