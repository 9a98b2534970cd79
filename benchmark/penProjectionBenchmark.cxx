// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Speed of PEN's projection on the CPU: summed directly, by banded 2-D convolutions, by the graph's own 3-D
// convolutions, and what LibTorch reaches where its 2-D convolutions are best. 512 x 512 pixels, the published kernels,
// 13 slices centred among 27. GFLOP/s count the multiplications and additions with slices that are there, for all ways
// alike; difference is the largest one from the direct sums as a share of their range.

#include "Network/NetworkModules.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "ProjectionEnhancement/Stacks/Projections.h"
#include "itkSegmentationNetwork.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>

namespace
{
constexpr unsigned int Size = 512;
constexpr std::size_t Pixels = static_cast<std::size_t>(Size) * Size;
constexpr unsigned int Slices = 13;
constexpr int64_t Channels = itk::SegmentationNetwork::NumberOfProjectionPlanes;

struct Subject
{
  itk::SegmentationNetwork::Pointer network = itk::SegmentationNetwork::New();
  std::shared_ptr<itk::PenTorch::ProjectionModule> module;
  std::vector<float> stack; // [Slices][Size][Size]
  torch::Tensor fitted;     // [1, 27, Size, Size]
  std::vector<float> planes;

  Subject()
  {
    network->SetDevice("cpu");
    network->SetPrecision(itk::SegmentationNetwork::Precision::Float32);
    network->Create(itk::SegmentationNetworkOptions(), 1);
    module = std::make_shared<itk::PenTorch::ProjectionModule>(network->GetOptions());
    module->eval();
    const torch::NoGradGuard guard;
    for (auto & entry : module->named_parameters())
    {
      std::vector<float> values = network->GetParameter("projection." + entry.key());
      entry.value().copy_(torch::from_blob(values.data(), entry.value().sizes()));
    }
    std::mt19937 random(1);
    for (std::size_t i = 0; i < Slices * Pixels; ++i)
    {
      stack.push_back(static_cast<float>(random() % 1001) / 1000.0f);
    }
    const unsigned int slices = network->GetOptions().slices;
    std::vector<float> centred = itk::PenCore::FitSlices(stack.data(), Slices, Pixels, slices);
    fitted = torch::from_blob(centred.data(), { 1, slices, Size, Size }).clone();
    planes.resize(Channels * Pixels);
    this->ProjectDirectly();
  }

  void
  ProjectDirectly()
  {
    network->Project(stack.data(), Slices, Size, Size, planes.data());
  }
};

Subject &
TheSubject()
{
  static Subject subject;
  return subject;
}

// Multiplications with slices that are there, a pixel.
double
CountProducts(const itk::SegmentationNetworkOptions & options)
{
  const int first = static_cast<int>(options.slices - Slices) / 2;
  double products = 0.0;
  for (const unsigned int kernel : options.kernels)
  {
    const int k = static_cast<int>(kernel);
    for (int section = 0; section + k <= static_cast<int>(options.slices); ++section)
    {
      const int seen = std::min(section + k, first + static_cast<int>(Slices)) - std::max(section, first);
      products += static_cast<double>(Channels) * k * k * std::max(seen, 0);
      products += static_cast<double>(Channels * Channels); // the pool
    }
    products += static_cast<double>(Channels * Channels); // the collection
  }
  return products;
}

void
ReportRate(benchmark::State & state, double products)
{
  state.counters["GFLOP/s"] = benchmark::Counter(2e-9 * products, benchmark::Counter::kIsIterationInvariantRate);
}

void
ReportProjection(benchmark::State & state, const torch::Tensor & planes)
{
  Subject & subject = TheSubject();
  ReportRate(state, CountProducts(subject.network->GetOptions()) * static_cast<double>(Pixels));
  const torch::Tensor direct = torch::from_blob(subject.planes.data(), { 1, Channels, Size, Size });
  const torch::Tensor range = direct.max() - direct.min();
  state.counters["difference"] = ((planes - direct).abs().max() / range).item<double>();
}

void
Direct(benchmark::State & state)
{
  Subject & subject = TheSubject();
  itk::PenCore::SetNumberOfThreads(static_cast<unsigned int>(state.range(0)));
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    subject.ProjectDirectly();
  }
  ReportProjection(state, torch::from_blob(subject.planes.data(), { 1, Channels, Size, Size }));
}

void
Banded(benchmark::State & state)
{
  Subject & subject = TheSubject();
  const torch::NoGradGuard guard;
  itk::PenCore::SetNumberOfThreads(static_cast<unsigned int>(state.range(0)));
  torch::Tensor planes;
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    planes = subject.module->forward(subject.fitted);
  }
  ReportProjection(state, planes);
}

// The published graph as it stands: 3-D convolutions over one input channel. Its batch norms are at rest here.
torch::Tensor
ConvolveInSpace(Subject & subject)
{
  const auto arrays = subject.module->named_parameters();
  const double scale = 1.0 / std::sqrt(1.0 + subject.network->GetOptions().batchNormEpsilon);
  const auto layer = [&](const torch::Tensor & x, const std::string & name, int64_t padding)
  {
    const auto sums = torch::conv3d(x, arrays[name + ".weight"], arrays[name + ".bias"], 1, { 0, padding, padding });
    return torch::relu_(sums.mul_(scale));
  };
  std::vector<torch::Tensor> planes;
  for (const unsigned int kernel : subject.network->GetOptions().kernels)
  {
    const std::string branch = "branch" + std::to_string(kernel);
    planes.push_back(layer(layer(subject.fitted.unsqueeze(1), branch + "_conv", kernel / 2), branch + "_pool", 0));
  }
  return layer(torch::cat(planes, 2), "collect", 0).squeeze(2);
}

void
Spatial(benchmark::State & state)
{
  Subject & subject = TheSubject();
  const torch::NoGradGuard guard;
  itk::PenCore::SetNumberOfThreads(static_cast<unsigned int>(state.range(0)));
  torch::Tensor planes;
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    planes = ConvolveInSpace(subject);
  }
  ReportProjection(state, planes);
}

void
BestConvolution(benchmark::State & state)
{
  constexpr int64_t channels = 64;
  const torch::NoGradGuard guard;
  itk::PenCore::SetNumberOfThreads(static_cast<unsigned int>(state.range(0)));
  const auto layout = torch::MemoryFormat::ChannelsLast;
  const torch::Tensor image = torch::rand({ 1, channels, Size, Size }).contiguous(layout);
  const torch::Tensor weight = torch::rand({ channels, channels, 3, 3 }).contiguous(layout);
  for (auto iteration : state)
  {
    static_cast<void>(iteration);
    benchmark::DoNotOptimize(torch::conv2d(image, weight, {}, 1, 1));
  }
  ReportRate(state, static_cast<double>(Pixels) * channels * channels * 9);
}

BENCHMARK(Direct)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Banded)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Spatial)->Arg(2)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BestConvolution)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
} // namespace

BENCHMARK_MAIN();
