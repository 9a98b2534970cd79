// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_SignalPeaks_h
#define ProjectionEnhancement_Stacks_SignalPeaks_h

#include "ProjectionEnhancement/Stacks/StackRows.h"

#include <cstddef>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief How bright a stack's objects are, told by tiles of its x-y plane: a single object that is brighter by far, or
 * bright pixels here and there, change a few tiles or none.
 *
 * A tile's peak is the highest of the minima of three voxels in a row, over all slices. Bands may come in any order;
 * the result is the same whatever they are. */
class SignalPeaks
{
public:
  explicit SignalPeaks(const GridSize & size);

  /** Rows of every slice, [depth][rows.Count()][width]. */
  void
  Add(const RowRange & rows, const std::vector<float> & band, unsigned int numberOfThreads);

  /** The upper quartile of the peaks above a value; the lowest float where no tile has one. */
  float
  TypicalAbove(float value) const;

private:
  GridSize m_Size;
  std::size_t m_TileSide;
  std::size_t m_TilesInRow;
  std::vector<float> m_Peaks;
};
} // namespace PenCore
} // namespace itk

#endif
