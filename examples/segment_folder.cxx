// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Segments every file of a folder.  segment_folder MODEL FOLDER RESULTS

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkCellSegmentationImageFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <set>

namespace
{
namespace fs = std::filesystem;
using Stack = itk::Image<float, 3>;

itk::SizeValueType
Segment(itk::SegmentationNetwork * network, const fs::path & stack, const fs::path & layers)
{
  const auto image = itk::ReadImage<Stack>(stack.string());
  const auto cells = itk::CellSegmentationImageFilter<Stack>::New();
  cells->SetInput(image);
  cells->SetNetwork(network);
  const auto pages = itk::CellLabelMapToLayersImageFilter<>::New();
  pages->SetInput(cells->GetOutput());
  pages->SetMinimumNumberOfPages(network->GetOptions().outputChannels);
  pages->SetReferenceGeometry(image);
  itk::WriteImage(pages->GetOutput(), layers.string());
  return cells->GetOutput()->GetNumberOfLabelObjects();
}

// Returns the number of files that could not be segmented.
int
SegmentFolder(const char * model, const fs::path & folder, const fs::path & results)
{
  const auto network = itk::SegmentationNetwork::New();
  network->Load(model); // once for all stacks
  fs::create_directories(results);
  const std::set<fs::path> files(fs::directory_iterator{ folder }, fs::directory_iterator{});
  int failures = 0;
  for (const fs::path & file : files)
  {
    try
    {
      const auto count = Segment(network, file, results / (file.stem().string() + "_labels.nrrd"));
      std::cout << file.filename().string() << ": " << count << " cells\n";
    }
    catch (const std::exception & error)
    {
      // One damaged file does not end the night's work.
      ++failures;
      std::cerr << file.filename().string() << ": " << error.what() << '\n';
    }
  }
  std::cout << files.size() << " files, " << failures << " failed\n";
  return failures;
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 4)
  {
    std::cerr << "usage: segment_folder MODEL FOLDER RESULTS\n";
    return EXIT_FAILURE;
  }
  try
  {
    return SegmentFolder(argv[1], argv[2], argv[3]) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  catch (const std::exception & error)
  {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
