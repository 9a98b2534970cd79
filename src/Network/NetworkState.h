// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Network_NetworkState_h
#define ProjectionEnhancement_Network_NetworkState_h

#include "Base/Worker.h"
#include "Network/Inference.h"
#include "Network/NetworkModules.h"
#include "Network/TensorProjection.h"
#include "itkSegmentationNetwork.h"

#include <c10/util/Exception.h>
#include <torch/types.h>

#include <algorithm>
#include <memory>
#include <string>

namespace itk
{
namespace PenTorch
{
/** \brief What stands behind SegmentationNetwork's pimpl. */
struct NetworkState
{
  SegmentationNetworkOptions options;
  std::shared_ptr<SegmentationModule> module;
  torch::Device device{ torch::kCPU };
  /** The 2-D network folded for the last type it ran in, and PEN folded for the CPU; made when first asked for. */
  std::shared_ptr<FlowInference> inference;
  std::shared_ptr<const DirectProjection> directProjection;
  /** Made when first asked for something. */
  std::shared_ptr<PenCore::Worker> worker;

  /** Slices that PEN is given of a stack of that many: a set number, or no fewer than in training. */
  unsigned int
  GetSlicesSeen(unsigned int slices) const
  {
    return options.HasFixedSlices() ? options.slices : std::max(slices, options.slices);
  }

  std::shared_ptr<FlowInference>
  GetInference(torch::ScalarType type);
  std::shared_ptr<const DirectProjection>
  GetDirectProjection();
  std::shared_ptr<PenCore::Worker>
  GetWorker();

  /** Who changes the weights calls this. */
  void
  ForgetFoldedWeights();

  /** Every parameter and buffer by name; batch norm's step counters are left out, nothing reads them. */
  std::vector<std::pair<std::string, torch::Tensor>>
  NamedArrays() const;
};

/** The device a name means on this machine. \throws ExceptionObject where it has none such. */
torch::Device
ResolveDevice(const std::string & name);

/** \brief Runs convolutions in bfloat16 while it lives, where asked to. */
class BFloat16Scope
{
public:
  BFloat16Scope(bool enable, torch::Device device);
  ~BFloat16Scope();
  BFloat16Scope(const BFloat16Scope &) = delete;
  BFloat16Scope &
  operator=(const BFloat16Scope &) = delete;

private:
  bool m_Enabled;
  torch::Device m_Device;
};

/** Whether a precision means bfloat16 on a device, for what runs under BFloat16Scope. */
bool
UsesBFloat16(SegmentationNetwork::Precision precision, torch::Device device);

/** What a precision means on a device for FlowInference: Auto is bfloat16 on processors that are fast in it, too. */
torch::ScalarType
InferenceType(SegmentationNetwork::Precision precision, torch::Device device);

/** Runs f and translates LibTorch's errors into ExceptionObject with the first line of their text. */
template <typename TFunction>
auto
TranslateErrors(const char * what, TFunction && f) -> decltype(f())
{
  try
  {
    return f();
  }
  catch (const c10::Error & error)
  {
    const std::string text = error.what_without_backtrace();
    itkGenericExceptionMacro(<< what << ": " << text.substr(0, text.find('\n')));
  }
}

/** \brief What a training needs beside the network to go on. */
struct TrainingState
{
  /** By parameter: mean gradient, and AdamW's mean squared gradient; empty where there is none. */
  std::vector<std::pair<std::string, torch::Tensor>> momentum;
  std::vector<std::pair<std::string, torch::Tensor>> squares;
  std::size_t steps = 0;
};

/** Writes options and arrays, and the state of a training where there is one, to a file as one LibTorch archive. */
void
WriteModel(const std::string & fileName, const NetworkState & state, const TrainingState & training = {});

/** Reads options and arrays into a new module on the CPU; with \a training its state too, which must be there then. */
void
ReadModel(const std::string & fileName, NetworkState & state, TrainingState * training = nullptr);
} // namespace PenTorch
} // namespace itk

#endif
