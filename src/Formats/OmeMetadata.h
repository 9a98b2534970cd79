// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_OmeMetadata_h
#define ProjectionEnhancement_Formats_OmeMetadata_h

#include "ProjectionEnhancementExport.h"

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** What stands for an index that is no number: no plane and no page has it. */
constexpr std::size_t NoIndex = std::numeric_limits<std::size_t>::max();

/** A TiffData element: where some planes lie. */
struct OmeTiffData
{
  std::optional<std::size_t> directory; ///< IFD
  std::optional<std::size_t> planes;
  std::size_t firstSlice = 0;
  std::size_t firstChannel = 0;
  std::size_t firstFrame = 0;
  /** The file, by its UUID and by its name in the same folder; both empty: the file that holds the text. */
  std::string uuid;
  std::string fileName;
};

/** What a Pixels element of an OME-XML text says about a stack. */
struct OmePixels
{
  /** PhysicalSizeX, Y, Z in um; empty where the text gives none, no number or a unit that is no length. */
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
};

/** An OME-XML text. */
struct OmeDocument
{
  /** Why the text cannot be understood; empty where it can. */
  std::string problem;
  /** Of the file that holds the text; empty where it has none. */
  std::string uuid;
  /** The file that holds the images' description in this one's place (BinaryOnly); empty: this one does. */
  std::string metadataFile;
  /** Whether SizeZ of an image counts something else beside depths, such as angles (ModuloAlongZ). */
  bool slicesAreMixed = false;
  std::vector<OmePixels> images;
};

/** \brief Reads OME-XML as found in a TIFF's ImageDescription or in a companion file.
 *
 * The text may be UTF-8 or Latin-1, whatever it says of itself, and begin with blanks or a byte order mark. A count
 * that is no number is 0. Empty when the text is something else; what looks like OME-XML and is damaged is a document
 * with a problem. */
ProjectionEnhancement_EXPORT std::optional<OmeDocument>
ParseOme(const std::string & text);
} // namespace PenCore
} // namespace itk

#endif
