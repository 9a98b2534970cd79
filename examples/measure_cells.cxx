// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// A table of the cells of a stack, measured by ITK's own filter.  measure_cells MODEL STACK TABLE.csv

#include "itkCellSegmentationImageFilter.h"
#include "itkImageFileReader.h"
#include "itkMaximumProjectionImageFilter.h"
#include "itkStatisticsLabelMapFilter.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace
{
using Stack = itk::Image<float, 3>;
using Plane = itk::Image<float, 2>;

void
Measure(const char * model, const char * stack, const char * table)
{
  const auto reader = itk::ImageFileReader<Stack>::New();
  reader->SetFileName(stack);
  const auto projection = itk::MaximumProjectionImageFilter<Stack, Plane>::New();
  projection->SetInput(reader->GetOutput());
  projection->SetProjectionDimension(2);

  const auto network = itk::SegmentationNetwork::New();
  network->Load(model);
  const auto cells = itk::CellSegmentationImageFilter<Stack>::New();
  cells->SetInput(reader->GetOutput());
  cells->SetNetwork(network);

  // Cells are label objects of ITK: its filters measure each one alone, also where cells lie over each other.
  const auto measure = itk::StatisticsLabelMapFilter<itk::CellLabelMap, Plane>::New();
  measure->SetInput(cells->GetOutput());
  measure->SetFeatureImage(projection->GetOutput());
  measure->ComputePerimeterOn();
  measure->Update();

  std::ofstream file(table);
  file << "label,area,perimeter,mean_intensity,depth\n";
  for (const auto & cell : measure->GetOutput()->GetLabelObjects())
  {
    file << cell->GetLabel() << ',' << cell->GetPhysicalSize() << ',' << cell->GetPerimeter() << ',' << cell->GetMean()
         << ',' << cell->GetDepth() << '\n';
  }
  if (!file.flush())
  {
    throw std::runtime_error(std::string("cannot write ") + table);
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 4)
  {
    std::cerr << "usage: measure_cells MODEL STACK TABLE.csv\n";
    return EXIT_FAILURE;
  }
  try
  {
    Measure(argv[1], argv[2], argv[3]);
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
