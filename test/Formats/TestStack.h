// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_Formats_TestStack_h
#define pen_test_Formats_TestStack_h

#include "itkOMETIFFImageIO.h"
#include "itkSpacingInMicrometers.h"
#include "support/HandMadeTiff.h"
#include "support/TestFiles.h"

#include <string>
#include <vector>

namespace pen_test
{
using Image = itk::Image<float, 3>;
using Values = std::vector<int>;

struct Stack
{
  Image::Pointer image;
  itk::IOComponentEnum componentType;
  bool spacingIsKnown;
};

inline Stack
ReadStack(const std::string & path, unsigned int channel = 0, unsigned int frame = 0)
{
  const auto imageIO = itk::OMETIFFImageIO::New();
  imageIO->SetChannel(channel);
  imageIO->SetFrame(frame);
  const auto reader = itk::ImageFileReader<Image>::New();
  reader->SetImageIO(imageIO);
  reader->SetFileName(path);
  reader->Update();
  return { reader->GetOutput(), imageIO->GetComponentType(),
           itk::MicrometersPerSpacingUnit(reader->GetOutput()) > 0.0 };
}

/** The values of the slices of a stack of flat pages, which tell the pages they come from. */
inline Values
Slices(const Stack & stack)
{
  Values values;
  const auto size = stack.image->GetLargestPossibleRegion().GetSize();
  for (itk::IndexValueType z = 0; z < static_cast<itk::IndexValueType>(size[2]); ++z)
  {
    values.push_back(static_cast<int>(stack.image->GetPixel({ { 1, 0, z } })));
  }
  return values;
}
} // namespace pen_test

#endif
