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
// A function of a library that LibTorch may have brought along; null where it has not.
using Setter = void (*)(int);

Setter
FindSetter(const char * name)
{
#if defined(__unix__) || defined(__APPLE__)
  return reinterpret_cast<Setter>(dlsym(RTLD_DEFAULT, name));
#else
  static_cast<void>(name);
  return nullptr;
#endif
}

// OpenBLAS keeps a thread pool of its own that at::set_num_threads does not reach.
void
SetBlasThreads(int n)
{
  static const Setter setter = FindSetter("openblas_set_num_threads");
  if (setter)
  {
    setter(n);
  }
}

// Of the calling thread. at::set_num_threads would make pools of threads anew, in all threads' use.
void
SetOpenMPThreads(int n)
{
  static const Setter setter = FindSetter("omp_set_num_threads");
  if (setter)
  {
    setter(n);
  }
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

// The first question about a thread's number sets it.
OneThreadHere::OneThreadHere()
  : m_Previous(at::get_num_threads())
{
  SetOpenMPThreads(1);
}

OneThreadHere::~OneThreadHere()
{
  SetOpenMPThreads(m_Previous);
}
} // namespace PenCore
} // namespace itk
