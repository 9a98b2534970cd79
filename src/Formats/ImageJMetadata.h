// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_ImageJMetadata_h
#define ProjectionEnhancement_Formats_ImageJMetadata_h

#include "Formats/TiffFile.h"

#include <array>
#include <optional>
#include <string>

namespace itk
{
namespace PenCore
{
/** What ImageJ writes about a hyperstack; its pages are ordered channel first, then slice, then frame. */
struct ImageJStack
{
  std::size_t images = 1;
  std::size_t channels = 1;
  std::size_t slices = 1;
  std::size_t frames = 1;
  /** x, y, z in um; empty where the text gives none or a unit that is no length. */
  std::array<std::optional<double>, 3> voxelSize;
};

/** Reads the lines "ImageJ=1.53t", "images=20", ... of a TIFF's ImageDescription together with its resolution tags.
 * Empty when the text is something else. */
ProjectionEnhancement_EXPORT std::optional<ImageJStack>
ParseImageJ(const std::string & description, const TiffResolution & resolution);
} // namespace PenCore
} // namespace itk

#endif
