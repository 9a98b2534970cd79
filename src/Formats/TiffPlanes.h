// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_TiffPlanes_h
#define ProjectionEnhancement_Formats_TiffPlanes_h

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace itk
{
namespace PenCore
{
/** What the planes of a recording are. Slices, channels and frames are counted from 0. */
struct TiffPlanes
{
  std::size_t slices = 1;
  std::size_t channels = 1;
  std::size_t frames = 1;
  /** The axes from the fastest on. */
  std::string order = "ZCT";
  /** x, y, z in um. */
  std::array<std::optional<double>, 3> voxelSize;

  std::size_t
  Count() const
  {
    return slices * channels * frames;
  }

  /** The number of a plane in the order of the axes. */
  std::size_t
  PlaneOf(std::size_t slice, std::size_t channel, std::size_t frame) const
  {
    std::size_t plane = 0;
    std::size_t step = 1;
    for (const char axis : order)
    {
      plane += step * (axis == 'Z' ? slice : axis == 'C' ? channel : frame);
      step *= axis == 'Z' ? slices : axis == 'C' ? channels : frames;
    }
    return plane;
  }
};
} // namespace PenCore
} // namespace itk

#endif
