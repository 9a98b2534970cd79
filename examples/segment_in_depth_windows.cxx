// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// As segment_ten_lines, in depth windows of four slices, whose cells are joined: for stacks in which several cells lie
// over each other.  segment_in_depth_windows MODEL STACK LAYERS

#include "itkCellDepthLabelMapFilter.h"
#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkExtractImageFilter.h"
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkFlowFieldToLabelMapFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkJoinDepthWindowsLabelMapFilter.h"
#include "itkMergeDuplicateCellsLabelMapFilter.h"
#include "itkStackDepth.h"

#include <cstdlib>
#include <iostream>

namespace
{
using StackType = itk::Image<float, 3>;

// The cells of some slices of a stack, with depths in um.
itk::CellLabelMap::Pointer
FindCells(StackType * stack, const itk::PenCore::DepthWindow & window, itk::SegmentationNetwork * network)
{
  auto slices = itk::ExtractImageFilter<StackType, StackType>::New();
  slices->SetInput(stack);
  slices->SetExtractionRegion(itk::RegionOfDepthWindow(stack, window));
  auto flows = itk::FlowFieldPredictionImageFilter<StackType>::New();
  flows->SetInput(slices->GetOutput());
  flows->SetNetwork(network);
  auto cells = itk::FlowFieldToLabelMapFilter<>::New();
  cells->SetInput(flows->GetOutput());
  auto merge = itk::MergeDuplicateCellsLabelMapFilter<>::New();
  merge->SetInput(cells->GetOutput());
  merge->SetFlowField(flows->GetOutput());
  auto depth = itk::CellDepthLabelMapFilter<itk::CellLabelMap, StackType>::New();
  depth->SetInput(merge->GetOutput());
  depth->SetStackImage(slices->GetOutput());
  depth->Update();
  itk::CellLabelMap::Pointer found = depth->GetOutput();
  found->DisconnectPipeline();
  return found;
}

void
Segment(const char * model, const char * path, const char * layers)
{
  auto network = itk::SegmentationNetwork::New();
  network->Load(model);
  const auto stack = itk::ReadImage<StackType>(path);

  auto join = itk::JoinDepthWindowsLabelMapFilter<>::New();
  const auto windows = itk::PenCore::MakeDepthWindows(stack->GetLargestPossibleRegion().GetSize(2), 4);
  join->SetWindows(static_cast<double>(windows[0].Count()) * stack->GetSpacing()[2],
                   network->GetOptions().depthWindows);
  for (unsigned int i = 0; i < windows.size(); ++i)
  {
    join->SetInput(i, FindCells(stack, windows[i], network));
    join->SetOwnDepths(i, itk::OwnDepthsOf(stack.GetPointer(), windows[i]));
  }
  auto pages = itk::CellLabelMapToLayersImageFilter<>::New();
  pages->SetInput(join->GetOutput());
  itk::WriteImage(pages->GetOutput(), layers);
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 4)
  {
    std::cerr << "usage: segment_in_depth_windows MODEL STACK LAYERS\n";
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
