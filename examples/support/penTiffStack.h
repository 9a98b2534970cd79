// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penTiffStack_h
#define penTiffStack_h

#include "penOutputFile.h"
#include "penStackFile.h"
#include "penTiffFile.h"

#include <optional>
#include <string>

namespace pen
{
/** \brief Reads one channel and frame of a multi-page TIFF: plain, OME-TIFF or an ImageJ hyperstack.
 *
 * Only the pages of that channel and frame are read. The voxel size is empty where the file does not tell all of it.
 * Throws with one clear line, as ReadStack() tells. */
struct TiffStack
{
  StackImage::Pointer image;
  itk::IOComponentEnum componentType;
  std::optional<StackImage::SpacingType> spacing;
};

TiffStack
ReadTiffStack(const std::string & path, const StackOptions & options);

/** What the pages of an OME-TIFF are. */
enum class OmePages
{
  Slices,
  Channels
};

/** Writes a stack as an OME-TIFF of 8-, 16-bit or float pixels, whichever is the smallest that loses nothing, with its
 * spacing in um where that is known. Throws with one clear line. The caller commits. */
void
WriteOmeTiff(const StackImage * stack, bool spacingIsKnown, const OutputFile & output,
             OmePages pages = OmePages::Slices);
} // namespace pen

#endif
