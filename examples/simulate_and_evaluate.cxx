// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// How well a model finds the cells of a simulated stack.  simulate_and_evaluate MODEL CELLS SEED

#include "itkCellSegmentationImageFilter.h"
#include "itkInstanceSegmentationMetricsFilter.h"
#include "itkSimulatedCellStackSource.h"

#include <cstdlib>
#include <iostream>
#include <string>

namespace
{
using Stack = itk::Image<unsigned char, 3>;

void
Evaluate(const char * model, const std::string & numberOfCells, const std::string & seed)
{
  // The parameters' defaults look like the stacks that the shipped models were trained on.
  const auto source = itk::SimulatedCellStackSource<Stack>::New();
  source->SetNumberOfCells(std::stoul(numberOfCells));
  source->SetSeed(std::stoull(seed));

  const auto network = itk::SegmentationNetwork::New();
  network->Load(model);
  const auto cells = itk::CellSegmentationImageFilter<Stack>::New();
  cells->SetInput(source->GetOutput());
  cells->SetNetwork(network);

  const auto metrics = itk::InstanceSegmentationMetricsFilter<>::New();
  metrics->SetTruth(source->GetCells());
  metrics->SetPrediction(cells->GetOutput());
  metrics->Update();
  std::cout << "true " << source->GetCells()->GetNumberOfLabelObjects() << "\nfound "
            << cells->GetOutput()->GetNumberOfLabelObjects() << "\njaccard " << metrics->GetJaccard() << "\nprecision "
            << metrics->GetPrecision() << "\nrecall " << metrics->GetRecall() << '\n';
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 4)
  {
    std::cerr << "usage: simulate_and_evaluate MODEL CELLS SEED\n";
    return EXIT_FAILURE;
  }
  try
  {
    Evaluate(argv[1], argv[2], argv[3]);
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
