// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/OutputFolder.h"

#include "Frame/Errors.h"
#include "Frame/OutputFile.h"
#include "Frame/TemporaryFiles.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace pen
{
namespace
{
namespace fs = std::filesystem;

// Of a path as it may be written: with a slash at its end, with dots, or a link.
fs::path
PlaceOf(const std::string & path)
{
  fs::path place = fs::path(path).lexically_normal();
  if (!place.has_filename())
  {
    place = place.parent_path();
  }
  std::error_code ignored;
  const fs::path here = fs::canonical(fs::current_path(ignored), ignored);
  const fs::path there = fs::weakly_canonical(fs::absolute(place, ignored), ignored);
  const auto differ = std::mismatch(there.begin(), there.end(), here.begin(), here.end());
  if (place.empty() || differ.first == there.end())
  {
    Fail("will not replace the folder that the program runs in: give it another name", path);
  }
  return BehindLinks(place.string());
}

fs::path
ParentOf(const fs::path & folder)
{
  return folder.has_parent_path() ? folder.parent_path() : fs::path(".");
}

// A name that is free, for what was there before.
fs::path
FreeSibling(const fs::path & folder)
{
  const fs::path parent = ParentOf(folder);
  std::error_code ignored;
  for (unsigned int count = 0;; ++count)
  {
    const fs::path sibling =
      parent / (".replaced-" + std::to_string(count) + "-" + EndOfTemporaryName(folder.filename().string()));
    if (!fs::exists(sibling, ignored))
    {
      return sibling;
    }
  }
}

void
RequireReplaceable(const fs::path & folder, const std::vector<std::string> & names)
{
  std::error_code ignored;
  if (!fs::exists(folder, ignored))
  {
    return;
  }
  if (!fs::is_directory(folder, ignored))
  {
    Fail("cannot write: this is a file, not a folder", folder.string());
  }
  for (const fs::directory_entry & entry : fs::directory_iterator(folder, ignored))
  {
    const std::string name = entry.path().filename().string();
    if (std::find(names.begin(), names.end(), name) == names.end())
    {
      Fail("will not replace a folder that also holds " + name, folder.string());
    }
  }
}

// A name of its own beside the folder, unique on this machine because the folder is made under it.
std::string
MakeTemporarySibling(const fs::path & folder)
{
  const fs::path parent = ParentOf(folder);
  std::error_code error;
  if (!fs::is_directory(parent, error))
  {
    Fail("cannot write: the output folder does not exist", parent.string());
  }
  for (unsigned int count = 0;; ++count)
  {
    const fs::path sibling =
      parent / (".partial-" + std::to_string(count) + "-" + EndOfTemporaryName(folder.filename().string()));
    if (fs::create_directory(sibling, error))
    {
      return sibling.string();
    }
    if (error)
    {
      Fail("cannot write into the output folder (" + error.message() + ")", parent.string());
    }
  }
}
} // namespace

OutputFolder::OutputFolder(const std::string & path, const std::vector<std::string> & names)
{
  RequireNameThatFits(path);
  const fs::path place = PlaceOf(path);
  m_Path = place.string();
  RequireReplaceable(place, names);
  m_Claim.Take(m_Path);
  m_TemporaryPath = MakeTemporarySibling(place);
  RegisterTemporaryFile(m_TemporaryPath);
}

OutputFolder::~OutputFolder()
{
  if (!m_TemporaryPath.empty())
  {
    std::error_code ignored;
    fs::remove_all(m_TemporaryPath, ignored);
    for (const std::string & file : m_Files)
    {
      UnregisterTemporaryFile(file);
    }
    UnregisterTemporaryFile(m_TemporaryPath);
  }
}

std::string
OutputFolder::AddFile(const std::string & name)
{
  m_Files.push_back((fs::path(m_TemporaryPath) / name).string());
  RegisterTemporaryFile(m_Files.back());
  return m_Files.back();
}

void
OutputFolder::Commit()
{
  // What is whole is not for a signal to remove any more.
  for (const std::string & file : m_Files)
  {
    UnregisterTemporaryFile(file);
  }
  // What was there goes last: whatever fails, one of the two is whole.
  const fs::path replaced = FreeSibling(m_Path);
  std::error_code error;
  const bool replaces = fs::exists(m_Path, error);
  if (replaces)
  {
    fs::rename(m_Path, replaced, error);
  }
  if (!error)
  {
    fs::rename(m_TemporaryPath, m_Path, error);
    std::error_code again;
    if (error && replaces)
    {
      fs::rename(replaced, m_Path, again);
    }
    if (again)
    {
      Fail("cannot write (" + error.message() + "), and what was there is now " + replaced.string(), m_Path);
    }
  }
  if (error)
  {
    Fail("cannot write (" + error.message() + ")", m_Path);
  }
  std::error_code ignored;
  fs::remove_all(replaced, ignored);
  UnregisterTemporaryFile(m_TemporaryPath);
  m_TemporaryPath.clear();
  m_Claim.Release();
}
} // namespace pen
