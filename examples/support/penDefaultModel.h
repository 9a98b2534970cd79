// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penDefaultModel_h
#define penDefaultModel_h

#include <string>

namespace pen
{
/** The model that ships with the programs: in the source tree they were built from, else where they were installed.
 * Throws with one clear line where it is in neither place. */
std::string
DefaultModel();
} // namespace pen

#endif
