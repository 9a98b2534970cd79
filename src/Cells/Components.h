// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_Components_h
#define ProjectionEnhancement_Cells_Components_h

#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
using PixelMask = std::vector<unsigned char>; ///< row by row, 0 or 1

enum class Connectivity
{
  Edges,          ///< 4 neighbours
  EdgesAndCorners ///< 8 neighbours
};

/** \brief Number of each pixel's component, from 1 in the order of first pixels; 0 where the mask is. */
std::vector<std::int32_t>
LabelComponents(const PixelMask & mask, int width, int height, Connectivity connectivity);

/** \brief Sets the background that no path over edges joins to the image's border. */
void
FillHoles(PixelMask & mask, int width, int height);
} // namespace PenCore
} // namespace itk

#endif
