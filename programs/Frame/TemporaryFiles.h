// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_TemporaryFiles_h
#define pen_programs_Frame_TemporaryFiles_h

#include <string>

namespace pen
{
/** What the name of a temporary file beside a final one ends in: the end of the final name, by which ITK chooses the
 * format, so short that with something before it it is no longer than a file's name may be. */
std::string
EndOfTemporaryName(const std::string & name);

/** Puts a file, or a folder whose files are on it too, on the list of those that go when a signal ends the program. */
void
RegisterTemporaryFile(const std::string & path);

/** Takes it off the list. */
void
UnregisterTemporaryFile(const std::string & path);
} // namespace pen

#endif
