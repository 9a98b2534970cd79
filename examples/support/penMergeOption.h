// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penMergeOption_h
#define penMergeOption_h

#include "penProgram.h"

#include "itkMergeDuplicateCellsLabelMapFilter.h"

#include <string>

namespace pen
{
/** Adds --merge-duplicates IOU|off; \a text keeps what was said. */
void
AddMergeOption(CLI::App & app, std::string & text);

/** The filter that the option asks for, without inputs; null for "off". Throws UsageError for anything else than a
 * number from 0 to 1 or "off". */
itk::MergeDuplicateCellsLabelMapFilter<>::Pointer
MakeMergeFilter(const std::string & text);
} // namespace pen

#endif
