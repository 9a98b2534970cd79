// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Simulation_SimulatedImaging_h
#define ProjectionEnhancement_Simulation_SimulatedImaging_h

#include "Simulation/SimulatedPlacement.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief A box of voxels of the stack, [z][y][x], all inside it. */
template <typename TValue>
struct StackPatch
{
  std::array<std::size_t, 3> start = { { 0, 0, 0 } }; ///< x, y, z
  std::array<std::size_t, 3> count = { { 0, 0, 0 } };
  std::vector<TValue> values;

  std::size_t
  RowOffset(std::size_t y, std::size_t z) const
  {
    return (z * count[1] + y) * count[0];
  }
};

/** \brief One body's light and truth. */
struct RenderedBody
{
  StackPatch<float> light;           ///< in focus
  StackPatch<float> halo;            ///< out of focus; empty where haloShare is 0
  StackPatch<std::uint8_t> fraction; ///< of 255 of a voxel inside the grown body, 0 where it has no label
  PixelRuns mask;
  Point centroid = { { 0.0, 0.0, 0.0 } };
  double volume = 0.0;
};

/** What depth and photobleaching leave of a slice's light; one factor a slice. */
std::vector<float>
SliceFactors(const SimulationParameters & parameters);

RenderedBody
RenderBody(const PlacedBody & placed, const SimulationParameters & parameters, const std::vector<float> & sliceFactors);

/** \brief Turns light into gray values, in place: background, photons, read noise, offset, saturation, rounding. */
void
ExposeStack(const SimulationParameters & parameters, const std::vector<float> & sliceFactors,
            std::vector<float> & stack, const ProgressCallback & progress);
} // namespace PenCore
} // namespace itk

#endif
