// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_programs_RunAsUser_h
#define pen_test_programs_RunAsUser_h

#include <string>
#include <vector>

namespace pen_test
{
/** What a program left behind. */
struct ProgramResult
{
  int exitCode;
  std::string output;
  std::string errors;
};

/** Runs a built program, one of ours by its name or any by its full path, through the shell, as a user would. */
ProgramResult
RunAsUser(const std::string & program, const std::vector<std::string> & arguments);

/** Checks that a program succeeded and had nothing to complain about. */
void
ExpectSilentSuccess(const ProgramResult & result);

/** Checks that a program failed as it is meant to: the exit code, and one line "program: error: ..." on stderr that
 * holds \a mentioned. */
void
ExpectOneErrorLine(const ProgramResult & result, const std::string & program, int exitCode,
                   const std::string & mentioned);
} // namespace pen_test

#endif
