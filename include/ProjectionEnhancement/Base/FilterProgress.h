// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_FilterProgress_h
#define ProjectionEnhancement_Base_FilterProgress_h

#include "ProjectionEnhancement/Base/Threads.h"
#include "itkEventObject.h"
#include "itkProcessObject.h"

#include <algorithm>

namespace itk
{
/** \brief A core's progress as a filter's: the core's [0, 1] becomes [begin, end] of the filter.
 *
 * Throws itk::ProcessAborted into the core once somebody has called SetAbortGenerateData(true) on the filter. */
inline PenCore::ProgressCallback
ProgressOfFilter(ProcessObject * filter, float begin = 0.0F, float end = 1.0F)
{
  return [filter, begin, end](float share)
  {
    filter->UpdateProgress(begin + share * (end - begin));
    if (filter->GetAbortGenerateData())
    {
      ProcessAborted aborted(__FILE__, __LINE__);
      aborted.SetDescription(std::string(filter->GetNameOfClass()) + ": AbortGenerateData was set");
      throw aborted;
    }
  };
}

/** \brief Makes a filter that runs inside another one a part of it: its progress becomes [begin, end] of the outer
 * filter's, and it ends once somebody has called SetAbortGenerateData(true) on the outer filter.
 *
 * The outer filter's progress never goes back, as that of some of ITK's filters does.
 *
 * The inner filter must not run after the outer one is gone. */
inline void
FollowInnerFilter(ProcessObject * outer, ProcessObject * inner, float begin, float end)
{
  inner->AddObserver(ProgressEvent(),
                     [outer, inner, begin, end](const EventObject &)
                     {
                       outer->UpdateProgress(
                         std::max(outer->GetProgress(), begin + inner->GetProgress() * (end - begin)));
                       if (outer->GetAbortGenerateData())
                       {
                         inner->AbortGenerateDataOn();
                       }
                     });
}
} // namespace itk

#endif
