// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Lays an annotated stack over itself.  augment_density STACK LAYERS NEW_STACK NEW_LAYERS SEED

#include "itkCellDepthLabelMapFilter.h"
#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkDensityAugmentationFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkLayersImageToCellLabelMapFilter.h"

#include <cstdlib>
#include <iostream>
#include <string>

namespace
{
using Stack = itk::Image<unsigned short, 3>;
using Layers = itk::Image<unsigned int, 3>;

void
Augment(const char * stackFile, const char * layersFile, const char * newStack, const char * newLayers,
        const std::string & seed)
{
  const auto stack = itk::ReadImage<Stack>(stackFile);
  const auto layers = itk::ReadImage<Layers>(layersFile);
  const auto cells = itk::LayersImageToCellLabelMapFilter<Layers>::New();
  cells->SetInput(layers);
  const auto depths = itk::CellDepthLabelMapFilter<itk::CellLabelMap, Stack>::New();
  depths->SetInput(cells->GetOutput());
  depths->SetStackImage(stack);

  // Two copies, each mirrored at random, the brighter voxel of both.
  const auto augment = itk::DensityAugmentationFilter<Stack>::New();
  augment->SetInput(stack);
  augment->SetCells(depths->GetOutput());
  augment->SetMode(itk::PenCore::DensityAugmentationMode::Dense);
  augment->SetCopies(2);
  augment->SetSlices(static_cast<unsigned int>(stack->GetLargestPossibleRegion().GetSize(2)));
  augment->SetSeed(std::stoull(seed));
  augment->Update();
  itk::WriteImage(augment->GetOutput(), newStack);

  // Cells of the two copies overlap: pages hold them apart.
  const auto pages = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, Layers>::New();
  pages->SetInput(augment->GetOutputCells());
  pages->SetPageAssignment(itk::PenCore::PageAssignment::Fewest);
  pages->SetReferenceGeometry(stack);
  itk::WriteImage(pages->GetOutput(), newLayers);
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 6)
  {
    std::cerr << "usage: augment_density STACK LAYERS NEW_STACK NEW_LAYERS SEED\n";
    return EXIT_FAILURE;
  }
  try
  {
    Augment(argv[1], argv[2], argv[3], argv[4], argv[5]);
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
