// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Pictures/StackDepth.h"
#include "Pictures/LabelColour.h"

#include "ProjectionEnhancement/Stacks/DepthOfSlice.h"

#include <algorithm>
#include <cmath>

namespace pen
{
StackDepth::StackDepth(const itk::ImageBase<3> * stack)
  : m_First(itk::DepthOfSlice(stack))
  , m_Spacing(stack->GetSpacing()[2])
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
} // namespace pen
