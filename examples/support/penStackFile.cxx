// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penStackFile.h"
#include "penImageFile.h"
#include "penOmeMetadata.h"

#include "itkMetaDataObject.h"

#include <cmath>
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

bool
IsTiff(const itk::ImageIOBase * imageIO)
{
  return std::string(imageIO->GetNameOfClass()) == "TIFFImageIO";
}

std::optional<StackImage::SpacingType>
SpacingOfTiff(const itk::ImageIOBase * imageIO, const std::string & path)
{
  std::string description;
  itk::ExposeMetaData(imageIO->GetMetaDataDictionary(), "ImageDescription", description);
  const std::optional<OmePixels> pixels = ParseOmePixels(description);
  if (!pixels)
  {
    return std::nullopt;
  }
  if (pixels->channels > 1 || pixels->timePoints > 1)
  {
    Fail("a stack of one channel and one time point is needed, but this OME-TIFF has " +
           std::to_string(pixels->channels) + " and " + std::to_string(pixels->timePoints),
         path);
  }
  StackImage::SpacingType spacing;
  for (unsigned int axis = 0; axis < StackDimension; ++axis)
  {
    if (!pixels->physicalSize[axis])
    {
      return std::nullopt;
    }
    spacing[axis] = *pixels->physicalSize[axis];
  }
  return spacing;
}

std::optional<StackImage::SpacingType>
SpacingOfHeader(const itk::ImageIOBase * imageIO)
{
  StackImage::SpacingType spacing;
  bool saysSomething = false;
  for (unsigned int axis = 0; axis < StackDimension; ++axis)
  {
    spacing[axis] = imageIO->GetSpacing(axis);
    saysSomething = saysSomething || spacing[axis] != 1.0;
  }
  return saysSomething ? std::optional<StackImage::SpacingType>(spacing) : std::nullopt;
}
} // namespace

void
AddSpacingOption(CLI::App & app, std::vector<double> & spacing)
{
  app.add_option("--spacing", spacing, "Voxel size in um, in place of the file's")
    ->delimiter(',')
    ->expected(static_cast<int>(StackDimension))
    ->check(CLI::PositiveNumber)
    ->type_name("x,y,z");
}

StackFile
ReadStack(const std::string & path, const std::vector<double> & spacing, ProgramContext & context)
{
  const itk::ImageIOBase::Pointer imageIO = OpenImageFile(path);
  RequireGrayStack(imageIO, path);
  StackFile stack;
  stack.componentType = imageIO->GetComponentType();

  std::optional<StackImage::SpacingType> known =
    IsTiff(imageIO) ? SpacingOfTiff(imageIO, path) : SpacingOfHeader(imageIO);
  if (!spacing.empty())
  {
    known.emplace(spacing.data());
  }
  stack.spacingIsKnown = known.has_value();
  stack.image = ReadPixels<StackImage>(path, imageIO);
  stack.image->SetSpacing(known.value_or(StackImage::SpacingType(1.0)));
  RequireFiniteVoxels(stack.image, path);
  if (!stack.spacingIsKnown)
  {
    context.Warn("the file does not tell its voxel size, and --spacing is not given: " + path);
  }
  return stack;
}
} // namespace pen
