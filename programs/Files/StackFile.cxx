// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/StackFile.h"
#include "Files/ImageFile.h"
#include "ProjectionEnhancement/Base/NumberText.h"

#include "itkChangeInformationImageFilter.h"
#include "itkOMETIFFImageIO.h"
#include "itkSpacingInMicrometers.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>

namespace pen
{
namespace
{
constexpr unsigned int StackDimension = 3;

void
RequireGrayStack(const itk::ImageIOBase * imageIO, const std::string & path)
{
  if (imageIO->GetComponentType() == itk::IOComponentEnum::UNKNOWNCOMPONENTTYPE)
  {
    Fail("the pixel type is unknown", path);
  }
  if (imageIO->GetNumberOfDimensions() != StackDimension)
  {
    Fail("a 3-D stack is needed, but this image has " + std::to_string(imageIO->GetNumberOfDimensions()) +
           " dimensions",
         path);
  }
  if (imageIO->GetNumberOfComponents() != 1)
  {
    Fail("a gray stack is needed, but a pixel has " + std::to_string(imageIO->GetNumberOfComponents()) + " components",
         path);
  }
}

// Voxels that are no numbers would spread through the network over everything around them.
void
RequireFiniteVoxels(const StackImage * image, const std::string & path)
{
  const float * voxels = image->GetBufferPointer();
  const std::size_t count = image->GetLargestPossibleRegion().GetNumberOfPixels();
  for (std::size_t i = 0; i < count; ++i)
  {
    if (!std::isfinite(voxels[i]))
    {
      std::ostringstream what;
      what << "voxel " << image->ComputeIndex(static_cast<itk::OffsetValueType>(i)) << " is "
           << (std::isnan(voxels[i]) ? "NaN" : "infinite");
      Fail(what.str(), path);
    }
  }
}

// MetaImages in one file without compression: of those ITK reads regions, and their size tells whether they are whole,
// which MetaIO tells on stderr only while it reads.
bool
CanBeReadByRows(const std::string & path, itk::ImageIOBase * imageIO)
{
  return std::string(imageIO->GetNameOfClass()) == "MetaImageIO" && imageIO->CanStreamRead() &&
         std::filesystem::path(path).extension() == ".mha" &&
         std::filesystem::file_size(path) > static_cast<std::uintmax_t>(imageIO->GetImageSizeInBytes());
}

// A stack of known spacing in um; it says in its dictionary whether it is known.
void
SetSpacing(const StackOptions & options, StackFile & stack)
{
  stack.spacingIsKnown = itk::ConvertSpacingToMicrometers(stack.image);
  if (!options.spacing.empty())
  {
    stack.image->SetSpacing(StackImage::SpacingType(options.spacing.data()));
    itk::SetSpacingUnit(stack.image, "um");
    stack.spacingIsKnown = true;
  }
  else if (!stack.spacingIsKnown)
  {
    stack.image->SetSpacing(StackImage::SpacingType(1.0));
  }
}

// A stack whose rows are read when they are asked for.
StackFile
OpenByRows(const std::string & path, const StackOptions & options, itk::ImageIOBase * imageIO)
{
  const auto reader = itk::ImageFileReader<StackImage>::New();
  reader->SetFileName(path);
  reader->SetImageIO(imageIO);
  reader->UpdateOutputInformation();
  // The spacing as it is to be, on an image that has no pixels.
  StackFile stack;
  stack.image = StackImage::New();
  stack.image->CopyInformation(reader->GetOutput());
  stack.image->SetMetaDataDictionary(reader->GetOutput()->GetMetaDataDictionary());
  SetSpacing(options, stack);
  const auto source = itk::ChangeInformationImageFilter<StackImage>::New();
  source->SetInput(reader->GetOutput());
  source->ChangeSpacingOn();
  source->SetOutputSpacing(stack.image->GetSpacing());
  source->ChangeOriginOn();
  source->SetOutputOrigin(stack.image->GetOrigin());
  source->GetOutput()->SetMetaDataDictionary(stack.image->GetMetaDataDictionary());
  stack.image = source->GetOutput();
  stack.image->UpdateOutputInformation();
  stack.sources = { reader.GetPointer(), source.GetPointer() };
  return stack;
}

StackFile
ReadThroughITK(const std::string & path, const StackOptions & options, std::size_t memory)
{
  const itk::ImageIOBase::Pointer imageIO = OpenImageFile(path);
  RequireGrayStack(imageIO, path);
  if (options.channel > 1 || options.frame > 1)
  {
    Fail("the file holds 1 channel and 1 frame; --channel and --frame cannot choose another", path);
  }
  const std::size_t voxels = imageIO->GetImageSizeInPixels();
  StackFile stack;
  if (voxels <= memory / sizeof(float) || !CanBeReadByRows(path, imageIO))
  {
    stack.image = ReadPixels<StackImage>(path, imageIO);
    SetSpacing(options, stack);
  }
  else
  {
    stack = OpenByRows(path, options, imageIO);
  }
  stack.componentType = imageIO->GetComponentType();
  return stack;
}

// In the words of the program's options.
void
RequireChoice(unsigned int chosen, std::size_t available, const std::string & what, const itk::OMETIFFImageIO * tiff)
{
  if (chosen > available || (chosen == 0 && available > 1))
  {
    Fail("the file holds " + std::to_string(tiff->GetNumberOfSlices()) + " slices, " +
           std::to_string(tiff->GetNumberOfChannels()) + " channels and " + std::to_string(tiff->GetNumberOfFrames()) +
           " frames; --" + what + " N, from 1 to " + std::to_string(available) + ", chooses one" +
           (chosen > 0 ? ", not " + std::to_string(chosen) : std::string()),
         tiff->GetFileName());
  }
}

StackFile
ReadTiff(const std::string & path, const StackOptions & options, std::size_t memory)
{
  const auto tiff = itk::OMETIFFImageIO::New();
  tiff->SetFileName(path);
  tiff->SetReadAsFloat(true);
  tiff->ReadLayout();
  RequireChoice(options.channel, tiff->GetNumberOfChannels(), "channel", tiff);
  RequireChoice(options.frame, tiff->GetNumberOfFrames(), "frame", tiff);
  tiff->SetChannel(options.channel);
  tiff->SetFrame(options.frame);
  tiff->ReadImageInformation();
  RequireGrayStack(tiff, path);
  StackFile stack = OpenByRows(path, options, tiff);
  stack.componentType = tiff->GetComponentTypeInFile();
  if (tiff->GetNumberOfChannels() > 1 || tiff->GetNumberOfFrames() > 1)
  {
    stack.channel = std::max(options.channel, 1u);
    stack.frame = std::max(options.frame, 1u);
  }
  if (stack.image->GetLargestPossibleRegion().GetNumberOfPixels() <= memory / sizeof(float))
  {
    stack.image->Update();
    stack.image->DisconnectPipeline();
    stack.sources.clear();
  }
  return stack;
}
} // namespace

std::string
WhyNotPositive(const std::string & text)
{
  return itk::PenCore::NumberOfText(text).value_or(0.0) > 0.0 ? std::string()
                                                              : "a positive number is needed, not " + text;
}

void
AddStackOptions(CLI::App & app, StackOptions & options)
{
  app.add_option("--spacing", options.spacing, "Voxel size in um, in place of the file's")
    ->delimiter(',')
    ->expected(static_cast<int>(StackDimension))
    ->check(WhyNotPositive)
    ->type_name("x,y,z");
  const auto add = [&](const std::string & name, unsigned int & choice, const std::string & description)
  {
    app.add_option(name, choice, description)
      ->check(CLI::Range(1u, 1000000u))
      ->always_capture_default(false)
      ->type_name("N");
  };
  add("--channel", options.channel, "Which channel of an OME-TIFF or ImageJ hyperstack, from 1");
  add("--frame", options.frame, "Which frame of a time series, from 1");
}

std::string
ChoiceInName(const StackOptions & options)
{
  const auto part = [](const std::string & what, unsigned int number)
  { return number > 0 ? "_" + what + std::to_string(number) : std::string(); };
  return part("channel", options.channel) + part("frame", options.frame);
}

StackFile
ReadStack(const std::string & path, const StackOptions & options, ProgramContext & context, std::size_t memory)
{
  RequireReadableFile(path);
  StackFile stack =
    itk::OMETIFFImageIO::IsTIFF(path) ? ReadTiff(path, options, memory) : ReadThroughITK(path, options, memory);
  if (stack.sources.empty())
  {
    RequireFiniteVoxels(stack.image, path);
  }
  if (!stack.spacingIsKnown)
  {
    context.Warn("the file does not tell its voxel size, and --spacing is not given: " + path);
  }
  return stack;
}

void
WarnOfDoubtfulSpacing(const StackFile & stack, const std::string & path, ProgramContext & context)
{
  const std::string doubt = itk::DoubtAboutSpacing(stack.image);
  if (!doubt.empty())
  {
    context.Warn(doubt + ", so its unit may be wrong; --spacing x,y,z gives the right spacing in um: " + path);
  }
}
} // namespace pen
