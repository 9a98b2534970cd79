// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Pictures_Png_h
#define pen_programs_Pictures_Png_h

#include "Pictures/Picture.h"

#include <string>

namespace pen
{
/** A picture, of one pixel at least, as the bytes of a PNG file: compressed on all threads, the same on any number of
 * them. Its spacing is the file's scale, as itk::PNGImageIO reads it. */
std::string
PngBytes(const PictureImage * picture);

/** Bytes as base64 text (RFC 4648), as "data:" URLs hold them. */
std::string
Base64(const std::string & bytes);
} // namespace pen

#endif
