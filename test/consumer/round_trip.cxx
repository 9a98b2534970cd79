// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Reads layers of cells, turns them into their flow field and back, and writes the cells that were found.

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkFlowFieldToLabelMapFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkInstanceSegmentationMetricsFilter.h"
#include "itkLabelMapToFlowFieldFilter.h"
#include "itkLayersImageToCellLabelMapFilter.h"

#include <cstdlib>
#include <iostream>

int
main(int argc, char * argv[])
{
  if (argc != 3)
  {
    std::cerr << "usage: round_trip LAYERS OUTPUT\n";
    return EXIT_FAILURE;
  }
  using LayersImage = itk::Image<unsigned short, 3>;
  const auto reader = itk::ImageFileReader<LayersImage>::New();
  reader->SetFileName(argv[1]);
  const auto truth = itk::LayersImageToCellLabelMapFilter<LayersImage>::New();
  truth->SetInput(reader->GetOutput());
  const auto flows = itk::LabelMapToFlowFieldFilter<>::New();
  flows->SetInput(truth->GetOutput());
  const auto cells = itk::FlowFieldToLabelMapFilter<>::New();
  cells->SetInput(flows->GetOutput());
  const auto layers = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, LayersImage>::New();
  layers->SetInput(cells->GetOutput());
  const auto writer = itk::ImageFileWriter<LayersImage>::New();
  writer->SetFileName(argv[2]);
  writer->SetInput(layers->GetOutput());
  const auto metrics = itk::InstanceSegmentationMetricsFilter<>::New();
  metrics->SetTruth(truth->GetOutput());
  metrics->SetPrediction(cells->GetOutput());
  try
  {
    writer->Update();
    metrics->Update();
  }
  catch (const itk::ExceptionObject & error)
  {
    std::cerr << error << '\n';
    return EXIT_FAILURE;
  }
  std::cout << cells->GetOutput()->GetNumberOfLabelObjects() << " cells, jaccard " << metrics->GetJaccard() << '\n';
  return metrics->GetJaccard() == 1.0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
