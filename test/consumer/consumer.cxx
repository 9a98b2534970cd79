// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Reads layers of cells, deals them out to as few pages as possible, and writes them again.

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkInstanceSegmentationMetricsFilter.h"
#include "itkLayersImageToCellLabelMapFilter.h"

#include <cstdlib>
#include <iostream>

int
main(int argc, char * argv[])
{
  if (argc != 3)
  {
    std::cerr << "usage: consumer LAYERS OUTPUT\n";
    return EXIT_FAILURE;
  }
  using LayersImage = itk::Image<unsigned short, 3>;
  const auto reader = itk::ImageFileReader<LayersImage>::New();
  reader->SetFileName(argv[1]);
  const auto cells = itk::LayersImageToCellLabelMapFilter<LayersImage>::New();
  cells->SetInput(reader->GetOutput());
  const auto metrics = itk::InstanceSegmentationMetricsFilter<>::New();
  metrics->SetTruth(cells->GetOutput());
  metrics->SetPrediction(cells->GetOutput());
  const auto layers = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, LayersImage>::New();
  layers->SetInput(metrics->GetOutput());
  layers->SetPageAssignment(itk::PenCore::PageAssignment::Fewest);
  const auto writer = itk::ImageFileWriter<LayersImage>::New();
  writer->SetFileName(argv[2]);
  writer->SetInput(layers->GetOutput());
  try
  {
    writer->Update();
  }
  catch (const itk::ExceptionObject & error)
  {
    std::cerr << error << '\n';
    return EXIT_FAILURE;
  }
  std::cout << cells->GetOutput()->GetNumberOfLabelObjects() << " cells, jaccard " << metrics->GetJaccard() << '\n';
  return metrics->GetJaccard() == 1.0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
