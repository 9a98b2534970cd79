// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSegmentationNetworkTrainer.h"
#include "Network/ThreadBound.h"

#include "Network/NetworkState.h"
#include "Network/TensorBridge.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "Training/OptimizerStep.h"

#include <torch/nn/functional.h>
#include <torch/nn/utils/clip_grad.h>

#include <cmath>

namespace itk
{
namespace F = torch::nn::functional;

struct SegmentationNetworkTrainer::State
{
  PenTorch::TrainingState training;
};

namespace
{
// However a step ends, the network predicts with its running statistics afterwards, and filters that have it run again.
class PredictsAgain
{
public:
  PredictsAgain(SegmentationNetwork * network, PenTorch::SegmentationModule & module)
    : m_Network(network)
    , m_Module(module)
  {
  }
  PredictsAgain(const PredictsAgain &) = delete;
  PredictsAgain &
  operator=(const PredictsAgain &) = delete;
  ~PredictsAgain()
  {
    m_Module.eval();
    m_Network->Modified();
  }

private:
  SegmentationNetwork * m_Network;
  PenTorch::SegmentationModule & m_Module;
};

constexpr double DiceSmoothing = 1e-6; // as published

// Projections that do not learn are computed outside the graph that is differentiated.
torch::Tensor
FixedPlanes(const SegmentationNetwork * network, const TrainingBatch & batch)
{
  const std::size_t pixels = static_cast<std::size_t>(batch.height) * batch.width;
  constexpr auto planes = SegmentationNetwork::NumberOfProjectionPlanes;
  std::vector<float> buffer(batch.size * planes * pixels);
  for (std::size_t i = 0; i < batch.size; ++i)
  {
    network->Project(batch.stacks.data() + i * batch.slices * pixels, batch.slices, batch.height, batch.width,
                     buffer.data() + i * planes * pixels);
  }
  return PenTorch::TensorFromBuffer(buffer.data(), { batch.size, planes, batch.height, batch.width },
                                    network->GetState().device)
    .clone();
}

// Brings PEN's planes to the range that the crop has of its stack's.
torch::Tensor
RescaledPlanes(const torch::Tensor & planes, const TrainingBatch & batch)
{
  const torch::Tensor rescaled = PenTorch::RescaleSamples(planes.to(torch::kFloat32));
  return batch.rangeShares.empty()
           ? rescaled
           : rescaled * PenTorch::TensorFromBuffer(batch.rangeShares.data(), { batch.size, 1, 1, 1 }, planes.device());
}

torch::Tensor
Forward(const SegmentationNetwork * network, const TrainingBatch & batch, bool projectionLearns)
{
  const PenTorch::NetworkState & state = network->GetState();
  const PenTorch::BFloat16Scope scope(PenTorch::UsesBFloat16(network->GetPrecision(), state.device), state.device);
  if (!state.module->projection)
  {
    return state.module->network->forward(FixedPlanes(network, batch)).to(torch::kFloat32);
  }
  if (!projectionLearns)
  {
    return state.module->network->forward(RescaledPlanes(FixedPlanes(network, batch), batch)).to(torch::kFloat32);
  }
  const std::size_t pixels = static_cast<std::size_t>(batch.height) * batch.width;
  const unsigned int slices = state.GetSlicesSeen(batch.slices);
  std::vector<float> fitted;
  for (std::size_t i = 0; batch.slices != slices && i < batch.size; ++i)
  {
    const auto stack =
      PenCore::FitSlices(batch.stacks.data() + i * batch.slices * pixels, batch.slices, pixels, slices);
    fitted.insert(fitted.end(), stack.begin(), stack.end());
  }
  const torch::Tensor stacks = PenTorch::TensorFromBuffer(
    (fitted.empty() ? batch.stacks : fitted).data(), { batch.size, slices, batch.height, batch.width }, state.device);
  const torch::Tensor planes = RescaledPlanes(state.module->projection->forward(stacks), batch);
  return state.module->network->forward(planes).to(torch::kFloat32);
}

struct LossTensors
{
  torch::Tensor total;
  torch::Tensor cell;
  torch::Tensor flow;
  torch::Tensor border;
};

LossTensors
ComputeLosses(const SegmentationNetwork * network, const TrainingBatch & batch, const torch::Tensor & maps,
              SegmentationNetworkTrainer::Loss loss)
{
  const PenTorch::NetworkState & state = network->GetState();
  const int64_t channels = state.options.outputChannels;
  const torch::Tensor target = PenTorch::TensorFromBuffer(
    batch.targets.data(), { batch.size, channels, batch.height, batch.width, 4 }, state.device);
  const torch::Tensor weight =
    PenTorch::TensorFromBuffer(batch.weights.data(), { batch.size, 1, batch.height, batch.width }, state.device);
  const torch::Tensor output = maps.reshape({ batch.size, 4, channels, batch.height, batch.width });
  const torch::Tensor count = (weight.sum() * channels).clamp_min(1.0);
  const auto mean = [&](const torch::Tensor & x) { return (x * weight).sum() / count; };

  const auto squaredFlowError = [&](int64_t axis)
  { return mean((output.select(1, axis) - target.select(4, axis) * state.options.flowFactor).square()); };
  const torch::Tensor cell =
    mean(F::binary_cross_entropy_with_logits(output.select(1, 2), (target.select(4, 2) > 0).to(torch::kFloat32),
                                             F::BinaryCrossEntropyWithLogitsFuncOptions().reduction(torch::kNone)));
  const torch::Tensor flow = squaredFlowError(0) + squaredFlowError(1);
  const torch::Tensor truth = (target.select(4, 3) > 0).to(torch::kFloat32) * weight;
  const torch::Tensor predicted = torch::sigmoid(output.select(1, 3)) * weight;
  const auto sum = [](const torch::Tensor & x) { return x.flatten(1).sum(1); };
  const torch::Tensor dice =
    (2.0 * sum(truth * predicted) + DiceSmoothing) / (sum(truth.square()) + sum(predicted.square()) + DiceSmoothing);
  const torch::Tensor border = 1.0 - dice.mean();
  const torch::Tensor total =
    loss == SegmentationNetworkTrainer::Loss::Published ? 2.0 * (cell + flow + border) : cell + 0.5 * flow + border;
  return { total, cell, flow, border };
}

// Replaces gradients, running statistics and losses by their means over the processes.
void
AverageOverProcesses(const TrainingProcessGroup & group, const torch::nn::Module & module, TrainingLosses & losses)
{
  std::vector<torch::Tensor> tensors;
  for (const torch::Tensor & parameter : module.parameters())
  {
    if (parameter.grad().defined())
    {
      tensors.push_back(parameter.grad());
    }
  }
  for (const torch::Tensor & buffer : module.buffers())
  {
    if (buffer.is_floating_point())
    {
      tensors.push_back(buffer);
    }
  }
  // One message instead of hundreds.
  std::vector<torch::Tensor> flat;
  for (const torch::Tensor & tensor : tensors)
  {
    flat.push_back(tensor.detach().flatten());
  }
  const torch::Tensor together = torch::cat(flat);
  std::vector<float> values(static_cast<std::size_t>(together.numel()));
  PenTorch::BufferFromTensor(together, values.data());
  double * const numbers[] = { &losses.total, &losses.cell, &losses.flow, &losses.border };
  for (const double * number : numbers)
  {
    values.push_back(static_cast<float>(*number));
  }
  group.Average(values);

  const torch::NoGradGuard guard;
  const torch::Tensor means = PenTorch::TensorFromBuffer(values.data(), together.sizes(), together.device());
  int64_t first = 0;
  for (torch::Tensor & tensor : tensors)
  {
    tensor.copy_(means.narrow(0, first, tensor.numel()).view_as(tensor));
    first += tensor.numel();
  }
  for (double * number : numbers)
  {
    *number = values[static_cast<std::size_t>(first++)];
  }
}

TrainingLosses
NumbersOf(const LossTensors & losses)
{
  return { losses.total.item<double>(), losses.cell.item<double>(), losses.flow.item<double>(),
           losses.border.item<double>() };
}

torch::Tensor
MeanSquares(const torch::nn::Module & module)
{
  torch::Tensor sum;
  for (const torch::Tensor & parameter : module.parameters())
  {
    // Scales and shifts of batch norm and biases are vectors; the published penalty leaves gamma and beta out.
    if (parameter.dim() > 1)
    {
      const torch::Tensor term = parameter.square().mean();
      sum = sum.defined() ? sum + term : term;
    }
  }
  return sum;
}

void
VerifyBatch(const SegmentationNetwork * network, const TrainingBatch & batch)
{
  if (!network->GetOptions().borderOutput ||
      network->GetOptions().planes != SegmentationNetwork::NumberOfProjectionPlanes)
  {
    itkGenericExceptionMacro("a network imported from Cellpose, without border output, cannot be trained further");
  }
  const std::size_t pixels = static_cast<std::size_t>(batch.size) * batch.height * batch.width;
  const std::size_t channels = network->GetOptions().outputChannels;
  if (pixels == 0 || batch.stacks.size() != pixels * batch.slices || batch.targets.size() != pixels * channels * 4 ||
      batch.weights.size() != pixels || (!batch.rangeShares.empty() && batch.rangeShares.size() != batch.size))
  {
    itkGenericExceptionMacro("a training batch of " << batch.size << " crops of " << batch.width << " x "
                                                    << batch.height << " x " << batch.slices
                                                    << " does not fit its buffers or the network's " << channels
                                                    << " channels");
  }
  if (batch.height % network->GetSizeDivisor() != 0 || batch.width % network->GetSizeDivisor() != 0)
  {
    itkGenericExceptionMacro("a crop of " << batch.width << " x " << batch.height << " pixels does not divide by "
                                          << network->GetSizeDivisor());
  }
}
} // namespace

SegmentationNetworkTrainer::SegmentationNetworkTrainer()
  : m_State(std::make_unique<State>())
{
}

SegmentationNetworkTrainer::~SegmentationNetworkTrainer() = default;

void
SegmentationNetworkTrainer::SetNetwork(SegmentationNetwork * network)
{
  network->GetOptions();
  m_Network = network;
  m_NumberOfSteps = 0;
  m_State->training = {};
  for (const auto & entry : network->GetState().module->named_parameters())
  {
    m_State->training.momentum.emplace_back(entry.key(), torch::zeros_like(entry.value()).detach());
  }
  this->Modified();
}

void
SegmentationNetworkTrainer::SetProcessGroup(std::shared_ptr<const TrainingProcessGroup> group)
{
  m_ProcessGroup = std::move(group);
  this->Modified();
}

void
SegmentationNetworkTrainer::ApplyGradients()
{
  const PenTorch::StepOptions options{ m_LearningRate, m_Momentum, m_SquareMomentum, m_WeightDecay };
  const auto step = m_Optimizer == Optimizer::AdamW ? PenTorch::StepByAdamW : PenTorch::StepByDescent;
  m_State->training.steps = m_NumberOfSteps;
  step(*m_Network->GetState().module, m_State->training, options);
}

TrainingLosses
SegmentationNetworkTrainer::Step(const TrainingBatch & batch)
{
  if (!m_Network)
  {
    itkExceptionMacro("no network is set");
  }
  VerifyBatch(m_Network, batch);
  const PenCore::NetworkThreadBound bound(m_NumberOfThreads);
  return PenTorch::TranslateErrors(
    "a training step failed",
    [&]
    {
      PenTorch::NetworkState & state = m_Network->GetState();
      PenTorch::SegmentationModule & module = *state.module;
      const bool projectionLearns = !m_FreezeProjection;
      projectionLearns ? state.ForgetFoldedWeights() : state.inference.reset();
      const PredictsAgain predictsAgain(m_Network, module);
      module.train();
      if (module.projection)
      {
        module.projection->train(projectionLearns);
        for (torch::Tensor & parameter : module.projection->parameters())
        {
          parameter.set_requires_grad(projectionLearns);
        }
      }
      module.zero_grad();
      PenTorch::WeighRunningStatistics(module, m_NumberOfSteps + 1);
      const LossTensors losses = ComputeLosses(m_Network, batch, Forward(m_Network, batch, projectionLearns), m_Loss);
      TrainingLosses numbers = NumbersOf(losses);
      (losses.total + m_L2Penalty * MeanSquares(module)).backward();
      if (m_ProcessGroup)
      {
        AverageOverProcesses(*m_ProcessGroup, module, numbers);
      }
      // Not before: where one process's loss is not finite, all of them end here.
      if (!std::isfinite(numbers.total))
      {
        itkExceptionMacro("the loss of step " << m_NumberOfSteps + 1 << " is " << numbers.total
                                              << ": lower the learning rate");
      }
      if (m_GradientClip > 0.0)
      {
        torch::nn::utils::clip_grad_norm_(module.parameters(), m_GradientClip);
      }
      this->ApplyGradients();
      ++m_NumberOfSteps;
      return numbers;
    });
}

TrainingLosses
SegmentationNetworkTrainer::Evaluate(const TrainingBatch & batch)
{
  if (!m_Network)
  {
    itkExceptionMacro("no network is set");
  }
  VerifyBatch(m_Network, batch);
  const PenCore::NetworkThreadBound bound(m_NumberOfThreads);
  return PenTorch::TranslateErrors("the evaluation failed",
                                   [&]
                                   {
                                     const torch::NoGradGuard guard;
                                     return NumbersOf(
                                       ComputeLosses(m_Network, batch, Forward(m_Network, batch, true), m_Loss));
                                   });
}

void
SegmentationNetworkTrainer::SaveState(const std::string & fileName) const
{
  if (!m_Network)
  {
    itkExceptionMacro("no network is set");
  }
  const std::string what = fileName + " could not be written";
  PenTorch::TranslateErrors(what.c_str(),
                            [&]
                            {
                              m_State->training.steps = m_NumberOfSteps;
                              PenTorch::WriteModel(fileName, m_Network->GetState(), m_State->training);
                            });
}

void
SegmentationNetworkTrainer::LoadState(const std::string & fileName)
{
  if (!m_Network)
  {
    itkExceptionMacro("no network is set");
  }
  const std::string what = fileName + " is not a whole training state";
  PenTorch::TranslateErrors(what.c_str(),
                            [&]
                            {
                              PenTorch::NetworkState & state = m_Network->GetState();
                              PenTorch::NetworkState saved;
                              PenTorch::TrainingState training;
                              PenTorch::ReadModel(fileName, saved, &training);
                              if (saved.options.ToJson() != state.options.ToJson())
                              {
                                itkExceptionMacro(<< fileName << " belongs to a training with other options");
                              }
                              if (training.squares.empty() == (m_Optimizer == Optimizer::AdamW))
                              {
                                itkExceptionMacro(<< fileName << " belongs to a training with another optimizer");
                              }
                              saved.module->to(state.device);
                              saved.module->eval();
                              saved.device = state.device;
                              for (auto * arrays : { &training.momentum, &training.squares })
                              {
                                for (auto & entry : *arrays)
                                {
                                  entry.second = entry.second.to(state.device);
                                }
                              }
                              state = saved;
                              m_State->training = training;
                              m_NumberOfSteps = training.steps;
                            });
  m_Network->Modified();
  this->Modified();
}

void
SegmentationNetworkTrainer::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Network: " << m_Network.GetPointer() << std::endl;
  os << indent << "Processes: " << (m_ProcessGroup ? m_ProcessGroup->GetSize() : 1) << std::endl;
  os << indent << "Loss: " << (m_Loss == Loss::Published ? "published" : "cellpose") << std::endl;
  os << indent << "Optimizer: " << (m_Optimizer == Optimizer::AdamW ? "AdamW" : "SGD") << std::endl;
  os << indent << "LearningRate: " << m_LearningRate << std::endl;
  os << indent << "Momentum: " << m_Momentum << std::endl;
  os << indent << "SquareMomentum: " << m_SquareMomentum << std::endl;
  os << indent << "WeightDecay: " << m_WeightDecay << std::endl;
  os << indent << "GradientClip: " << m_GradientClip << std::endl;
  os << indent << "L2Penalty: " << m_L2Penalty << std::endl;
  os << indent << "FreezeProjection: " << m_FreezeProjection << std::endl;
  os << indent << "NumberOfThreads: " << m_NumberOfThreads << std::endl;
  os << indent << "NumberOfSteps: " << m_NumberOfSteps << std::endl;
}
} // namespace itk
