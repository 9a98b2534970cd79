// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/ImageFile.h"

#include "itkImageIOFactory.h"

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

bool
ComplainsOnStandardErrorOnly(const itk::ImageIOBase * imageIO)
{
  const std::string name = imageIO->GetNameOfClass();
  return name == "MetaImageIO" || name == "TIFFImageIO" || name == "LSMImageIO";
}
} // namespace

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
OpenImageFile(const std::string & path)
{
  RequireReadableFile(path);
  const StandardErrorCapture caught;
  const itk::ImageIOBase::Pointer imageIO =
    itk::ImageIOFactory::CreateImageIO(path.c_str(), itk::IOFileModeEnum::ReadMode);
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
    Fail("cannot read the image header (" + OneLineMessage(error) + ")", path);
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
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
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
} // namespace pen
