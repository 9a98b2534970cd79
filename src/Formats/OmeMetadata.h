// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_OmeMetadata_h
#define ProjectionEnhancement_Formats_OmeMetadata_h

#include "ProjectionEnhancementExport.h"

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** A TiffData element: where in the file some planes lie. */
struct OmeTiffData
{
  std::optional<std::size_t> page; ///< IFD
  std::optional<std::size_t> planes;
  std::size_t firstSlice = 0;
  std::size_t firstChannel = 0;
  std::size_t firstFrame = 0;
};

/** What the first Pixels element of an OME-XML text says about a stack. */
struct OmePixels
{
  /** PhysicalSizeX, Y, Z in um; empty where the text gives none or a unit that is no length. */
  std::array<std::optional<double>, 3> physicalSize;
  /** SizeX and SizeY; empty where the text gives none. */
  std::optional<std::size_t> width;
  std::optional<std::size_t> height;
  /** SizeZ; empty where the text gives none. */
  std::optional<std::size_t> slices;
  std::size_t channels = 1;
  std::size_t timePoints = 1;
  /** The axes after X and Y from the fastest on, e.g. "CZT"; as the text has it. */
  std::string order = "ZCT";
  std::vector<OmeTiffData> tiffData;
  /** The files that the planes are said to lie in. */
  std::set<std::string> files;
};

/** Reads OME-XML as found in a TIFF's ImageDescription. Empty when the text is something else. A count that is no
 * number is 0. */
ProjectionEnhancement_EXPORT std::optional<OmePixels>
ParseOmePixels(const std::string & description);
} // namespace PenCore
} // namespace itk

#endif
