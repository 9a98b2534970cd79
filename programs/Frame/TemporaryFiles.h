// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_TemporaryFiles_h
#define pen_programs_Frame_TemporaryFiles_h

#include <string>

namespace pen
{
/** Puts a file, or a folder whose files are on it too, on the list of those that go when a signal ends the program. */
void
RegisterTemporaryFile(const std::string & path);

/** Takes it off the list. */
void
UnregisterTemporaryFile(const std::string & path);
} // namespace pen

#endif
