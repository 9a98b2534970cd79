// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Augmentation/CellStamp.h"

#include "ProjectionEnhancement/Cells/PixelRuns.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
namespace
{
// The plane of the new grid to that of the cut-out: (x, y) relative to the centres.
struct PlaneMap
{
  double xx;
  double xy;
  double yx;
  double yy;
};

PlaneMap
MapToCutout(const CellCutout & cutout, const CellTransform & transform, const std::array<double, 3> & spacing)
{
  const double cosine = std::cos(transform.angle) / transform.scale;
  const double sine = std::sin(transform.angle) / transform.scale;
  const double mirror = transform.flipX ? -1.0 : 1.0;
  const PlaneMap turned{ mirror * cosine, mirror * sine, -sine, cosine };
  // The inverse of the stretch, symmetric: identity where there is none.
  const double along = 1.0 / transform.stretch;
  const double across = std::sqrt(transform.stretch);
  const double c = std::cos(transform.stretchAngle);
  const double s = std::sin(transform.stretchAngle);
  const double xx = across + (along - across) * c * c;
  const double xy = (along - across) * c * s;
  const double yy = across + (along - across) * s * s;
  return { (xx * turned.xx + xy * turned.yx) * spacing[0] / cutout.spacing[0],
           (xx * turned.xy + xy * turned.yy) * spacing[1] / cutout.spacing[0],
           (xy * turned.xx + yy * turned.yx) * spacing[0] / cutout.spacing[1],
           (xy * turned.xy + yy * turned.yy) * spacing[1] / cutout.spacing[1] };
}

PlaneMap
Inverse(const PlaneMap & map)
{
  const double determinant = map.xx * map.yy - map.xy * map.yx;
  return { map.yy / determinant, -map.xy / determinant, -map.yx / determinant, map.xx / determinant };
}

// Shares of the cut-out's slices in one slice of the stamp.
struct SliceShares
{
  std::size_t first;
  std::vector<float> shares;
};

struct AxialMap
{
  double centre; // of the cut-out, in slices of the stamp
  std::vector<SliceShares> slices;
};

// Triangles as wide as the larger of the two slice spacings: interpolation, or averaging over the new slice.
AxialMap
MapSlices(const CellCutout & cutout, const CellTransform & transform, double spacing)
{
  const double ratio = spacing / (transform.scale * cutout.spacing[2]);
  const double halfWidth = std::max(1.0, ratio);
  const auto last = static_cast<double>(cutout.size[2] - 1);
  const double above = ((transform.flipZ ? last - cutout.centre[2] : cutout.centre[2]) + halfWidth) / ratio;
  const double below = ((transform.flipZ ? cutout.centre[2] : last - cutout.centre[2]) + halfWidth) / ratio;
  AxialMap map;
  map.centre = std::ceil(above) + transform.shift[2];
  const auto count = static_cast<std::size_t>(std::floor(map.centre + below)) + 1;
  for (std::size_t z = 0; z < count; ++z)
  {
    const double step = (static_cast<double>(z) - map.centre) * ratio;
    const double source = cutout.centre[2] + (transform.flipZ ? -step : step);
    SliceShares slice{ 0, {} };
    for (std::size_t s = 0; s < cutout.size[2]; ++s)
    {
      const double share = (1.0 - std::abs(source - static_cast<double>(s)) / halfWidth) / halfWidth;
      if (share > 0.0)
      {
        slice.first = slice.shares.empty() ? s : slice.first;
        slice.shares.push_back(static_cast<float>(share));
      }
    }
    map.slices.push_back(slice);
  }
  return map;
}

// One pixel of the stamp as a weighted sum of columns of the cut-out.
struct Tap
{
  std::size_t pixel;
  float weight;
};

class PlaneSampler
{
public:
  PlaneSampler(const CellCutout & cutout, const PlaneMap & map, const std::vector<BendingWave> & waves,
               const std::array<double, 3> & spacing)
    : m_Cutout(cutout)
    , m_Map(map)
    , m_Waves(waves)
    , m_Spacing(spacing)
    , m_Carried(cutout.size[0] * cutout.size[1])
    , m_Mask(m_Carried.size())
  {
    // As many samples per pixel as it covers pixels of the cut-out on an axis.
    const double reach = std::max(std::hypot(map.xx, map.yx), std::hypot(map.xy, map.yy));
    m_Samples = std::max(1, static_cast<int>(std::ceil(reach - 0.25)));
    const std::size_t slices = cutout.size[2];
    for (std::size_t pixel = 0; pixel < m_Carried.size(); ++pixel)
    {
      const auto support = cutout.support.begin() + static_cast<std::ptrdiff_t>(pixel * slices);
      const auto intensity = cutout.intensity.begin() + static_cast<std::ptrdiff_t>(pixel * slices);
      m_Mask[pixel] = std::any_of(support, support + static_cast<std::ptrdiff_t>(slices),
                                  [](std::uint8_t value) { return value != 0; });
      m_Carried[pixel] = m_Mask[pixel] != 0 || std::any_of(intensity, intensity + static_cast<std::ptrdiff_t>(slices),
                                                           [](float value) { return value > 0.0f; });
    }
  }

