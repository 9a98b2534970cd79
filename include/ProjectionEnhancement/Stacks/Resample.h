// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Stacks_Resample_h
#define ProjectionEnhancement_Stacks_Resample_h

#include "ProjectionEnhancementExport.h"

#include <array>
#include <cstddef>
#include <vector>

namespace itk
{
namespace PenCore
{
/** Sizes of a buffer [depth][height][width][components] in C order. */
struct GridSize
{
  std::size_t depth = 1;
  std::size_t height = 1;
  std::size_t width = 1;
  std::size_t components = 1;

  std::size_t
  Count() const
  {
    return depth * height * width * components;
  }
};

/** \brief Number of samples that cover n samples' extent when the spacing goes from \a from to \a to; at least 1. */
ProjectionEnhancement_EXPORT std::size_t
ResampledSize(std::size_t n, double from, double to);

/** How ResampleGrid() drops samples; it adds them by linear interpolation. */
enum class Resampling
{
  Antialiased, ///< triangle filter as wide as the new spacing
  Linear       ///< linear interpolation here too, as OpenCV and with it Cellpose resize
};

/** \brief Brings a buffer to another depth, height and width; both grids cover the same extent edge to edge.
 *
 * Separable linear interpolation where samples are added, area-weighted triangle filter where they are dropped, so
 * that no detail aliases. Constants stay constant; an axis whose size stays is left as it is. */
ProjectionEnhancement_EXPORT std::vector<float>
ResampleGrid(std::vector<float> buffer, const GridSize & size, const GridSize & newSize,
             unsigned int numberOfThreads = 0, Resampling resampling = Resampling::Antialiased);

/** Rows of a grid, from begin to before end. */
struct RowRange
{
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t
  Count() const
  {
    return end - begin;
  }
};

/** The rows of a grid of \a height that \a wanted rows of the one of \a newHeight are made of. */
ProjectionEnhancement_EXPORT RowRange
RowsForResampling(std::size_t height, std::size_t newHeight, const RowRange & wanted,
                  Resampling resampling = Resampling::Antialiased);

/** \brief Wanted rows [depth][wanted.Count()][width][components] of what ResampleGrid() makes of a buffer, to the bit,
 * from the rows [depth][given.Count()][width][components] that RowsForResampling() names. */
ProjectionEnhancement_EXPORT std::vector<float>
ResampleRows(std::vector<float> buffer, const RowRange & given, const GridSize & size, const GridSize & newSize,
             const RowRange & wanted, unsigned int numberOfThreads = 0,
             Resampling resampling = Resampling::Antialiased);
} // namespace PenCore
} // namespace itk

#endif
