// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penPng.h"

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace pen
{
namespace
{
constexpr std::size_t BytesPerPixel = 3;
constexpr char FilterUp = 2;

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

// Rows as differences to the one above, which smooth pictures compress well as.
std::string
FilteredRows(const unsigned char * pixels, std::size_t width, std::size_t height)
{
  const std::size_t rowBytes = width * BytesPerPixel;
  std::string rows;
  rows.reserve((rowBytes + 1) * height);
  for (std::size_t y = 0; y < height; ++y)
  {
    rows += FilterUp;
    for (std::size_t i = y * rowBytes; i < (y + 1) * rowBytes; ++i)
    {
      rows += static_cast<char>(pixels[i] - (y > 0 ? pixels[i - rowBytes] : 0));
    }
  }
  return rows;
}
} // namespace

std::string
PngBytes(const PictureImage * picture)
{
  static_assert(sizeof(PictureImage::PixelType) == BytesPerPixel, "pixels lie without gaps");
  const auto size = picture->GetLargestPossibleRegion().GetSize();
  const std::string rows =
    FilteredRows(reinterpret_cast<const unsigned char *>(picture->GetBufferPointer()), size[0], size[1]);
  uLongf length = compressBound(static_cast<uLong>(rows.size()));
  std::vector<Bytef> compressed(length);
  if (compress2(compressed.data(), &length, reinterpret_cast<const Bytef *>(rows.data()),
                static_cast<uLong>(rows.size()), Z_DEFAULT_COMPRESSION) != Z_OK)
  {
    throw std::runtime_error("zlib cannot compress the picture");
  }
  // 8 bits a sample, RGB, deflate, the standard filters, not interlaced.
  const std::string format{ 8, 2, 0, 0, 0 };
  return "\x89PNG\r\n\x1a\n" + Chunk("IHDR", BigEndian(size[0]) + BigEndian(size[1]) + format) +
         Chunk("IDAT", { reinterpret_cast<const char *>(compressed.data()), length }) + Chunk("IEND", "");
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