  // Fills taps with the columns under a pixel (dx, dy) away from the centre.
  void
  Find(double dx, double dy, std::vector<Tap> & taps) const
  {
    taps.clear();
    const auto weight = static_cast<float>(1.0 / (m_Samples * m_Samples));
    for (int j = 0; j < m_Samples; ++j)
    {
      for (int i = 0; i < m_Samples; ++i)
      {
        double u = dx + (i + 0.5) / m_Samples - 0.5;
        double v = dy + (j + 0.5) / m_Samples - 0.5;
        this->Straighten(u, v);
        this->AddSample(m_Cutout.centre[0] + m_Map.xx * u + m_Map.xy * v,
                        m_Cutout.centre[1] + m_Map.yx * u + m_Map.yy * v, weight, taps);
      }
    }
  }

  bool
  IsMask(std::size_t pixel) const
  {
    return m_Mask[pixel] != 0;
  }

private:
  // From a point of the bent cell to that of the straight one. One wave after the other, each a shear: no area changes.
  void
  Straighten(double & u, double & v) const
  {
    for (const BendingWave & wave : m_Waves)
    {
      const double c = std::cos(wave.angle);
      const double s = std::sin(wave.angle);
      const double along = c * u * m_Spacing[0] + s * v * m_Spacing[1];
      const double shift = wave.amplitude * std::sin(wave.frequency * along + wave.phase);
      u -= s * shift / m_Spacing[0];
      v += c * shift / m_Spacing[1];
    }
  }

  void
  AddSample(double x, double y, float weight, std::vector<Tap> & taps) const
  {
    const double floorX = std::floor(x);
    const double floorY = std::floor(y);
    const auto width = static_cast<std::ptrdiff_t>(m_Cutout.size[0]);
    const auto height = static_cast<std::ptrdiff_t>(m_Cutout.size[1]);
    for (std::ptrdiff_t corner = 0; corner < 4; ++corner)
    {
      const std::ptrdiff_t column = static_cast<std::ptrdiff_t>(floorX) + (corner & 1);
      const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(floorY) + (corner >> 1);
      if (column < 0 || row < 0 || column >= width || row >= height ||
          m_Carried[static_cast<std::size_t>(row * width + column)] == 0)
      {
        continue;
      }
      const double shareX = (corner & 1) != 0 ? x - floorX : 1.0 - (x - floorX);
      const double shareY = (corner >> 1) != 0 ? y - floorY : 1.0 - (y - floorY);
      taps.push_back({ static_cast<std::size_t>(row * width + column), weight * static_cast<float>(shareX * shareY) });
    }
  }

