// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/OutputFile.h"
#include "Frame/TemporaryFiles.h"

#include "Frame/Errors.h"

#include "itkMacro.h"

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

// In the folder of the place, and with the ending of the name.
std::filesystem::path
TemporarySibling(const std::filesystem::path & place, const std::filesystem::path & name)
{
  static std::atomic<unsigned int> count{ 0 };
  const std::string prefix = ".partial-" + std::to_string(ProcessNumber()) + "-" + std::to_string(count++) + "-";
  return place.parent_path() / (prefix + EndOfTemporaryName(name.filename().string()));
}

std::string
SystemMessage(int number)
{
  return std::generic_category().message(number);
}
} // namespace

void
RequireNameThatFits(const std::string & path)
{
  std::error_code error;
  const bool exists = std::filesystem::exists(std::filesystem::symlink_status(path, error));
  if (!exists && error == std::errc::filename_too_long)
  {
    Fail("cannot write: the name is longer than the file system allows", path);
  }
}

std::string
BehindLinks(const std::string & path)
{
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error))
  {
    return path;
  }
  const std::filesystem::path place = std::filesystem::canonical(path, error);
  if (error)
  {
    Fail("cannot write: this link points to nothing that can be written", path);
  }
  return place.string();
}

OutputFile::OutputFile(const std::string & path)
  : m_Path(path)
  , m_Place(BehindLinks(path))
{
  RequireNameThatFits(path);
  std::error_code ignored;
  const std::filesystem::path place(m_Place);
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
  m_Claim.Take(m_Place);
  m_TemporaryPath = TemporarySibling(place, path).string();
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
OutputFile::Write(const std::function<void(const std::string & path)> & write) const
{
  try
  {
    write(m_TemporaryPath);
  }
  catch (itk::ExceptionObject & error)
  {
    std::string description = error.GetDescription();
    const std::size_t place = description.find(m_TemporaryPath);
    if (place != std::string::npos)
    {
      error.SetDescription(description.replace(place, m_TemporaryPath.size(), m_Path));
    }
    throw;
  }
}

void
OutputFile::Commit()
{
  std::error_code error;
  std::filesystem::rename(m_TemporaryPath, m_Place, error);
  if (error)
  {
    Fail("cannot write (" + error.message() + ")", m_Path);
  }
  UnregisterTemporaryFile(m_TemporaryPath);
  m_TemporaryPath.clear();
  m_Claim.Release();
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
