// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The pipeline of the README: a stack in, the layers of its cells out.  segment_ten_lines MODEL STACK LAYERS

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkFlowFieldToLabelMapFilter.h"
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
  auto flows = itk::FlowFieldPredictionImageFilter<itk::Image<float, 3>>::New();
  flows->SetInput(itk::ReadImage<itk::Image<float, 3>>(stack));
  flows->SetNetwork(network);
  auto cells = itk::FlowFieldToLabelMapFilter<>::New();
  cells->SetInput(flows->GetOutput());
  auto pages = itk::CellLabelMapToLayersImageFilter<>::New();
  pages->SetInput(cells->GetOutput());
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
