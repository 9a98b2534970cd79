// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_TiffFileHandle_h
#define ProjectionEnhancement_Formats_TiffFileHandle_h

#include "Formats/TiffErrors.h"
#include "Formats/TiffFile.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
// What any machine has for a page or a tile; damaged headers ask for far more.
constexpr std::size_t NegligibleBytes = std::size_t{ 1 } << 26;

// The file, opened as often as threads read it at once.
class TiffFile::Library
{
public:
  Library(const std::string & path, Opening opening)
    : m_Path(path)
    , m_Opening(opening)
  {
  }

  std::string
  GetFirstError() const
  {
    return m_Errors.GetFirst();
  }

  // Null where the file cannot be opened.
  TIFF *
  Take()
  {
    {
      const std::lock_guard<std::mutex> lock(m_Mutex);
      if (!m_Idle.empty())
      {
        TIFF * tiff = m_Idle.back().release();
        m_Idle.pop_back();
        return tiff;
      }
    }
    // Not mapped into memory, which would hold as much of the file as was read.
    return m_Errors.Open(m_Path, "rm");
  }

  void
  GiveBack(TIFF * tiff)
  {
    if (m_Opening == Opening::ForEachRead)
    {
      TIFFClose(tiff);
      return;
    }
    const std::lock_guard<std::mutex> lock(m_Mutex);
    m_Idle.emplace_back(tiff);
  }

  std::uint64_t length = 0;

private:
  struct Closing
  {
    void
    operator()(TIFF * tiff) const
    {
      TIFFClose(tiff);
    }
  };

  std::string m_Path;
  Opening m_Opening;
  TiffErrors m_Errors;
  std::mutex m_Mutex;
  std::vector<std::unique_ptr<TIFF, Closing>> m_Idle;
};

// One opening, for the one who holds it.
class TiffFile::Handle
{
public:
  explicit Handle(const TiffFile & file)
    : m_Library(*file.m_Library)
    , m_Tiff(m_Library.Take())
  {
    if (!m_Tiff)
    {
      file.FailWith("cannot read the image header");
    }
  }
  ~Handle() { m_Library.GiveBack(m_Tiff); }
  Handle(const Handle &) = delete;
  Handle &
  operator=(const Handle &) = delete;

  operator TIFF *() const { return m_Tiff; }

private:
  Library & m_Library;
  TIFF * m_Tiff;
};

} // namespace PenCore
} // namespace itk

#endif
