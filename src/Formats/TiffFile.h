// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_TiffFile_h
#define ProjectionEnhancement_Formats_TiffFile_h

#include "ProjectionEnhancementExport.h"
#include "itkImageIOBase.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct tiff;

namespace itk
{
namespace PenCore
{
/** Pixels per unit as a TIFF's tags tell; 0 where they do not. */
struct TiffResolution
{
  double x = 0.0;
  double y = 0.0;
  /** um in the unit, 0 where the unit is told elsewhere. */
  double unitInMicrometres = 0.0;
};

/** What the first page of a TIFF tells of it. */
struct TiffFirstPage
{
  /** Whether TiffFile reads such pages. */
  bool isReadable = false;
  /** Whether it holds integers of more than 16 bits. */
  bool isWideInteger = false;
  bool isTiled = false;
  bool isFollowed = false; ///< by another directory
  std::string description;
};

/** Looks at the first page of a file only. Empty where it is no TIFF or its header cannot be read. */
std::optional<TiffFirstPage>
ReadTiffFirstPage(const std::string & path);

/** \brief The gray pages of a TIFF or BigTIFF, of which each is read alone.
 *
 * ITK's own reader takes all pages at once, which for one channel of a long recording is many times what is needed.
 * Reduced copies and masks of pages do not count as pages.
 * \throws ExceptionObject, from every function, with FailWithFile()'s one line. */
class ProjectionEnhancement_EXPORT TiffFile
{
public:
  /** Opens the file. Throws unless it is a TIFF whose pages all are gray, of one size and one pixel type: integers or
   * floating-point numbers of 8 to 64 bits. */
  explicit TiffFile(const std::string & path);
  ~TiffFile();
  TiffFile(const TiffFile &) = delete;
  TiffFile &
  operator=(const TiffFile &) = delete;

  std::size_t
  GetNumberOfPages() const
  {
    return m_Directories.size();
  }
  std::uint32_t
  GetWidth() const
  {
    return m_Format.width;
  }
  std::uint32_t
  GetHeight() const
  {
    return m_Format.height;
  }
  IOComponentEnum
  GetComponentType() const;

  /** ImageDescription of the first page; empty where there is none. */
  const std::string &
  GetDescription() const
  {
    return m_Description;
  }
  const TiffResolution &
  GetResolution() const
  {
    return m_Resolution;
  }

  /** ImageJ describes only the first page of a stack larger than 4 GiB; the others follow it without a gap. Makes
   * them pages; throws where the file is compressed or too short. */
  void
  AddUndescribedPages(std::size_t numberOfPages);

  /** Writes rows [first, first + count) of a page, counted from 0, to \a pixels, row by row, as numbers of
   * GetComponentType(). Threads may read at once: each opens the file for itself. */
  void
  ReadRows(std::size_t page, std::size_t first, std::size_t count, void * pixels) const;

  /** The same, converted to float. */
  void
  ReadRowsAsFloat(std::size_t page, std::size_t first, std::size_t count, float * pixels) const;

  /** Throws where so many pages cannot come from a file of this length. */
  void
  RequireRoomFor(std::size_t numberOfPages) const;

private:
  struct Format
  {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint16_t bits = 1;
    std::uint16_t sampleFormat = 1;
    std::uint16_t samples = 1;
    std::uint16_t orientation = 1;
    bool isGray = false;
    bool whiteIsZero = false;

    bool
    LowestRowFirst() const;
    std::size_t
    BytesPerRow() const
    {
      return static_cast<std::size_t>(width) * (bits / 8u);
    }
    std::size_t
    BytesPerPage() const
    {
      return BytesPerRow() * height;
    }
    /** Why pages of it are not read; empty where they are. */
    std::string
    WhyUnreadable() const;
  };
  class Library;
  class Handle;

  friend std::optional<TiffFirstPage>
  ReadTiffFirstPage(const std::string & path);

  static Format
  ReadFormat(tiff * file, const std::string & description);
  [[noreturn]] void
  FailWith(const std::string & what) const;
  void
  ReadFirstPageTags(const Handle & tiff);
  void
  CollectPages(const Handle & tiff);
  // Rows of a page, as they lie in the file, from \a first on.
  void
  ReadBytes(std::size_t page, std::size_t first, std::size_t count, char * bytes) const;
  void
  ReadScanlines(const Handle & tiff, std::size_t first, std::size_t count, char * bytes) const;
  void
  ReadStrips(const Handle & tiff, std::size_t first, std::size_t count, char * bytes) const;
  void
  ReadTiles(const Handle & tiff, std::size_t first, std::size_t count, char * bytes) const;
  void
  ReadUndescribedRows(const Handle & tiff, std::size_t page, std::size_t first, std::size_t count, char * bytes) const;

  std::string m_Path;
  std::unique_ptr<Library> m_Library;
  std::vector<std::size_t> m_Directories;
  Format m_Format;
  std::string m_Description;
  TiffResolution m_Resolution;
  bool m_PagesAreUndescribed = false;
};

/** Whether a file begins as a TIFF or BigTIFF does. */
ProjectionEnhancement_EXPORT bool
IsTiffFile(const std::string & path);
} // namespace PenCore
} // namespace itk

#endif
