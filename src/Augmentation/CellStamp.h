// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Augmentation_CellStamp_h
#define ProjectionEnhancement_Augmentation_CellStamp_h

#include "Base/Waves.h"
#include "ProjectionEnhancement/Augmentation/CellCutouts.h"

namespace itk
{
namespace PenCore
{
/** A displacement across its own direction, amplitude * sin(frequency * distance along the direction + phase). */
struct BendingWave
{
  double angle;     ///< of the direction, in radians, from x towards y
  double frequency; ///< radians a um
  double amplitude; ///< um
  double phase;
};

/** How a cut-out is brought to another grid. */
struct CellTransform
{
  double angle = 0.0; ///< about z, in radians, from x towards y
  bool flipX = false; ///< before the turn; with any angle it stands for a flip in y too
  bool flipZ = false;
  double scale = 1.0;
  double stretch = 1.0;      ///< along stretchAngle; across it, 1 / sqrt(stretch)
  double stretchAngle = 0.0; ///< in the cut-out, in radians, from x towards y
  std::vector<BendingWave> waves;
  float brightness = 1.0f;
  double gamma = 1.0;        ///< of a curve of the intensity, relative to the cut-out's brightest voxel
  std::vector<Wave> texture; ///< their sum is the logarithm of a factor of the intensity
  std::array<double, 3> shift = { { 0.0, 0.0, 0.0 } }; ///< fractions of a voxel of the new grid, within [0, 1)
};

/** A cell on the new grid, ready to be laid at any whole voxel. Buffers are [y][x][z], z fastest. */
struct CellStamp
{
  std::array<std::int32_t, 3> size;
  std::vector<float> intensity;
  std::vector<std::uint8_t> support;
  PixelRuns mask;               ///< relative to the stamp's first pixel
  std::array<double, 3> centre; ///< the cut-out's centre in voxels of the stamp
  std::size_t maskSize;
  std::size_t supportSize;
  std::int32_t firstSlice; ///< of the support
  std::int32_t lastSlice;

  std::size_t
  Column(std::int32_t x, std::int32_t y) const
  {
    return (static_cast<std::size_t>(y) * size[0] + x) * size[2];
  }
};

/** \brief Resamples a cell: linear interpolation, averaging where the new voxels are larger. A pixel is the mask's
 * where the interpolated mask reaches one half, and a voxel the support's where the support does so within the mask.
 * Gamma, texture and brightness change the resampled intensity, not the mask. */
CellStamp
TransformCell(const CellCutout & cutout, const CellTransform & transform, const std::array<double, 3> & spacing);
} // namespace PenCore
} // namespace itk

#endif
