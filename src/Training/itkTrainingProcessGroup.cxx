// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkTrainingProcessGroup.h"

#include "itkMacro.h"

#ifdef PEN_HAS_GLOO
#  include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#  include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#  include <torch/csrc/distributed/c10d/TCPStore.hpp>
#  include <torch/types.h>
#endif

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>

namespace itk
{
namespace
{
const char *
Variable(const char * name)
{
  const char * const text = std::getenv(name);
  return text != nullptr && *text != '\0' ? text : nullptr;
}

unsigned int
NumberFromEnvironment(const char * name, unsigned int otherwise)
{
  const char * const text = Variable(name);
  if (text == nullptr)
  {
    return otherwise;
  }
  const std::string digits = text;
  constexpr std::size_t mostDigits = 9;
  if (digits.size() > mostDigits || digits.find_first_not_of("0123456789") != std::string::npos)
  {
    itkGenericExceptionMacro("the environment's " << name << " is no number: " << digits);
  }
  return static_cast<unsigned int>(std::stoul(digits));
}

void
VerifyPlace(const TrainingProcessGroup::Place & place)
{
  constexpr unsigned int lastPort = 65535;
  if (place.rank >= place.size || place.port == 0 || place.port > lastPort)
  {
    itkGenericExceptionMacro("there is no process " << place.rank << " of " << place.size << " at port " << place.port
                                                    << " (RANK, WORLD_SIZE, MASTER_PORT)");
  }
}
} // namespace

TrainingProcessGroup::Place
TrainingProcessGroup::PlaceFromEnvironment()
{
  Place place;
  place.size = NumberFromEnvironment("WORLD_SIZE", 1);
  if (place.size == 1)
  {
    return place;
  }
  place.rank = NumberFromEnvironment("RANK", place.rank);
  place.localRank = NumberFromEnvironment("LOCAL_RANK", place.rank);
  place.port = NumberFromEnvironment("MASTER_PORT", place.port);
  if (const char * const address = Variable("MASTER_ADDR"))
  {
    place.address = address;
  }
  const char * const hasStore = Variable("TORCHELASTIC_USE_AGENT_STORE");
  place.hasStore = hasStore != nullptr && std::string(hasStore) == "True";
  if (const char * const restarts = Variable("TORCHELASTIC_RESTART_COUNT"))
  {
    place.prefix += restarts; // what the processes before a restart left is not theirs
  }
  VerifyPlace(place);
  return place;
}

#ifdef PEN_HAS_GLOO
struct TrainingProcessGroup::State
{
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group;
};

namespace
{
// The first line of what LibTorch or Gloo has to say.
std::string
FirstLine(const std::exception & error)
{
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

// What to try: the store of torchrun speaks the language of its own LibTorch, which changed between 1.13 and 2.15.
std::string
Remedy(const TrainingProcessGroup::Place & place)
{
  return place.hasStore ? "; where the launcher is of another LibTorch, set TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1 for it"
                        : "";
}
} // namespace

bool
TrainingProcessGroup::IsAvailable()
{
  return true;
}

TrainingProcessGroup::TrainingProcessGroup(const Place & place)
  : m_Place(place)
  , m_State(std::make_unique<State>())
{
  VerifyPlace(place);
  try
  {
    c10d::TCPStoreOptions storeOptions;
    storeOptions.port = static_cast<std::uint16_t>(place.port);
    storeOptions.isServer = place.rank == 0 && !place.hasStore;
    storeOptions.timeout = std::chrono::minutes(5);
    auto store = c10::make_intrusive<c10d::PrefixStore>(
      place.prefix, c10::make_intrusive<c10d::TCPStore>(place.address, storeOptions));
    // Long, for one process may measure the model meanwhile; a process that is gone is noticed at once.
    auto options = c10d::ProcessGroupGloo::Options::create(std::chrono::hours(24));
    const char * const interfaceName = Variable("GLOO_SOCKET_IFNAME");
    options->devices.push_back(interfaceName != nullptr
                                 ? c10d::ProcessGroupGloo::createDeviceForInterface(interfaceName)
                                 : c10d::ProcessGroupGloo::createDefaultDevice());
    m_State->group = c10::make_intrusive<c10d::ProcessGroupGloo>(store, static_cast<int>(place.rank),
                                                                 static_cast<int>(place.size), options);
  }
  catch (const std::exception & error)
  {
    itkGenericExceptionMacro("process " << place.rank << " of " << place.size << " did not meet the others at "
                                        << place.address << ':' << place.port << ": " << FirstLine(error)
                                        << Remedy(place));
  }
}

void
TrainingProcessGroup::Average(std::vector<float> & values) const
{
  try
  {
    std::vector<torch::Tensor> tensors{ torch::from_blob(values.data(), { static_cast<int64_t>(values.size()) }) };
    m_State->group->allreduce(tensors)->wait();
  }
  catch (const std::exception & error)
  {
    itkGenericExceptionMacro("process " << m_Place.rank << " of " << m_Place.size
                                        << " lost the others: " << FirstLine(error));
  }
  const float share = 1.0f / static_cast<float>(m_Place.size);
  std::transform(values.begin(), values.end(), values.begin(), [share](float value) { return value * share; });
}
#else
struct TrainingProcessGroup::State
{
};

bool
TrainingProcessGroup::IsAvailable()
{
  return false;
}

TrainingProcessGroup::TrainingProcessGroup(const Place & place)
  : m_Place(place)
{
  itkGenericExceptionMacro("this build cannot train with several processes: it was made without Gloo (libgloo-dev)");
}

void
TrainingProcessGroup::Average(std::vector<float> &) const
{
}
#endif

TrainingProcessGroup::~TrainingProcessGroup() = default;
} // namespace itk
