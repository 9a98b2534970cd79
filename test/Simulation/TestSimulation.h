// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_Simulation_TestSimulation_h
#define pen_test_Simulation_TestSimulation_h

#include "ProjectionEnhancement/Simulation/Simulation.h"

namespace pen_test
{
/** A simulation of bodies alone: no noise, no halo, masks as the bodies are. */
inline itk::PenCore::SimulationParameters
PlainSimulation(itk::PenCore::SimulatedShape shape)
{
  itk::PenCore::SimulationParameters parameters;
  parameters.shape = shape;
  parameters.haloShare = 0.0;
  parameters.background = 0.0;
  parameters.photonsPerGray = 0.0;
  parameters.readNoise = 0.0;
  parameters.offset = 0.0;
  parameters.bits = 0;
  parameters.maskMargin = 0.0;
  parameters.visibleBrightness = 0.0;
  return parameters;
}
} // namespace pen_test

#endif
