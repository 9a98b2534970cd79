// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/BioImageFolder.h"

#include "Frame/Errors.h"
#include "Frame/OutputFolder.h"

#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Stacks/Projections.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <sstream>

// The format: https://github.com/bioimage-io/spec-bioimage-io, model 0.5.

namespace pen
{
namespace
{
using Json = nlohmann::ordered_json;
using Options = itk::SegmentationNetworkOptions;
using itk::ExportPart;

const char * const WeightsFile = "weights.pt";
const char * const InputFile = "test_input.npy";
const char * const OutputFile = "test_output.npy";
// The oldest torch that runs the exported programs.
const char * const OldestTorch = "1.13.1";
constexpr unsigned int TestSize = 64;
constexpr unsigned int TestBlobs = 12;
// Of the output's largest value, for sums of floats in another order.
constexpr double LargestDifference = 1e-3;

void
WriteText(const std::string & path, const std::string & text)
{
  std::ofstream file(path, std::ios::binary);
  if (!file.write(text.data(), static_cast<std::streamsize>(text.size())).flush())
  {
    Fail("the file could not be written", path);
  }
}

// numpy's format 1.0: magic, length of the header, header padded to 64 bytes, numbers.
void
WriteNpy(const std::string & path, const itk::ScriptTensor & tensor)
{
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (const int64_t extent : tensor.shape)
  {
    header += std::to_string(extent) + ", ";
  }
  header += "), }";
  constexpr std::size_t start = 10;
  header.append(64 - (start + header.size() + 1) % 64, ' ');
  header += '\n';
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 0xff);
  text += static_cast<char>(header.size() >> 8);
  text += header;
  text.append(reinterpret_cast<const char *>(tensor.values.data()), tensor.values.size() * sizeof(float));
  WriteText(path, text);
}

// Round bright spots at random places of a stack of dim noise: something that a network answers to.
std::vector<float>
SpotStack(unsigned int slices, unsigned int size)
{
  itk::PenCore::Random random(1, 0);
  std::vector<float> stack(static_cast<std::size_t>(slices) * size * size);
  for (float & voxel : stack)
  {
    voxel = static_cast<float>(0.05 * random.Uniform());
  }
  for (unsigned int i = 0; i < TestBlobs; ++i)
  {
    const double centre[] = { slices * random.Uniform(), size * random.Uniform(), size * random.Uniform() };
    for (std::size_t k = 0; k < stack.size(); ++k)
    {
      const double z = static_cast<double>(k / (size * size)) - centre[0];
      const double y = static_cast<double>(k / size % size) - centre[1];
      const double x = static_cast<double>(k % size) - centre[2];
      stack[k] = std::max(stack[k], static_cast<float>(std::exp(-z * z / 2.0 - (y * y + x * x) / 40.0)));
    }
  }
  return stack;
}

itk::ScriptTensor
TestInput(const itk::SegmentationNetwork * network, ExportPart part, unsigned int size)
{
  const Options & options = network->GetOptions();
  const bool fromStack = part != ExportPart::Network;
  const bool hasPen = options.projection == Options::Projection::ProjectionEnhancement;
  const unsigned int depth = !fromStack ? options.planes : hasPen ? options.slices : 9;
  return { { 1, depth, size, size }, SpotStack(depth, size) };
}

// What this library makes of the same input.
std::vector<float>
OwnOutput(const itk::SegmentationNetwork * network, ExportPart part, const itk::ScriptTensor & input)
{
  const Options & options = network->GetOptions();
  const auto height = static_cast<unsigned int>(input.shape[2]);
  const auto width = static_cast<unsigned int>(input.shape[3]);
  const std::size_t pixels = static_cast<std::size_t>(height) * width;
  std::vector<float> planes = input.values;
  if (part != ExportPart::Network)
  {
    planes.resize(options.planes * pixels);
    network->Project(input.values.data(), static_cast<unsigned int>(input.shape[1]), height, width, planes.data());
    if (options.projection == Options::Projection::ProjectionEnhancement)
    {
      itk::PenCore::RescaleToUnitRange(planes.data(), planes.size());
    }
  }
  if (part == ExportPart::Projection)
  {
    return planes;
  }
  std::vector<float> field(4 * options.outputChannels * pixels);
  network->Predict(planes.data(), 1, height, width, field.data());
  std::vector<float> maps(field.size());
  for (std::size_t i = 0; i < field.size(); ++i)
  {
    maps[i % 4 * field.size() / 4 + i / 4] = field[i];
  }
  return maps;
}

void
VerifySameOutput(const std::vector<float> & script, const std::vector<float> & own, const std::string & folder)
{
  double largest = 0.0;
  double difference = script.size() == own.size() ? 0.0 : INFINITY;
  for (std::size_t i = 0; i < own.size() && i < script.size(); ++i)
  {
    largest = std::max<double>(largest, std::abs(own[i]));
    difference = std::max<double>(difference, std::abs(script[i] - own[i]));
  }
  if (!(difference <= LargestDifference * std::max(largest, 1.0)))
  {
    Fail("the exported program does not give the model's own output", folder);
  }
}

Json
AxesOfInput(ExportPart part, const Options & options, unsigned int divisor)
{
  const Json plane = { { "min", 2 * divisor }, { "step", divisor } };
  Json axes = Json::array({ { { "type", "batch" } } });
  if (part == ExportPart::Network)
  {
    Json names = Json::array();
    for (unsigned int i = 0; i < options.planes; ++i)
    {
      names.push_back("plane" + std::to_string(i));
    }
    axes.push_back({ { "type", "channel" }, { "channel_names", names } });
  }
  else if (options.HasFixedSlices())
  {
    axes.push_back({ { "type", "space" }, { "id", "z" }, { "size", options.slices } });
  }
  else
  {
    axes.push_back({ { "type", "space" }, { "id", "z" }, { "size", { { "min", 1 }, { "step", 1 } } } });
  }
  for (const char * id : { "y", "x" })
  {
    Json axis = { { "type", "space" }, { "id", id }, { "size", plane } };
    if (options.pixelSize > 0.0)
    {
      axis["unit"] = "micrometer";
      axis["scale"] = options.pixelSize;
    }
    axes.push_back(axis);
  }
  if (part != ExportPart::Network && options.sliceSpacing > 0.0)
  {
    axes[1]["unit"] = "micrometer";
    axes[1]["scale"] = options.sliceSpacing;
  }
  return axes;
}

Json
OutputNames(ExportPart part, const Options & options)
{
  Json names = Json::array();
  if (part == ExportPart::Projection)
  {
    for (unsigned int i = 0; i < options.planes; ++i)
    {
      names.push_back("plane" + std::to_string(i));
    }
    return names;
  }
  for (const char * map : { "flow_x", "flow_y", "cell_logit", "border_logit" })
  {
    for (unsigned int c = 0; c < options.outputChannels; ++c)
    {
      names.push_back(std::string(map) + "_channel" + std::to_string(c));
    }
  }
  return names;
}

// The zoo's own steps for what the model's header says about intensities, where it has them.
Json
Preprocessing(ExportPart part, const Options & options)
{
  const itk::IntensityNormalization & how = options.normalization;
  Json steps = Json::array();
  if (part != ExportPart::Network && how.method == itk::IntensityNormalization::Method::Percentile &&
      !options.normalizeProjection)
  {
    steps.push_back({ { "id", "scale_range" },
                      { "kwargs",
                        { { "axes", { "z", "y", "x" } },
                          { "min_percentile", how.lowPercentile },
                          { "max_percentile", how.highPercentile } } } });
    if (how.clipToUnitRange)
    {
      steps.push_back({ { "id", "clip" }, { "kwargs", { { "min", 0.0 }, { "max", 1.0 } } } });
    }
  }
  return steps;
}

std::string
Now()
{
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
#ifdef _WIN32
  gmtime_s(&utc, &now);
#else
  gmtime_r(&now, &utc);
#endif
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

Json
Description(const itk::SegmentationNetwork * network, ExportPart part, const BioImageFacts & facts)
{
  const Options & options = network->GetOptions();
  const std::string input = part == ExportPart::Network ? "planes" : "stack";
  Json inputTensor = { { "id", input },
                       { "description", part == ExportPart::Network ? "projection of a stack, as the network sees it"
                                                                    : "confocal stack" },
                       { "axes", AxesOfInput(part, options, network->GetSizeDivisor()) },
                       { "data", { { "type", "float32" } } },
                       { "test_tensor", { { "source", InputFile } } } };
  const Json steps = Preprocessing(part, options);
  if (!steps.empty())
  {
    inputTensor["preprocessing"] = steps;
  }
  Json outputAxes = Json::array(
    { { { "type", "batch" } }, { { "type", "channel" }, { "channel_names", OutputNames(part, options) } } });
  for (const char * id : { "y", "x" })
  {
    outputAxes.push_back(
      { { "type", "space" }, { "id", id }, { "size", { { "tensor_id", input }, { "axis_id", id } } } });
  }
  Json authors = Json::array();
  for (const std::string & author : facts.authors)
  {
    authors.push_back({ { "name", author } });
  }
  return { { "type", "model" },
           { "format_version", "0.5.3" },
           { "name", facts.name },
           { "description", facts.description },
           { "authors", authors },
           { "cite",
             { { { "text", "Eddy et al., Facilitating cell segmentation with the Projection-Enhancement Network" },
                 { "url", "https://arxiv.org/abs/2301.10877" } },
               { { "text", "Stringer et al., Cellpose: a generalist algorithm for cellular segmentation" },
                 { "doi", "10.1038/s41592-020-01018-x" } } } },
           { "license", facts.license },
           { "documentation", "README.md" },
           { "tags", { "segmentation", "cells", "confocal", "cellpose", "projection" } },
           { "timestamp", Now() },
           { "inputs", Json::array({ inputTensor }) },
           { "outputs",
             Json::array({ { { "id", part == ExportPart::Projection ? "planes" : "maps" },
                             { "description", part == ExportPart::Projection
                                                ? "projection of the stack"
                                                : "flows (unit scale, inward) and logits of each depth channel" },
                             { "axes", outputAxes },
                             { "data", { { "type", "float32" } } },
                             { "test_tensor", { { "source", OutputFile } } } } }) },
           { "weights", { { "torchscript", { { "source", WeightsFile }, { "pytorch_version", OldestTorch } } } } } };
}

// Block-style YAML; scalars as JSON writes them, which YAML reads the same.
void
WriteYaml(std::ostream & out, const Json & value, const std::string & indent, bool inList)
{
  bool first = inList;
  for (auto it = value.begin(); it != value.end(); ++it)
  {
    out << (first ? "" : indent);
    first = false;
    out << (value.is_array() ? "-" : it.key() + ":");
    const bool nested = it->is_structured() && !it->empty();
    if (nested && value.is_array())
    {
      out << ' ';
      WriteYaml(out, *it, indent + "  ", true);
    }
    else if (nested)
    {
      out << '\n';
      WriteYaml(out, *it, indent + "  ", false);
    }
    else
    {
      out << ' ' << it->dump() << '\n';
    }
  }
}

std::string
Documentation(const itk::SegmentationNetwork * network, ExportPart part, const BioImageFacts & facts)
{
  std::ostringstream text;
  text << "# " << facts.name << "\n\n" << facts.description << "\n\n";
  text << "Made by ITKProjectionEnhancement's `pen-export`. `" << WeightsFile << "` is TorchScript: `torch.jit.load(\""
       << WeightsFile << "\")`, torch " << OldestTorch << " or newer.\n\n";
  text << "- Input: "
       << (part == ExportPart::Network ? "planes [N, P, H, W], the projection of a stack"
                                       : "a stack [N, Z, H, W], its intensities normalised as the options below say")
       << "; H and W divide by " << network->GetSizeDivisor() << ".\n";
  text << "- Output: "
       << (part == ExportPart::Projection
             ? "planes [N, P, H, W]"
             : "maps [N, 4 C, H, W]: x-flow of each of C depth channels, y-flow of each, cell logit of each, border "
               "logit of each. Flows have unit scale and point into the cell, x to the right and y down")
       << ".\n\n";
  text
    << "## Validation\n\nThe test output is what the TorchScript file makes of the test input; `pen-export` compares "
       "it to the model's own output before it writes anything. How well the model segments stands in the model's "
       "card; measure it on your own annotations with `pen-evaluate`.\n\n";
  text << "## Options\n\n```json\n" << network->GetOptions().ToJson() << "\n```\n";
  return text.str();
}
} // namespace

void
WriteBioImageFolder(const itk::SegmentationNetwork * network, ExportPart part, const BioImageFacts & facts,
                    const std::string & path)
{
  OutputFolder folder(path, { "rdf.yaml", WeightsFile, InputFile, OutputFile, "README.md" });
  const std::string weights = folder.AddFile(WeightsFile);
  itk::WriteTorchScript(network, part, weights);
  const unsigned int divisor = network->GetSizeDivisor();
  const unsigned int size = (TestSize + divisor - 1) / divisor * divisor;
  itk::ScriptTensor input = TestInput(network, part, size);
  WriteNpy(folder.AddFile(InputFile), input);
  if (!Preprocessing(part, network->GetOptions()).empty())
  {
    itk::IntensityNormalization how = network->GetOptions().normalization;
    how.leastRangeInNoise = 0.0; // unknown to the description's scale_range
    itk::PenCore::NormalizeIntensities(input.values.data(), { 1, 1, input.values.size() }, how);
  }
  const itk::ScriptTensor output = itk::RunTorchScript(weights, input);
  VerifySameOutput(output.values, OwnOutput(network, part, input), path);
  WriteNpy(folder.AddFile(OutputFile), output);
  std::ostringstream yaml;
  WriteYaml(yaml, Description(network, part, facts), "", false);
  WriteText(folder.AddFile("rdf.yaml"), yaml.str());
  WriteText(folder.AddFile("README.md"), Documentation(network, part, facts));
  folder.Commit();
}
} // namespace pen
