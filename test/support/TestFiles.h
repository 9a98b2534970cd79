// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_support_TestFiles_h
#define pen_test_support_TestFiles_h

#include "support/TemporaryFolder.h"

#include "itkImage.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkImageRegionIterator.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace pen_test
{
void
WriteText(const std::string & path, const std::string & text);

std::string
ReadText(const std::string & path);

/** An image of the given size, whose pixel k (x fastest) is \a firstValue + k. */
template <typename TImage>
typename TImage::Pointer
MakeRamp(const typename TImage::SizeType & size, typename TImage::PixelType firstValue)
{
  const auto image = TImage::New();
  image->SetRegions(size);
  image->Allocate();
  auto value = firstValue;
  for (itk::ImageRegionIterator<TImage> it(image, image->GetLargestPossibleRegion()); !it.IsAtEnd(); ++it)
  {
    it.Set(value++);
  }
  return image;
}

template <typename TImage>
void
WriteImage(const TImage * image, const std::string & path)
{
  const auto writer = itk::ImageFileWriter<TImage>::New();
  writer->SetFileName(path);
  writer->SetInput(image);
  writer->Update();
}

template <typename TImage>
typename TImage::Pointer
ReadImage(const std::string & path)
{
  const auto reader = itk::ImageFileReader<TImage>::New();
  reader->SetFileName(path);
  reader->Update();
  return reader->GetOutput();
}

/** The message of the exception that \a call throws; empty when it throws none. */
template <typename TCall>
std::string
MessageOf(TCall && call)
{
  try
  {
    call();
  }
  catch (const itk::ExceptionObject & error)
  {
    return error.GetDescription();
  }
  catch (const std::exception & error)
  {
    return error.what();
  }
  return {};
}
} // namespace pen_test

#endif
