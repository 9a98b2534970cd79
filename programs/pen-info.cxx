// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Tells what a model file holds.

#include "Frame/Program.h"

#include "itkSegmentationNetwork.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>

namespace
{
std::size_t
CountValues(const itk::SegmentationNetwork * network)
{
  std::size_t values = 0;
  for (const auto & parameter : network->GetParameters())
  {
    std::size_t count = 1;
    for (const std::int64_t extent : parameter.shape)
    {
      count *= static_cast<std::size_t>(extent);
    }
    values += count;
  }
  return values;
}

// One "key: value" line each, what is inside an object indented below it.
void
PrintText(const nlohmann::json & json, const std::string & indent)
{
  for (const auto & entry : json.items())
  {
    std::cout << indent << entry.key() << ':';
    if (entry.value().is_object())
    {
      std::cout << '\n';
      PrintText(entry.value(), indent + "  ");
    }
    else
    {
      std::cout << ' ' << (entry.value().is_string() ? entry.value().get<std::string>() : entry.value().dump()) << '\n';
    }
  }
}

void
Tell(const std::string & model, bool asJson)
{
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Load(model);
  nlohmann::json json = nlohmann::json::parse(network->GetOptions().ToJson());
  json["values"] = CountValues(network);
  if (asJson)
  {
    std::cout << json.dump(2) << '\n';
  }
  else
  {
    PrintText(json, "");
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  std::string model;
  bool asJson = false;
  return pen::RunProgram(
    "pen-info", "Tells what a model file holds: architecture, spacings, normalisation, provenance.", argc, argv,
    [&](CLI::App & app)
    {
      pen::Reads(app.add_option("MODEL", model, "A model file")->required());
      app.add_flag("--json", asJson, "Print JSON");
    },
    [&](pen::ProgramContext &) { Tell(model, asJson); });
}
