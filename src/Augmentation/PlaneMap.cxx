// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Augmentation/StackAugmentation.h"

#include "Cells/PixelList.h"
#include "Samples/SampleChecks.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::int64_t Outside = -1;

// A weighted pixel of the old plane.
struct Tap
{
  std::int64_t pixel;
  float weight;
};

// The pixels of the old plane that each pixel of the new one shows.
class MappedPlane
{
public:
  MappedPlane(const TrainingSample & sample, const std::array<double, 4> & matrix)
    : m_Width(sample.width)
    , m_Height(sample.height)
    , m_Matrix(matrix)
  {
    const double reach = std::max(std::hypot(matrix[0], matrix[2]), std::hypot(matrix[1], matrix[3]));
    const int samples = std::max(1, static_cast<int>(std::ceil(reach - 0.25)));
    m_TapsOfPixel = static_cast<std::size_t>(4 * samples * samples);
    m_Taps.reserve(m_TapsOfPixel * static_cast<std::size_t>(m_Width * m_Height));
    for (std::int64_t y = 0; y < m_Height; ++y)
    {
      for (std::int64_t x = 0; x < m_Width; ++x)
      {
        this->AddPixel(static_cast<double>(x), static_cast<double>(y), samples);
      }
    }
  }

  template <typename TGet>
  float
  Interpolate(std::size_t pixel, const TGet & get) const
  {
    float sum = 0.0f;
    const Tap * tap = m_Taps.data() + pixel * m_TapsOfPixel;
    for (std::size_t i = 0; i < m_TapsOfPixel; ++i)
    {
      sum += tap[i].weight * get(tap[i].pixel);
    }
    return sum;
  }

  // The pixel nearest to where a new pixel's middle comes from.
  std::int64_t
  Nearest(std::size_t pixel) const
  {
    const auto from = this->Source(static_cast<double>(static_cast<std::int64_t>(pixel) % m_Width),
                                   static_cast<double>(static_cast<std::int64_t>(pixel) / m_Width));
    return this->PixelAt(static_cast<std::int64_t>(std::floor(from[0] + 0.5)),
                         static_cast<std::int64_t>(std::floor(from[1] + 0.5)));
  }

private:
  std::array<double, 2>
  Source(double x, double y) const
  {
    const double middleX = 0.5 * static_cast<double>(m_Width - 1);
    const double middleY = 0.5 * static_cast<double>(m_Height - 1);
    return { { m_Matrix[0] * (x - middleX) + m_Matrix[1] * (y - middleY) + middleX,
               m_Matrix[2] * (x - middleX) + m_Matrix[3] * (y - middleY) + middleY } };
  }

  std::int64_t
  PixelAt(std::int64_t x, std::int64_t y) const
  {
    return x < 0 || y < 0 || x >= m_Width || y >= m_Height ? Outside : y * m_Width + x;
  }

  void
  AddPixel(double x, double y, int samples)
  {
    const double weight = 1.0 / (samples * samples);
    for (int sample = 0; sample < samples * samples; ++sample)
    {
      const auto from =
        this->Source(x + (sample % samples + 0.5) / samples - 0.5, y + (sample / samples + 0.5) / samples - 0.5);
      const double shareX = from[0] - std::floor(from[0]);
      const double shareY = from[1] - std::floor(from[1]);
      const auto column = static_cast<std::int64_t>(std::floor(from[0]));
      const auto row = static_cast<std::int64_t>(std::floor(from[1]));
      m_Taps.push_back({ this->PixelAt(column, row), static_cast<float>(weight * (1.0 - shareX) * (1.0 - shareY)) });
      m_Taps.push_back({ this->PixelAt(column + 1, row), static_cast<float>(weight * shareX * (1.0 - shareY)) });
      m_Taps.push_back({ this->PixelAt(column, row + 1), static_cast<float>(weight * (1.0 - shareX) * shareY) });
      m_Taps.push_back({ this->PixelAt(column + 1, row + 1), static_cast<float>(weight * shareX * shareY) });
    }
  }

  std::int64_t m_Width;
  std::int64_t m_Height;
  std::array<double, 4> m_Matrix;
  std::size_t m_TapsOfPixel = 0;
  std::vector<Tap> m_Taps;
};

// Pixels of the new plane where an interpolated mask of the old one reaches one half.
PixelList
MapMask(const MappedPlane & map, const std::vector<std::uint8_t> & mask, std::size_t width)
{
  const auto get = [&mask](std::int64_t pixel)
  { return pixel != Outside && mask[static_cast<std::size_t>(pixel)] != 0 ? 1.0f : 0.0f; };
  PixelList pixels;
  for (std::size_t pixel = 0; pixel < mask.size(); ++pixel)
  {
    if (map.Interpolate(pixel, get) >= 0.5f)
    {
      pixels.emplace_back(static_cast<std::int32_t>(pixel / width), static_cast<std::int32_t>(pixel % width));
    }
  }
  return pixels;
}

void
MapCells(const MappedPlane & map, const TrainingSample & sample, TrainingSample & mapped,
         std::vector<std::uint32_t> & newLabels)
{
  newLabels.assign(sample.cells.size() + 1, 0);
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(sample.height) * sample.width);
  for (std::size_t i = 0; i < sample.cells.size(); ++i)
  {
    std::fill(mask.begin(), mask.end(), std::uint8_t{ 0 });
    for (const PixelRun & run : sample.cells[i].runs)
    {
      std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(run.y) * sample.width + run.x, run.length,
                  std::uint8_t{ 1 });
    }
    PixelList pixels = MapMask(map, mask, sample.width);
    if (!pixels.empty())
    {
      Cell cell = sample.cells[i];
      cell.runs = RunsOfPixels(pixels);
      mapped.cells.push_back(cell);
      newLabels[i + 1] = static_cast<std::uint32_t>(mapped.cells.size());
    }
  }
}
} // namespace

TrainingSample
MapPlane(const TrainingSample & sample, const std::array<double, 4> & matrix, float background)
{
  RequireConsistentSample(sample);
  const MappedPlane map(sample, matrix);
  const std::size_t pixels = static_cast<std::size_t>(sample.height) * sample.width;
  TrainingSample mapped;
  mapped.slices = sample.slices;
  mapped.height = sample.height;
  mapped.width = sample.width;
  mapped.spacing = sample.spacing;
  mapped.stack.resize(sample.stack.size());
  mapped.labels3d.assign(sample.labels3d.size(), 0);
  std::vector<std::uint32_t> newLabels;
  MapCells(map, sample, mapped, newLabels);
  for (std::size_t z = 0; z < sample.slices; ++z)
  {
    const float * slice = sample.stack.data() + z * pixels;
    const auto get = [slice, background](std::int64_t pixel) { return pixel == Outside ? background : slice[pixel]; };
    for (std::size_t pixel = 0; pixel < pixels; ++pixel)
    {
      mapped.stack[z * pixels + pixel] = map.Interpolate(pixel, get);
      const std::int64_t nearest = sample.labels3d.empty() ? Outside : map.Nearest(pixel);
      if (nearest != Outside)
      {
        mapped.labels3d[z * pixels + pixel] =
          newLabels[sample.labels3d[z * pixels + static_cast<std::size_t>(nearest)]];
      }
    }
  }
  if (!sample.ignore.empty())
  {
    mapped.ignore.assign(pixels, 0);
    for (const auto & pixel : MapMask(map, sample.ignore, sample.width))
    {
      mapped.ignore[static_cast<std::size_t>(pixel.first) * sample.width + static_cast<std::size_t>(pixel.second)] = 1;
    }
  }
  return mapped;
}
} // namespace PenCore
} // namespace itk
