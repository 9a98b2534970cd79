// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_StackDepth_h
#define ProjectionEnhancement_Formats_StackDepth_h

#include "ProjectionEnhancementExport.h"
#include "itkImageBase.h"

#include <array>
#include <cstddef>

namespace itk
{
namespace PenCore
{
/** The depths that a stack spans, in um: what a cell's depth means in it. */
class ProjectionEnhancement_EXPORT StackDepth
{
public:
  explicit StackDepth(const ImageBase<3> * stack);

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
} // namespace PenCore
} // namespace itk

#endif
