// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_OmeFileSet_h
#define ProjectionEnhancement_Formats_OmeFileSet_h

#include "Formats/OmeMetadata.h"
#include "Formats/TiffPlanes.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
{
/** The OME-XML of a TIFF: its description, or the file in the same folder that the description names in its place
 * (BinaryOnly), a companion or another TIFF. Empty where the description is something else.
 * \throws ExceptionObject with FailWithFile()'s one line where the text is damaged or that file is missing. */
std::optional<OmeDocument>
ReadOmeDocument(const std::string & description, const std::string & path);

/** An image of an OME-XML text, and the files that its planes lie in. */
struct OmeImage
{
  const OmePixels * pixels;
  /** Paths; the first is the TIFF that was opened. A file that the text does not name is empty. */
  std::vector<std::string> files;
  /** For each TiffData of the image, which of the files. */
  std::vector<std::size_t> fileOfData;
};

/** The image of a text that a TIFF holds pages of, by its UUID, else by its name.
 * \throws ExceptionObject with FailWithFile()'s one line where that is none or several. */
OmeImage
FindOmeImage(const OmeDocument & document, const std::string & path);

/** Where a plane lies: a file of OmeImage::files, NoIndex for nowhere, and a directory in it. */
struct OmePlane
{
  std::size_t file = NoIndex;
  std::size_t directory = 0;
};

/** Where each plane of an image lies. Empty where the text does not say it: then they are the pages of the TIFF that
 * was opened, one after the other. */
std::vector<OmePlane>
PlanesOf(const OmeImage & image, const TiffPlanes & layout);
} // namespace PenCore
} // namespace itk

#endif
