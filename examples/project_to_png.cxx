// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The RGB projection that a PEN model sees, as a picture.  project_to_png MODEL STACK PICTURE.png

#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkProjectionEnhancementImageFilter.h"

#include <cstdlib>
#include <iostream>

namespace
{
using Stack = itk::Image<unsigned short, 3>;
using Picture = itk::Image<itk::RGBPixel<unsigned char>, 2>;

void
Project(const char * model, const char * stack, const char * picture)
{
  const auto reader = itk::ImageFileReader<Stack>::New();
  reader->SetFileName(stack);

  const auto network = itk::SegmentationNetwork::New();
  network->Load(model);
  const auto projection = itk::ProjectionEnhancementImageFilter<Stack, Picture>::New();
  projection->SetInput(reader->GetOutput());
  projection->SetNetwork(network);

  const auto writer = itk::ImageFileWriter<Picture>::New();
  writer->SetInput(projection->GetOutput());
  writer->SetFileName(picture);
  writer->Update();
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 4)
  {
    std::cerr << "usage: project_to_png MODEL STACK PICTURE.png\n";
    return EXIT_FAILURE;
  }
  try
  {
    Project(argv[1], argv[2], argv[3]);
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
