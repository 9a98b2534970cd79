// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Pictures_StackDepth_h
#define pen_programs_Pictures_StackDepth_h

#include "itkImageBase.h"

#include <array>
#include <cstddef>

namespace pen
{
/** The depths that a stack spans, in um: what a cell's depth means in it. */
class StackDepth
{
public:
  explicit StackDepth(const itk::ImageBase<3> * stack);

  /** Depth of the first and the last slice. */
  double
  GetFirst() const
  {
    return m_First;
  }
  double
  GetLast() const;

  /** The slice nearest to a depth, from 0. */
  std::size_t
  NearestSlice(double depth) const;

  /** DepthColour() of a depth, from the first slice to the last. */
  std::array<double, 3>
  Colour(double depth) const;

private:
  double m_First;
  double m_Spacing;
  std::size_t m_Slices;
};
} // namespace pen

#endif
