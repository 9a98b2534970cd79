// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_itkPalettePNGImageIO_h
#define ProjectionEnhancement_Formats_itkPalettePNGImageIO_h

#include "itkImageIOBase.h"

#include <string>

namespace itk
{
/** \class PalettePNGImageIO
 * \brief Reads the entries of a PNG's palette as numbers, X x Y of 8 bits.
 *
 * ITK's own reader does so too (ExpandRGBPaletteOff()), but reads colours where entries may be transparent, as the
 * background of labels often is. Writes nothing.
 *
 * \ingroup ProjectionEnhancement
 */
class PalettePNGImageIO : public ImageIOBase
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(PalettePNGImageIO);

  using Self = PalettePNGImageIO;
  using Superclass = ImageIOBase;
  using Pointer = SmartPointer<Self>;

  itkNewMacro(Self);
  itkTypeMacro(PalettePNGImageIO, ImageIOBase);

  /** Whether a file is a PNG with a palette. */
  bool
  CanReadFile(const char * fileName) override;
  void
  ReadImageInformation() override;
  void
  Read(void * buffer) override;

  bool
  CanWriteFile(const char * fileName) override;
  void
  WriteImageInformation() override;
  void
  Write(const void * buffer) override;

protected:
  PalettePNGImageIO() = default;
  ~PalettePNGImageIO() override = default;
};
} // namespace itk

#endif
