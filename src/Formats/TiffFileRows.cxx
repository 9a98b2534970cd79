// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// How rows of a page are read: from scanlines, strips, tiles, or behind the only page that is described.
#include "Formats/TiffFile.h"
#include "Formats/TiffFileHandle.h"
#include "ProjectionEnhancement/Base/FileError.h"

#include <algorithm>
#include <fstream>

namespace itk
{
namespace PenCore
{
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

} // namespace PenCore
} // namespace itk
