// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Makes a model of weights that were trained elsewhere.

#include "Frame/OutputFile.h"
#include "Frame/Program.h"

#include "itkCellposeWeights.h"
#include "itkPublishedWeights.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <iostream>

namespace
{
struct Options
{
  std::string format;
  std::string weights;
  std::string model;
  itk::PublishedChoices choices;
  double pixelSize = 0.0;
  double sliceSpacing = 0.0;
  double diameter = 30.0;
  double cellSize = 0.0;
};

void
AddOptions(CLI::App & app, Options & options)
{
  app
    .add_option("--from", options.format,
                "keras: weights of the published PEN and CellPose graphs (HDF5); "
                "cellpose: a network of Cellpose 1 to 3 (torch state dict)")
    ->required()
    ->check(CLI::IsMember({ "keras", "cellpose" }));
  pen::Reads(app.add_option("FILE", options.weights, "The weight file")->required());
  app.add_option("-o,--output", options.model, "The model to write")->required()->type_name("MODEL");
  // --from is known by then: options are read in the order in which they are added.
  const auto onlyFor = [&options](const char * format)
  {
    return CLI::Validator(
      [&options, format](const std::string &)
      {
        const bool isMeant = options.format.empty() || options.format == format;
        return isMeant ? std::string() : "has no effect with --from " + options.format;
      },
      "");
  };
  app
    .add_option("--slices", options.choices.slices,
                "keras: slices that PEN sees, where branches pool by maximum (default: 27)")
    ->check(CLI::Range(1u, 4096u))
    ->check(onlyFor("keras"));
  app
    .add_option("--collect", options.choices.collect,
                "keras: mean or max, where PEN collects its branches without a convolution")
    ->check(CLI::IsMember({ "conv", "mean", "max" }))
    ->check(onlyFor("keras"));
  app.add_option("--projection", options.choices.projection, "keras: mip or linear, where there is no PEN")
    ->check(CLI::IsMember({ "mip", "linear" }))
    ->check(onlyFor("keras"));
  app
    .add_option("--diameter", options.diameter,
                "cellpose: pixels across a cell on the network's grid, where the file does not say")
    ->check(CLI::Range(1.0, 4096.0))
    ->check(onlyFor("cellpose"))
    ->capture_default_str();
  const auto cellSize = app.add_option(
    "--cell-size", options.cellSize, "cellpose: um across a typical cell, from which the network's pixel size follows");
  cellSize->check(CLI::PositiveNumber)->check(onlyFor("cellpose"));
  app.add_option("--pixel-size", options.pixelSize, "um of the pixels it was trained on (default: unknown)")
    ->check(CLI::PositiveNumber)
    ->excludes(cellSize);
  app.add_option("--slice-spacing", options.sliceSpacing, "keras: um between its slices (default: unknown)")
    ->check(CLI::PositiveNumber)
    ->check(onlyFor("keras"));
}

std::string
Provenance(const Options & options, const std::vector<std::string> & assumptions)
{
  nlohmann::json json{ { "imported_from",
                         { { "format", options.format },
                           { "file", std::filesystem::path(options.weights).filename().string() },
                           { "bytes", std::filesystem::file_size(options.weights) } } } };
  if (!assumptions.empty())
  {
    json["imported_from"]["assumptions"] = assumptions;
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

itk::SegmentationNetwork::Pointer
ImportKeras(const Options & options, pen::ProgramContext & context)
{
  const itk::PublishedWeights weights = itk::ReadKerasWeights(options.weights);
  itk::PublishedGraph graph = itk::GetPublishedGraph(weights, options.choices);
  graph.options.pixelSize = options.pixelSize;
  graph.options.sliceSpacing = options.sliceSpacing;
  graph.options.provenance = Provenance(options, graph.assumptions);
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Create(graph.options);
  itk::SetPublishedWeights(network, weights.arrays);
  for (const std::string & assumption : graph.assumptions)
  {
    context.Warn(assumption + ": " + options.weights);
  }
  return network;
}

itk::SegmentationNetwork::Pointer
ImportCellpose(const Options & options)
{
  const std::vector<itk::TorchArray> arrays = itk::ReadTorchStateDict(options.weights);
  itk::SegmentationNetworkOptions networkOptions = itk::GetCellposeOptions(arrays, options.diameter);
  networkOptions.pixelSize =
    options.cellSize > 0.0 ? options.cellSize / networkOptions.networkDiameter : options.pixelSize;
  networkOptions.provenance = Provenance(options, {});
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Create(networkOptions);
  itk::SetCellposeWeights(network, arrays);
  return network;
}

itk::SegmentationNetwork::Pointer
Import(const Options & options, pen::ProgramContext & context)
{
  try
  {
    return options.format == "keras" ? ImportKeras(options, context) : ImportCellpose(options);
  }
  catch (const itk::ExceptionObject & error)
  {
    // The readers name the file themselves, what finds the arrays wrong cannot.
    const std::string message = pen::OneLineMessage(error);
    message.find(options.weights) == std::string::npos ? pen::Fail(message, options.weights) : throw;
  }
}

void
Run(const Options & options, pen::ProgramContext & context)
{
  pen::OutputFile output(options.model);
  if (!std::filesystem::is_regular_file(options.weights))
  {
    pen::Fail("the file does not exist", options.weights);
  }
  const auto network = context.RunStage("read", [&] { return Import(options, context); });
  context.RunStage("write", [&] { network->Save(output.GetTemporaryPath()); });
  output.Commit();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-import", "Makes a model of weights that were trained elsewhere.", argc, argv,
    [&](CLI::App & app) { AddOptions(app, options); }, [&](pen::ProgramContext & context) { Run(options, context); });
}
