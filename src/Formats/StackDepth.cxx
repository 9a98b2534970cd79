// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/StackDepth.h"
#include "ProjectionEnhancement/Formats/LabelColour.h"
#include "ProjectionEnhancement/Stacks/DepthOfSlice.h"
#include "itkSpacingInMicrometers.h"

#include <algorithm>
#include <cmath>

namespace itk
{
namespace PenCore
{
StackDepth::StackDepth(const ImageBase<3> * stack)
  : m_First(DepthOfSlice(stack))
  , m_Spacing(SpacingInMicrometers(stack)[2])
  , m_Slices(stack->GetLargestPossibleRegion().GetSize(2))
{
}

double
StackDepth::GetLast() const
{
  return m_First + m_Spacing * (static_cast<double>(m_Slices) - 1.0);
}

std::size_t
StackDepth::NearestSlice(double depth) const
{
  const double slice = std::clamp((depth - m_First) / m_Spacing, 0.0, static_cast<double>(m_Slices) - 1.0);
  return static_cast<std::size_t>(std::lround(slice));
}

std::array<double, 3>
StackDepth::Colour(double depth) const
{
  const double range = m_Spacing * std::max(1.0, static_cast<double>(m_Slices) - 1.0);
  return DepthColour((depth - m_First) / range);
}
} // namespace PenCore
} // namespace itk
