// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Speed of what pen-segment does with a stack, stage by stage, beside penFlowsAndMasksBenchmark's flows to masks: its
// network has the published size and new weights.

#include "Network/ThreadBound.h"
#include "penNoisyCells.h"

#include "ProjectionEnhancement/Base/Random.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Depth/MergeDuplicates.h"
#include "itkIntensityNormalization.h"
#include "itkSegmentationNetwork.h"

#include <benchmark/benchmark.h>

#include <algorithm>

namespace
{
using Precision = itk::SegmentationNetwork::Precision;

constexpr std::size_t Slices = 13;
constexpr std::size_t Components = 4;
constexpr double PixelsPerCell = 2100.0;
constexpr int Channels = 3;
constexpr double FlowNoise = 0.3;

std::vector<float>
Noise(std::size_t n)
{
  itk::PenCore::Random random(1, 0);
  std::vector<float> values(n);
  std::generate(values.begin(), values.end(), [&] { return static_cast<float>(random.Uniform()); });
  return values;
}

itk::SegmentationNetwork::Pointer
NetworkOf(Precision precision)
{
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->SetPrecision(precision);
  network->Create({}, 1);
  return network;
}

void
ReportPixels(benchmark::State & state, std::size_t pixels)
{
  state.counters["pixels"] =
    benchmark::Counter(static_cast<double>(pixels), benchmark::Counter::kIsIterationInvariantRate);
}

void
Normalize(benchmark::State & state)
{
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::vector<float> stack = Noise(Slices * size * size);
  std::vector<float> voxels;
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    state.PauseTiming();
    voxels = stack;
    state.ResumeTiming();
    itk::PenCore::NormalizeIntensities(voxels.data(), { Slices, size, size }, {},
                                       static_cast<unsigned int>(state.range(1)));
  }
  ReportPixels(state, size * size);
}

void
Project(benchmark::State & state, Precision precision)
{
  const auto size = static_cast<unsigned int>(state.range(0));
  const itk::PenCore::NetworkThreadBound bound(static_cast<unsigned int>(state.range(1)));
  const auto network = NetworkOf(precision);
  const std::vector<float> stack = Noise(Slices * size * size);
  std::vector<float> planes(static_cast<std::size_t>(network->GetOptions().planes) * size * size);
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    network->Project(stack.data(), Slices, size, size, planes.data());
    benchmark::DoNotOptimize(planes.data());
  }
  ReportPixels(state, static_cast<std::size_t>(size) * size);
}

void
Predict(benchmark::State & state, Precision precision)
{
  const auto size = static_cast<unsigned int>(state.range(0));
  const itk::PenCore::NetworkThreadBound bound(static_cast<unsigned int>(state.range(1)));
  const auto network = NetworkOf(precision);
  const std::vector<float> planes = Noise(static_cast<std::size_t>(network->GetOptions().planes) * size * size);
  std::vector<float> field(network->GetOptions().outputChannels * Components * size * size);
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    network->Predict(planes.data(), 1, size, size, field.data());
    benchmark::DoNotOptimize(field.data());
  }
  ReportPixels(state, static_cast<std::size_t>(size) * size);
}

// The same cells in every channel, each certain by another amount: all but one of each go.
void
Merge(benchmark::State & state)
{
  const auto size = static_cast<int>(state.range(0));
  const auto page = pen::MakeCells(size, static_cast<int>(static_cast<double>(size) * size / PixelsPerCell), 1);
  std::vector<itk::PenCore::Cell> cells;
  std::vector<float> field;
  for (int channel = 0; channel < Channels; ++channel)
  {
    const auto pageField = pen::MakeNoisyFlowField(page, size, FlowNoise, static_cast<unsigned int>(channel));
    field.insert(field.end(), pageField.begin(), pageField.end());
    for (itk::PenCore::Cell cell : page)
    {
      cell.channel = channel;
      cell.score = 0.5 + 0.1 * channel;
      cells.push_back(std::move(cell));
    }
  }
  itk::PenCore::MergeDuplicatesParameters parameters;
  parameters.numberOfThreads = static_cast<unsigned int>(state.range(1));
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    benchmark::DoNotOptimize(
      itk::PenCore::FindDuplicateCells(cells, parameters, { field.data(), size, size, Channels }));
  }
  ReportPixels(state, static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
}

void
SizesAndThreads(benchmark::internal::Benchmark * benchmark)
{
  benchmark->ArgNames({ "size", "threads" })->Unit(benchmark::kMillisecond)->UseRealTime();
  for (const int size : { 256, 512, 1024 })
  {
    benchmark->Args({ size, 2 });
  }
  benchmark->Args({ 512, 1 });
}
} // namespace

BENCHMARK(Normalize)->Apply(SizesAndThreads);
BENCHMARK_CAPTURE(Project, Float32, Precision::Float32)->Apply(SizesAndThreads);
BENCHMARK_CAPTURE(Project, BFloat16, Precision::BFloat16)->Apply(SizesAndThreads);
BENCHMARK_CAPTURE(Predict, Float32, Precision::Float32)->Apply(SizesAndThreads);
BENCHMARK_CAPTURE(Predict, BFloat16, Precision::BFloat16)->Apply(SizesAndThreads);
BENCHMARK(Merge)->Apply(SizesAndThreads);

BENCHMARK_MAIN();
