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

/** \brief A number of a table that people read: in six significant digits, or in four decimals where these are more,
 * without zeros at the end. Empty where it is not finite. */
ProjectionEnhancement_EXPORT std::string
RoundedNumberText(double value);

/** \brief The finite decimal number that a text is, spaces around it aside; none for any other text, such as "1,25",
 * "7 mm" or "0x10". The same in every locale. */
ProjectionEnhancement_EXPORT std::optional<double>
NumberOfText(const std::string & text);
} // namespace PenCore
} // namespace itk

#endif
