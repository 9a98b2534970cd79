// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Makes annotated stacks denser, by copies of the stack or of its cells, and varies their intensities and planes.

#include "Files/TrainingFolder.h"
#include "Files/TrainingFolderWriter.h"
#include "Frame/Batch.h"
#include "Frame/OutputFile.h"
#include "Options/AugmentOptions.h"

#include "ProjectionEnhancement/Base/Random.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iomanip>
#include <iostream>
#include <set>
#include <sstream>

namespace
{
using itk::TrainingSample;
using itk::PenCore::CellCutout;
using pen::AugmentOptions;

// Results are named after the samples: a folder, or an annotation without its ending.
std::string
NameOf(const std::string & sample)
{
  const std::filesystem::path path = std::filesystem::absolute(sample + "/").parent_path().lexically_normal();
  return std::filesystem::is_directory(path) ? path.filename().string() : path.stem().string();
}

// What is to be made, known before anything is read.
struct Plan
{
  std::vector<std::string> samples;
  /** One result is the output itself, several lie in it. */
  bool several;
};

std::string
ResultPath(const AugmentOptions & options, const Plan & plan, const std::string & name, std::size_t number)
{
  std::ostringstream path;
  path << options.output;
  if (plan.several)
  {
    path << '/' << name << '_' << std::setw(4) << std::setfill('0') << number;
  }
  return path.str();
}

void
PrepareFolder(const AugmentOptions & options, const Plan & plan)
{
  if (plan.several)
  {
    pen::CreateOutputFolder(options.output);
  }
}

// Of cells of all samples there is one source of results.
bool
Composes(const AugmentOptions & options)
{
  return options.mode == "cells";
}

Plan
MakePlan(const AugmentOptions & options)
{
  Plan plan{ pen::FindTrainingFolders(options.input), false };
  plan.several = options.samples > 1 || (!Composes(options) && plan.samples.size() > 1);
  std::set<std::string> names;
  for (const std::string & sample : plan.samples)
  {
    pen::ProtectSample(sample);
    if (!names.insert(Composes(options) ? "cells" : NameOf(sample)).second && !Composes(options))
    {
      pen::Fail("another input has the name " + NameOf(sample) + " too", sample);
    }
  }
  for (const std::string & name : names)
  {
    for (std::size_t number = 0; number < options.samples; ++number)
    {
      pen::RequireNoInput(ResultPath(options, plan, name, number));
    }
  }
  return plan;
}

std::vector<pen::TrainingFolder>
ReadSamples(const Plan & plan, pen::Batch & batch, pen::ProgramContext & context)
{
  std::vector<pen::TrainingFolder> folders;
  for (const std::string & path : plan.samples)
  {
    batch.Try(path, [&] { folders.push_back(pen::ReadTrainingFolder(path, context)); });
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

// Makes a result of a sample, or of the cells of all.
using MakeDenser = std::function<TrainingSample(std::uint64_t seed)>;

/** Writes the results of one source after the other. */
class ResultWriter
{
public:
  ResultWriter(const AugmentOptions & options, const Plan & plan, const std::vector<pen::TrainingFolder> & folders,
               pen::ProgramContext & context)
    : m_Options(options)
    , m_Plan(plan)
    , m_Storage(pen::StorageOf(options.type, folders))
    , m_Count(options.samples * (Composes(options) ? 1 : folders.size()))
    , m_Context(context)
  {
  }

  void
  WriteResultsOf(std::size_t source, const std::string & name, const MakeDenser & make) const
  {
    for (std::size_t number = 0; number < m_Options.samples; ++number)
    {
      const std::size_t i = source * m_Options.samples + number;
      itk::PenCore::Random random(m_Options.seed, i);
      const TrainingSample denser = make(random.Next());
      const TrainingSample augmented = pen::AugmentAppearance(denser, m_Options, random.Next());
      Write(augmented, ResultPath(m_Options, m_Plan, name, number), m_Storage, m_Context);
      m_Context.SetStageProgress(static_cast<double>(i + 1) / static_cast<double>(m_Count));
    }
  }

private:
  const AugmentOptions & m_Options;
  const Plan & m_Plan;
  pen::StackStorage m_Storage;
  std::size_t m_Count;
  pen::ProgramContext & m_Context;
};

void
Augment(const AugmentOptions & options, const Plan & plan, const std::vector<pen::TrainingFolder> & folders,
        pen::Batch & batch, pen::ProgramContext & context)
{
  const ResultWriter writer(options, plan, folders, context);
  if (Composes(options))
  {
    const CellComposer composer(options, folders);
    PrepareFolder(options, plan);
    writer.WriteResultsOf(0, "cells", [&](std::uint64_t seed) { return composer.Compose(seed); });
    return;
  }
  PrepareFolder(options, plan);
  for (std::size_t i = 0; i < folders.size(); ++i)
  {
    const pen::TrainingFolder & folder = folders[i];
    const auto make = [&](std::uint64_t seed) { return CopyStack(options, folder, seed); };
    batch.Try(folder.path, [&] { writer.WriteResultsOf(i, NameOf(folder.path), make); });
  }
}

// Stacks without cells are of use among others only.
void
WarnWithoutCells(const AugmentOptions & options, const std::vector<pen::TrainingFolder> & folders,
                 pen::ProgramContext & context)
{
  const bool areBlank = std::all_of(folders.begin(), folders.end(),
                                    [](const pen::TrainingFolder & folder) { return folder.sample.cells.empty(); });
  if (areBlank && !Composes(options))
  {
    context.Warn("there is no cell, and so there is none in the results: " + options.input);
  }
}

void
Run(const AugmentOptions & options, pen::ProgramContext & context)
{
  context.PlanStages({ { "read", 1 }, { "augment", 5 } });
  const Plan plan = MakePlan(options);
  pen::Batch batch("samples", plan.samples.size(), context);
  const std::vector<pen::TrainingFolder> folders =
    context.RunStage("read", [&] { return ReadSamples(plan, batch, context); });
  if (!folders.empty())
  {
    WarnWithoutCells(options, folders, context);
    context.RunStage("augment", [&] { Augment(options, plan, folders, batch, context); });
  }
  batch.Finish();
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
