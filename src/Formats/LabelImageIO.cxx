// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/LabelImageIO.h"
#include "Formats/itkPalettePNGImageIO.h"
#include "itkImageIOFactory.h"
#include "itkOMETIFFImageIO.h"

namespace itk
{
namespace PenCore
{
ImageIOBase::Pointer
CreateLabelImageIO(const std::string & path)
{
  ImageIOBase::Pointer imageIO;
  if (OMETIFFImageIO::IsGrayTIFF(path, true))
  {
    const auto tiff = OMETIFFImageIO::New();
    tiff->SetAllPages(true);
    imageIO = tiff;
  }
  else if (const auto palette = PalettePNGImageIO::New(); palette->CanReadFile(path.c_str()))
  {
    imageIO = palette;
  }
  else
  {
    imageIO = ImageIOFactory::CreateImageIO(path.c_str(), IOFileModeEnum::ReadMode);
  }
  if (imageIO)
  {
    imageIO->ExpandRGBPaletteOff();
    imageIO->SetFileName(path);
  }
  return imageIO;
}
} // namespace PenCore
} // namespace itk
