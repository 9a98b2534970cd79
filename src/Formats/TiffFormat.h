// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_TiffFormat_h
#define ProjectionEnhancement_Formats_TiffFormat_h

#include "ProjectionEnhancementExport.h"
#include "itkCommonEnums.h"

#include <tiffio.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace itk
{
namespace PenCore
{
/** A tag's value, or another one where the directory has none. */
template <typename TValue>
TValue
TiffTag(TIFF * tiff, std::uint32_t tag, TValue otherwise)
{
  TValue value{};
  return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

/** A tag's text; empty where there is none. */
std::string
TiffTextTag(TIFF * tiff, std::uint32_t tag);

/** \brief How the pixels of a TIFF's page lie in the file.
 *
 * Values are those that are stored, also where a page says that 0 is white: so ImageJ, tifffile and ITK read them. */
struct ProjectionEnhancement_EXPORT TiffFormat
{
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t depth = 1;
  std::uint16_t bits = 1;
  std::uint16_t sampleFormat = 1;
  std::uint16_t samples = 1;
  std::uint16_t orientation = 1;
  std::uint16_t photometric = 1;

  /** Whether two pages can be slices of one stack. */
  bool
  IsLike(const TiffFormat & other) const;
  /** Whether a page of this format can be a smaller copy of one of the other, as pyramids have them: the same kind of
   * pixels and the same ratio of the sides. */
  bool
  IsReducedCopyOf(const TiffFormat & other) const;

  bool
  LowestRowFirst() const;
  bool
  IsInteger() const;
  bool
  IsPalette() const;
  /** The type of a pixel once it is read: at least 8 bits. */
  IOComponentEnum
  GetComponentType() const;

  /** Bytes of so many pixels of a row in the file. */
  std::size_t
  BytesOf(std::size_t pixels) const
  {
    return (pixels * bits + 7u) / 8u;
  }
  std::size_t
  BytesPerRow() const
  {
    return BytesOf(width);
  }
  std::size_t
  BytesPerPage() const
  {
    return BytesPerRow() * height;
  }
  std::size_t
  BytesPerPixelRead() const
  {
    return bits < 8 ? 1 : bits / 8u;
  }

  /** A row of the file as numbers of GetComponentType(), and as float. */
  void
  ReadRow(const char * bytes, void * pixels) const;
  void
  ReadRowAsFloat(const char * bytes, float * pixels) const;

  /** Why pages of it are not read; empty where they are. A palette's entries are colours, unless they are to be read
   * as numbers. */
  std::string
  WhyUnreadable(bool paletteIsNumbers) const;
};

/** The format of the directory that the file is at. */
TiffFormat
ReadTiffFormat(TIFF * tiff);
} // namespace PenCore
} // namespace itk

#endif
