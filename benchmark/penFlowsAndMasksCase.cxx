// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// One run that a script can set beside a peer's on the same files. Prints a line of JSON.
//   penFlowsAndMasksCase make PREFIX SIZE CELLS NOISE   writes PREFIX.flows and PREFIX.truth
//   penFlowsAndMasksCase masks PREFIX SIZE THREADS cellpose|pen   PREFIX.flows to PREFIX.masks
//   penFlowsAndMasksCase flows PREFIX SIZE THREADS   PREFIX.truth to PREFIX.own
//   penFlowsAndMasksCase scale SIZE CELLS NOISE THREADS   time and memory of both directions, no files
// .flows and .own are float32 [SIZE][SIZE][4], .truth and .masks int32 [SIZE][SIZE].

#include "penNoisyCells.h"

#include "ProjectionEnhancement/Flows/CellsToFlows.h"
#include "ProjectionEnhancement/Flows/FlowsToCells.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{
using itk::PenCore::Cell;
using itk::PenCore::FlowsToCellsParameters;

struct Cost
{
  double seconds;
  double processorSeconds;
  double bytes; // the peak above what was held before
};

double
ResidentBytes()
{
  std::ifstream file("/proc/self/statm");
  double total = 0.0;
  double resident = 0.0;
  file >> total >> resident;
  constexpr double PageSize = 4096.0;
  return resident * PageSize;
}

