// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penOutputFile.h"
#include "penTemporaryFiles.h"

#include "penErrors.h"

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#if defined(_WIN32)
#  include <process.h>
#else
#  include <unistd.h>
#endif

namespace pen
{
namespace
{
int
ProcessNumber()
{
#if defined(_WIN32)
  return _getpid();
#else
  return static_cast<int>(getpid());
#endif
}

std::filesystem::path
TemporarySibling(const std::filesystem::path & path)
{
  static std::atomic<unsigned int> count{ 0 };
  const std::string name =
    ".partial-" + std::to_string(ProcessNumber()) + "-" + std::to_string(count++) + "-" + path.filename().string();
  return path.parent_path() / name;
}

std::string
SystemMessage(int number)
{
  return std::generic_category().message(number);
}
} // namespace

OutputFile::OutputFile(const std::string & path)
  : m_Path(path)
{
  std::error_code ignored;
  if (std::filesystem::is_symlink(path, ignored))
  {
    m_Path = std::filesystem::weakly_canonical(path, ignored).string(); // what it points to is replaced, not the link
  }
  const std::filesystem::path place(m_Path);
  const std::filesystem::path folder = place.has_parent_path() ? place.parent_path() : ".";
  if (!place.has_filename() || std::filesystem::is_directory(place, ignored))
  {
    Fail("cannot write: this is a folder, not a file", path);
  }
  if (std::filesystem::exists(place, ignored) && !std::filesystem::is_regular_file(place, ignored))
  {
    Fail("cannot write: this is a device or a pipe, not a file", path);
  }
  if (!std::filesystem::is_directory(folder, ignored))
  {
    Fail("cannot write: the output folder does not exist", folder.string());
  }
  m_TemporaryPath = TemporarySibling(place).string();
  RegisterTemporaryFile(m_TemporaryPath);
  errno = 0;
  if (!std::ofstream(m_TemporaryPath, std::ios::binary))
  {
    const std::string reason = SystemMessage(errno);
    UnregisterTemporaryFile(m_TemporaryPath);
    Fail("cannot write into the output folder (" + reason + ")", folder.string());
  }
}

OutputFile::~OutputFile()
{
  if (!m_TemporaryPath.empty())
  {
    std::error_code ignored;
    std::filesystem::remove(m_TemporaryPath, ignored);
    UnregisterTemporaryFile(m_TemporaryPath);
  }
}

void
OutputFile::Commit()
{
  std::error_code error;
  std::filesystem::rename(m_TemporaryPath, m_Path, error);
  if (error)
  {
    Fail("cannot write (" + error.message() + ")", m_Path);
  }
  UnregisterTemporaryFile(m_TemporaryPath);
  m_TemporaryPath.clear();
}

void
OutputFile::WriteText(const std::string & text) const
{
  std::ofstream stream(m_TemporaryPath, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  if (!stream)
  {
    Fail("cannot write all of the file", m_Path);
  }
}

void
CreateOutputFolder(const std::string & folder)
{
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
  {
    Fail("cannot make the output folder (" + (error ? error.message() : SystemMessage(ENOTDIR)) + ")", folder);
  }
}
} // namespace pen
