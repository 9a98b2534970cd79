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

template <typename TPixel>
void
ConvertRow(const char * bytes, std::size_t count, bool whiteIsZero, float * pixels)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    TPixel value;
    std::memcpy(&value, bytes + i * sizeof(TPixel), sizeof(TPixel));
    if constexpr (std::is_unsigned_v<TPixel>)
    {
      value = whiteIsZero ? static_cast<TPixel>(~value) : value;
    }
    pixels[i] = static_cast<float>(value);
  }
}

using RowConverter = void (*)(const char *, std::size_t, bool, float *);

struct PixelType
{
  std::uint16_t sampleFormat;
  std::uint16_t bits;
  IOComponentEnum component;
  RowConverter convert;
};

const std::array<PixelType, 10> PixelTypes{
  { { SAMPLEFORMAT_UINT, 8, IOComponentEnum::UCHAR, ConvertRow<std::uint8_t> },
    { SAMPLEFORMAT_UINT, 16, IOComponentEnum::USHORT, ConvertRow<std::uint16_t> },
    { SAMPLEFORMAT_UINT, 32, IOComponentEnum::UINT, ConvertRow<std::uint32_t> },
    { SAMPLEFORMAT_UINT, 64, IOComponentEnum::ULONGLONG, ConvertRow<std::uint64_t> },
    { SAMPLEFORMAT_INT, 8, IOComponentEnum::CHAR, ConvertRow<std::int8_t> },
    { SAMPLEFORMAT_INT, 16, IOComponentEnum::SHORT, ConvertRow<std::int16_t> },
    { SAMPLEFORMAT_INT, 32, IOComponentEnum::INT, ConvertRow<std::int32_t> },
    { SAMPLEFORMAT_INT, 64, IOComponentEnum::LONGLONG, ConvertRow<std::int64_t> },
    { SAMPLEFORMAT_IEEEFP, 32, IOComponentEnum::FLOAT, ConvertRow<float> },
    { SAMPLEFORMAT_IEEEFP, 64, IOComponentEnum::DOUBLE, ConvertRow<double> } }
};

const PixelType *
FindPixelType(std::uint16_t sampleFormat, std::uint16_t bits)
{
  const auto type = std::find_if(PixelTypes.begin(), PixelTypes.end(),
                                 [&](const PixelType & candidate)
                                 { return candidate.sampleFormat == sampleFormat && candidate.bits == bits; });
  return type == PixelTypes.end() ? nullptr : &*type;
}

template <typename TValue>
TValue
Tag(TIFF * tiff, std::uint32_t tag, TValue otherwise)
{
  TValue value{};
  return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

std::string
TextTag(TIFF * tiff, std::uint32_t tag)
{
  char * text = nullptr;
  return TIFFGetField(tiff, tag, &text) == 1 && text ? std::string(text) : std::string();
}
} // namespace

