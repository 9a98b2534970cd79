// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Network/ThreadBound.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <ATen/Parallel.h>

#if defined(__unix__) || defined(__APPLE__)
#  include <dlfcn.h>
#endif

namespace itk
{
namespace PenCore
{
namespace
{
// OpenBLAS keeps a thread pool of its own that at::set_num_threads does not reach.
void
SetBlasThreads(int n)
{
#if defined(__unix__) || defined(__APPLE__)
  using SetterType = void (*)(int);
  static const auto setter = reinterpret_cast<SetterType>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (setter)
  {
    setter(n);
  }
#else
  static_cast<void>(n);
#endif
}

void
SetNetworkThreads(int n)
{
  at::set_num_threads(n);
  SetBlasThreads(n);
}

// Whoever bounds the process's threads bounds LibTorch's.
[[maybe_unused]] const bool isRegistered = []
{
  RegisterForeignThreads({ at::get_num_threads, SetNetworkThreads });
  return true;
}();
} // namespace

// LibTorch and the BLAS make their threads anew each time, also where there are as many as before.
NetworkThreadBound::NetworkThreadBound(unsigned int n)
  : m_Previous(at::get_num_threads())
{
  const auto bound = static_cast<int>(NumberOfThreadsWithinBound(n));
  if (bound != m_Previous)
  {
    SetNetworkThreads(bound);
  }
}

NetworkThreadBound::~NetworkThreadBound()
{
  if (at::get_num_threads() != m_Previous)
  {
    SetNetworkThreads(m_Previous);
  }
}
} // namespace PenCore
} // namespace itk
