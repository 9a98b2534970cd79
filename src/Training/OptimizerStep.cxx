// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Training/OptimizerStep.h"

#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <type_traits>
#include <vector>

// An optimizer is made for each step: what lasts is the training's state, whose tensors LibTorch changes in place.
// Making one takes a millisecond or two, and the gradients of a step a second.

namespace itk
{
namespace PenTorch
{
namespace
{
namespace O = torch::optim;

// An optimizer finds a parameter's state by the parameter's place: a text until LibTorch 2.0, a pointer since.
template <typename TOptimizer, typename TState>
void
SetState(TOptimizer & optimizer, const torch::Tensor & parameter, TState state)
{
  using Key = std::decay_t<decltype(optimizer.state().begin()->first)>;
  void * const place = parameter.unsafeGetTensorImpl();
  if constexpr (std::is_pointer_v<Key>)
  {
    optimizer.state()[place] = std::make_unique<TState>(std::move(state));
  }
  else
  {
    std::ostringstream text;
    text << place;
    optimizer.state()[text.str()] = std::make_unique<TState>(std::move(state));
  }
}
} // namespace

void
StepByDescent(const torch::nn::Module & module, TrainingState & training, const StepOptions & options)
{
  std::vector<torch::Tensor> learning = module.parameters();
  learning.erase(std::remove_if(learning.begin(), learning.end(),
                                [](const torch::Tensor & parameter) { return !parameter.requires_grad(); }),
                 learning.end());
  O::SGD optimizer(learning, O::SGDOptions(options.learningRate).momentum(options.momentum));
  std::size_t i = 0;
  for (const torch::Tensor & parameter : module.parameters())
  {
    O::SGDParamState state;
    state.momentum_buffer(training.momentum[i].second);
    SetState(optimizer, parameter, state);
    ++i;
  }
  optimizer.step();
}

void
StepByAdamW(const torch::nn::Module & module, TrainingState & training, const StepOptions & options)
{
  for (std::size_t i = training.squares.size(); i < training.momentum.size(); ++i)
  {
    training.squares.emplace_back(training.momentum[i].first, torch::zeros_like(training.momentum[i].second));
  }
  O::AdamWOptions plain(options.learningRate);
  plain.betas({ options.momentum, options.squareMomentum }).weight_decay(0.0);
  O::AdamWOptions decaying = plain;
  decaying.weight_decay(options.weightDecay);
  std::vector<torch::Tensor> vectors;
  std::vector<torch::Tensor> others;
  for (const torch::Tensor & parameter : module.parameters())
  {
    if (parameter.requires_grad())
    {
      (parameter.dim() > 1 ? others : vectors).push_back(parameter);
    }
  }
  std::vector<O::OptimizerParamGroup> groups;
  groups.emplace_back(vectors, std::make_unique<O::AdamWOptions>(plain));
  groups.emplace_back(others, std::make_unique<O::AdamWOptions>(decaying));
  O::AdamW optimizer(groups, plain);
  std::size_t i = 0;
  for (const torch::Tensor & parameter : module.parameters())
  {
    O::AdamWParamState state;
    state.step(static_cast<int64_t>(training.steps)).exp_avg(training.momentum[i].second);
    state.exp_avg_sq(training.squares[i].second);
    SetState(optimizer, parameter, state);
    ++i;
  }
  optimizer.step();
}
} // namespace PenTorch
} // namespace itk
