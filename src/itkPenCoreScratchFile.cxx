// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreScratchFile.h"

#include "itkMacro.h"

#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <sstream>

namespace itk
{
namespace PenCore
{
namespace
{
// Nobody else's: 64 random bits.
std::filesystem::path
UnusedPathIn(const std::string & folder)
{
  std::random_device random;
  std::ostringstream name;
  name << std::hex << ".pen-scratch-" << random() << '-' << random();
  return std::filesystem::path(folder) / name.str();
}
} // namespace

class ScratchFile::Implementation
{
public:
  explicit Implementation(const std::string & folder)
    : m_Folder(folder)
    , m_Path(UnusedPathIn(folder))
    , m_File(m_Path, std::ios::binary | std::ios::in | std::ios::out | std::ios::trunc)
  {
    if (!m_File)
    {
      itkGenericExceptionMacro("cannot make a scratch file in " << m_Folder);
    }
    this->RemoveName();
  }

  ~Implementation()
  {
    m_File.close();
    this->RemoveName();
  }

  void
  Write(std::size_t first, const float * numbers, std::size_t count)
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    m_File.seekp(Offset(first));
    m_File.write(reinterpret_cast<const char *>(numbers), static_cast<std::streamsize>(count * sizeof(float)));
    m_File.flush();
    this->RequireGood("write " + std::to_string(count * sizeof(float)) + " bytes to");
  }

  void
  Read(std::size_t first, float * numbers, std::size_t count)
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    m_File.seekg(Offset(first));
    m_File.read(reinterpret_cast<char *>(numbers), static_cast<std::streamsize>(count * sizeof(float)));
    this->RequireGood("read " + std::to_string(count * sizeof(float)) + " bytes from");
  }

private:
  static std::streamoff
  Offset(std::size_t number)
  {
    return static_cast<std::streamoff>(number * sizeof(float));
  }

  void
  RequireGood(const std::string & action)
  {
    if (!m_File)
    {
      m_File.clear();
      itkGenericExceptionMacro("cannot " << action << " a scratch file in " << m_Folder);
    }
  }

  // Some systems let go of the name of an open file, others do not.
  void
  RemoveName()
  {
    std::error_code ignored;
    if (!m_Path.empty() && std::filesystem::remove(m_Path, ignored))
    {
      m_Path.clear();
    }
  }

  std::string m_Folder;
  std::filesystem::path m_Path;
  std::fstream m_File;
  std::mutex m_Mutex;
};

ScratchFile::ScratchFile(const std::string & folder)
  : m_Implementation(std::make_unique<Implementation>(folder))
{
}

ScratchFile::~ScratchFile() = default;

void
ScratchFile::Write(std::size_t first, const float * numbers, std::size_t count)
{
  m_Implementation->Write(first, numbers, count);
}

void
ScratchFile::Read(std::size_t first, float * numbers, std::size_t count) const
{
  m_Implementation->Read(first, numbers, count);
}
} // namespace PenCore
} // namespace itk
