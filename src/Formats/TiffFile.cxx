// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/TiffFile.h"
#include "Formats/TiffErrors.h"
#include "ProjectionEnhancement/Base/FileError.h"

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>

namespace itk
{
namespace PenCore
{
namespace
{
// Beyond what lossless compression reaches on images; damaged headers ask for far more.
constexpr std::size_t HighestCompression = 5000;
constexpr std::size_t NegligibleBytes = std::size_t{ 1 } << 26;
// libtiff's own bound on directories.
constexpr std::size_t MostPages = 1048576;

// Reduced copies of a page, and masks.
bool
IsSubordinate(TIFF * tiff)
{
  return (TiffTag<std::uint32_t>(tiff, TIFFTAG_SUBFILETYPE, 0) & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
}
} // namespace

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

TiffFile::TiffFile(const std::string & path, Opening opening)
  : m_Path(path)
  , m_Library(std::make_unique<Library>(path, opening))
{
  const Handle tiff(*this);
  m_Library->length = std::filesystem::file_size(path);
  CollectPages(tiff);
  ReadDescription(tiff);
}

TiffFile::~TiffFile() = default;

void
TiffFile::SetDirectory(const Handle & tiff, std::size_t directory) const
{
  // A directory's number has 16 bits in libtiff before 4.5.
  if (TIFFSetDirectory(tiff, static_cast<decltype(TIFFCurrentDirectory(tiff))>(directory)) != 1)
  {
    FailWith("cannot read the header of page " + std::to_string(directory + 1));
  }
}

void
TiffFile::FailWith(const std::string & what) const
{
  const std::string error = m_Library->GetFirstError();
  FailWithFile(error.empty() ? what : what + " (" + error + ")", m_Path);
}

void
TiffFile::CollectPages(const Handle & tiff)
{
  for (std::size_t directory = 0; directory < MostPages; ++directory)
  {
    if (!IsSubordinate(tiff))
    {
      const TiffFormat format = ReadTiffFormat(tiff);
      // Some writers of pyramids do not say which pages are the smaller copies.
      if (m_Pages.empty() || !format.IsReducedCopyOf(m_Pages.front().format))
      {
        m_Pages.push_back({ directory, format });
      }
    }
    if (TIFFLastDirectory(tiff))
    {
      break;
    }
    // What libtiff finds wrong with a tag that it can do without is no error of the page.
    if (TIFFReadDirectory(tiff) != 1)
    {
      FailWith("cannot read the header of page " + std::to_string(directory + 2));
    }
  }
  if (m_Pages.empty())
  {
    FailWithFile("the file holds no image of full size", m_Path);
  }
  m_Format = m_Pages.front().format;
}

// Of the first page, or where that says nothing of a thumbnail before it.
void
TiffFile::ReadDescription(const Handle & tiff)
{
  for (const std::size_t directory : { m_Pages.front().directory, std::size_t{ 0 } })
  {
    SetDirectory(tiff, directory);
    if (directory == m_Pages.front().directory)
    {
      m_Resolution.x = TiffTag<float>(tiff, TIFFTAG_XRESOLUTION, 0.0f);
      m_Resolution.y = TiffTag<float>(tiff, TIFFTAG_YRESOLUTION, 0.0f);
      const auto unit = TiffTag<std::uint16_t>(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_NONE);
      m_Resolution.unitInMicrometres = unit == RESUNIT_INCH ? 25400.0 : unit == RESUNIT_CENTIMETER ? 10000.0 : 0.0;
    }
    m_Description = TiffTextTag(tiff, TIFFTAG_IMAGEDESCRIPTION);
    if (!m_Description.empty())
    {
      return;
    }
  }
}

std::optional<std::size_t>
TiffFile::FindPage(std::size_t directory) const
{
  const auto page =
    std::lower_bound(m_Pages.begin(), m_Pages.end(), directory,
                     [](const Page & candidate, std::size_t wanted) { return candidate.directory < wanted; });
  return page != m_Pages.end() && page->directory == directory
           ? std::optional<std::size_t>(static_cast<std::size_t>(page - m_Pages.begin()))
           : std::nullopt;
}

void
TiffFile::Use(const std::vector<std::size_t> & pages, bool paletteIsNumbers)
{
  bool isFirst = true;
  for (const std::size_t page : pages)
  {
    const TiffFormat & format = m_Pages.at(page).format;
    const std::string problem = format.WhyUnreadable(paletteIsNumbers);
    if (!problem.empty())
    {
      FailWith(problem);
    }
    if (!isFirst && !format.IsLike(m_Format))
    {
      FailWithFile("page " + std::to_string(m_Pages[page].directory + 1) +
                     " differs from the first one in size or pixel type",
                   m_Path);
    }
    m_Format = format;
    isFirst = false;
  }
}

void
TiffFile::AddUndescribedPages(std::size_t numberOfPages)
{
  const Handle tiff(*this);
  const std::uint64_t * offsets = nullptr;
  SetDirectory(tiff, m_Pages.front().directory);
  const bool isPlain = !TIFFIsTiled(tiff) &&
                       TiffTag<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_NONE &&
                       TIFFGetField(tiff, TIFFTAG_STRIPOFFSETS, &offsets) == 1 && offsets;
  const std::uint64_t available = isPlain && offsets[0] < m_Library->length ? m_Library->length - offsets[0] : 0;
  if (available / m_Format.BytesPerPage() < numberOfPages)
  {
    FailWithFile("the description tells of " + std::to_string(numberOfPages) + " pages, but the file holds " +
                   std::to_string(GetNumberOfPages()),
                 m_Path);
  }
  m_Pages.assign(numberOfPages, m_Pages.front());
  m_PagesAreUndescribed = true;
}

void
TiffFile::RequireRoomFor(std::size_t numberOfPages) const
{
  const double bytes = static_cast<double>(m_Format.BytesPerPage()) * static_cast<double>(numberOfPages);
  const double highest = static_cast<double>(HighestCompression) * static_cast<double>(m_Library->length);
  if (bytes > std::max(highest, static_cast<double>(NegligibleBytes)))
  {
    FailWithFile("the file is too short for " + std::to_string(numberOfPages) + " pages of " +
                   std::to_string(m_Format.width) + " x " + std::to_string(m_Format.height) + " pixels",
                 m_Path);
  }
}

// Rows can be read alone where they are not compressed.
void
TiffFile::ReadScanlines(const Handle & tiff, std::size_t first, std::size_t count, char * bytes) const
{
  const std::size_t rowBytes = m_Format.BytesPerRow();
  for (std::size_t row = 0; row < count; ++row)
  {
    if (TIFFReadScanline(tiff, bytes + row * rowBytes, static_cast<std::uint32_t>(first + row), 0) != 1)
    {
      FailWith("cannot read the whole image");
    }
  }
}

// A compressed strip has no other beginning than its first row.
void
TiffFile::ReadStrips(const Handle & tiff, std::size_t first, std::size_t count, char * bytes) const
{
  const std::size_t rowBytes = m_Format.BytesPerRow();
  const std::size_t end = first + count;
  const auto rowsInTag = TiffTag<std::uint32_t>(tiff, TIFFTAG_ROWSPERSTRIP, m_Format.height);
  const std::size_t stripRows = std::min(std::max(rowsInTag, 1u), m_Format.height);
  std::vector<char> strip(stripRows * rowBytes);
  for (std::size_t index = first / stripRows; index * stripRows < end; ++index)
  {
    const std::size_t top = index * stripRows;
    const std::size_t rows = std::min<std::size_t>(stripRows, m_Format.height - top);
    const auto wanted = static_cast<tmsize_t>(rows * rowBytes);
    if (TIFFReadEncodedStrip(tiff, static_cast<std::uint32_t>(index), strip.data(), wanted) != wanted)
    {
      FailWith("cannot read the whole image");
    }
    const std::size_t begin = std::max(top, first);
    std::copy(strip.data() + (begin - top) * rowBytes, strip.data() + (std::min(top + rows, end) - top) * rowBytes,
              bytes + (begin - first) * rowBytes);
  }
}

void
TiffFile::ReadTiles(const Handle & tiff, std::size_t first, std::size_t count, char * bytes) const
{
  const auto tileWidth = TiffTag<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH, 0);
  const auto tileHeight = TiffTag<std::uint32_t>(tiff, TIFFTAG_TILELENGTH, 0);
  const std::size_t tileRowBytes = m_Format.BytesOf(tileWidth);
  const double tileBytes = static_cast<double>(tileRowBytes) * tileHeight;
  if (tileBytes <= 0.0 || tileBytes > 4.0 * static_cast<double>(m_Format.BytesPerPage() + NegligibleBytes))
  {
    FailWithFile(
      "tiles of " + std::to_string(tileWidth) + " x " + std::to_string(tileHeight) + " pixels cannot be read", m_Path);
  }
  std::vector<char> tile(static_cast<std::size_t>(tileBytes));
  const auto begin = static_cast<std::uint32_t>(first);
  const auto end = static_cast<std::uint32_t>(first + count);
  for (std::uint32_t top = begin / tileHeight * tileHeight; top < end; top += tileHeight)
  {
    for (std::uint32_t left = 0; left < m_Format.width; left += tileWidth)
    {
      if (TIFFReadTile(tiff, tile.data(), left, top, 0, 0) < 0)
      {
        FailWith("cannot read the whole image");
      }
      // A tile's width is a multiple of 16 pixels, so that it begins at a byte.
      const std::size_t copied = m_Format.BytesOf(std::min(tileWidth, m_Format.width - left));
      for (std::uint32_t row = std::max(top, begin); row < std::min(top + tileHeight, end); ++row)
      {
        std::copy_n(tile.data() + static_cast<std::size_t>(row - top) * tileRowBytes, copied,
                    bytes + (row - begin) * m_Format.BytesPerRow() + m_Format.BytesOf(left));
      }
    }
  }
}

void
TiffFile::ReadUndescribedRows(const Handle & tiff, std::size_t page, std::size_t first, std::size_t count,
                              char * bytes) const
{
  const std::uint64_t * offsets = nullptr;
  TIFFGetField(tiff, TIFFTAG_STRIPOFFSETS, &offsets);
  std::ifstream file(m_Path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offsets[0] + page * m_Format.BytesPerPage() + first * m_Format.BytesPerRow()));
  const std::size_t size = count * m_Format.BytesPerRow();
  if (!file.read(bytes, static_cast<std::streamsize>(size)))
  {
    FailWithFile("cannot read the whole image", m_Path);
  }
  if (TIFFIsByteSwapped(tiff))
  {
    const std::size_t pixelBytes = m_Format.BytesPerPixelRead();
    for (std::size_t i = 0; i < size; i += pixelBytes)
    {
      std::reverse(bytes + i, bytes + i + pixelBytes);
    }
  }
}

void
TiffFile::ReadBytes(std::size_t page, std::size_t first, std::size_t count, char * bytes) const
{
  RequireRoomFor(1);
  const Handle tiff(*this);
  SetDirectory(tiff, m_Pages.at(page).directory);
  const std::size_t firstInFile = m_Format.LowestRowFirst() ? m_Format.height - first - count : first;
  if (m_PagesAreUndescribed)
  {
    ReadUndescribedRows(tiff, page, firstInFile, count, bytes);
  }
  else if (TIFFIsTiled(tiff))
  {
    ReadTiles(tiff, firstInFile, count, bytes);
  }
  else if (TiffTag<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_NONE)
  {
    ReadScanlines(tiff, firstInFile, count, bytes);
  }
  else
  {
    ReadStrips(tiff, firstInFile, count, bytes);
  }
  const std::size_t rowBytes = m_Format.BytesPerRow();
  for (std::size_t row = 0; m_Format.LowestRowFirst() && row < count / 2; ++row)
  {
    std::swap_ranges(bytes + row * rowBytes, bytes + (row + 1) * rowBytes, bytes + (count - 1 - row) * rowBytes);
  }
}

void
TiffFile::ReadRows(std::size_t page, std::size_t first, std::size_t count, void * pixels) const
{
  const std::size_t rowBytes = m_Format.BytesPerRow();
  if (m_Format.bits < 8)
  {
    std::vector<char> bytes(count * rowBytes);
    ReadBytes(page, first, count, bytes.data());
    for (std::size_t row = 0; row < count; ++row)
    {
      m_Format.ReadRow(bytes.data() + row * rowBytes, static_cast<char *>(pixels) + row * m_Format.width);
    }
    return;
  }
  ReadBytes(page, first, count, static_cast<char *>(pixels));
}

void
TiffFile::ReadRowsAsFloat(std::size_t page, std::size_t first, std::size_t count, float * pixels) const
{
  const std::size_t rowBytes = m_Format.BytesPerRow();
  std::vector<char> bytes(count * rowBytes);
  ReadBytes(page, first, count, bytes.data());
  for (std::size_t row = 0; row < count; ++row)
  {
    m_Format.ReadRowAsFloat(bytes.data() + row * rowBytes, pixels + row * m_Format.width);
  }
}

std::optional<TiffFirstPage>
ReadTiffFirstPage(const std::string & path)
{
  if (!IsTiffFile(path))
  {
    return std::nullopt;
  }
  TiffErrors errors;
  const std::unique_ptr<TIFF, decltype(&TIFFClose)> file(errors.Open(path, "rm"), TIFFClose);
  if (!file)
  {
    return std::nullopt;
  }
  TiffFirstPage page;
  std::string ofThumbnail;
  for (std::size_t directory = 0; IsSubordinate(file.get()); ++directory)
  {
    ofThumbnail = directory == 0 ? TiffTextTag(file.get(), TIFFTAG_IMAGEDESCRIPTION) : ofThumbnail;
    if (directory == MostPages || TIFFLastDirectory(file.get()) || TIFFReadDirectory(file.get()) != 1)
    {
      return std::nullopt;
    }
  }
  page.description = TiffTextTag(file.get(), TIFFTAG_IMAGEDESCRIPTION);
  page.description = page.description.empty() ? ofThumbnail : page.description;
  page.format = ReadTiffFormat(file.get());
  page.isTiled = TIFFIsTiled(file.get()) != 0;
  page.isFollowed = TIFFLastDirectory(file.get()) == 0;
  return page;
}

bool
IsTiffFile(const std::string & path)
{
  std::array<char, 4> start{};
  std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  const std::string text(start.data(), start.size());
  for (const std::string & mark :
       { std::string("II*\0", 4), std::string("MM\0*", 4), std::string("II+\0", 4), std::string("MM\0+", 4) })
  {
    if (text == mark)
    {
      return true;
    }
  }
  return false;
}
} // namespace PenCore
} // namespace itk
