// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/FlowFieldFile.h"
#include "Files/ImageFile.h"

namespace pen
{
FlowFieldImage::Pointer
ReadFlowField(const std::string & path)
{
  const itk::ImageIOBase::Pointer imageIO = OpenImageFile(path);
  const unsigned int dimension = imageIO->GetNumberOfDimensions();
  const unsigned int components = imageIO->GetNumberOfComponents();
  const itk::IOComponentEnum type = imageIO->GetComponentType();
  if (components != FlowFieldImage::PixelType::Dimension)
  {
    Fail("a flow field has 4 components a pixel, but this image has " + std::to_string(components), path);
  }
  if (dimension != 2 && dimension != 3)
  {
    Fail("a flow field has 2 or 3 dimensions, but this image has " + std::to_string(dimension), path);
  }
  if (type != itk::IOComponentEnum::FLOAT && type != itk::IOComponentEnum::DOUBLE)
  {
    Fail("a flow field has floating-point pixels, but these are of type " +
           itk::ImageIOBase::GetComponentTypeAsString(type),
         path);
  }
  return ReadPixels<FlowFieldImage>(path, imageIO);
}

void
WriteFlowField(const FlowFieldImage * flowField, const OutputFile & output)
{
  WritePixels(flowField, output);
}
} // namespace pen
