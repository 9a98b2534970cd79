// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkTestReading_h
#define itkTestReading_h

#include "itkImage.h"
#include "itkImageFileReader.h"
#include "itkVector.h"

#include <string>
#include <vector>

/** Reads a file of test/data into an image of the asked type. */
template <typename TImage>
typename TImage::Pointer
ReadTestImage(const std::string & name)
{
  auto reader = itk::ImageFileReader<TImage>::New();
  reader->SetFileName(std::string(PEN_TEST_DATA_DIR) + "/" + name);
  reader->Update();
  return reader->GetOutput();
}

/** The buffer of an image of floats or of vectors of floats. */
template <typename TImage>
std::vector<float>
FloatsOf(const TImage * image)
{
  const auto * first = reinterpret_cast<const float *>(image->GetBufferPointer());
  const std::size_t count =
    image->GetBufferedRegion().GetNumberOfPixels() * sizeof(typename TImage::PixelType) / sizeof(float);
  return std::vector<float>(first, first + count);
}

#endif
