// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_TiffFile_h
#define ProjectionEnhancement_Formats_TiffFile_h

#include "Formats/TiffFormat.h"
#include "ProjectionEnhancementExport.h"
#include "itkCommonEnums.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

/** What the first page of full size tells of a TIFF. */
struct TiffFirstPage
{
  TiffFormat format;
  bool isTiled = false;
  bool isFollowed = false; ///< by another directory
  std::string description;
};

/** Looks at the first directories of a file only. Empty where it is no TIFF or its header cannot be read. */
ProjectionEnhancement_EXPORT std::optional<TiffFirstPage>
ReadTiffFirstPage(const std::string & path);

/** \brief The pages of a TIFF or BigTIFF, of which each is read alone.
 *
 * ITK's own reader takes all pages at once, which for one channel of a long recording is many times what is needed.
 * Reduced copies (of a pyramid, or a thumbnail) and masks do not count as pages. Pages need not be alike: Use() says
 * which are to be read.
 * \throws ExceptionObject, from every function, with FailWithFile()'s one line. */
class ProjectionEnhancement_EXPORT TiffFile
{
public:
  /** Whether the file stays open between reads; a set of many files would take more than a process may open. */
  enum class Opening
  {
    Kept,
    ForEachRead
  };

  explicit TiffFile(const std::string & path, Opening opening = Opening::Kept);
  ~TiffFile();
  TiffFile(const TiffFile &) = delete;
  TiffFile &
  operator=(const TiffFile &) = delete;

  const std::string &
  GetPath() const
  {
    return m_Path;
  }
  std::size_t
  GetNumberOfPages() const
  {
    return m_Pages.size();
  }

  /** The page that a directory of the file holds, both from 0. Empty where there is none of this number, or it is a
   * reduced copy. */
  std::optional<std::size_t>
  FindPage(std::size_t directory) const;

  /** Says which pages will be read. Throws unless all of them are gray, of one size and one pixel type: integers of 1
   * to 64 bits or floating-point numbers. Until then only the first page counts. */
  void
  Use(const std::vector<std::size_t> & pages, bool paletteIsNumbers);

  /** The format of the pages that are used. */
  const TiffFormat &
  GetFormat() const
  {
    return m_Format;
  }

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
   * the format's component type. Threads may read at once: each opens the file for itself. */
  void
  ReadRows(std::size_t page, std::size_t first, std::size_t count, void * pixels) const;

  /** The same, converted to float. */
  void
  ReadRowsAsFloat(std::size_t page, std::size_t first, std::size_t count, float * pixels) const;

  /** Throws where so many pages cannot come from a file of this length. */
  void
  RequireRoomFor(std::size_t numberOfPages) const;

private:
  struct Page
  {
    std::size_t directory;
    TiffFormat format;
  };
  class Library;
  class Handle;

  [[noreturn]] void
  FailWith(const std::string & what) const;
  void
  SetDirectory(const Handle & tiff, std::size_t directory) const;
  void
  CollectPages(const Handle & tiff);
  void
  ReadDescription(const Handle & tiff);
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
  std::vector<Page> m_Pages;
  TiffFormat m_Format;
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
