// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Simulation_SimulatedPlacement_h
#define ProjectionEnhancement_Simulation_SimulatedPlacement_h

#include "ProjectionEnhancement/Base/Threads.h"
#include "Simulation/SimulatedBody.h"

#include <cstdint>
#include <vector>

namespace itk
{
namespace PenCore
{
/** What a stream of random numbers is for; the second number that identifies it is the item's. */
enum SimulationStream : std::uint64_t
{
  BodyStream = 1,
  PositionStream,
  PairStream,
  SpeckStream,
  ImagingStream,
  NoiseStream
};

struct PlacedBody
{
  SimulatedBody body;
  Point centre; ///< um from the first voxel's centre
  std::int32_t partner = -1;
  bool isCell = true;
};

/** \brief Cells in the order of their placement, then specks. Positions are drawn until a body fits; one that does not
 * after many draws is left out. */
std::vector<PlacedBody>
PlaceBodies(const SimulationParameters & parameters, const ProgressCallback & progress);
} // namespace PenCore
} // namespace itk

#endif
