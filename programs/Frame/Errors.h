// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_Errors_h
#define pen_programs_Frame_Errors_h

#include <exception>
#include <stdexcept>
#include <string>

namespace pen
{
/** A wrong call of a program: exit code 2. */
class UsageError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/** Ends the program with the line "pen-x: error: what: file" and exit code 1. */
[[noreturn]] void
Fail(const std::string & what, const std::string & file);

/** An exception's message as one line, without source positions, addresses and back traces. */
std::string
OneLineMessage(const std::exception & error);
} // namespace pen

#endif
