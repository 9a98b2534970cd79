// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Simulates confocal stacks of cells and writes them, with their truth, as training folders.

#include "Files/ImageFile.h"
#include "Files/Outlines.h"
#include "Files/TrainingFolderWriter.h"
#include "Frame/OutputFile.h"
#include "Options/SimulationOptions.h"

#include <CLI/CLI.hpp>

#include <iomanip>
#include <sstream>
#include <stdexcept>

namespace
{
struct Options
{
  std::string folder;
  std::vector<std::string> outlines;
  double outlinePixelSize = 0.0;
  itk::PenCore::SimulationParameters parameters;
  std::uint64_t samples = 1;
  double variation = 0.0;
};

// One sample is the folder itself, several are 0001, 0002, ... in it.
std::string
FolderOfSample(const Options & options, std::uint64_t sample)
{
  if (options.samples == 1)
  {
    return options.folder;
  }
  std::ostringstream path;
  path << options.folder << '/' << std::setw(4) << std::setfill('0') << sample + 1;
  return path.str();
}

void
Run(Options & options, pen::ProgramContext & context)
{
  pen::RequireReadableFiles(options.outlines);
  for (const std::string & path : options.outlines)
  {
    options.parameters.shape = itk::PenCore::SimulatedShape::Outline;
    const auto outlines = pen::ReadOutlines(path, options.outlinePixelSize, options.parameters.spacing[0]);
    options.parameters.outlines.insert(options.parameters.outlines.end(), outlines.begin(), outlines.end());
  }
  try
  {
    options.parameters.Verify();
  }
  catch (const std::invalid_argument & error)
  {
    throw pen::UsageError(error.what());
  }
  for (std::uint64_t sample = 0; sample < options.samples; ++sample)
  {
    pen::RequireNoInput(FolderOfSample(options, sample));
  }
  if (options.samples > 1)
  {
    pen::CreateOutputFolder(options.folder);
  }
  context.PlanStages({ { "simulate", 2 }, { "write", 1 } }, static_cast<unsigned int>(options.samples));
  for (std::uint64_t sample = 0; sample < options.samples; ++sample)
  {
    const auto parameters = pen::VariedParameters(options.parameters, sample, options.variation);
    auto simulated =
      context.RunStage("simulate",
                       [&]
                       {
                         return itk::PenCore::SimulateCellStack(
                           parameters, [&](float share) { context.SetStageProgress(static_cast<double>(share)); });
                       });
    const std::size_t placed = simulated.cells.size() + simulated.uncounted.size();
    if (placed < parameters.numberOfCells)
    {
      context.Warn(FolderOfSample(options, sample) + " shows " + std::to_string(placed) + " of " +
                   std::to_string(parameters.numberOfCells) + " cells: no room for the others, or they are invisible");
    }
    context.RunStage("write",
                     [&]
                     {
                       pen::WriteTrainingFolder(pen::TrainingSampleOf(std::move(simulated), parameters),
                                                FolderOfSample(options, sample));
                     });
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-simulate", "Simulates confocal stacks of cells with their masks, depths and 3-D labels.", argc, argv,
    [&](CLI::App & app)
    {
      app.add_option("-o,--output", options.folder, "Training folder; with --samples, a folder of these")
        ->required()
        ->type_name("FOLDER");
      app.add_option("--samples", options.samples, "Stacks to simulate, each with a seed of its own")
        ->check(CLI::Range(1, 9999))
        ->capture_default_str();
      app
        .add_option("--vary", options.variation,
                    "Multiply brightness, blur, background and noise of each stack by up to 1 + this, up or down")
        ->check(CLI::Range(0.0, 10.0))
        ->capture_default_str();
      pen::Reads(app
                   .add_option("--outlines", options.outlines,
                               "Bodies take the outlines of the cells in these files: layers, .seg.nrrd, or the "
                               "authors' JSON")
                   ->type_name("FILE"));
      app
        .add_option("--outline-pixel-size", options.outlinePixelSize,
                    "um of their pixels (default: what a file says, or else that of the stack)")
        ->check(CLI::PositiveNumber)
        ->needs("--outlines");
      pen::AddSimulationOptions(app, options.parameters);
    },
    [&](pen::ProgramContext & context) { Run(options, context); });
}
