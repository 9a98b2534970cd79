// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Makes a model of weights that were trained elsewhere.

#include "penOutputFile.h"
#include "penProgram.h"

#include "itkPublishedWeights.h"

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
};

void
AddOptions(CLI::App & app, Options & options)
{
  app.add_option("--from", options.format, "keras: weights of the published PEN and CellPose graphs (HDF5)")
    ->required()
    ->check(CLI::IsMember({ "keras" }));
  app.add_option("FILE", options.weights, "The weight file")->required();
  app.add_option("-o,--output", options.model, "The model to write")->required()->type_name("MODEL");
  app
    .add_option("--slices", options.choices.slices,
                "keras: slices that PEN sees, where branches pool by maximum (default: 27)")
    ->check(CLI::Range(1u, 4096u));
  app
    .add_option("--collect", options.choices.collect,
                "keras: mean or max, where PEN collects its branches without a convolution")
    ->check(CLI::IsMember({ "conv", "mean", "max" }));
  app.add_option("--projection", options.choices.projection, "keras: mip or linear, where there is no PEN")
    ->check(CLI::IsMember({ "mip", "linear" }));
  app.add_option("--pixel-size", options.pixelSize, "um of the pixels it was trained on (default: unknown)")
    ->check(CLI::PositiveNumber);
  app.add_option("--slice-spacing", options.sliceSpacing, "um between its slices (default: unknown)")
    ->check(CLI::PositiveNumber);
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
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  try
  {
    itk::PublishedGraph graph = itk::GetPublishedGraph(weights, options.choices);
    for (const std::string & assumption : graph.assumptions)
    {
      context.Warn(assumption + ": " + options.weights);
    }
    graph.options.pixelSize = options.pixelSize;
    graph.options.sliceSpacing = options.sliceSpacing;
    graph.options.provenance = Provenance(options, graph.assumptions);
    network->Create(graph.options);
    itk::SetPublishedWeights(network, weights.arrays);
  }
  catch (const itk::ExceptionObject & error)
  {
    pen::Fail(pen::OneLineMessage(error), options.weights);
  }
  return network;
}

void
Run(const Options & options, pen::ProgramContext & context)
{
  pen::OutputFile output(options.model);
  if (!std::filesystem::is_regular_file(options.weights))
  {
    pen::Fail("the file does not exist", options.weights);
  }
  const auto network = context.RunStage("read", [&] { return ImportKeras(options, context); });
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
