// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_WholeFile_h
#define ProjectionEnhancement_Base_WholeFile_h

#include "ProjectionEnhancementExport.h"

#include <string>
#include <vector>

namespace itk
{
/** \brief The bytes of a file of weights.
 * \throws ExceptionObject where it is missing, empty, larger than 2 GB or unreadable; the message does not name it. */
ProjectionEnhancement_EXPORT std::vector<char>
ReadWholeFile(const std::string & fileName);
} // namespace itk

#endif
