// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Finds the cells of confocal stacks: network, dynamics, depths, and the files people look at.

#include "Files/ImageFile.h"
#include "Files/StackFile.h"
#include "Frame/Batch.h"
#include "Frame/OutputFile.h"
#include "Options/Segmentation.h"
#include "Report/SegmentationResults.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <set>

namespace
{
struct Options
{
  std::vector<std::string> stacks;
  std::string folder;
  pen::SegmentationOptions segmentation;
  pen::ResultOptions results;
  const CLI::App * parser = nullptr;
};

void
AddOptions(CLI::App & app, Options & options)
{
  options.parser = &app;
  pen::Reads(app.add_option("STACK", options.stacks, "3-D gray images in any format ITK reads")->required());
  app.add_option("-o,--output", options.folder, "Folder for the results")->required()->type_name("DIR");
  pen::AddSegmentationOptions(app, options.segmentation);
  pen::AddResultOptions(app, options.results);
}

// The file's name without its folder and its (possibly double) extension.
std::string
BareNameOf(const std::string & stack)
{
  std::string name = std::filesystem::path(stack).filename().string();
  for (const char * ending : { ".ome.tif", ".ome.tiff", ".nii.gz" })
  {
    const std::string text = ending;
    if (name.size() > text.size() && name.compare(name.size() - text.size(), text.size(), text) == 0)
    {
      return name.substr(0, name.size() - text.size());
    }
  }
  return std::filesystem::path(name).stem().string();
}

// What the results of one stack are called. Another frame of the same file has results of its own.
std::string
NameOf(const std::string & stack, const Options & options)
{
  return BareNameOf(stack) + pen::ChoiceInName(options.segmentation.reading);
}

std::string
PrefixOf(const std::string & stack, const Options & options)
{
  return options.folder + "/" + NameOf(stack, options);
}

void
RequireDifferentNames(const Options & options)
{
  std::set<std::string> names;
  for (const std::string & stack : options.stacks)
  {
    if (!names.insert(NameOf(stack, options)).second)
    {
      throw pen::UsageError("two stacks would write the same results, named " + NameOf(stack, options));
    }
  }
}

// Before hours of work: every stack is there, and no result replaces one.
void
VerifyFiles(const Options & options)
{
  RequireDifferentNames(options);
  pen::RequireReadableFiles(options.stacks);
  for (const std::string & stack : options.stacks)
  {
    for (const std::string & ending : pen::EndingsOf(options.results))
    {
      pen::RequireNoInput(PrefixOf(stack, options) + ending);
    }
  }
}

// Returns what could not be written, if anything.
std::string
SegmentStack(const std::string & path, itk::SegmentationNetwork * network, const Options & options,
             pen::ProgramContext & context)
{
  pen::ResultFiles files;
  pen::ClaimFiles(options.results, PrefixOf(path, options), files);

  const pen::StackFile stack = context.RunStage(
    "read",
    [&] { return pen::ReadStack(path, options.segmentation.reading, context, pen::StackBytes(options.segmentation)); });
  pen::WarnOfDoubtfulSpacing(stack, path, context);
  const pen::Segmentation segmentation = pen::Segment(
    stack, path, network, options.segmentation, { options.results.NeedProjection(), options.results.flows }, context);
  const std::string problem =
    context.RunStage("write",
                     [&]
                     {
                       const auto result = pen::ResultOf(segmentation, NameOf(path, options), path, stack,
                                                         options.segmentation, *options.parser);
                       std::string unwritten = pen::WriteSegmentation(result, options.results.pictures, files);
                       files.Commit();
                       return unwritten;
                     });
  if (!context.IsQuiet())
  {
    std::printf("%s: %zu cells\n", path.c_str(),
                static_cast<std::size_t>(segmentation.GetCells()->GetNumberOfLabelObjects()));
  }
  return problem;
}

void
Run(Options options, pen::ProgramContext & context)
{
  VerifyFiles(options);
  options.segmentation.scratchFolder = options.folder;
  const auto network = pen::LoadNetwork(options.segmentation, context);
  pen::CreateOutputFolder(options.folder);
  std::vector<pen::PlannedStage> stages = pen::SegmentationStages(options.results.NeedProjection());
  stages.insert(stages.end(), { { "read", 1 }, { "write", 1 } });
  context.PlanStages(stages, static_cast<unsigned int>(options.stacks.size()));
  pen::Batch batch("stacks", options.stacks.size(), context);
  for (const std::string & stack : options.stacks)
  {
    std::string problem;
    batch.Try(stack, [&] { problem = SegmentStack(stack, network, options, context); });
    if (!problem.empty())
    {
      batch.Add(problem);
    }
  }
  batch.Finish();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-segment", "Finds the cells of confocal stacks, cells that lie over each other too.", argc, argv,
    [&](CLI::App & app) { AddOptions(app, options); }, [&](pen::ProgramContext & context) { Run(options, context); });
}
