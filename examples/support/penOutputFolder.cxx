// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penOutputFolder.h"

#include "penErrors.h"
#include "penTemporaryFiles.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace pen
{
namespace
{
namespace fs = std::filesystem;

// Of a path as it may be written: with a slash at its end, or "." or "..".
fs::path
PlaceOf(const std::string & path)
{
  fs::path place = fs::path(path).lexically_normal();
  if (!place.has_filename())
  {
    place = place.parent_path();
  }
  std::error_code ignored;
  const fs::path relative = fs::current_path(ignored).lexically_relative(fs::absolute(place, ignored));
  if (place.empty() || place == "." || fs::equivalent(place, fs::current_path(ignored), ignored) ||
      (!relative.empty() && *relative.begin() != ".."))
  {
    Fail("will not replace the folder that the program runs in: give it another name", path);
  }
  return place;
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
  const fs::path parent = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
  std::error_code error;
  if (!fs::is_directory(parent, error))
  {
    Fail("cannot write: the output folder does not exist", parent.string());
  }
  for (unsigned int count = 0;; ++count)
  {
    const fs::path sibling = parent / (".partial-" + std::to_string(count) + "-" + folder.filename().string());
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
  const fs::path place = PlaceOf(path);
  m_Path = place.string();
  RequireReplaceable(place, names);
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
  // What was there goes last: whatever fails, one of the two is whole.
  const fs::path replaced = m_TemporaryPath + "-replaced";
  std::error_code error;
  const bool replaces = fs::exists(m_Path, error);
  if (replaces)
  {
    fs::rename(m_Path, replaced, error);
  }
  if (!error)
  {
    fs::rename(m_TemporaryPath, m_Path, error);
    std::error_code ignored;
    if (error && replaces)
    {
      fs::rename(replaced, m_Path, ignored);
    }
    else if (replaces)
    {
      fs::remove_all(replaced, ignored);
    }
  }
  if (error)
  {
    Fail("cannot write (" + error.message() + ")", m_Path);
  }
  for (const std::string & file : m_Files)
  {
    UnregisterTemporaryFile(file);
  }
  UnregisterTemporaryFile(m_TemporaryPath);
  m_TemporaryPath.clear();
}
} // namespace pen
