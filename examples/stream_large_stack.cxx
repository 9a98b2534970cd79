// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Segments a stack that need not fit into memory.  stream_large_stack MODEL STACK.mha SCRATCH_FOLDER LAYERS.mha
// MEGABYTES

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkCellSegmentationImageFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>

namespace
{
using Stack = itk::Image<unsigned short, 3>;
using Layers = itk::Image<unsigned int, 3>;

void
Segment(const char * model, const char * stack, const char * scratch, const char * layers, const std::string & budget)
{
  constexpr unsigned int writtenParts = 8;
  // Reads the rows that are asked for, where the format can: MetaImage without compression does.
  const auto reader = itk::ImageFileReader<Stack>::New();
  reader->SetFileName(stack);
  itk::SizeValueType rowsHeld = 0;
  reader->AddObserver(itk::EndEvent(), [&](const itk::EventObject &)
                      { rowsHeld = std::max(rowsHeld, reader->GetOutput()->GetBufferedRegion().GetSize(1)); });

  const auto network = itk::SegmentationNetwork::New();
  network->Load(model);
  const auto cells = itk::CellSegmentationImageFilter<Stack>::New();
  cells->SetInput(reader->GetOutput());
  cells->SetNetwork(network);
  cells->SetMemoryBudget(std::stoul(budget) << 20);
  cells->SetScratchFolder(scratch);
  cells->Update();
  std::cout << "at most " << rowsHeld << " rows of " << reader->GetOutput()->GetLargestPossibleRegion().GetSize(1)
            << " in memory\n";

  const auto pages = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, Layers>::New();
  pages->SetInput(cells->GetOutput());
  pages->SetMinimumNumberOfPages(network->GetOptions().outputChannels);
  pages->SetReferenceGeometry(reader->GetOutput());
  const auto writer = itk::ImageFileWriter<Layers>::New();
  writer->SetInput(pages->GetOutput());
  writer->SetFileName(layers);
  writer->SetNumberOfStreamDivisions(writtenParts);
  writer->Update();
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 6)
  {
    std::cerr << "usage: stream_large_stack MODEL STACK.mha SCRATCH_FOLDER LAYERS.mha MEGABYTES\n";
    return EXIT_FAILURE;
  }
  try
  {
    Segment(argv[1], argv[2], argv[3], argv[4], argv[5]);
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
