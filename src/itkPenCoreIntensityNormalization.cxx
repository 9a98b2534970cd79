// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkIntensityNormalization.h"

#include "itkMacro.h"
#include "itkPenCoreThreads.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t VoxelsPerPiece = 1 << 16;

// Rank with linear interpolation between the two order statistics around it.
double
Percentile(std::vector<float> & values, double percent)
{
  const double rank = percent / 100.0 * static_cast<double>(values.size() - 1);
  const std::size_t lower = static_cast<std::size_t>(std::floor(rank));
  const auto lowerPosition = values.begin() + static_cast<std::ptrdiff_t>(lower);
  std::nth_element(values.begin(), lowerPosition, values.end());
  const double lowerValue = *lowerPosition;
  if (lower + 1 == values.size())
  {
    return lowerValue;
  }
  const double upperValue = *std::min_element(lowerPosition + 1, values.end());
  return lowerValue + (upperValue - lowerValue) * (rank - std::floor(rank));
}

// The affine map that a normalisation means for these voxels.
void
OffsetAndScale(const float * voxels, std::size_t n, const IntensityNormalization & how, double & offset, double & scale)
{
  if (how.method == IntensityNormalization::Method::Background)
  {
    double sum = 0.0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < n; ++i)
    {
      if (voxels[i] >= 0.0f && voxels[i] <= how.backgroundMaximum)
      {
        sum += voxels[i];
        ++count;
      }
    }
    offset = count > 0 ? sum / static_cast<double>(count) : 0.0;
    scale = how.scale;
  }
  else
  {
    std::vector<float> values(voxels, voxels + n);
    offset = Percentile(values, how.lowPercentile);
    scale = Percentile(values, how.highPercentile) - offset;
  }
}
} // namespace

void
NormalizeIntensities(float * voxels, std::size_t n, const IntensityNormalization & how, unsigned int numberOfThreads)
{
  for (std::size_t i = 0; i < n; ++i)
  {
    if (!std::isfinite(voxels[i]))
    {
      itkGenericExceptionMacro("voxel " << i << " of the stack is " << voxels[i] << ", expected finite values");
    }
  }
  if (n == 0 || how.method == IntensityNormalization::Method::None)
  {
    return;
  }
  double offset = 0.0;
  double scale = 1.0;
  OffsetAndScale(voxels, n, how, offset, scale);

  const bool constant = !(scale > 0.0);
  const bool background = how.method == IntensityNormalization::Method::Background;
  const float shift = static_cast<float>(offset);
  const float factor = constant ? 0.0f : static_cast<float>(1.0 / scale);
  const float lowest = how.clipToUnitRange || background ? 0.0f : -std::numeric_limits<float>::infinity();
  const float highest = how.clipToUnitRange ? 1.0f : std::numeric_limits<float>::infinity();
  ParallelFor(
    n, VoxelsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        voxels[i] = std::min(std::max((voxels[i] - shift) * factor, lowest), highest);
      }
    },
    numberOfThreads);
}
} // namespace PenCore
} // namespace itk
