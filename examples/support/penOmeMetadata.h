// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penOmeMetadata_h
#define penOmeMetadata_h

#include <array>
#include <optional>
#include <string>

namespace pen
{
/** What the first Pixels element of an OME-XML text says about a stack. */
struct OmePixels
{
  /** PhysicalSizeX, Y, Z in um; empty where the text gives none or a unit that is no length. */
  std::array<std::optional<double>, 3> physicalSize;
  unsigned int channels = 1;
  unsigned int timePoints = 1;
};

/** Reads OME-XML as found in a TIFF's ImageDescription. Empty when the text is something else. */
std::optional<OmePixels>
ParseOmePixels(const std::string & description);
} // namespace pen

#endif
