// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Segments a stack by one call, prints the number of cells and the number of labels that another program found.

#include "itkCellSegmentationImageFilter.h"
#include "itkImageFileReader.h"

#include <cstdlib>
#include <iostream>
#include <set>

int
main(int argc, char * argv[])
{
  if (argc != 4)
  {
    std::cerr << "usage: count_cells MODEL STACK LABELS\n";
    return EXIT_FAILURE;
  }
  try
  {
    const auto stack = itk::ReadImage<itk::Image<unsigned char, 3>>(argv[2]);
    const auto cells = itk::SegmentCells(stack.GetPointer(), argv[1]);
    const auto image = itk::ReadImage<itk::Image<unsigned int, 3>>(argv[3]);
    const unsigned int * pixels = image->GetBufferPointer();
    std::set<unsigned int> labels(pixels, pixels + image->GetLargestPossibleRegion().GetNumberOfPixels());
    labels.erase(0);
    std::cout << cells->GetNumberOfLabelObjects() << " cells, " << labels.size() << " labels\n";
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
