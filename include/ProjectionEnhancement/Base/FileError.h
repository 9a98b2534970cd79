// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_FileError_h
#define ProjectionEnhancement_Base_FileError_h

#include "ProjectionEnhancementExport.h"

#include <string>

namespace itk
{
namespace PenCore
{
/** \brief Says in one line what is wrong with a file.
 * \throws ExceptionObject whose description is "what: file". */
[[noreturn]] ProjectionEnhancement_EXPORT void
FailWithFile(const std::string & what, const std::string & file);

/** \brief Says in one line what a file's format cannot hold.
 * \throws RangeError whose description is "what: file". */
[[noreturn]] ProjectionEnhancement_EXPORT void
FailBeyondFormat(const std::string & what, const std::string & file);
} // namespace PenCore
} // namespace itk

#endif
