// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Takes the noise out of a stack before its cells are looked for.  denoise_then_segment MODEL STACK LAYERS

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkCellSegmentationImageFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkMedianImageFilter.h"

#include <cstdlib>
#include <iostream>

namespace
{
using Stack = itk::Image<unsigned short, 3>;

void
Segment(const char * model, const char * stack, const char * layers)
{
  const auto reader = itk::ImageFileReader<Stack>::New();
  reader->SetFileName(stack);

  // Slices are far apart: a median across them would mix different cells.
  const auto median = itk::MedianImageFilter<Stack, Stack>::New();
  median->SetInput(reader->GetOutput());
  median->SetRadius({ { 1, 1, 0 } });

  const auto network = itk::SegmentationNetwork::New();
  network->Load(model);
  const auto cells = itk::CellSegmentationImageFilter<Stack>::New();
  cells->SetInput(median->GetOutput());
  cells->SetNetwork(network);
  cells->Update();

  const auto pages = itk::CellLabelMapToLayersImageFilter<>::New();
  pages->SetInput(cells->GetOutput());
  pages->SetMinimumNumberOfPages(network->GetOptions().outputChannels);
  pages->SetReferenceGeometry(median->GetOutput());
  itk::WriteImage(pages->GetOutput(), layers);
  std::cout << cells->GetOutput()->GetNumberOfLabelObjects() << " cells\n";
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 4)
  {
    std::cerr << "usage: denoise_then_segment MODEL STACK LAYERS\n";
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
