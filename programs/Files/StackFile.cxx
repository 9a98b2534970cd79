// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/StackFile.h"
#include "Files/ImageFile.h"
#include "Files/TiffStack.h"

#include "itkChangeInformationImageFilter.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <filesystem>
#include <optional>
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

std::optional<StackImage::SpacingType>
SpacingOfHeader(const itk::ImageIOBase * imageIO)
{
  StackImage::SpacingType spacing;
  bool saysSomething = false;
  for (unsigned int axis = 0; axis < StackDimension; ++axis)
  {
    // ITK's reader turns the axis of a negative one around.
    spacing[axis] = std::abs(imageIO->GetSpacing(axis));
    saysSomething = saysSomething || spacing[axis] != 1.0;
  }
  return saysSomething ? std::optional<StackImage::SpacingType>(spacing) : std::nullopt;
}

// LSM files begin as TIFFs do, but tell their voxel size to ITK's own reader.
bool
IsPlainTiff(const std::string & path)
{
  return IsTiffFile(path) && std::filesystem::path(path).extension() != ".lsm";
}

// What a file tells, before --spacing.
struct OpenedStack
{
  StackFile stack;
  std::optional<StackImage::SpacingType> spacing;
};

// --spacing where it is given, else what the file tells.
std::optional<StackImage::SpacingType>
KnownSpacing(const StackOptions & options, const std::optional<StackImage::SpacingType> & told)
{
  return options.spacing.empty() ? told : StackImage::SpacingType(options.spacing.data());
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

OpenedStack
ReadThroughITK(const std::string & path, const StackOptions & options, std::size_t memory)
{
  const itk::ImageIOBase::Pointer imageIO = OpenImageFile(path);
  RequireGrayStack(imageIO, path);
  if (options.channel > 1 || options.frame > 1)
  {
    Fail("the file holds 1 channel and 1 frame; --channel and --frame cannot choose another", path);
  }
  OpenedStack opened;
  opened.stack.componentType = imageIO->GetComponentType();
  opened.spacing = SpacingOfHeader(imageIO);
  const std::size_t voxels = imageIO->GetImageSizeInPixels();
  if (voxels <= memory / sizeof(float) || !CanBeReadByRows(path, imageIO))
  {
    opened.stack.image = ReadPixels<StackImage>(path, imageIO);
    return opened;
  }
  const auto reader = itk::ImageFileReader<StackImage>::New();
  reader->SetFileName(path);
  reader->SetImageIO(imageIO);
  const auto source = itk::ChangeInformationImageFilter<StackImage>::New();
  source->SetInput(reader->GetOutput());
  source->ChangeSpacingOn();
  source->SetOutputSpacing(KnownSpacing(options, opened.spacing).value_or(StackImage::SpacingType(1.0)));
  opened.stack.image = source->GetOutput();
  opened.stack.image->UpdateOutputInformation();
  opened.stack.sources = { reader.GetPointer(), source.GetPointer() };
  return opened;
}

OpenedStack
OpenTiff(const std::string & path, const StackOptions & options, std::size_t memory)
{
  const auto source = TiffStackSource::New();
  source->Open(path, options);
  OpenedStack opened;
  opened.spacing = source->GetKnownSpacing();
  opened.stack.componentType = source->GetComponentType();
  if (!options.spacing.empty())
  {
    source->SetSpacing(StackImage::SpacingType(options.spacing.data()));
  }
  opened.stack.image = source->GetOutput();
  opened.stack.image->UpdateOutputInformation();
  if (opened.stack.image->GetLargestPossibleRegion().GetNumberOfPixels() > memory / sizeof(float))
  {
    opened.stack.sources = { source.GetPointer() };
    return opened;
  }
  opened.stack.image->Update();
  opened.stack.image->DisconnectPipeline();
  return opened;
}
} // namespace

void
AddStackOptions(CLI::App & app, StackOptions & options)
{
  app.add_option("--spacing", options.spacing, "Voxel size in um, in place of the file's")
    ->delimiter(',')
    ->expected(static_cast<int>(StackDimension))
    ->check(CLI::PositiveNumber)
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

StackFile
ReadStack(const std::string & path, const StackOptions & options, ProgramContext & context, std::size_t memory)
{
  RequireReadableFile(path);
  OpenedStack opened = IsPlainTiff(path) ? OpenTiff(path, options, memory) : ReadThroughITK(path, options, memory);
  StackFile & stack = opened.stack;
  const std::optional<StackImage::SpacingType> known = KnownSpacing(options, opened.spacing);
  stack.spacingIsKnown = known.has_value();
  if (stack.sources.empty())
  {
    stack.image->SetSpacing(known.value_or(StackImage::SpacingType(1.0)));
    RequireFiniteVoxels(stack.image, path);
  }
  if (!stack.spacingIsKnown)
  {
    context.Warn("the file does not tell its voxel size, and --spacing is not given: " + path);
  }
  return stack;
}
} // namespace pen
