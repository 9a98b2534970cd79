// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/Tiling.h"

#include "itkMacro.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
std::size_t
RoundUp(std::size_t n, std::size_t divisor)
{
  return (n + divisor - 1) / divisor * divisor;
}

// 0 up to a quarter of the overlap, 1 from three quarters on, a smooth step between.
float
Ramp(double share)
{
  const double t = std::min(std::max(2.0 * share - 0.5, 0.0), 1.0);
  return static_cast<float>(t * t * (3.0 - 2.0 * t));
}

// Cellpose 3: tile size, share of a tile that neighbours have in common, and the sigmoid that fades a tile's rim.
constexpr std::size_t CellposeTile = 224;
constexpr double CellposeOverlap = 0.1;
constexpr double CellposeRim = 20.0;
constexpr double CellposeSlope = 7.5;

double
CellposeTaper(std::size_t i, std::size_t tileSize)
{
  const std::size_t position = CellposeTile / 2 - tileSize / 2 + i;
  const double fromCentre = std::abs(static_cast<double>(position) - (CellposeTile - 1) / 2.0);
  return 1.0 / (1.0 + std::exp((fromCentre - (CellposeTile / 2.0 - CellposeRim)) / CellposeSlope));
}
} // namespace

AxisTiling::AxisTiling(std::size_t length, std::size_t tileSize, std::size_t overlap, std::size_t divisor)
  : m_Length(length)
  , m_TileSize(0)
{
  if (length == 0 || divisor == 0 || tileSize < 2 * overlap + divisor)
  {
    itkGenericExceptionMacro("an axis of " << length << " samples cannot be cut into tiles of " << tileSize
                                           << " that overlap by " << overlap << " and divide by " << divisor
                                           << ": the tile size must be at least twice the overlap plus the divisor");
  }
  const std::size_t whole = RoundUp(length, divisor);
  if (whole <= RoundUp(tileSize, divisor))
  {
    m_TileSize = whole;
    m_Begins.push_back(0);
    return;
  }
  const std::size_t count = (length - overlap + tileSize - overlap - 1) / (tileSize - overlap);
  m_TileSize = RoundUp((length + (count - 1) * overlap + count - 1) / count, divisor);
  for (std::size_t i = 0; i < count; ++i)
  {
    m_Begins.push_back(i * (length - m_TileSize) / (count - 1));
  }
}

AxisTiling
AxisTiling::OfCellpose(std::size_t length)
{
  AxisTiling tiling;
  tiling.m_Length = length;
  tiling.m_TileSize = std::min(length, CellposeTile);
  const double wished = (1.0 + 2.0 * CellposeOverlap) * static_cast<double>(length) / CellposeTile;
  const std::size_t count = length <= CellposeTile ? 1 : static_cast<std::size_t>(std::ceil(wished));
  const std::size_t last = length - tiling.m_TileSize;
  std::vector<double> sums(length, 0.0);
  for (std::size_t i = 0; i < count; ++i)
  {
    const double step = count > 1 ? static_cast<double>(last) / static_cast<double>(count - 1) : 0.0;
    tiling.m_Begins.push_back(i + 1 == count ? last : static_cast<std::size_t>(static_cast<double>(i) * step));
    for (std::size_t s = 0; s < tiling.m_TileSize; ++s)
    {
      sums[tiling.m_Begins[i] + s] += CellposeTaper(s, tiling.m_TileSize);
    }
  }
  for (const std::size_t begin : tiling.m_Begins)
  {
    std::vector<float> weights(tiling.m_TileSize);
    for (std::size_t s = 0; s < weights.size(); ++s)
    {
      weights[s] = static_cast<float>(CellposeTaper(s, tiling.m_TileSize) / sums[begin + s]);
    }
    tiling.m_Weights.push_back(weights);
  }
  return tiling;
}

std::size_t
AxisTiling::GetExtent(std::size_t i) const
{
  return std::min(m_TileSize, m_Length - m_Begins[i]);
}

std::vector<float>
AxisTiling::GetWeights(std::size_t i) const
{
  if (!m_Weights.empty())
  {
    return m_Weights[i];
  }
  std::vector<float> weights(this->GetExtent(i), 1.0f);
  if (i > 0)
  {
    const std::size_t shared = m_Begins[i - 1] + m_TileSize - m_Begins[i];
    for (std::size_t s = 0; s < shared; ++s)
    {
      weights[s] *= Ramp((static_cast<double>(s) + 0.5) / static_cast<double>(shared));
    }
  }
  if (i + 1 < m_Begins.size())
  {
    const std::size_t first = m_Begins[i + 1] - m_Begins[i];
    const std::size_t shared = m_TileSize - first;
    for (std::size_t s = 0; s < shared; ++s)
    {
      weights[first + s] *= 1.0f - Ramp((static_cast<double>(s) + 0.5) / static_cast<double>(shared));
    }
  }
  return weights;
}

std::size_t
ReflectIndex(std::size_t i, std::size_t n)
{
  if (n == 1)
  {
    return 0;
  }
  const std::size_t period = 2 * (n - 1);
  const std::size_t phase = i % period;
  return phase < n ? phase : period - phase;
}
} // namespace PenCore
} // namespace itk
