// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_NumberText_h
#define ProjectionEnhancement_Base_NumberText_h

#include "ProjectionEnhancementExport.h"

#include <string>

namespace itk
{
namespace PenCore
{
/** \brief A finite number in as few significant digits, at least 9, as read back to the same number; at most 17. */
ProjectionEnhancement_EXPORT std::string
NumberText(double value);
} // namespace PenCore
} // namespace itk

#endif
