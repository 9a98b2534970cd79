// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/LayersFile.h"
#include "Files/ImageFile.h"
#include "ProjectionEnhancement/Formats/LabelImageIO.h"
#include "ProjectionEnhancement/Formats/LabelTiff.h"
#include "ProjectionEnhancement/Formats/LayersNrrd.h"
#include "ProjectionEnhancement/Formats/SlicerSegmentation.h"

#include "itkCastImageFilter.h"
#include "itkLayersImageToCellLabelMapFilter.h"
#include "itkSpacingInMicrometers.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace pen
{
namespace
{
bool
IsInteger(itk::IOComponentEnum type)
{
  return type != itk::IOComponentEnum::UNKNOWNCOMPONENTTYPE && type != itk::IOComponentEnum::FLOAT &&
         type != itk::IOComponentEnum::DOUBLE && type != itk::IOComponentEnum::LDOUBLE;
}

bool
FitsUnsignedInt(itk::IOComponentEnum type)
{
  return type == itk::IOComponentEnum::UCHAR || type == itk::IOComponentEnum::USHORT ||
         type == itk::IOComponentEnum::UINT;
}

void
RequireLabelImage(const itk::ImageIOBase * imageIO, const std::string & path)
{
  if (!IsInteger(imageIO->GetComponentType()))
  {
    Fail("a label image has integer pixels, but these are of type " +
           itk::ImageIOBase::GetComponentTypeAsString(imageIO->GetComponentType()),
         path);
  }
  if (imageIO->GetNumberOfComponents() != 1)
  {
    Fail("a label image has one component a pixel, but this has " + std::to_string(imageIO->GetNumberOfComponents()),
         path);
  }
  if (imageIO->GetNumberOfDimensions() != 2 && imageIO->GetNumberOfDimensions() != 3)
  {
    Fail("a label image has 2 or 3 dimensions, but this has " + std::to_string(imageIO->GetNumberOfDimensions()), path);
  }
}

bool
EndsIn(const std::string & path, const std::string & ending)
{
  return path.size() > ending.size() && path.compare(path.size() - ending.size(), ending.size(), ending) == 0;
}

template <typename TLabel>
LayersImage::Pointer
ReadThroughWiderType(const std::string & path, itk::ImageIOBase * imageIO)
{
  using WideImage = itk::Image<TLabel, LayersImage::ImageDimension>;
  const typename WideImage::Pointer wide = ReadPixels<WideImage>(path, imageIO);
  const TLabel * begin = wide->GetBufferPointer();
  const TLabel * end = begin + wide->GetLargestPossibleRegion().GetNumberOfPixels();
  const auto [lowest, highest] = std::minmax_element(begin, end);
  if (*lowest < TLabel{ 0 })
  {
    Fail("a label is negative: " + std::to_string(*lowest), path);
  }
  if (*highest > TLabel{ std::numeric_limits<std::uint32_t>::max() })
  {
    Fail("a label is larger than 2^32 - 1: " + std::to_string(*highest), path);
  }
  const auto narrow = itk::CastImageFilter<WideImage, LayersImage>::New();
  narrow->SetInput(wide);
  narrow->Update();
  return narrow->GetOutput();
}

template <typename TLabel>
void
WriteAs(const LayersImage * layers, const OutputFile & output)
{
  using NarrowImage = itk::Image<TLabel, LayersImage::ImageDimension>;
  const auto narrow = itk::CastImageFilter<LayersImage, NarrowImage>::New();
  narrow->SetInput(layers);
  narrow->UpdateLargestPossibleRegion();
  WritePixels<NarrowImage>(narrow->GetOutput(), output);
}

LayersImage::Pointer
ReadLayersOfFile(const std::string & path)
{
  if (EndsIn(path, ".seg.nrrd"))
  {
    RequireReadableFile(path);
    return itk::PenCore::ReadSlicerSegmentation(path).layers;
  }
  const itk::ImageIOBase::Pointer imageIO = OpenImageFile(path, itk::PenCore::CreateLabelImageIO);
  RequireLabelImage(imageIO, path);
  const itk::IOComponentEnum type = imageIO->GetComponentType();
  if (FitsUnsignedInt(type))
  {
    return ReadPixels<LayersImage>(path, imageIO);
  }
  if (type == itk::IOComponentEnum::ULONG || type == itk::IOComponentEnum::ULONGLONG)
  {
    return ReadThroughWiderType<std::uint64_t>(path, imageIO);
  }
  return ReadThroughWiderType<std::int64_t>(path, imageIO);
}
} // namespace

LayersImage::Pointer
ReadLayers(const std::string & path)
{
  const LayersImage::Pointer layers = ReadLayersOfFile(path);
  if (!itk::ConvertSpacingToMicrometers(layers))
  {
    layers->SetSpacing(LayersImage::SpacingType(1.0));
  }
  return layers;
}

itk::CellLabelMap::Pointer
CellsOfLayers(const LayersImage * layers, const std::string & path)
{
  const auto adaptor = itk::LayersImageToCellLabelMapFilter<LayersImage>::New();
  adaptor->SetInput(layers);
  try
  {
    adaptor->Update();
  }
  catch (const itk::ExceptionObject & error)
  {
    Fail(OneLineMessage(error), path);
  }
  return adaptor->GetOutput();
}

itk::CellLabelMap::Pointer
ReadCells(const std::string & path)
{
  return CellsOfLayers(ReadLayers(path), path);
}

void
WriteLayers(const LayersImage * layers, const OutputFile & output)
{
  RequireImageFormat(output.GetPath());
  if (EndsIn(output.GetPath(), ".nrrd"))
  {
    output.Write([&](const std::string & path) { itk::PenCore::WriteLayersNrrd(layers, path); });
    return;
  }
  if (EndsIn(output.GetPath(), ".tif") || EndsIn(output.GetPath(), ".tiff"))
  {
    output.Write([&](const std::string & path) { itk::PenCore::WriteLayersTiff(layers, path); });
    return;
  }
  const std::size_t bytes = itk::PenCore::SmallestLabelType(itk::PenCore::HighestLabel(layers)).bytes;
  if (bytes == sizeof(std::uint8_t))
  {
    WriteAs<std::uint8_t>(layers, output);
  }
  else if (bytes == sizeof(std::uint16_t))
  {
    WriteAs<std::uint16_t>(layers, output);
  }
  else
  {
    WriteAs<std::uint32_t>(layers, output);
  }
}
} // namespace pen
