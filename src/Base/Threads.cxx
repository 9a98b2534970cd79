// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/Threads.h"

#include "itkMultiThreaderBase.h"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

#if defined(__SANITIZE_THREAD__)
extern "C" void
__tsan_acquire(void * address);
extern "C" void
__tsan_release(void * address);
#endif

namespace itk
{
namespace PenCore
{
namespace
{
// Pieces of progress a run is cut into; between two of them the caller may end it.
constexpr std::size_t NumberOfProgressSteps = 50;

// TBB's own synchronisation is invisible to the thread sanitizer where TBB is not built with it, so that build is told
// that pieces begin after what came before the loop, and end before what comes after it.
#if defined(__SANITIZE_THREAD__)
void
TakeOver(void * token)
{
  __tsan_acquire(token);
}

void
HandOver(void * token)
{
  __tsan_release(token);
}
#else
void
TakeOver(void *)
{
}

void
HandOver(void *)
{
}
#endif

std::atomic<unsigned int> boundOfThisProcess{ 0 };

ForeignThreads foreignThreads;
std::mutex foreignMutex;

// TBB takes one thread a core unless told otherwise, and says so on stderr when asked for more.
void
AllowTbbThreads(unsigned int n)
{
  using Control = tbb::global_control;
  static std::mutex mutex;
  static std::unique_ptr<Control> control;
  const std::lock_guard<std::mutex> lock(mutex);
  if (n > Control::active_value(Control::max_allowed_parallelism))
  {
    control = std::make_unique<Control>(Control::max_allowed_parallelism, n);
  }
}
} // namespace

void
SetNumberOfThreads(unsigned int n)
{
  // ITK's default before anything here bounded it.
  static const unsigned int defaultOfItk = MultiThreaderBase::GetGlobalDefaultNumberOfThreads();
  boundOfThisProcess = n;
  const unsigned int bound = n > 0 ? n : defaultOfItk;
  // The maximum first: it clamps the default.
  MultiThreaderBase::SetGlobalMaximumNumberOfThreads(n > 0 ? bound : ITK_MAX_THREADS);
  MultiThreaderBase::SetGlobalDefaultNumberOfThreads(bound);
  const std::lock_guard<std::mutex> lock(foreignMutex);
  if (foreignThreads.set)
  {
    foreignThreads.set(static_cast<int>(bound));
  }
}

unsigned int
GetNumberOfThreads()
{
  const unsigned int bound = boundOfThisProcess;
  return bound > 0 ? bound : static_cast<unsigned int>(MultiThreaderBase::GetGlobalDefaultNumberOfThreads());
}

unsigned int
NumberOfThreadsWithinBound(unsigned int wanted)
{
  const unsigned int bound = GetNumberOfThreads();
  return wanted > 0 ? std::min(wanted, bound) : bound;
}

void
RegisterForeignThreads(const ForeignThreads & threads)
{
  const std::lock_guard<std::mutex> lock(foreignMutex);
  foreignThreads = threads;
  if (boundOfThisProcess > 0 && foreignThreads.set)
  {
    foreignThreads.set(static_cast<int>(boundOfThisProcess));
  }
}

void
ParallelFor(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)> & body,
            unsigned int numberOfThreads, const ProgressCallback & progress)
{
  grain = std::max<std::size_t>(grain, 1);
  const unsigned int threads = NumberOfThreadsWithinBound(numberOfThreads);
  const std::size_t steps = progress ? NumberOfProgressSteps : 1;
  const std::size_t stepSize = std::max((n + steps - 1) / steps, grain * threads);

  AllowTbbThreads(threads);
  tbb::task_arena arena(static_cast<int>(threads));
  for (std::size_t begin = 0; begin < n; begin += stepSize)
  {
    const std::size_t end = std::min(n, begin + stepSize);
    if (threads == 1 || end - begin <= grain)
    {
      body(begin, end);
    }
    else
    {
      int token = 0;
      const auto runPiece = [&](const tbb::blocked_range<std::size_t> & range)
      {
        TakeOver(&token);
        body(range.begin(), range.end());
        HandOver(&token);
      };
      HandOver(&token);
      arena.execute([&] { tbb::parallel_for(tbb::blocked_range<std::size_t>(begin, end, grain), runPiece); });
      TakeOver(&token);
    }
    if (progress)
    {
      progress(static_cast<float>(static_cast<double>(end) / static_cast<double>(n)));
    }
  }
}
} // namespace PenCore
} // namespace itk
