// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Training_OptimizerStep_h
#define ProjectionEnhancement_Training_OptimizerStep_h

#include "Network/NetworkState.h"

namespace itk
{
namespace PenTorch
{
/** \brief How far a step goes. */
struct StepOptions
{
  double learningRate = 0.0;
  double momentum = 0.0;       ///< what is kept of the past gradients' mean
  double squareMomentum = 0.0; ///< AdamW: what is kept of their mean square
  double weightDecay = 0.0;    ///< AdamW: of parameters of more than one axis, times the learning rate
};

/** Moves the parameters of a module that require a gradient along it by LibTorch's stochastic gradient descent;
 * \a training's momentum has a tensor per parameter and changes with them. */
void
StepByDescent(const torch::nn::Module & module, TrainingState & training, const StepOptions & options);

/** The same by LibTorch's AdamW, with \a training's number of past steps; squares that are not there yet start at 0. */
void
StepByAdamW(const torch::nn::Module & module, TrainingState & training, const StepOptions & options);
} // namespace PenTorch
} // namespace itk

#endif
