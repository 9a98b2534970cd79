// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Writes a model for other hosts: TorchScript, or a folder for the BioImage Model Zoo.

#include "Files/BioImageFolder.h"
#include "Frame/OutputFile.h"
#include "Frame/Program.h"

#include "itkTorchScriptExport.h"

#include <CLI/CLI.hpp>

#include <filesystem>

namespace
{
struct Options
{
  std::string model;
  std::string output;
  std::string part = "all";
  std::string format = "torchscript";
  pen::BioImageFacts facts;
};

void
AddOptions(CLI::App & app, Options & options)
{
  pen::Reads(app.add_option("MODEL", options.model, "A model file")->required());
  app.add_option("-o,--output", options.output, "The file to write; the folder with --format bioimage")->required();
  app.add_option("--part", options.part, "pen (stack to planes), network (planes to maps) or all (stack to maps)")
    ->check(CLI::IsMember({ "pen", "network", "all" }))
    ->capture_default_str();
  app.add_option("--format", options.format, "torchscript, or bioimage: a folder for the BioImage Model Zoo")
    ->check(CLI::IsMember({ "torchscript", "bioimage" }))
    ->capture_default_str();
  app.add_option("--name", options.facts.name, "bioimage: the model's name (default: its file's)");
  app.add_option("--description", options.facts.description, "bioimage: one sentence about it");
  app.add_option("--author", options.facts.authors, "bioimage: who made it");
  app.add_option("--license", options.facts.license, "bioimage: its licence, as SPDX calls it")->capture_default_str();
}

itk::ExportPart
PartOf(const std::string & name)
{
  return name == "pen"       ? itk::ExportPart::Projection
         : name == "network" ? itk::ExportPart::Network
                             : itk::ExportPart::All;
}

void
CompleteFacts(Options & options)
{
  pen::BioImageFacts & facts = options.facts;
  if (facts.name.empty())
  {
    facts.name = std::filesystem::path(options.model).stem().string();
  }
  if (facts.description.empty())
  {
    facts.description = "Finds cells in confocal stacks, cells that lie over each other too";
  }
  if (facts.authors.empty())
  {
    facts.authors.push_back("the ITKProjectionEnhancement authors");
  }
}

void
Run(Options & options, pen::ProgramContext & context)
{
  pen::RequireNoInput(options.output);
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->SetPrecision(itk::SegmentationNetwork::Precision::Float32); // what the exported program computes in
  context.RunStage("load model", [&] { network->Load(options.model); });
  const itk::ExportPart part = PartOf(options.part);
  if (options.format == "bioimage")
  {
    CompleteFacts(options);
    context.RunStage("write", [&] { pen::WriteBioImageFolder(network, part, options.facts, options.output); });
    return;
  }
  pen::OutputFile output(options.output);
  context.RunStage("write", [&] { itk::WriteTorchScript(network, part, output.GetTemporaryPath()); });
  output.Commit();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-export", "Writes a model for other hosts: TorchScript, or a folder for the BioImage Model Zoo.", argc, argv,
    [&](CLI::App & app) { AddOptions(app, options); }, [&](pen::ProgramContext & context) { Run(options, context); });
}
