// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_Threads_h
#define ProjectionEnhancement_Base_Threads_h

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <functional>

namespace itk
{
/** \brief Algorithms on plain buffers and index lists; the templated filters translate images to and from them. */
namespace PenCore
{
/** Called on the calling thread with a share of the work done in [0, 1]. May throw to end the work
 * (filters throw itk::ProcessAborted from it). An empty function is allowed everywhere. */
using ProgressCallback = std::function<void(float)>;

/** \brief Runs body(begin, end) over disjoint pieces that cover [0, n), on at most numberOfThreads threads.
 *
 * The one place where this library divides work among threads of its own (TBB inside). Pieces hold at least \a grain
 * items, so a body must not depend on how the range is cut. Exceptions from body, and from progress, reach the caller
 * after every started piece has ended. numberOfThreads 0, or anything above the bound in force, means
 * GetNumberOfThreads(). */
ProjectionEnhancement_EXPORT void
ParallelFor(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)> & body,
            unsigned int numberOfThreads = 0, const ProgressCallback & progress = {});

/** \brief Bounds ITK's, TBB's and, where a network is used, LibTorch's (OpenMP) and the BLAS's threads together to n
 * for this process.
 *
 * 0 restores the default: ITK's own, which obeys ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS. */
ProjectionEnhancement_EXPORT void
SetNumberOfThreads(unsigned int n);

/** The bound in force. */
ProjectionEnhancement_EXPORT unsigned int
GetNumberOfThreads();

/** How many threads are taken where so many are wanted, 0 for any number: no more than the bound in force. A filter's
 * number of work units is by default four times the number of threads. */
ProjectionEnhancement_EXPORT unsigned int
NumberOfThreadsWithinBound(unsigned int wanted);

/** How a library that divides its work among threads of its own, as LibTorch does, is told how many. */
struct ForeignThreads
{
  int (*get)() = nullptr;
  void (*set)(int) = nullptr;
};

/** \brief Makes SetNumberOfThreads() bound a foreign library too, from now on; a bound in force reaches it at once.
 *
 * ProjectionEnhancementNetwork registers LibTorch so when it is loaded. */
ProjectionEnhancement_EXPORT void
RegisterForeignThreads(const ForeignThreads & threads);
} // namespace PenCore
} // namespace itk

#endif
