// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#if !defined(_WIN32)
#  include <sys/wait.h>
#endif

namespace pen_test
{
namespace
{
std::string
Quoted(const std::string & text)
{
  return '"' + text + '"';
}

int
ExitCode(int status)
{
#if defined(_WIN32)
  return status;
#else
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
#endif
}
} // namespace

ProgramResult
RunAsUser(const std::string & program, const std::vector<std::string> & arguments)
{
  const TemporaryFolder folder;
  // A full path stays as it is.
  std::string command = Quoted((std::filesystem::path(PEN_PROGRAMS_DIR) / program).string());
  for (const std::string & argument : arguments)
  {
    command += ' ' + Quoted(argument);
  }
  command += " >" + Quoted(folder / "output") + " 2>" + Quoted(folder / "errors");
  const int status = std::system(command.c_str());
  return { ExitCode(status), ReadText(folder / "output"), ReadText(folder / "errors") };
}

void
ExpectSilentSuccess(const ProgramResult & result)
{
  EXPECT_EQ(result.exitCode, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
}

void
ExpectOneErrorLine(const ProgramResult & result, const std::string & program, int exitCode,
                   const std::string & mentioned)
{
  EXPECT_EQ(result.exitCode, exitCode) << result.errors;
  EXPECT_EQ(result.errors.find(program + ": error: "), 0u) << result.errors;
  EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
  EXPECT_NE(result.errors.find(mentioned), std::string::npos) << result.errors << "does not mention " << mentioned;
  EXPECT_EQ(result.output, "");
}
} // namespace pen_test