// The file, opened as often as threads read it at once.
class TiffFile::Library
{
public:
  explicit Library(const std::string & path)
    : m_Path(path)
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

TiffFile::TiffFile(const std::string & path)
  : m_Path(path)
  , m_Library(std::make_unique<Library>(path))
{
  const Handle tiff(*this);
  m_Library->length = std::filesystem::file_size(path);
  ReadFirstPageTags(tiff);
  CollectPages(tiff);
}

TiffFile::~TiffFile() = default;

void
TiffFile::FailWith(const std::string & what) const
{
  const std::string error = m_Library->GetFirstError();
  FailWithFile(error.empty() ? what : what + " (" + error + ")", m_Path);
}

void
TiffFile::ReadFirstPageTags(const Handle & tiff)
{
  m_Description = TextTag(tiff, TIFFTAG_IMAGEDESCRIPTION);
  m_Resolution.x = Tag<float>(tiff, TIFFTAG_XRESOLUTION, 0.0f);
  m_Resolution.y = Tag<float>(tiff, TIFFTAG_YRESOLUTION, 0.0f);
  const auto unit = Tag<std::uint16_t>(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_NONE);
  m_Resolution.unitInMicrometres = unit == RESUNIT_INCH ? 25400.0 : unit == RESUNIT_CENTIMETER ? 10000.0 : 0.0;
}

TiffFile::Format
TiffFile::ReadFormat(TIFF * file, const std::string & description)
{
  Format format;
  format.width = Tag<std::uint32_t>(file, TIFFTAG_IMAGEWIDTH, 0);
  format.height = Tag<std::uint32_t>(file, TIFFTAG_IMAGELENGTH, 0);
  format.bits = Tag<std::uint16_t>(file, TIFFTAG_BITSPERSAMPLE, 1);
  format.sampleFormat = Tag<std::uint16_t>(file, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  format.samples = Tag<std::uint16_t>(file, TIFFTAG_SAMPLESPERPIXEL, 1);
  format.orientation = Tag<std::uint16_t>(file, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  const auto photometric = Tag<std::uint16_t>(file, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  // ImageJ keeps gray values and the colours they are shown in; elsewhere a colour map's entries are no intensities.
  format.isGray = photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE ||
                  (photometric == PHOTOMETRIC_PALETTE && description.rfind("ImageJ=", 0) == 0);
  format.whiteIsZero = photometric == PHOTOMETRIC_MINISWHITE;
  return format;
}

bool
TiffFile::Format::LowestRowFirst() const
{
  return orientation == ORIENTATION_BOTLEFT;
}

std::string
TiffFile::Format::WhyUnreadable() const
{
  if (samples != 1 || !isGray)
  {
    return "a gray stack is needed, but " + (samples != 1 ? "a pixel has " + std::to_string(samples) + " components"
                                                          : std::string("the pixels are colours"));
  }
  if (width == 0 || height == 0)
  {
    return "the image has no pixels";
  }
  if (!FindPixelType(sampleFormat, bits))
  {
    return "pixels of " + std::to_string(bits) + " bits and sample format " + std::to_string(sampleFormat) +
           " cannot be read";
  }
  if (orientation != ORIENTATION_TOPLEFT && orientation != ORIENTATION_BOTLEFT)
  {
    return "the rows do not run from left to right (orientation " + std::to_string(orientation) + ")";
  }
  return {};
}

void
TiffFile::CollectPages(const Handle & tiff)
{
  std::size_t directory = 0;
  do
  {
    const auto kind = Tag<std::uint32_t>(tiff, TIFFTAG_SUBFILETYPE, 0);
    if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0)
    {
      continue;
    }
    const Format format = ReadFormat(tiff, m_Description);
    const std::string problem = format.WhyUnreadable();
    if (!problem.empty())
    {
      FailWith(problem);
    }
    const bool isFirst = m_Directories.empty();
    if (!isFirst && (format.width != m_Format.width || format.height != m_Format.height ||
                     format.bits != m_Format.bits || format.sampleFormat != m_Format.sampleFormat))
    {
      FailWithFile("page " + std::to_string(directory + 1) + " differs from the first one in size or pixel type",
                   m_Path);
    }
    m_Format = format;
    m_Directories.push_back(directory);
  } while (++directory < MostPages && TIFFReadDirectory(tiff) == 1);
  if (!m_Library->GetFirstError().empty())
  {
    FailWith("cannot read the header of page " + std::to_string(directory + 1));
  }
  if (m_Directories.empty())
  {
    FailWithFile("the file holds no image of full size", m_Path);
  }
}

IOComponentEnum
TiffFile::GetComponentType() const
{
  return FindPixelType(m_Format.sampleFormat, m_Format.bits)->component;
}

void
TiffFile::AddUndescribedPages(std::size_t numberOfPages)
{
  const Handle tiff(*this);
  const std::uint64_t * offsets = nullptr;
  const bool isPlain = TIFFSetDirectory(tiff, 0) == 1 && !TIFFIsTiled(tiff) &&
                       Tag<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_NONE &&
                       TIFFGetField(tiff, TIFFTAG_STRIPOFFSETS, &offsets) == 1 && offsets;
  const std::uint64_t available = isPlain && offsets[0] < m_Library->length ? m_Library->length - offsets[0] : 0;
  if (available / m_Format.BytesPerPage() < numberOfPages)
  {
    FailWithFile("the description tells of " + std::to_string(numberOfPages) + " pages, but the file holds " +
                   std::to_string(GetNumberOfPages()),
                 m_Path);
  }
  m_Directories.assign(numberOfPages, 0);
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
  const auto rowsInTag = Tag<std::uint32_t>(tiff, TIFFTAG_ROWSPERSTRIP, m_Format.height);
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
  const auto tileWidth = Tag<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH, 0);
  const auto tileHeight = Tag<std::uint32_t>(tiff, TIFFTAG_TILELENGTH, 0);
  const std::size_t pixelBytes = m_Format.bits / 8u;
  const double tileBytes = static_cast<double>(tileWidth) * tileHeight * static_cast<double>(pixelBytes);
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
      const std::size_t copied = std::min(tileWidth, m_Format.width - left) * pixelBytes;
      for (std::uint32_t row = std::max(top, begin); row < std::min(top + tileHeight, end); ++row)
      {
        std::copy_n(tile.data() + static_cast<std::size_t>(row - top) * tileWidth * pixelBytes, copied,
                    bytes + (row - begin) * m_Format.BytesPerRow() + left * pixelBytes);
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
    const std::size_t pixelBytes = m_Format.bits / 8u;
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
  // A directory's number has 16 bits in libtiff before 4.5.
  if (TIFFSetDirectory(tiff, static_cast<decltype(TIFFCurrentDirectory(tiff))>(m_Directories.at(page))) != 1)
  {
    FailWith("cannot read the header of page " + std::to_string(page + 1));
  }
  const std::size_t firstInFile = m_Format.LowestRowFirst() ? m_Format.height - first - count : first;
  if (m_PagesAreUndescribed)
  {
    ReadUndescribedRows(tiff, page, firstInFile, count, bytes);
  }
  else if (TIFFIsTiled(tiff))
  {
    ReadTiles(tiff, firstInFile, count, bytes);
  }
  else if (Tag<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_NONE)
  {
    ReadScanlines(tiff, firstInFile, count, bytes);
  }
  else
  {
    ReadStrips(tiff, firstInFile, count, bytes);
  }
}

void
TiffFile::ReadRows(std::size_t page, std::size_t first, std::size_t count, void * pixels) const
{
  auto * bytes = static_cast<char *>(pixels);
  ReadBytes(page, first, count, bytes);
  const std::size_t rowBytes = m_Format.BytesPerRow();
  for (std::size_t row = 0; m_Format.LowestRowFirst() && row < count / 2; ++row)
  {
    std::swap_ranges(bytes + row * rowBytes, bytes + (row + 1) * rowBytes, bytes + (count - 1 - row) * rowBytes);
  }
  if (m_Format.whiteIsZero && m_Format.sampleFormat == SAMPLEFORMAT_UINT)
  {
    std::transform(bytes, bytes + count * rowBytes, bytes, [](char byte) { return static_cast<char>(~byte); });
  }
}

void
TiffFile::ReadRowsAsFloat(std::size_t page, std::size_t first, std::size_t count, float * pixels) const
{
  std::vector<char> bytes(count * m_Format.BytesPerRow());
  ReadBytes(page, first, count, bytes.data());
  const RowConverter convert = FindPixelType(m_Format.sampleFormat, m_Format.bits)->convert;
  for (std::size_t row = 0; row < count; ++row)
  {
    const std::size_t target = m_Format.LowestRowFirst() ? count - 1 - row : row;
    convert(bytes.data() + row * m_Format.BytesPerRow(), m_Format.width, m_Format.whiteIsZero,
            pixels + target * m_Format.width);
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
  page.description = TextTag(file.get(), TIFFTAG_IMAGEDESCRIPTION);
  const TiffFile::Format format = TiffFile::ReadFormat(file.get(), page.description);
  page.isReadable = format.WhyUnreadable().empty();
  page.isWideInteger = format.bits > 16 && format.sampleFormat != SAMPLEFORMAT_IEEEFP;
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
