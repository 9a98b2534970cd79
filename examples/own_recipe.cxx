// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Cells by a recipe of one's own, and the flow field they come from.  own_recipe MODEL STACK LAYERS FLOWS LOGIT PIXELS

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkCellSegmentationImageFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"

#include <cstdlib>
#include <iostream>
#include <string>

namespace
{
using Stack = itk::Image<float, 3>;

void
Segment(const char * model, const char * stackFile, const char * layers, const char * flows, const std::string & logit,
        const std::string & pixels)
{
  const auto stack = itk::ReadImage<Stack>(stackFile);
  const auto network = itk::SegmentationNetwork::New();
  network->Load(model);
  const auto cells = itk::CellSegmentationImageFilter<Stack>::New();
  cells->SetInput(stack);
  cells->SetNetwork(network);

  itk::SegmentationRecipe recipe = cells->GetRecipe(); // the model's own
  recipe.cellThreshold = std::stod(logit);
  recipe.minimumSize = static_cast<unsigned int>(std::stoul(pixels));
  recipe.minimumArea = 0.0;
  recipe.fillHoles = false;
  recipe.mergeDuplicates = false;
  recipe.windowSlices = 0; // all slices at once: page c of the flow field is depth channel c
  recipe.windowExtent = 0.0;
  cells->SetRecipe(recipe);
  cells->KeepFlowFieldOn();
  cells->Update();
  itk::WriteImage(cells->GetFlowField(), flows);

  const auto pages = itk::CellLabelMapToLayersImageFilter<>::New();
  pages->SetInput(cells->GetOutput());
  pages->SetMinimumNumberOfPages(network->GetOptions().outputChannels);
  pages->SetReferenceGeometry(stack);
  itk::WriteImage(pages->GetOutput(), layers);
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 7)
  {
    std::cerr << "usage: own_recipe MODEL STACK LAYERS FLOWS LOGIT PIXELS\n";
    return EXIT_FAILURE;
  }
  try
  {
    Segment(argv[1], argv[2], argv[3], argv[4], argv[5], argv[6]);
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