double
PeakResidentBytes()
{
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

// Memory of the first run, time of the second: the first one waits for pages and threads.
Cost
Measure(const std::function<void()> & run)
{
  const double before = ResidentBytes();
  run();
  const double bytes = std::max(0.0, PeakResidentBytes() - before);
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t startOfProcessor = std::clock();
  run();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  const double processorSeconds = static_cast<double>(std::clock() - startOfProcessor) / CLOCKS_PER_SEC;
  return { elapsed.count(), processorSeconds, bytes };
}

template <typename T>
void
Write(const std::string & name, const std::vector<T> & values)
{
  std::ofstream file(name, std::ios::binary);
  file.write(reinterpret_cast<const char *>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  if (!file)
  {
    throw std::runtime_error("cannot write " + name);
  }
}

template <typename T>
std::vector<T>
Read(const std::string & name, std::size_t count)
{
  std::vector<T> values(count);
  std::ifstream file(name, std::ios::binary);
  file.read(reinterpret_cast<char *>(values.data()), static_cast<std::streamsize>(count * sizeof(T)));
  if (!file)
  {
    throw std::runtime_error("cannot read " + name);
  }
  return values;
}

std::vector<std::int32_t>
LabelImage(const std::vector<Cell> & cells, int size)
{
  const auto width = static_cast<std::size_t>(size);
  std::vector<std::int32_t> labels(width * width, 0);
  std::int32_t label = 0;
  for (const Cell & cell : cells)
  {
    ++label;
    for (const auto & run : cell.runs)
    {
      std::fill_n(labels.begin() + run.y * static_cast<std::ptrdiff_t>(size) + run.x, run.length, label);
    }
  }
  return labels;
}

std::vector<Cell>
CellsOf(const std::vector<std::int32_t> & labels, int size)
{
  std::map<std::int32_t, Cell> cells;
  for (int y = 0; y < size; ++y)
  {
    const std::int32_t * row = labels.data() + y * static_cast<std::ptrdiff_t>(size);
    for (int x = 0; x < size;)
    {
      const int begin = x;
      while (x < size && row[x] == row[begin])
      {
        ++x;
      }
      if (row[begin] > 0)
      {
        cells[row[begin]].runs.push_back({ begin, y, x - begin });
      }
    }
  }
  std::vector<Cell> list;
  for (auto & entry : cells)
  {
    list.push_back(entry.second);
  }
  return list;
}

FlowsToCellsParameters
ParametersOf(const std::string & method, const std::string & threads)
{
  auto parameters = FlowsToCellsParameters::Published(method == "pen" ? FlowsToCellsParameters::Method::Pen
                                                                      : FlowsToCellsParameters::Method::CellPose);
  parameters.computeFlowErrors = parameters.flowThreshold > 0.0;
  parameters.numberOfThreads = static_cast<unsigned int>(std::stoul(threads));
  return parameters;
}

void
Print(const char * name, const Cost & cost, std::size_t foreground, std::size_t cells, double pixels)
{
  std::printf("{\"run\": \"%s\", \"seconds\": %.6f, \"processor_seconds\": %.6f, \"cells\": %zu, \"foreground\": %zu, "
              "\"processor_nanoseconds_a_foreground_pixel\": %.2f, \"bytes_a_pixel_above_input\": %.2f}\n",
              name, cost.seconds, cost.processorSeconds, cells, foreground,
              1e9 * cost.processorSeconds / static_cast<double>(foreground), cost.bytes / pixels);
}

std::size_t
CountForeground(const std::vector<Cell> & cells)
{
  std::size_t count = 0;
  for (const Cell & cell : cells)
  {
    count += itk::PenCore::CountPixels(cell.runs);
  }
  return count;
}

void
MeasureMasks(const std::vector<float> & field, int size, const FlowsToCellsParameters & parameters,
             std::vector<Cell> & cells)
{
  const Cost cost = Measure([&] { cells = itk::PenCore::FlowFieldToCells(field.data(), size, size, 1, parameters); });
  std::size_t foreground = 0;
  for (std::size_t i = 2; i < field.size(); i += 4)
  {
    foreground += field[i] > 0.0F ? 1 : 0;
  }
  Print(parameters.method == FlowsToCellsParameters::Method::Pen ? "pen masks" : "cellpose masks", cost, foreground,
        cells.size(), static_cast<double>(field.size()) / 4.0);
}

void
MeasureFlows(const std::vector<Cell> & cells, int size, const std::string & threads, std::vector<float> & field)
{
  itk::PenCore::CellsToFlowsParameters parameters;
  parameters.numberOfThreads = static_cast<unsigned int>(std::stoul(threads));
  const Cost cost = Measure([&] { itk::PenCore::CellsToFlowField(cells, size, size, 1, parameters, field.data()); });
  Print("flows", cost, CountForeground(cells), cells.size(), static_cast<double>(field.size()) / 4.0);
}

void
Run(const std::vector<std::string> & arguments)
{
  const std::string & command = arguments.at(0);
  const bool hasFiles = command != "scale";
  const int size = std::stoi(arguments.at(hasFiles ? 2 : 1));
  const auto pixels = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
  if (command == "make")
  {
    const auto cells = pen::MakeCells(size, std::stoi(arguments.at(3)), 1);
    Write(arguments[1] + ".truth", LabelImage(cells, size));
    Write(arguments[1] + ".flows", pen::MakeNoisyFlowField(cells, size, std::stod(arguments.at(4)), 2));
    std::printf("{\"cells\": %zu, \"foreground\": %zu}\n", cells.size(), CountForeground(cells));
  }
  else if (command == "masks")
  {
    const auto field = Read<float>(arguments[1] + ".flows", 4 * pixels);
    std::vector<Cell> cells;
    MeasureMasks(field, size, ParametersOf(arguments.at(4), arguments.at(3)), cells);
    Write(arguments[1] + ".masks", LabelImage(cells, size));
  }
  else if (command == "flows")
  {
    const auto cells = CellsOf(Read<std::int32_t>(arguments[1] + ".truth", pixels), size);
    std::vector<float> field(4 * pixels);
    MeasureFlows(cells, size, arguments.at(3), field);
    Write(arguments[1] + ".own", field);
  }
  else if (command == "scale")
  {
    auto cells = pen::MakeCells(size, std::stoi(arguments.at(2)), 1);
    auto field = pen::MakeNoisyFlowField(cells, size, std::stod(arguments.at(3)), 2);
    MeasureMasks(field, size, ParametersOf("cellpose", arguments.at(4)), cells);
    MeasureFlows(cells, size, arguments.at(4), field);
  }
  else
  {
    throw std::invalid_argument("unknown command " + command);
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  try
  {
    Run({ argv + 1, argv + argc });
  }
  catch (const std::exception & error)
  {
    std::cerr << "penFlowsAndMasksCase: " << error.what() << "; see the first lines of its source\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
