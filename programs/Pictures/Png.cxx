// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Pictures/Png.h"
#include "ProjectionEnhancement/Base/NumberText.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace pen
{
namespace
{
constexpr std::size_t BytesPerPixel = 3;
// A gray micrograph is noise to a filter, and becomes a tenth larger by it; a projection becomes a sixth smaller.
constexpr char NoFilter = 0;
// The lowest that looks on for longer matches; a higher one takes four times as long for nothing.
constexpr int Level = 3;
constexpr int RawDeflate = -15;
constexpr int DefaultMemory = 8;
constexpr std::size_t DeflateWindow = 32768;
// Of pixels that are compressed together: the same on any number of threads.
constexpr std::size_t BytesPerBlock = std::size_t{ 1 } << 20;

std::string
BigEndian(std::size_t number)
{
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
  {
    bytes += static_cast<char>((number >> shift) & 0xffu);
  }
  return bytes;
}

std::string
Chunk(const std::string & name, const std::string & data)
{
  const std::string content = name + data;
  const auto checksum = crc32(0, reinterpret_cast<const Bytef *>(content.data()), static_cast<uInt>(content.size()));
  return BigEndian(data.size()) + content + BigEndian(checksum);
}

// Some rows of a picture, deflated on their own.
struct Block
{
  std::string bytes;
  std::size_t length = 0; // before
  uLong checksum = adler32(0, nullptr, 0);
};

class RowsOfPicture
{
public:
  explicit RowsOfPicture(const PictureImage * picture)
    : m_Pixels(reinterpret_cast<const char *>(picture->GetBufferPointer()))
    , m_RowBytes(picture->GetLargestPossibleRegion().GetSize(0) * BytesPerPixel)
    , m_Height(picture->GetLargestPossibleRegion().GetSize(1))
    , m_RowsPerBlock(std::max<std::size_t>(BytesPerBlock / std::max<std::size_t>(m_RowBytes, 1), 1))
  {
    static_assert(sizeof(PictureImage::PixelType) == BytesPerPixel, "pixels lie without gaps");
  }

  std::size_t
  GetNumberOfBlocks() const
  {
    return (m_Height + m_RowsPerBlock - 1) / m_RowsPerBlock;
  }

  // A piece of one deflate stream: what lies before is its dictionary, and it ends at a whole byte.
  Block
  Deflate(std::size_t index) const
  {
    const std::size_t begin = index * m_RowsPerBlock;
    const std::size_t end = std::min(begin + m_RowsPerBlock, m_Height);
    const std::size_t windowRows = std::min(begin, DeflateWindow / m_RowBytes + 1);
    std::string window = this->Filtered(begin - windowRows, begin);
    window.erase(0, window.size() - std::min(window.size(), DeflateWindow));
    const std::string rows = this->Filtered(begin, end);

    z_stream zlib{};
    if (deflateInit2(&zlib, Level, Z_DEFLATED, RawDeflate, DefaultMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    {
      throw std::runtime_error("zlib cannot start");
    }
    deflateSetDictionary(&zlib, reinterpret_cast<const Bytef *>(window.data()), static_cast<uInt>(window.size()));
    Block block;
    block.length = rows.size();
    block.checksum =
      adler32(block.checksum, reinterpret_cast<const Bytef *>(rows.data()), static_cast<uInt>(rows.size()));
    // What a flush adds are a few bytes.
    block.bytes.resize(deflateBound(&zlib, static_cast<uLong>(rows.size())) + 64);
    zlib.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(rows.data())); // zlib leaves its input alone
    zlib.avail_in = static_cast<uInt>(rows.size());
    zlib.next_out = reinterpret_cast<Bytef *>(&block.bytes[0]);
    zlib.avail_out = static_cast<uInt>(block.bytes.size());
    const bool isLast = end == m_Height;
    const int state = deflate(&zlib, isLast ? Z_FINISH : Z_SYNC_FLUSH);
    const bool isWhole = zlib.avail_in == 0 && zlib.avail_out > 0 && state == (isLast ? Z_STREAM_END : Z_OK);
    block.bytes.resize(block.bytes.size() - zlib.avail_out);
    deflateEnd(&zlib);
    if (!isWhole)
    {
      throw std::runtime_error("zlib cannot compress the picture");
    }
    return block;
  }

private:
  std::string
  Filtered(std::size_t begin, std::size_t end) const
  {
    std::string rows;
    rows.reserve((m_RowBytes + 1) * (end - begin));
    for (std::size_t y = begin; y < end; ++y)
    {
      rows += NoFilter;
      rows.append(m_Pixels + y * m_RowBytes, m_RowBytes);
    }
    return rows;
  }

  const char * m_Pixels;
  std::size_t m_RowBytes;
  std::size_t m_Height;
  std::size_t m_RowsPerBlock;
};

std::string
PixelChunks(const PictureImage * picture)
{
  const RowsOfPicture rows(picture);
  std::vector<Block> blocks(rows.GetNumberOfBlocks());
  itk::PenCore::ParallelFor(blocks.size(), 1,
                            [&](std::size_t begin, std::size_t end)
                            {
                              for (std::size_t i = begin; i < end; ++i)
                              {
                                blocks[i] = rows.Deflate(i);
                              }
                            });
  uLong checksum = adler32(0, nullptr, 0);
  for (const Block & block : blocks)
  {
    checksum = adler32_combine(checksum, block.checksum, static_cast<z_off_t>(block.length));
  }
  // A zlib stream: 32 KiB window, no dictionary, then what is deflated, then its checksum.
  blocks.front().bytes.insert(0, "\x78\x01");
  blocks.back().bytes += BigEndian(checksum);
  std::string chunks;
  for (const Block & block : blocks)
  {
    chunks += Chunk("IDAT", block.bytes);
  }
  return chunks;
}
} // namespace

std::string
PngBytes(const PictureImage * picture)
{
  const auto size = picture->GetLargestPossibleRegion().GetSize();
  const auto spacing = picture->GetSpacing();
  // 8 bits per sample, RGB, deflate, the standard filters, not interlaced.
  const std::string format{ 8, 2, 0, 0, 0 };
  // The spacing as ITK reads it, whatever the unit.
  const std::string scale = '\1' + itk::PenCore::NumberText(spacing[0]) + '\0' + itk::PenCore::NumberText(spacing[1]);
  return "\x89PNG\r\n\x1a\n" + Chunk("IHDR", BigEndian(size[0]) + BigEndian(size[1]) + format) + Chunk("sCAL", scale) +
         PixelChunks(picture) + Chunk("IEND", "");
}

std::string
Base64(const std::string & bytes)
{
  constexpr const char * digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3)
  {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
    {
      three = (three << 8) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k)
    {
      text += i + k > bytes.size() ? '=' : digits[(three >> (18 - 6 * k)) & 63u];
    }
  }
  return text;
}
} // namespace pen
