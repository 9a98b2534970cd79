// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/TiffFormat.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

namespace itk
{
namespace PenCore
{
namespace
{
template <typename TPixel>
void
ConvertRow(const char * bytes, std::size_t count, float * pixels)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    TPixel value;
    std::memcpy(&value, bytes + i * sizeof(TPixel), sizeof(TPixel));
    pixels[i] = static_cast<float>(value);
  }
}

using RowConverter = void (*)(const char *, std::size_t, float *);

struct PixelType
{
  std::uint16_t sampleFormat;
  std::uint16_t bits;
  IOComponentEnum component;
  RowConverter convert; ///< of pixels of at least 8 bits
};

// Pixels of less than 8 bits become bytes before anything else.
const std::array<PixelType, 13> PixelTypes{
  { { SAMPLEFORMAT_UINT, 1, IOComponentEnum::UCHAR, ConvertRow<std::uint8_t> },
    { SAMPLEFORMAT_UINT, 2, IOComponentEnum::UCHAR, ConvertRow<std::uint8_t> },
    { SAMPLEFORMAT_UINT, 4, IOComponentEnum::UCHAR, ConvertRow<std::uint8_t> },
    { SAMPLEFORMAT_UINT, 8, IOComponentEnum::UCHAR, ConvertRow<std::uint8_t> },
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
FindPixelType(const TiffFormat & format)
{
  const auto type =
    std::find_if(PixelTypes.begin(), PixelTypes.end(),
                 [&](const PixelType & candidate)
                 { return candidate.sampleFormat == format.sampleFormat && candidate.bits == format.bits; });
  return type == PixelTypes.end() ? nullptr : &*type;
}

// Pixels of 1, 2 or 4 bits, of which the first is a byte's highest.
void
UnpackRow(const TiffFormat & format, const char * bytes, char * pixels)
{
  const unsigned int perByte = 8u / format.bits;
  const unsigned int mask = (1u << format.bits) - 1u;
  for (std::size_t i = 0; i < format.width; ++i)
  {
    const unsigned int shift = (perByte - 1u - i % perByte) * format.bits;
    pixels[i] = static_cast<char>((static_cast<unsigned char>(bytes[i / perByte]) >> shift) & mask);
  }
}
} // namespace

std::string
TiffTextTag(TIFF * tiff, std::uint32_t tag)
{
  char * text = nullptr;
  return TIFFGetField(tiff, tag, &text) == 1 && text ? std::string(text) : std::string();
}

bool
TiffFormat::IsLike(const TiffFormat & other) const
{
  return width == other.width && height == other.height && bits == other.bits && sampleFormat == other.sampleFormat;
}

bool
TiffFormat::IsReducedCopyOf(const TiffFormat & other) const
{
  if (width >= other.width || height >= other.height || width == 0 || height == 0 || bits != other.bits ||
      sampleFormat != other.sampleFormat || samples != other.samples)
  {
    return false;
  }
  // Sides are rounded to whole pixels, up or down.
  const double crossed =
    std::abs(static_cast<double>(width) * other.height - static_cast<double>(height) * other.width);
  return crossed <= static_cast<double>(other.width) + static_cast<double>(other.height);
}

bool
TiffFormat::LowestRowFirst() const
{
  return orientation == ORIENTATION_BOTLEFT;
}

bool
TiffFormat::IsInteger() const
{
  return sampleFormat != SAMPLEFORMAT_IEEEFP;
}

bool
TiffFormat::IsPalette() const
{
  return photometric == PHOTOMETRIC_PALETTE;
}

IOComponentEnum
TiffFormat::GetComponentType() const
{
  const PixelType * type = FindPixelType(*this);
  return type ? type->component : IOComponentEnum::UNKNOWNCOMPONENTTYPE;
}

void
TiffFormat::ReadRow(const char * bytes, void * pixels) const
{
  if (bits < 8)
  {
    UnpackRow(*this, bytes, static_cast<char *>(pixels));
    return;
  }
  std::memcpy(pixels, bytes, BytesPerRow());
}

void
TiffFormat::ReadRowAsFloat(const char * bytes, float * pixels) const
{
  const RowConverter convert = FindPixelType(*this)->convert;
  if (bits >= 8)
  {
    convert(bytes, width, pixels);
    return;
  }
  std::vector<char> row(width);
  UnpackRow(*this, bytes, row.data());
  convert(row.data(), width, pixels);
}

std::string
TiffFormat::WhyUnreadable(bool paletteIsNumbers) const
{
  const bool isGray =
    photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE || (IsPalette() && paletteIsNumbers);
  if (samples != 1 || !isGray)
  {
    return "a gray stack is needed, but " + (samples != 1 ? "a pixel has " + std::to_string(samples) + " components"
                                                          : std::string("the pixels are colours"));
  }
  if (width == 0 || height == 0)
  {
    return "the image has no pixels";
  }
  if (depth > 1)
  {
    return "a page holds " + std::to_string(depth) + " slices, but pages of one slice are needed";
  }
  if (!FindPixelType(*this))
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

TiffFormat
ReadTiffFormat(TIFF * tiff)
{
  TiffFormat format;
  format.width = TiffTag<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH, 0);
  format.height = TiffTag<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH, 0);
  format.depth = TiffTag<std::uint32_t>(tiff, TIFFTAG_IMAGEDEPTH, 1);
  format.bits = TiffTag<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  format.sampleFormat = TiffTag<std::uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  format.samples = TiffTag<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  format.orientation = TiffTag<std::uint16_t>(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  format.photometric = TiffTag<std::uint16_t>(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  if (format.sampleFormat == SAMPLEFORMAT_VOID)
  {
    // "Untyped": the specification has it read as unsigned.
    format.sampleFormat = SAMPLEFORMAT_UINT;
  }
  return format;
}
} // namespace PenCore
} // namespace itk
