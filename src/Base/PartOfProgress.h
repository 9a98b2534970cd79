// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_PartOfProgress_h
#define ProjectionEnhancement_Base_PartOfProgress_h

#include "ProjectionEnhancement/Base/Threads.h"

namespace itk
{
namespace PenCore
{
/** Progress of a part that reaches from one share of the whole to another; empty where the whole's is. */
inline ProgressCallback
PartOfProgress(const ProgressCallback & progress, float begin, float end)
{
  if (!progress)
  {
    return {};
  }
  return [progress, begin, end](float share) { progress(begin + share * (end - begin)); };
}
} // namespace PenCore
} // namespace itk

#endif
