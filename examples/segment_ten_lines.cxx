// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The pipeline of the README: a stack in, the layers of its cells out.  segment_ten_lines MODEL STACK LAYERS

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkCellSegmentationImageFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"

#include <cstdlib>
#include <iostream>

namespace
{
void
Segment(const char * model, const char * stack, const char * layers)
{
  auto network = itk::SegmentationNetwork::New();
  network->Load(model);
  auto image = itk::ReadImage<itk::Image<float, 3>>(stack);
  auto cells = itk::CellSegmentationImageFilter<itk::Image<float, 3>>::New();
  cells->SetInput(image);
  cells->SetNetwork(network);
  auto pages = itk::CellLabelMapToLayersImageFilter<>::New();
  pages->SetInput(cells->GetOutput());
  pages->SetMinimumNumberOfPages(network->GetOptions().outputChannels);
  pages->SetReferenceGeometry(image);
  itk::WriteImage(pages->GetOutput(), layers);
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 4)
  {
    std::cerr << "usage: segment_ten_lines MODEL STACK LAYERS\n";
    return EXIT_FAILURE;
  }
  try
  {
    Segment(argv[1], argv[2], argv[3]);
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
