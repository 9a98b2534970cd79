// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Makes annotated stacks denser, by copies of the stack or of its cells, and varies their intensities and planes.

#include "Files/TrainingFolder.h"
#include "Files/TrainingFolderWriter.h"
#include "Frame/OutputFile.h"
#include "Options/AugmentOptions.h"

#include "ProjectionEnhancement/Base/Random.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>

namespace
{
using itk::TrainingSample;
using itk::PenCore::CellCutout;
using pen::AugmentOptions;

std::vector<pen::TrainingFolder>
ReadSamples(const AugmentOptions & options, pen::ProgramContext & context)
{
  std::vector<pen::TrainingFolder> folders;
  for (const std::string & path : pen::FindTrainingFolders(options.input))
  {
    folders.push_back(pen::ReadTrainingFolder(path, context));
  }
  return folders;
}

// A composition takes its voxels' size and background from the first sample, and cells from all.
class CellComposer
{
public:
  CellComposer(const AugmentOptions & options, const std::vector<pen::TrainingFolder> & folders)
    : m_Parameters(options.cells)
  {
    const TrainingSample & first = folders.front().sample;
    const itk::PenCore::BackgroundLevel background = itk::PenCore::EstimateBackground(first);
    m_Parameters.width = options.size.empty() ? first.width : options.size[0];
    m_Parameters.height = options.size.empty() ? first.height : options.size[1];
    m_Parameters.slices = options.depth;
    m_Parameters.spacing = first.spacing;
    m_Parameters.backgroundLevel = background.level;
    m_Parameters.backgroundNoise = background.noise;
    for (const pen::TrainingFolder & folder : folders)
    {
      const std::vector<CellCutout> cells = itk::PenCore::CutCells(folder.sample);
      m_Library.insert(m_Library.end(), cells.begin(), cells.end());
    }
    if (m_Library.empty())
    {
      pen::Fail("there is no whole cell to copy", options.input);
    }
  }

  TrainingSample
  Compose(std::uint64_t seed) const
  {
    itk::PenCore::PasteCellsParameters parameters = m_Parameters;
    parameters.seed = seed;
    return itk::PenCore::PasteCells(m_Library, parameters);
  }

private:
  itk::PenCore::PasteCellsParameters m_Parameters;
  std::vector<CellCutout> m_Library;
};

TrainingSample
CopyStack(const AugmentOptions & options, const pen::TrainingFolder & folder, std::uint64_t seed)
{
  itk::PenCore::CopyParameters parameters;
  parameters.slices = options.depth;
  parameters.copies = options.copies;
  parameters.background = itk::PenCore::EstimateBackground(folder.sample).level;
  parameters.seed = seed;
  if (options.mode == "none")
  {
    return folder.sample;
  }
  if (options.mode == "stack")
  {
    return itk::PenCore::StackCopies(folder.sample, parameters);
  }
  if (folder.sample.slices > options.depth)
  {
    pen::Fail("the stack has " + std::to_string(folder.sample.slices) + " slices, more than --depth " +
                std::to_string(options.depth),
              folder.path);
  }
  return options.mode == "dense" ? itk::PenCore::OverlayCopies(folder.sample, parameters)
                                 : itk::PenCore::AugmentDensity(folder.sample, parameters);
}

void
Write(const TrainingSample & sample, const std::string & path, pen::StackStorage storage,
      const pen::ProgramContext & context)
{
  pen::WriteTrainingFolder(sample, path, storage);
  if (!context.IsQuiet())
  {
    const itk::PenCore::OverlapStatistics overlap = itk::PenCore::MeasureOverlap(sample.cells);
    std::cout << path << ": " << sample.cells.size() << " cells, " << std::fixed << std::setprecision(1)
              << 100.0 * overlap.share << " % overlap another, mean IoU " << std::setprecision(3) << overlap.meanIoU
              << '\n';
  }
}

// Results are named after the samples: a folder, or an annotation without its ending.
std::string
NameOf(const pen::TrainingFolder & folder)
{
  const std::filesystem::path path = std::filesystem::absolute(folder.path + "/").parent_path().lexically_normal();
  return std::filesystem::is_directory(path) ? path.filename().string() : path.stem().string();
}

void
RequireDifferentNames(const std::vector<pen::TrainingFolder> & folders)
{
  std::set<std::string> names;
  for (const pen::TrainingFolder & folder : folders)
  {
    if (!names.insert(NameOf(folder)).second)
    {
      pen::Fail("another input has the name " + NameOf(folder) + " too", folder.path);
    }
  }
}

void
Run(const AugmentOptions & options, pen::ProgramContext & context)
{
  context.PlanStages({ { "read", 1 }, { "augment", 5 } });
  const std::vector<pen::TrainingFolder> folders =
    context.RunStage("read", [&] { return ReadSamples(options, context); });
  const bool composes = options.mode == "cells";
  const std::size_t sources = composes ? 1 : folders.size();
  const std::size_t count = sources * options.samples;
  const pen::StackStorage storage = pen::StorageOf(options.type, folders);
  const auto work = [&]
  {
    std::unique_ptr<CellComposer> composer;
    if (composes)
    {
      composer = std::make_unique<CellComposer>(options, folders);
    }
    else
    {
      RequireDifferentNames(folders);
    }
    if (count > 1)
    {
      pen::CreateOutputFolder(options.output);
    }
    for (std::size_t i = 0; i < count; ++i)
    {
      const pen::TrainingFolder & folder = folders[i / options.samples];
      itk::PenCore::Random random(options.seed, i);
      const TrainingSample denser =
        composes ? composer->Compose(random.Next()) : CopyStack(options, folder, random.Next());
      const TrainingSample augmented = pen::AugmentAppearance(denser, options, random.Next());
      const std::string name = composes ? "cells" : NameOf(folder);
      std::ostringstream path;
      path << options.output;
      if (count > 1)
      {
        path << '/' << name << '_' << std::setw(4) << std::setfill('0') << i % options.samples;
      }
      Write(augmented, path.str(), storage, context);
      context.SetStageProgress(static_cast<double>(i + 1) / static_cast<double>(count));
    }
  };
  context.RunStage("augment", work);
}
} // namespace

int
main(int argc, char * argv[])
{
  AugmentOptions options;
  return pen::RunProgram(
    "pen-augment", "Makes annotated stacks denser and varies their looks.", argc, argv,
    [&](CLI::App & app) { pen::AddAugmentOptions(app, options); },
    [&](pen::ProgramContext & context) { Run(options, context); });
}
