// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Network_ThreadBound_h
#define ProjectionEnhancement_Network_ThreadBound_h

#include "ProjectionEnhancementNetworkExport.h"

namespace itk
{
namespace PenCore
{
/** \brief Bounds LibTorch, OpenMP and the BLAS to n threads in the calling thread while it lives.
 *
 * Every call into LibTorch from a filter is wrapped in one, so that SetNumberOfWorkUnits() binds the network too. It
 * never exceeds GetNumberOfThreads(). */
class ProjectionEnhancementNetwork_EXPORT NetworkThreadBound
{
public:
  explicit NetworkThreadBound(unsigned int n);
  ~NetworkThreadBound();
  NetworkThreadBound(const NetworkThreadBound &) = delete;
  NetworkThreadBound &
  operator=(const NetworkThreadBound &) = delete;

private:
  int m_Previous;
};

/** \brief LibTorch's and OpenMP's loops of the calling thread run on it alone while it lives.
 *
 * For work that ParallelFor() divides: a thread of OpenMP spins while it waits for the others, which takes the time of
 * those that a busy machine has put aside. It makes no threads anew, and does not touch the BLAS's. */
class OneThreadHere
{
public:
  OneThreadHere();
  ~OneThreadHere();
  OneThreadHere(const OneThreadHere &) = delete;
  OneThreadHere &
  operator=(const OneThreadHere &) = delete;

private:
  int m_Previous;
};
} // namespace PenCore
} // namespace itk

#endif
