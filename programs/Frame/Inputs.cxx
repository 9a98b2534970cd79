// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/Inputs.h"

#include "Frame/Errors.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

namespace pen
{
namespace
{
namespace fs = std::filesystem;

// Of the run; a program is one run.
struct Run
{
  std::vector<const CLI::Option *> options;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
};

Run &
TheRun()
{
  static Run run;
  return run;
}

// By file system and number, so that links and spelling do not matter. What does not exist is the same as nothing.
bool
IsSame(const fs::path & a, const fs::path & b)
{
  std::error_code error;
  return fs::equivalent(a, b, error) && !error;
}

// Whether a path is the folder or leads through it.
bool
LiesIn(const fs::path & folder, fs::path path)
{
  while (!IsSame(folder, path))
  {
    if (path == path.parent_path())
    {
      return false;
    }
    path = path.parent_path();
  }
  return true;
}

bool
Replaces(const std::string & output, const std::string & input)
{
  std::error_code error;
  if (!fs::is_directory(output, error))
  {
    return IsSame(output, input);
  }
  // An input may be a link that lies in the folder, or may lie there behind a link.
  const fs::path there = fs::canonical(input, error);
  if (error)
  {
    return false;
  }
  const fs::path here = fs::canonical(fs::absolute(input, error).parent_path(), error);
  return LiesIn(output, there) || (!error && LiesIn(output, here));
}

[[noreturn]] void
FailToReplace(const std::string & output, const std::string & input)
{
  const std::string which = output == input ? std::string() : ", " + input;
  Fail("cannot write: this would replace what the program reads" + which + "; give the output another name", output);
}

// Of what may not exist yet.
fs::path
PlaceOf(const std::string & path)
{
  std::error_code error;
  const fs::path place = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? fs::path(path) : place;
}
} // namespace

CLI::Option *
Reads(CLI::Option * option)
{
  TheRun().options.push_back(option);
  return option;
}

void
ProtectInput(const std::string & path)
{
  for (const std::string & output : TheRun().outputs)
  {
    if (Replaces(output, path))
    {
      FailToReplace(output, path);
    }
  }
  TheRun().inputs.push_back(path);
}

void
RequireNoInput(const std::string & output)
{
  std::error_code ignored;
  if (!fs::exists(output, ignored))
  {
    return;
  }
  for (const std::string & input : TheRun().inputs)
  {
    if (Replaces(output, input))
    {
      FailToReplace(output, input);
    }
  }
}

OutputClaim::~OutputClaim()
{
  this->Release();
}

void
OutputClaim::Take(const std::string & output)
{
  RequireNoInput(output);
  const fs::path place = PlaceOf(output);
  for (const std::string & other : TheRun().outputs)
  {
    if (PlaceOf(other) == place || IsSame(other, output))
    {
      Fail("cannot write: two outputs have this name", output);
    }
  }
  TheRun().outputs.push_back(output);
  m_Output = output;
}

void
OutputClaim::Release()
{
  std::vector<std::string> & outputs = TheRun().outputs;
  const auto claimed = std::find(outputs.begin(), outputs.end(), m_Output);
  if (claimed != outputs.end())
  {
    outputs.erase(claimed);
  }
  m_Output.clear();
}

void
ForgetInputs()
{
  TheRun().options.clear();
  TheRun().inputs.clear();
}

void
ProtectInputsOfOptions()
{
  for (const CLI::Option * option : TheRun().options)
  {
    for (const std::string & path : option->results())
    {
      ProtectInput(path);
    }
  }
  TheRun().options.clear();
}
} // namespace pen
