// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Tables_DepthsTable_h
#define pen_programs_Tables_DepthsTable_h

#include <map>
#include <string>

namespace pen
{
enum class DepthUnit
{
  Slices,
  Micrometres
};

/** \brief The depth of each label in a CSV with columns label and approx_z (slices), as training folders have, or z
 * (um), as pen-segment writes.
 *
 * Where both are there, the one in the wanted unit serves; where only the other is, it is converted by \a sliceSpacing
 * (um; 0: not known). Throws with one clear line that names the row at fault, or what is missing. */
std::map<unsigned long, double>
ReadDepths(const std::string & path, DepthUnit unit, double sliceSpacing);
} // namespace pen

#endif
