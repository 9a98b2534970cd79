// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/Inputs.h"

#include "Frame/Errors.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <vector>

#if !defined(_WIN32)
#  include <sys/stat.h>
#endif

namespace pen
{
namespace
{
namespace fs = std::filesystem;

// What a path leads to, the same for all its links and spellings. Empty for what does not exist.
using Identity = std::string;

Identity
IdentityOf(const fs::path & path)
{
#if defined(_WIN32)
  std::error_code error;
  const fs::path place = fs::canonical(path, error);
  return error ? Identity() : place.string();
#else
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 ? std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino)
                                          : Identity();
#endif
}

// Of the run; a program is one run.
struct Run
{
  std::vector<const CLI::Option *> options;
  /** The inputs, and the folders that hold them: replaced as a whole, these would take the inputs with them. */
  std::map<Identity, std::string> inputs;
  std::vector<std::string> outputs;
};

Run &
TheRun()
{
  static Run run;
  return run;
}

// A folder that is known is known with all above it.
void
AddFoldersOf(fs::path path, const std::string & input)
{
  while (path != path.parent_path())
  {
    path = path.parent_path();
    if (!TheRun().inputs.emplace(IdentityOf(path), input).second)
    {
      return;
    }
  }
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
  const Identity identity = IdentityOf(path);
  if (identity.empty())
  {
    return; // who reads it will tell
  }
  TheRun().inputs.emplace(identity, path);
  // An input may be a link that lies in one folder, and lie in another.
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  AddFoldersOf(fs::canonical(absolute, error), path);
  AddFoldersOf(fs::canonical(absolute.parent_path(), error) / "input", path);
  for (const std::string & output : TheRun().outputs)
  {
    RequireNoInput(output);
  }
}

void
RequireNoInput(const std::string & output)
{
  const Identity identity = IdentityOf(output);
  const auto found = identity.empty() ? TheRun().inputs.end() : TheRun().inputs.find(identity);
  if (found != TheRun().inputs.end())
  {
    const std::string which = output == found->second ? std::string() : ", " + found->second;
    Fail("cannot write: this would replace what the program reads" + which + "; give the output another name", output);
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
    if (PlaceOf(other) == place)
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
