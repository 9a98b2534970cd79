// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_Tiling_h
#define ProjectionEnhancement_Base_Tiling_h

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Cuts one axis into equal tiles that overlap, and says how they are blended.
 *
 * Tiles have one size, a multiple of \a divisor, and are spread evenly; neighbours share at least \a overlap samples.
 * All of them lie inside the axis, so no tile needs padding; only an axis that fits one tile and does not divide by
 * the divisor is padded, at its end. Weights of neighbours add up to 1 and ramp smoothly in the middle half of what
 * they share, so that samples next to a cut, which the network sees without their surroundings, count for nothing. */
class ProjectionEnhancement_EXPORT AxisTiling
{
public:
  /** \throws ExceptionObject where tileSize is less than 2 overlap + divisor, or anything is 0 that may not be. */
  AxisTiling(std::size_t length, std::size_t tileSize, std::size_t overlap, std::size_t divisor);

  /** \brief Tiles of 224 samples that share a tenth or more, weighted by sigmoids, as Cellpose 3 cuts and averages.
   * The axis is not padded; its length decides alone. */
  static AxisTiling
  OfCellpose(std::size_t length);

  std::size_t
  GetNumberOfTiles() const
  {
    return m_Begins.size();
  }

  /** Samples of a tile, padding included. */
  std::size_t
  GetTileSize() const
  {
    return m_TileSize;
  }

  /** First sample of tile i. */
  std::size_t
  GetBegin(std::size_t i) const
  {
    return m_Begins[i];
  }

  /** Samples of tile i that are inside the axis. */
  std::size_t
  GetExtent(std::size_t i) const;

  /** Blending weight of each of the GetExtent(i) samples of tile i. */
  std::vector<float>
  GetWeights(std::size_t i) const;

private:
  AxisTiling() = default;

  std::size_t m_Length;
  std::size_t m_TileSize;
  std::vector<std::size_t> m_Begins;
  std::vector<std::vector<float>> m_Weights; // empty where GetWeights() ramps
};

/** Index into [0, n) of a sample beyond an axis's end, reflected without repeating the last sample. */
ProjectionEnhancement_EXPORT std::size_t
ReflectIndex(std::size_t i, std::size_t n);
} // namespace PenCore
} // namespace itk

#endif
