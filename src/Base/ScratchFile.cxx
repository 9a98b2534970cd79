// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/ScratchFile.h"

#include "itkMacro.h"

#include <filesystem>
#include <random>
#include <sstream>

#if defined(__unix__) || defined(__APPLE__)
#  include <cerrno>

#  include <fcntl.h>
#  include <unistd.h>
#else
#  include <fstream>
#  include <mutex>
#endif

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

#if defined(__unix__) || defined(__APPLE__)
// Has no name once it is open; threads read and write beside each other.
class UnnamedFile
{
public:
  explicit UnnamedFile(const std::filesystem::path & path)
    : m_Descriptor(::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600))
  {
    ::unlink(path.c_str());
  }
  ~UnnamedFile()
  {
    if (this->IsOpen())
    {
      ::close(m_Descriptor);
    }
  }
  UnnamedFile(const UnnamedFile &) = delete;
  UnnamedFile &
  operator=(const UnnamedFile &) = delete;

  bool
  IsOpen() const
  {
    return m_Descriptor >= 0;
  }

  bool
  Write(std::size_t offset, const char * bytes, std::size_t count)
  {
    return Transfer(count, [&](std::size_t done)
                    { return ::pwrite(m_Descriptor, bytes + done, count - done, static_cast<off_t>(offset + done)); });
  }

  bool
  Read(std::size_t offset, char * bytes, std::size_t count)
  {
    return Transfer(count, [&](std::size_t done)
                    { return ::pread(m_Descriptor, bytes + done, count - done, static_cast<off_t>(offset + done)); });
  }

private:
  // The system may do a part at a time.
  template <typename TPart>
  static bool
  Transfer(std::size_t count, TPart && part)
  {
    for (std::size_t done = 0; done < count;)
    {
      const auto bytes = part(done);
      if (bytes <= 0 && !(bytes < 0 && errno == EINTR))
      {
        return false;
      }
      done += bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
    }
    return true;
  }

  int m_Descriptor;
};
#else
// Has a name until it is closed.
class UnnamedFile
{
public:
  explicit UnnamedFile(const std::filesystem::path & path)
    : m_Path(path)
    , m_File(path, std::ios::binary | std::ios::in | std::ios::out | std::ios::trunc)
  {
  }
  ~UnnamedFile()
  {
    m_File.close();
    std::error_code ignored;
    std::filesystem::remove(m_Path, ignored);
  }
  UnnamedFile(const UnnamedFile &) = delete;
  UnnamedFile &
  operator=(const UnnamedFile &) = delete;

  bool
  IsOpen() const
  {
    return m_File.is_open();
  }

  bool
  Write(std::size_t offset, const char * bytes, std::size_t count)
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    m_File.clear();
    m_File.seekp(static_cast<std::streamoff>(offset));
    m_File.write(bytes, static_cast<std::streamsize>(count));
    m_File.flush();
    return m_File.good();
  }

  bool
  Read(std::size_t offset, char * bytes, std::size_t count)
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    m_File.clear();
    m_File.seekg(static_cast<std::streamoff>(offset));
    m_File.read(bytes, static_cast<std::streamsize>(count));
    return m_File.good();
  }

private:
  std::filesystem::path m_Path;
  std::fstream m_File;
  std::mutex m_Mutex;
};
#endif
} // namespace

class ScratchFile::Implementation
{
public:
  explicit Implementation(const std::string & folder)
    : m_Folder(folder)
    , m_File(UnusedPathIn(folder))
  {
  }

  std::string m_Folder;
  UnnamedFile m_File;
};

ScratchFile::ScratchFile(const std::string & folder)
  : m_Implementation(std::make_unique<Implementation>(folder))
{
  if (!m_Implementation->m_File.IsOpen())
  {
    itkGenericExceptionMacro("cannot make a scratch file in " << folder);
  }
}

ScratchFile::~ScratchFile() = default;

void
ScratchFile::Write(std::size_t first, const float * numbers, std::size_t count)
{
  const auto * bytes = reinterpret_cast<const char *>(numbers);
  if (!m_Implementation->m_File.Write(first * sizeof(float), bytes, count * sizeof(float)))
  {
    itkGenericExceptionMacro("cannot write " << count * sizeof(float) << " bytes to a scratch file in "
                                             << m_Implementation->m_Folder);
  }
}

void
ScratchFile::Read(std::size_t first, float * numbers, std::size_t count) const
{
  auto * bytes = reinterpret_cast<char *>(numbers);
  if (!m_Implementation->m_File.Read(first * sizeof(float), bytes, count * sizeof(float)))
  {
    itkGenericExceptionMacro("cannot read " << count * sizeof(float) << " bytes from a scratch file in "
                                            << m_Implementation->m_Folder);
  }
}
} // namespace PenCore
} // namespace itk
