// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Speed of flows to cells and cells to flows. The image grows from 256^2 to 4096^2 with cells of one size.

#include "penNoisyCells.h"

#include "ProjectionEnhancement/Flows/CellsToFlows.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"

#include <benchmark/benchmark.h>

namespace
{
using itk::PenCore::Cell;
using itk::PenCore::FlowsToCellsParameters;

constexpr double PixelsPerCell = 2100.0; // of image: 2000 cells on 2048^2
constexpr double FlowNoise = 0.3;

int
CellsFor(int size)
{
  return static_cast<int>(static_cast<double>(size) * size / PixelsPerCell);
}

double
CountForeground(const std::vector<Cell> & cells)
{
  double count = 0.0;
  for (const Cell & cell : cells)
  {
    count += static_cast<double>(itk::PenCore::CountPixels(cell.runs));
  }
  return count;
}

void
ReportForeground(benchmark::State & state, const std::vector<Cell> & cells)
{
  state.counters["foreground_pixels"] =
    benchmark::Counter(CountForeground(cells), benchmark::Counter::kIsIterationInvariantRate);
}

void
FlowsToCells(benchmark::State & state, FlowsToCellsParameters::Method method)
{
  const auto size = static_cast<int>(state.range(0));
  const auto cells = pen::MakeCells(size, CellsFor(size), 1);
  const auto field = pen::MakeNoisyFlowField(cells, size, FlowNoise, 2);
  auto parameters = FlowsToCellsParameters::Published(method);
  parameters.computeFlowErrors = parameters.flowThreshold > 0.0;
  parameters.numberOfThreads = static_cast<unsigned int>(state.range(1));
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    benchmark::DoNotOptimize(itk::PenCore::FlowFieldToCells(field.data(), size, size, 1, parameters));
  }
  ReportForeground(state, cells);
}

void
CellsToFlows(benchmark::State & state, bool solveToFixedPoint)
{
  const auto size = static_cast<int>(state.range(0));
  const auto cells = pen::MakeCells(size, CellsFor(size), 1);
  std::vector<float> field(static_cast<std::size_t>(4 * size) * static_cast<std::size_t>(size));
  itk::PenCore::CellsToFlowsParameters parameters;
  parameters.solveToFixedPoint = solveToFixedPoint;
  parameters.numberOfThreads = static_cast<unsigned int>(state.range(1));
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    itk::PenCore::CellsToFlowField(cells, size, size, 1, parameters, field.data());
    benchmark::DoNotOptimize(field.data());
  }
  ReportForeground(state, cells);
}

void
SizesAndThreads(benchmark::internal::Benchmark * benchmark)
{
  benchmark->ArgNames({ "size", "threads" })->Unit(benchmark::kMillisecond)->UseRealTime();
  for (const int size : { 256, 512, 1024, 2048, 4096 })
  {
    benchmark->Args({ size, 2 });
  }
  benchmark->Args({ 2048, 1 });
}
} // namespace

BENCHMARK_CAPTURE(FlowsToCells, CellPose, FlowsToCellsParameters::Method::CellPose)->Apply(SizesAndThreads);
BENCHMARK_CAPTURE(FlowsToCells, Pen, FlowsToCellsParameters::Method::Pen)->Apply(SizesAndThreads);
BENCHMARK_CAPTURE(CellsToFlows, CellposesSteps, false)->Apply(SizesAndThreads);
BENCHMARK_CAPTURE(CellsToFlows, FixedPoint, true)->Apply(SizesAndThreads);

BENCHMARK_MAIN();
