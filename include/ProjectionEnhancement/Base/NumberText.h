// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_NumberText_h
#define ProjectionEnhancement_Base_NumberText_h

#include "ProjectionEnhancementExport.h"

#include <optional>
#include <string>

namespace itk
{
namespace PenCore
{
/** \brief A finite number in as few significant digits, at least 9, as read back to the same number; at most 17. */
ProjectionEnhancement_EXPORT std::string
NumberText(double value);

/** \brief The finite number that a text is, spaces around it aside; empty for any other text, such as "1,25" or "7 mm".
 *
 * The decimal sign is a point, whatever the process's locale. */
ProjectionEnhancement_EXPORT std::optional<double>
NumberOfText(const std::string & text);
} // namespace PenCore
} // namespace itk

#endif
