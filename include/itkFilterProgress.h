// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkFilterProgress_h
#define itkFilterProgress_h

#include "itkPenCoreThreads.h"
#include "itkProcessObject.h"

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
} // namespace itk

#endif
