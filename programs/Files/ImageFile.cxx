// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/ImageFile.h"

#include "ProjectionEnhancement/Formats/OmeTiffWriter.h"
#include "itkImageIOFactory.h"
#include "itkOMETIFFImageIO.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace pen
{
namespace
{
// Formats that put the pixels into a second file beside the header: no rename makes both appear at once.
constexpr std::array<const char *, 4> ExtensionsOfSplitFormats{ ".mhd", ".nhdr", ".hdr", ".img" };

std::string
ExtensionOf(const std::string & path)
{
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

bool
ComplainsOnStandardErrorOnly(const itk::ImageIOBase * imageIO)
{
  const std::string name = imageIO->GetNameOfClass();
  return name == "MetaImageIO" || name == "TIFFImageIO" || name == "LSMImageIO";
}
} // namespace

void
FailAbout(const std::string & what, const std::exception & error, const std::string & path)
{
  const std::string message = OneLineMessage(error);
  const std::string end = ": " + path;
  if (message.size() > end.size() && message.compare(message.size() - end.size(), end.size(), end) == 0)
  {
    throw std::runtime_error(message);
  }
  Fail(what + " (" + message + ")", path);
}

void
RequireReadableFile(const std::string & path)
{
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
  {
    Fail("the file does not exist", path);
  }
  if (std::filesystem::is_directory(path, ignored))
  {
    Fail("this is a folder, not an image file", path);
  }
  errno = 0;
  if (!std::ifstream(path, std::ios::binary))
  {
    Fail("cannot open the file (" + std::generic_category().message(errno) + ")", path);
  }
}

void
RequireReadableFiles(const std::vector<std::string> & paths)
{
  std::string problems;
  for (const std::string & path : paths)
  {
    try
    {
      RequireReadableFile(path);
    }
    catch (const std::runtime_error & error)
    {
      problems += (problems.empty() ? "" : "; ") + std::string(error.what());
    }
  }
  if (!problems.empty())
  {
    throw std::runtime_error(problems);
  }
}

void
RequireNoComplaint(const itk::ImageIOBase * imageIO, const StandardErrorCapture & caught, const std::string & path)
{
  if (!ComplainsOnStandardErrorOnly(imageIO))
  {
    return;
  }
  std::istringstream lines(caught.GetText());
  for (std::string line; std::getline(lines, line);)
  {
    // libtiff's warnings are about tags it does not know, which every microscope's TIFF has.
    if (!line.empty() && line.find("Warning") == std::string::npos)
    {
      Fail("cannot read or write the whole image (" + line + ")", path);
    }
  }
}

itk::ImageIOBase::Pointer
OpenImageFile(const std::string & path, const ImageIOCreator & create)
{
  RequireReadableFile(path);
  const StandardErrorCapture caught;
  const itk::ImageIOBase::Pointer imageIO =
    create ? create(path) : itk::ImageIOFactory::CreateImageIO(path.c_str(), itk::IOFileModeEnum::ReadMode);
  if (!imageIO)
  {
    Fail("this is not an image in a format that ITK reads", path);
  }
  imageIO->SetFileName(path);
  try
  {
    imageIO->ReadImageInformation();
  }
  catch (const itk::ExceptionObject & error)
  {
    FailAbout("cannot read the image header", error, path);
  }
  RequireNoComplaint(imageIO, caught, path);
  for (unsigned int axis = 0; axis < imageIO->GetNumberOfDimensions(); ++axis)
  {
    if (imageIO->GetDimensions(axis) == 0)
    {
      Fail(axis == 2 ? "the stack has 0 slices" : "the image has no pixels", path);
    }
  }
  return imageIO;
}

void
RequireImageFormat(const std::string & path)
{
  const std::string extension = ExtensionOf(path);
  if (std::find(ExtensionsOfSplitFormats.begin(), ExtensionsOfSplitFormats.end(), extension) !=
      ExtensionsOfSplitFormats.end())
  {
    Fail("cannot write " + extension + ", which takes two files; .nrrd or .mha takes one", path);
  }
  if (!itk::ImageIOFactory::CreateImageIO(path.c_str(), itk::IOFileModeEnum::WriteMode))
  {
    Fail("cannot write: no image format has the extension '" + extension + "'", path);
  }
}

itk::ImageIOBase::Pointer
WriterThatTellsUnits(const std::string & path, itk::IOComponentEnum component, unsigned int components)
{
  const std::string extension = ExtensionOf(path);
  if (extension != ".tif" && extension != ".tiff")
  {
    return nullptr;
  }
  if (!itk::PenCore::IsOmePixelType(component, components))
  {
    Fail("cannot write pixels of " + std::to_string(components) + " components of type " +
           itk::ImageIOBase::GetComponentTypeAsString(component) + " as a TIFF; .nrrd or .mha takes them",
         path);
  }
  return itk::OMETIFFImageIO::New().GetPointer();
}
} // namespace pen
