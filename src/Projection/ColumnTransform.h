// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Projection_ColumnTransform_h
#define ProjectionEnhancement_Projection_ColumnTransform_h

#include "ProjectionEnhancementExport.h"

#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Turns the rows of a kernel into multiplications: columns of the stack go through a discrete Fourier transform
 * along y, each frequency is convolved along x and z on its own, and the sums are transformed back.
 *
 * A frequency's complex product is three real ones. With X = A - iB the transform of a column and W = C + iD the
 * conjugate one of a kernel's, the rows that come out are those of Re cos + J sin, where
 * Re = AC + BD and J = AC - BD - (A - B)(C + D). All three are convolutions of real planes: plane 3 f holds A of
 * frequency f, 3 f + 1 holds B and 3 f + 2 holds A - B; the lowest and the highest frequency have the first only. A
 * kernel of 11 costs 62 / 32 products a tap of a row so, where it had 11. */
struct ColumnTransform
{
  int length = 0;             ///< rows of a column, even; 0 where there is no transform
  std::vector<float> factors; ///< [row][frequency][2]: cosine and sine, with rows of 0 up to a multiple of 6
  std::vector<float> taps;    ///< [plane][x][kernel - 1 - z][channel]

  int
  HighestFrequency() const
  {
    return length / 2;
  }
};

/** Rows of planes that one transform gives. */
constexpr int TransformedRows = 32;

/** Smaller kernels are summed faster than they are transformed, as measured. */
constexpr unsigned int SmallestTransformedKernel = 7;

/** The transform of a kernel's \a taps [y][x][kernel - 1 - z][channel]. */
ProjectionEnhancement_EXPORT ColumnTransform
TransformTaps(const std::vector<float> & taps, unsigned int kernel);
} // namespace PenCore
} // namespace itk

#endif
