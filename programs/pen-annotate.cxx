// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Finds the cells of a sparse stack without a network: 3-D labels, their projected masks and depths.

#include "Files/ImageFile.h"
#include "Files/LayersFile.h"
#include "Files/StackFile.h"

#include "ProjectionEnhancement/Base/PlaneGeometry.h"
#include "ProjectionEnhancement/Formats/CellsTable.h"
#include "itkCellAnnotationImageFilter.h"
#include "itkCellDepthLabelMapFilter.h"
#include "itkCellLabelMapToLayersImageFilter.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <vector>

namespace
{
using AnnotationFilter = itk::CellAnnotationImageFilter<pen::StackImage, pen::LayersImage>;

struct Options
{
  std::string stack;
  std::string prefix;
  pen::StackOptions reading;
  itk::PenCore::CellAnnotationParameters annotation;
};

// The projection of each 3-D label along z, under the same label.
itk::CellLabelMap::Pointer
ProjectLabels(const pen::LayersImage * labels)
{
  auto cells = itk::CellLabelMap::New();
  itk::CopyPlaneGeometry(labels, cells.GetPointer());
  cells->Allocate();
  const auto size = labels->GetLargestPossibleRegion().GetSize();
  const auto start = cells->GetLargestPossibleRegion().GetIndex();
  const std::size_t plane = size[0] * size[1];
  for (std::size_t pixel = 0; pixel < plane; ++pixel)
  {
    const itk::Index<2> index{ { start[0] + static_cast<itk::IndexValueType>(pixel % size[0]),
                                 start[1] + static_cast<itk::IndexValueType>(pixel / size[0]) } };
    std::vector<unsigned int> seen = { 0 };
    for (std::size_t slice = 0; slice < size[2]; ++slice)
    {
      const unsigned int label = labels->GetBufferPointer()[slice * plane + pixel];
      if (std::find(seen.begin(), seen.end(), label) == seen.end())
      {
        seen.push_back(label);
        cells->AddPixel(index, label);
      }
    }
  }
  return cells;
}

void
Run(const Options & options, pen::ProgramContext & context)
{
  pen::OutputFile labelsFile(options.prefix + "_labels3d.nrrd");
  pen::OutputFile layersFile(options.prefix + "_layers.nrrd");
  pen::OutputFile tableFile(options.prefix + "_cells.csv");
  context.PlanStages({ { "read", 1 }, { "annotate", 8 }, { "write", 1 } });
  const auto stack = context.RunStage("read", [&] { return pen::ReadStack(options.stack, options.reading, context); });

  const auto annotation = AnnotationFilter::New();
  annotation->SetParameters(options.annotation);
  annotation->SetInput(stack.image);
  context.UpdateStage("annotate", annotation);
  const pen::LayersImage * labels = annotation->GetOutput();

  auto depths = itk::CellDepthLabelMapFilter<itk::CellLabelMap, pen::StackImage>::New();
  depths->SetInput(ProjectLabels(labels));
  depths->SetStackImage(stack.image);
  depths->Update();
  if (depths->GetOutput()->GetNumberOfLabelObjects() == 0)
  {
    context.Warn("no cell was found: " + options.stack);
  }
  auto layers = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, pen::LayersImage>::New();
  layers->SetInput(depths->GetOutput());
  layers->SetPageAssignment(itk::PenCore::PageAssignment::Fewest);
  context.RunStage("write",
                   [&]
                   {
                     pen::WriteLayers(labels, labelsFile);
                     pen::WriteLayers(layers->GetOutput(), layersFile);
                     const auto places = itk::PenCore::PlacesOfLabels(layers->GetOutput());
                     tableFile.Write(
                       [&](const std::string & path)
                       { itk::PenCore::WriteCellsTable(depths->GetOutput(), places, stack.image, path); });
                   });
  labelsFile.Commit();
  layersFile.Commit();
  tableFile.Commit();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-annotate", "Finds the cells of a sparse stack by threshold and watershed, without a network.", argc, argv,
    [&](CLI::App & app)
    {
      pen::Reads(app.add_option("STACK", options.stack, "3-D gray stack")->required());
      app.add_option("-o,--output", options.prefix, "Start of the names of _labels3d.nrrd, _layers.nrrd, _cells.csv")
        ->required()
        ->type_name("PREFIX");
      pen::AddStackOptions(app, options.reading);
      app
        .add_option("--smoothing", options.annotation.smoothingSigma,
                    "Standard deviation of the smoothing in a slice, in um")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
      app.add_option("--threshold", options.annotation.threshold, "Gray values over the background; 0: Otsu's")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
      app
        .add_option("--split-depth", options.annotation.splitDepth,
                    "Depth of a neck at which cells are split, in um; 0: never")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
      app.add_option("--minimum-volume", options.annotation.minimumVolume, "Of a cell, in um^3")->capture_default_str();
      app.add_option("--minimum-area", options.annotation.minimumArea, "Of a cell's projection, in um^2")
        ->capture_default_str();
      app.add_option("--maximum-area", options.annotation.maximumArea,
                     "Of a cell's projection, in um^2 (default: no limit)");
      app
        .add_option("--maximum-border-share", options.annotation.maximumBorderShare,
                    "Share of a projection on the field's edge above which it is an artefact")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    },
    [&](pen::ProgramContext & context) { Run(options, context); });
}
