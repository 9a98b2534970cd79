// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_support_TestReading_h
#define pen_test_support_TestReading_h

#include "itkImage.h"
#include "itkImageFileReader.h"
#include "itkVector.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
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

/** A C-ordered array of test/data in numpy's format, version 1, of type "<f4" and the like. */
template <typename T>
struct TestArray
{
  std::vector<int> shape;
  std::vector<T> values;

  TestArray(const std::string & name, const std::string & type)
  {
    std::ifstream file(std::string(PEN_TEST_DATA_DIR) + "/" + name, std::ios::binary);
    char preamble[10];
    file.read(preamble, 10);
    std::string header(static_cast<unsigned char>(preamble[8]) + 256u * static_cast<unsigned char>(preamble[9]), ' ');
    file.read(&header[0], static_cast<std::streamsize>(header.size()));
    EXPECT_NE(header.find(type), std::string::npos) << header;
    std::istringstream sizes(header.substr(header.find('(') + 1));
    std::size_t count = 1;
    for (int size; sizes >> size; sizes.ignore(1, ','))
    {
      shape.push_back(size);
      count *= static_cast<std::size_t>(size);
    }
    values.resize(count);
    file.read(reinterpret_cast<char *>(values.data()), static_cast<std::streamsize>(count * sizeof(T)));
    EXPECT_TRUE(file.good()) << name;
  }
};

#endif