  const CellCutout & m_Cutout;
  PlaneMap m_Map;
  const std::vector<BendingWave> & m_Waves;
  std::array<double, 3> m_Spacing;
  int m_Samples;
  std::vector<std::uint8_t> m_Carried;
  std::vector<std::uint8_t> m_Mask;
};

// Lays out the stamp so that the turned cut-out fits, and places its centre.
CellStamp
MakeStamp(const CellCutout & cutout, const CellTransform & transform, const PlaneMap & toCutout, const AxialMap & axial,
          const std::array<double, 3> & spacing)
{
  const PlaneMap toStamp = Inverse(toCutout);
  double lowest[2] = { 0.0, 0.0 };
  double highest[2] = { 0.0, 0.0 };
  for (int corner = 0; corner < 4; ++corner)
  {
    // Interpolation reaches one pixel beyond the last.
    const double x = ((corner & 1) != 0 ? static_cast<double>(cutout.size[0]) : -1.0) - cutout.centre[0];
    const double y = ((corner & 2) != 0 ? static_cast<double>(cutout.size[1]) : -1.0) - cutout.centre[1];
    const double moved[2] = { toStamp.xx * x + toStamp.xy * y, toStamp.yx * x + toStamp.yy * y };
    for (int axis = 0; axis < 2; ++axis)
    {
      lowest[axis] = std::min(lowest[axis], moved[axis]);
      highest[axis] = std::max(highest[axis], moved[axis]);
    }
  }
  double farthest = 0.0; // that the waves move a point, in um
  for (const BendingWave & wave : transform.waves)
  {
    farthest += std::abs(wave.amplitude);
  }
  CellStamp stamp;
  for (int axis = 0; axis < 2; ++axis)
  {
    lowest[axis] -= farthest / spacing[axis];
    highest[axis] += farthest / spacing[axis];
    stamp.centre[axis] = std::ceil(-lowest[axis]) + transform.shift[axis];
    stamp.size[axis] = static_cast<std::int32_t>(std::floor(stamp.centre[axis] + highest[axis])) + 1;
  }
  stamp.centre[2] = axial.centre;
  stamp.size[2] = static_cast<std::int32_t>(axial.slices.size());
  const std::size_t voxels = static_cast<std::size_t>(stamp.size[0]) * stamp.size[1] * stamp.size[2];
  stamp.intensity.assign(voxels, 0.0f);
  stamp.support.assign(voxels, 0);
  stamp.maskSize = 0;
  stamp.supportSize = 0;
  stamp.firstSlice = stamp.size[2];
  stamp.lastSlice = -1;
  return stamp;
}

float
SumOfSlices(const SliceShares & slice, const std::vector<float> & column)
{
  float sum = 0.0f;
  for (std::size_t s = 0; s < slice.shares.size(); ++s)
  {
    sum += slice.shares[s] * column[slice.first + s];
  }
  return sum;
}

// The voxels of a mask pixel whose interpolated support reaches half the pixel's cover; at least the fullest one.
void
MarkSupport(const std::vector<float> & column, float cover, const AxialMap & axial, std::uint8_t * support,
            CellStamp & stamp)
{
  std::size_t fullest = 0;
  float most = -1.0f;
  std::size_t marked = 0;
  const auto mark = [&](std::size_t z)
  {
    support[z] = 1;
    ++marked;
    stamp.firstSlice = std::min(stamp.firstSlice, static_cast<std::int32_t>(z));
    stamp.lastSlice = std::max(stamp.lastSlice, static_cast<std::int32_t>(z));
  };
  for (std::size_t z = 0; z < axial.slices.size(); ++z)
  {
    const float value = SumOfSlices(axial.slices[z], column);
    if (value > most)
    {
      most = value;
      fullest = z;
    }
    if (value >= 0.5f * cover)
    {
      mark(z);
    }
  }
  if (marked == 0)
  {
    mark(fullest);
  }
  stamp.supportSize += marked;
}

void
AddMaskPixel(std::int32_t x, std::int32_t y, CellStamp & stamp)
{
  ++stamp.maskSize;
  AppendPixel(stamp.mask, x, y);
}
// A gamma curve through 0 and 1, begun at a tenth of the range: its slope at 0, where noise lies, stays below 2 for a
// power of 0.6, where that of a plain power is without bound.
class GammaCurve
{
public:
  explicit GammaCurve(double gamma)
    : m_Gamma(gamma)
    , m_Lowest(std::pow(Start, gamma))
  {
  }

