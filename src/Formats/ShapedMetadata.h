// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_ShapedMetadata_h
#define ProjectionEnhancement_Formats_ShapedMetadata_h

#include "Formats/TiffFile.h"

#include <array>
#include <optional>
#include <string>

namespace itk
{
namespace PenCore
{
/** What Python's tifffile writes about the pages of an array, e.g. {"shape": [2, 7, 48, 64], "axes": "CZYX"}. */
struct ShapedStack
{
  /** Why the text does not say which pages are slices; empty where it does. */
  std::string problem;
  std::size_t channels = 1;
  std::size_t slices = 1;
  std::size_t frames = 1;
  /** The axes after X and Y from the fastest on. */
  std::string order;
  /** x, y, z in um; empty where the text gives none or a unit that is no length. */
  std::array<std::optional<double>, 3> voxelSize;
};

/** Reads such a text of pages of \a width x \a height pixels together with the resolution tags. One axis without a name
 * is that of slices, as pages without a description are. Empty when the text is something else. */
ProjectionEnhancement_EXPORT std::optional<ShapedStack>
ParseShaped(const std::string & description, const TiffResolution & resolution, std::size_t width, std::size_t height);
} // namespace PenCore
} // namespace itk

#endif
