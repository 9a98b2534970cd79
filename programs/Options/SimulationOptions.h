// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_SimulationOptions_h
#define pen_programs_Options_SimulationOptions_h

#include "Frame/Program.h"

#include "ProjectionEnhancement/Simulation/Simulation.h"
#include "itkTrainingSample.h"

namespace pen
{
/** Adds an option for each parameter of a simulated stack. */
void
AddSimulationOptions(CLI::App & app, itk::PenCore::SimulationParameters & parameters);

/** \brief The same simulation with another seed, and with brightness, blur, halo, background, noise and read noise
 * each multiplied by a factor of its own between 1 / (1 + variation) and 1 + variation. */
itk::PenCore::SimulationParameters
VariedParameters(const itk::PenCore::SimulationParameters & parameters, std::uint64_t sample, double variation);

/** A simulated stack as a training sample; what does not count as a cell is to be ignored. */
itk::TrainingSample
TrainingSampleOf(itk::PenCore::SimulatedStack simulated, const itk::PenCore::SimulationParameters & parameters);
} // namespace pen

#endif