  double
  operator()(double share) const
  {
    return (std::pow(Start + (1.0 - Start) * share, m_Gamma) - m_Lowest) / (1.0 - m_Lowest);
  }

private:
  static constexpr double Start = 0.1;
  double m_Gamma;
  double m_Lowest;
};

// Gamma and texture.
void
ChangeLook(const CellCutout & cutout, const CellTransform & transform, const std::array<double, 3> & spacing,
           CellStamp & stamp)
{
  const float brightest = transform.brightness * *std::max_element(cutout.intensity.begin(), cutout.intensity.end());
  const GammaCurve curve(transform.gamma);
  float * value = stamp.intensity.data();
  for (std::int32_t y = 0; y < stamp.size[1]; ++y)
  {
    for (std::int32_t x = 0; x < stamp.size[0]; ++x)
    {
      for (std::int32_t z = 0; z < stamp.size[2]; ++z, ++value)
      {
        if (*value > 0.0f)
        {
          const std::array<double, 3> um = { { (x - stamp.centre[0]) * spacing[0], (y - stamp.centre[1]) * spacing[1],
                                               (z - stamp.centre[2]) * spacing[2] } };
          *value =
            static_cast<float>(brightest * curve(*value / brightest) * std::exp(SumOfWaves(transform.texture, um)));
        }
      }
    }
  }
}
} // namespace

CellStamp
TransformCell(const CellCutout & cutout, const CellTransform & transform, const std::array<double, 3> & spacing)
{
  const PlaneMap toCutout = MapToCutout(cutout, transform, spacing);
  const AxialMap axial = MapSlices(cutout, transform, spacing[2]);
  const PlaneSampler sampler(cutout, toCutout, transform.waves, spacing);
  CellStamp stamp = MakeStamp(cutout, transform, toCutout, axial, spacing);

  const std::size_t slices = cutout.size[2];
  std::vector<Tap> taps;
  std::vector<float> intensity(slices);
  std::vector<float> support(slices);
  for (std::int32_t y = 0; y < stamp.size[1]; ++y)
  {
    for (std::int32_t x = 0; x < stamp.size[0]; ++x)
    {
      sampler.Find(x - stamp.centre[0], y - stamp.centre[1], taps);
      if (taps.empty())
      {
        continue;
      }
      std::fill(intensity.begin(), intensity.end(), 0.0f);
      std::fill(support.begin(), support.end(), 0.0f);
      float cover = 0.0f;
      for (const Tap & tap : taps)
      {
        const float weight = tap.weight * transform.brightness;
        const float * from = cutout.intensity.data() + tap.pixel * slices;
        for (std::size_t s = 0; s < slices; ++s)
        {
          intensity[s] += weight * from[s];
        }
        if (sampler.IsMask(tap.pixel))
        {
          cover += tap.weight;
          const std::uint8_t * in = cutout.support.data() + tap.pixel * slices;
          for (std::size_t s = 0; s < slices; ++s)
          {
            support[s] += tap.weight * static_cast<float>(in[s]);
          }
        }
      }
      const std::size_t column = stamp.Column(x, y);
      for (std::size_t z = 0; z < axial.slices.size(); ++z)
      {
        stamp.intensity[column + z] = SumOfSlices(axial.slices[z], intensity);
      }
      if (cover >= 0.5f)
      {
        AddMaskPixel(x, y, stamp);
        MarkSupport(support, cover, axial, stamp.support.data() + column, stamp);
      }
    }
  }
  if (transform.gamma != 1.0 || !transform.texture.empty())
  {
    ChangeLook(cutout, transform, spacing, stamp);
  }
  return stamp;
}
} // namespace PenCore
} // namespace itk
