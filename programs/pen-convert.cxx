// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Turns annotated stacks into training folders, or into the layout of the paper's authors.

#include "Files/AnnotatedStack.h"
#include "Files/ImageFile.h"
#include "Files/TrainingFolderWriter.h"
#include "Frame/Batch.h"
#include "Frame/OutputFile.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <set>

namespace
{
namespace fs = std::filesystem;

const char * const Description =
  "Turns annotated stacks into training folders, or into the layout of the paper's authors.\n\n"
  "INPUT is one or more of: a training folder (stack.nrrd, layers.nrrd, cells.csv), a folder of such folders, a "
  "folder in the authors' layout (images/NAME.ome.tif, gt/NAME.json), or one gt/NAME.json; or, with --annotation, a "
  "single stack. Results: FOLDER/NAME/ with stack.nrrd, layers.nrrd (labels 1, 2, ...), cells.csv (label, layer, "
  "approx_z in slices) and ignore.nrrd; with --to json FOLDER/images/NAME.ome.tif and FOLDER/gt/NAME.json, whose "
  "polygons run along the pixels' edges. Masks and depths stay what they are.";

struct Options
{
  std::vector<std::string> inputs;
  std::string folder;
  std::string to = "folder";
  pen::AnnotationFiles files;
  pen::StackOptions reading;
  std::vector<std::size_t> only;
};

/** A sample to convert, and the name it gets. */
struct Sample
{
  std::string path;
  std::string name;
};

// Cells of --only, counted from 0.
std::vector<std::size_t>
IndicesOf(const std::vector<std::size_t> & numbers)
{
  std::vector<std::size_t> indices;
  for (const std::size_t number : numbers)
  {
    indices.push_back(number - 1);
  }
  return indices;
}

// What the authors' tools take for a name: all before the first dot. With what was chosen of the file.
std::string
NameOf(const std::string & path, const pen::StackOptions & reading)
{
  const fs::path normal = fs::absolute(path).lexically_normal();
  const std::string file =
    normal.has_filename() ? normal.filename().string() : normal.parent_path().filename().string();
  return (fs::is_directory(path) ? file : file.substr(0, file.find('.'))) + pen::ChoiceInName(reading);
}

std::vector<Sample>
FindSamples(const Options & options)
{
  std::vector<Sample> samples;
  std::set<std::string> names;
  for (const std::string & input : options.inputs)
  {
    const std::vector<std::string> paths =
      options.files.annotation.empty() ? pen::FindTrainingFolders(input) : std::vector<std::string>{ input };
    for (const std::string & path : paths)
    {
      samples.push_back({ path, NameOf(path, options.reading) });
      if (!names.insert(samples.back().name).second)
      {
        pen::Fail("another input has the name " + samples.back().name + " too", path);
      }
    }
  }
  return samples;
}

pen::TrainingFolder
Read(const Sample & sample, const Options & options, pen::ProgramContext & context)
{
  return options.files.annotation.empty()
           ? pen::ReadTrainingFolder(sample.path, context, options.reading)
           : pen::ReadAnnotatedStack(sample.path, options.files, options.reading, context);
}

std::string
FolderOf(const Sample & sample, const Options & options)
{
  return options.folder + "/" + sample.name;
}

// Before the work: no result may replace one of the samples.
void
KeepInputs(const std::vector<Sample> & samples, const Options & options)
{
  for (const Sample & sample : samples)
  {
    options.files.annotation.empty() ? pen::ProtectSample(sample.path) : pen::ProtectInput(sample.path);
  }
  for (const Sample & sample : samples)
  {
    if (options.to == "json")
    {
      for (const std::string & file : pen::FilesOfAuthorsLayout(options.folder, sample.name))
      {
        pen::RequireNoInput(file);
      }
    }
    else
    {
      pen::RequireNoInput(FolderOf(sample, options));
    }
  }
}

void
Convert(const Sample & sample, const Options & options, pen::ProgramContext & context)
{
  pen::TrainingFolder folder = context.RunStage("read", [&] { return Read(sample, options, context); });
  if (folder.sample.cells.empty())
  {
    context.Warn("there is no cell: " + sample.path);
  }
  if (!options.only.empty())
  {
    folder.sample = folder.sample.Only(IndicesOf(options.only));
  }
  context.RunStage("write",
                   [&]
                   {
                     if (options.to == "json")
                     {
                       pen::WriteAuthorsLayout(folder, options.folder, sample.name);
                       return;
                     }
                     pen::CreateOutputFolder(options.folder);
                     pen::WriteTrainingFolder(folder.sample, FolderOf(sample, options));
                   });
}

void
Run(const Options & options, pen::ProgramContext & context)
{
  const bool isStack = !options.files.annotation.empty();
  if (isStack && options.inputs.size() > 1)
  {
    throw pen::UsageError("--annotation belongs to a single stack");
  }
  if (!isStack && !(options.files.table.empty() && options.files.ignore.empty()))
  {
    throw pen::UsageError("--cells and --ignore need --annotation");
  }
  for (const std::string & file : { options.files.annotation, options.files.table, options.files.ignore })
  {
    pen::RequireReadableFiles(file.empty() ? std::vector<std::string>() : std::vector<std::string>{ file });
  }
  const std::vector<Sample> samples = FindSamples(options);
  KeepInputs(samples, options);
  context.PlanStages({ { "read", 1 }, { "write", 2 } }, static_cast<unsigned int>(samples.size()));
  pen::Batch batch("samples", samples.size(), context);
  for (const Sample & sample : samples)
  {
    batch.Try(sample.path, [&] { Convert(sample, options, context); });
  }
  batch.Finish();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-convert", Description, argc, argv,
    [&](CLI::App & app)
    {
      pen::Reads(
        app.add_option("INPUT", options.inputs, "Training folders, folders in the authors' layout, or a stack")
          ->required());
      app.add_option("-o,--output", options.folder, "Folder for the results")->required()->type_name("FOLDER");
      app.add_option("--to", options.to, "Training folders, or the authors' layout")
        ->check(CLI::IsMember({ "folder", "json" }))
        ->capture_default_str();
      pen::Reads(app.add_option("--annotation", options.files.annotation,
                                "Cells of the stack INPUT: the authors' JSON, or a 2-D or 3-D label image"));
      pen::Reads(app.add_option("--cells", options.files.table,
                                "Depths of a label image's cells: CSV with label and approx_z (slices) or z (um) "
                                "(default: estimated from the stack)"));
      pen::Reads(app.add_option("--ignore", options.files.ignore, "Image that is not 0 where the truth is unknown"));
      app
        .add_option("--only", options.only,
                    "Keep these cells, counted from 1 in the order of their labels; the truth under the others becomes "
                    "unknown")
        ->delimiter(',')
        ->check(CLI::PositiveNumber);
      pen::AddStackOptions(app, options.reading);
    },
    [&](pen::ProgramContext & context) { Run(options, context); });
}
