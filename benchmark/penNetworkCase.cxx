// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// The network alone, on files that a script can feed to a peer too. Prints a line of JSON.
//   penNetworkCase make PREFIX SEED [training]   a model of the published size, or of the shipped models'
//     (features 16 to 128, 20 slices, 2 channels): PREFIX.pt, its arrays in PREFIX.arrays (float32, one after another),
//     their names and shapes in PREFIX.json
//   penNetworkCase run PREFIX SLICES HEIGHT WIDTH THREADS f32|bf16|auto   PREFIX.stack, normalised float32
//     [SLICES][HEIGHT][WIDTH], to PREFIX.planes [3][HEIGHT][WIDTH] and PREFIX.field [3][HEIGHT][WIDTH][4], untiled
//   penNetworkCase train PREFIX STEPS BATCH CROP THREADS   so many steps on one batch, PREFIX.stacks
//     [BATCH][20][CROP][CROP] and PREFIX.targets [BATCH][2][CROP][CROP][4]: losses and seconds of each

#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "itkSegmentationNetwork.h"
#include "itkSegmentationNetworkTrainer.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{
using Precision = itk::SegmentationNetwork::Precision;

constexpr std::size_t Components = 4;

bool
EndsWith(const std::string & text, const std::string & end)
{
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::ofstream
OpenToWrite(const std::string & name)
{
  std::ofstream file(name, std::ios::binary);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  return file;
}

std::vector<float>
ReadFloats(const std::string & name, std::size_t count)
{
  std::vector<float> values(count);
  std::ifstream file(name, std::ios::binary);
  if (!file.read(reinterpret_cast<char *>(values.data()), static_cast<std::streamsize>(count * sizeof(float))))
  {
    throw std::runtime_error("cannot read " + name);
  }
  return values;
}

void
Append(std::ofstream & file, const std::vector<float> & values)
{
  file.write(reinterpret_cast<const char *>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
}

// Batch norms that have seen something: new ones neither scale nor shift.
std::vector<float>
Unsettle(const std::string & name, std::vector<float> values, itk::PenCore::Random & random)
{
  const bool isNorm = name.find("bn.") != std::string::npos;
  const bool isFactor = EndsWith(name, "running_var") || EndsWith(name, "weight");
  for (float & value : values)
  {
    value += isNorm ? static_cast<float>(isFactor ? random.Uniform(-0.3, 0.3) : random.Uniform(-0.1, 0.1)) : 0.0F;
  }
  return values;
}

void
Make(const std::string & prefix, std::uint64_t seed, bool forTraining)
{
  const auto network = itk::SegmentationNetwork::New();
  itk::SegmentationNetworkOptions options;
  if (forTraining)
  {
    options.features = { 16, 32, 64, 128 };
    options.slices = 20;
    options.outputChannels = 2;
  }
  network->Create(options, seed);
  std::ofstream arrays = OpenToWrite(prefix + ".arrays");
  std::ofstream json = OpenToWrite(prefix + ".json");
  std::uint64_t stream = 0;
  for (const auto & parameter : network->GetParameters())
  {
    itk::PenCore::Random random(seed, stream);
    network->SetParameter(parameter.name, Unsettle(parameter.name, network->GetParameter(parameter.name), random));
    Append(arrays, network->GetParameter(parameter.name));
    json << (stream == 0 ? "[" : ",\n ") << "[\"" << parameter.name << "\", [";
    for (std::size_t i = 0; i < parameter.shape.size(); ++i)
    {
      json << (i == 0 ? "" : ", ") << parameter.shape[i];
    }
    json << "]]";
    ++stream;
  }
  json << "]\n";
  network->Save(prefix + ".pt");
  std::printf("{\"arrays\": %zu}\n", static_cast<std::size_t>(stream));
}

struct Cost
{
  double seconds;
  double processorSeconds;
};

// The first run waits for pages, threads and folded weights; the second one counts.
Cost
Measure(const std::function<void()> & run)
{
  run();
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t startOfProcessor = std::clock();
  run();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return { elapsed.count(), static_cast<double>(std::clock() - startOfProcessor) / CLOCKS_PER_SEC };
}

unsigned int
Number(const std::string & text)
{
  return static_cast<unsigned int>(std::stoul(text));
}

void
Run(const std::string & prefix, unsigned int slices, unsigned int height, unsigned int width,
    const std::string & precision)
{
  const auto network = itk::SegmentationNetwork::New();
  network->SetPrecision(precision == "f32"    ? Precision::Float32
                        : precision == "bf16" ? Precision::BFloat16
                                              : Precision::Auto);
  network->Load(prefix + ".pt");
  const std::size_t pixels = static_cast<std::size_t>(height) * width;
  const std::vector<float> stack = ReadFloats(prefix + ".stack", slices * pixels);
  std::vector<float> planes(network->GetOptions().planes * pixels);
  std::vector<float> field(network->GetOptions().outputChannels * pixels * Components);
  const Cost projection = Measure([&] { network->Project(stack.data(), slices, height, width, planes.data()); });
  itk::PenCore::RescaleToUnitRange(planes.data(), planes.size());
  const Cost prediction = Measure([&] { network->Predict(planes.data(), 1, height, width, field.data()); });
  std::ofstream planesFile = OpenToWrite(prefix + ".planes");
  Append(planesFile, planes);
  std::ofstream fieldFile = OpenToWrite(prefix + ".field");
  Append(fieldFile, field);
  std::printf("{\"projection_seconds\": %.6f, \"projection_processor_seconds\": %.6f, \"network_seconds\": %.6f, "
              "\"network_processor_seconds\": %.6f}\n",
              projection.seconds, projection.processorSeconds, prediction.seconds, prediction.processorSeconds);
}

void
Train(const std::string & prefix, unsigned int steps, unsigned int batchSize, unsigned int crop)
{
  const auto network = itk::SegmentationNetwork::New();
  network->SetPrecision(Precision::Float32);
  network->Load(prefix + ".pt");
  const itk::SegmentationNetworkOptions & options = network->GetOptions();
  const std::size_t pixels = static_cast<std::size_t>(batchSize) * crop * crop;
  itk::TrainingBatch batch;
  batch.size = batchSize;
  batch.slices = options.slices;
  batch.height = crop;
  batch.width = crop;
  batch.stacks = ReadFloats(prefix + ".stacks", pixels * options.slices);
  batch.targets = ReadFloats(prefix + ".targets", pixels * options.outputChannels * Components);
  batch.weights.assign(pixels, 1.0F);
  batch.rangeShares.assign(batchSize, 1.0F);

  const auto trainer = itk::SegmentationNetworkTrainer::New();
  trainer->SetNetwork(network);
  trainer->SetLoss(itk::SegmentationNetworkTrainer::Loss::CellPose);
  trainer->SetOptimizer(itk::SegmentationNetworkTrainer::Optimizer::AdamW);
  trainer->SetLearningRate(1e-3);
  trainer->SetL2Penalty(0.0);
  std::string losses;
  std::string seconds;
  for (unsigned int step = 0; step < steps; ++step)
  {
    const auto start = std::chrono::steady_clock::now();
    const double loss = trainer->Step(batch).total;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    losses += (step == 0 ? "" : ", ") + std::to_string(loss);
    seconds += (step == 0 ? "" : ", ") + std::to_string(elapsed.count());
  }
  std::printf("{\"losses\": [%s], \"seconds\": [%s]}\n", losses.c_str(), seconds.c_str());
}
} // namespace

int
main(int argc, char * argv[])
{
  try
  {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.at(0) == "make")
    {
      Make(arguments.at(1), std::stoull(arguments.at(2)), arguments.size() > 3 && arguments[3] == "training");
    }
    else if (arguments.at(0) == "run")
    {
      itk::PenCore::SetNumberOfThreads(Number(arguments.at(5)));
      Run(arguments.at(1), Number(arguments.at(2)), Number(arguments.at(3)), Number(arguments.at(4)), arguments.at(6));
    }
    else if (arguments.at(0) == "train")
    {
      itk::PenCore::SetNumberOfThreads(Number(arguments.at(5)));
      Train(arguments.at(1), Number(arguments.at(2)), Number(arguments.at(3)), Number(arguments.at(4)));
    }
    else
    {
      throw std::invalid_argument("unknown command " + arguments[0]);
    }
  }
  catch (const std::exception & error)
  {
    std::cerr << "penNetworkCase: " << error.what() << "; see the first lines of its source\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
