// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_OmeTiffWriter_h
#define ProjectionEnhancement_Formats_OmeTiffWriter_h

#include "ProjectionEnhancementExport.h"
#include "itkCommonEnums.h"
#include "itkImage.h"

#include <memory>
#include <string>

namespace itk
{
namespace PenCore
{
/** What the pages of an OME-TIFF are. */
enum class OmePages
{
  Slices,
  Channels
};

/** Whose description a TIFF carries; both tell spacing and unit. */
enum class TiffDescription
{
  Ome,
  ImageJ
};

/** What a TIFF tells of its pixels. */
struct OmeTiffLayout
{
  Size<3> size;              ///< X, Y, pages
  Vector<double, 3> spacing; ///< in um
  bool spacingIsKnown = false;
  OmePages pages = OmePages::Slices;
  IOComponentEnum component = IOComponentEnum::FLOAT;
  unsigned int samples = 1; ///< of a pixel: 1, gray, or 3, red, green and blue of 8 or 16 bits
  TiffDescription description = TiffDescription::Ome;
};

/** The description that fits a file's name: OME-XML for .ome.tif and .ome.tiff, else ImageJ's. */
ProjectionEnhancement_EXPORT TiffDescription
DescriptionForName(const std::string & path);

/** \brief Writes an OME-TIFF, or a TIFF with ImageJ's description, row by row, of an image that need not be whole in
 * memory.
 *
 * Pixels are integers of 8 to 32 bits or floating-point numbers, compressed without loss.
 * \throws ExceptionObject with FailWithFile()'s one line. */
class ProjectionEnhancement_EXPORT OmeTiffWriter
{
public:
  OmeTiffWriter(const OmeTiffLayout & layout, const std::string & path);
  ~OmeTiffWriter();
  OmeTiffWriter(const OmeTiffWriter &) = delete;
  OmeTiffWriter &
  operator=(const OmeTiffWriter &) = delete;

  /** The next row, of numbers of the layout's type: a page's rows from the first on, page after page. */
  void
  WriteRow(const void * pixels);

  /** Throws where something could not be written. */
  void
  Close();

private:
  class File;
  std::unique_ptr<File> m_File;
};

/** Whether OmeTiffWriter writes pixels of a type with so many samples. */
ProjectionEnhancement_EXPORT bool
IsOmePixelType(IOComponentEnum component, unsigned int samples = 1);

/** \brief Writes a stack, X x Y x Z, as an OME-TIFF of 8-, 16-bit or float pixels, whichever is the smallest that loses
 * nothing, with its spacing in um where that is known.
 * \throws ExceptionObject with FailWithFile()'s one line. */
ProjectionEnhancement_EXPORT void
WriteOmeTiff(const Image<float, 3> * stack, bool spacingIsKnown, const std::string & path);
} // namespace PenCore
} // namespace itk

#endif
