// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_ImageFile_h
#define pen_programs_Files_ImageFile_h

#include "Frame/Errors.h"
#include "Frame/OutputFile.h"
#include "Frame/StandardErrorCapture.h"

#include "itkDefaultConvertPixelTraits.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkImageIOBase.h"

#include <functional>
#include <string>
#include <vector>

namespace pen
{
/** Throws with one clear line that says what failed and why; where the error already is such a line about the file,
 * with that line. */
[[noreturn]] void
FailAbout(const std::string & what, const std::exception & error, const std::string & path);

/** Throws with one clear line where there is no such file, or none that may be read. */
void
RequireReadableFile(const std::string & path);

/** The same of several files: the line names all of them that cannot be read. */
void
RequireReadableFiles(const std::vector<std::string> & paths);

/** Makes what reads a file; null where nothing does. */
using ImageIOCreator = std::function<itk::ImageIOBase::Pointer(const std::string & path)>;

/** Finds the image format of a file and reads its header, by default with ITK's factory. Throws with one clear line for
 * a missing, unreadable or foreign file and for an image without pixels. */
itk::ImageIOBase::Pointer
OpenImageFile(const std::string & path, const ImageIOCreator & create = {});

/** Throws with one clear line unless ITK can write an image of this name into this one file. */
void
RequireImageFormat(const std::string & path);

/** What writes images of a pixel type so that the file tells their unit, where ITK's own writer does not: TIFF, for
 * which that takes mm for granted. Null for all other formats. Throws with one clear line for pixels that are not
 * written as a TIFF, such as a flow field's. */
itk::ImageIOBase::Pointer
WriterThatTellsUnits(const std::string & path, itk::IOComponentEnum component, unsigned int components);

/** Throws when a library told of damage to the file on stderr only, as MetaIO and libtiff do. */
void
RequireNoComplaint(const itk::ImageIOBase * imageIO, const StandardErrorCapture & caught, const std::string & path);

/** All pixels of an opened file, converted to TImage's pixel type. */
template <typename TImage>
typename TImage::Pointer
ReadPixels(const std::string & path, itk::ImageIOBase * imageIO)
{
  const StandardErrorCapture caught;
  const auto reader = itk::ImageFileReader<TImage>::New();
  reader->SetFileName(path);
  reader->SetImageIO(imageIO);
  try
  {
    reader->Update();
  }
  catch (const itk::ExceptionObject & error)
  {
    FailAbout("cannot read the image", error, path);
  }
  RequireNoComplaint(imageIO, caught, path);
  const typename TImage::Pointer image = reader->GetOutput();
  image->DisconnectPipeline();
  return image;
}

/** Writes an image, compressed, to the temporary place of \a output. The caller commits. */
template <typename TImage>
void
WritePixels(const TImage * image, const OutputFile & output)
{
  RequireImageFormat(output.GetPath());
  const StandardErrorCapture caught;
  const auto writer = itk::ImageFileWriter<TImage>::New();
  writer->SetFileName(output.GetTemporaryPath());
  writer->SetInput(image);
  using PixelTraits = itk::DefaultConvertPixelTraits<typename TImage::PixelType>;
  using Component = typename PixelTraits::ComponentType;
  if (const auto imageIO = WriterThatTellsUnits(output.GetPath(), itk::ImageIOBase::MapPixelType<Component>::CType,
                                                PixelTraits::GetNumberOfComponents()))
  {
    writer->SetImageIO(imageIO);
  }
  writer->UseCompressionOn();
  try
  {
    writer->Update();
  }
  catch (const itk::ExceptionObject & error)
  {
    Fail("cannot write the image (" + OneLineMessage(error) + ")", output.GetPath());
  }
  RequireNoComplaint(writer->GetImageIO(), caught, output.GetPath());
}
} // namespace pen

#endif
