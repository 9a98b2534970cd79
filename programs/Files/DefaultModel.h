// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_DefaultModel_h
#define pen_programs_Files_DefaultModel_h

#include <string>

namespace pen
{
/** A package that can be moved, as Slicer's are, keeps its models in the folder "models" beside its programs. */
void
LookForModelsBeside(const std::string & program);

/** The model that ships with the programs: beside the program where LookForModelsBeside() told it, else in the source
 * tree they were built from, else where they were installed. Throws with one clear line where it is in no such place.
 */
std::string
DefaultModel();
} // namespace pen

#endif
