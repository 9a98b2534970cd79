// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Projection/StackConvolution.h"

#include "Projection/PaddedTile.h"
#include "Projection/StackConvolutionKernel.h"
#include "ProjectionEnhancement/Base/Threads.h"

#include <memory>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t Channels = FoldedProjection::Channels;
constexpr std::size_t MostLanes = 16;

DirectBranch
MakeBranch(const StackConvolution & convolution, const FoldedProjection::Branch & weights)
{
  DirectBranch branch{};
  branch.weights = &weights;
  branch.kernel = static_cast<int>(convolution.kernel);
  branch.depthOfFirstSlice = static_cast<int>((convolution.sections + convolution.kernel - 1 - convolution.slices) / 2);
  branch.endSection = static_cast<int>(convolution.sections);
  return branch;
}

// Calls body(number of the tile, window, origin of its pixels in the sums) for each tile of each stack.
template <typename TBody>
void
ForEachTile(const StackConvolution & c, const float * stacks, unsigned int numberOfThreads, const TBody & body)
{
  const std::size_t columns = (c.width + PaddedTile::Width - 1) / PaddedTile::Width;
  const std::size_t tiles = columns * ((c.height + PaddedTile::Height - 1) / PaddedTile::Height);
  ParallelFor(
    c.stacks * tiles, 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        const std::size_t stack = i / tiles;
        const std::size_t x = i % tiles % columns * PaddedTile::Width;
        const std::size_t y = i % tiles / columns * PaddedTile::Height;
        PaddedTile tile({ stacks + stack * c.slices * c.height * c.width, c.slices, c.height, c.width }, c.kernel / 2);
        tile.Copy(x, y);
        body(i, tile.GetWindow(), (stack * Channels * c.sections * c.height + y) * c.width + x,
             static_cast<int>(std::min(PaddedTile::Height, c.height - y)),
             static_cast<int>(std::min(PaddedTile::Width, c.width - x)));
      }
    },
    numberOfThreads);
}

template <typename TFloat>
SectionsView<TFloat>
ViewTile(const StackConvolution & c, TFloat * values, std::size_t origin, int height, int width)
{
  const auto plane = static_cast<std::ptrdiff_t>(c.height * c.width);
  const auto sections = static_cast<std::ptrdiff_t>(c.sections);
  return { values + origin, sections * plane, plane, static_cast<std::ptrdiff_t>(c.width), height, width };
}

const StackConvolutionKernels &
GetKernels()
{
  static const StackConvolutionKernels kernels = ChooseStackConvolutionKernels();
  return kernels;
}
} // namespace

void
ConvolveStacks(const StackConvolution & convolution, const float * stacks, const float * weight, const float * bias,
               float * sums, unsigned int numberOfThreads)
{
  const std::size_t k = convolution.kernel;
  FoldedProjection::Branch weights{};
  std::copy_n(bias, Channels, weights.bias.begin());
  weights.taps.resize(Channels * k * k * k);
  for (std::size_t i = 0; i < weights.taps.size(); ++i)
  {
    const std::size_t channel = i / (k * k * k);
    const std::size_t z = i / (k * k) % k;
    const std::size_t pixel = i % (k * k); // of the kernel's plane
    weights.taps[(pixel * k + k - 1 - z) * Channels + channel] = weight[i];
  }
  const DirectBranch branch = MakeBranch(convolution, weights);
  ForEachTile(convolution, stacks, numberOfThreads,
              [&](std::size_t, const DirectWindow & window, std::size_t origin, int height, int width)
              { GetKernels().sum(branch, window, ViewTile(convolution, sums, origin, height, width)); });
}

std::vector<float>
StackConvolutionWeightGradient(const StackConvolution & convolution, const float * stacks, const float * gradient,
                               unsigned int numberOfThreads)
{
  const std::size_t k = convolution.kernel;
  const std::size_t taps = Channels * k * k * k;
  const FoldedProjection::Branch noWeights{};
  const DirectBranch branch = MakeBranch(convolution, noWeights);
  const std::size_t mostTiles =
    convolution.stacks * (convolution.height / PaddedTile::Height + 1) * (convolution.width / PaddedTile::Width + 1);
  // Tiles are added up in their order afterwards, so that threads do not matter.
  std::vector<std::vector<float>> ofTiles(mostTiles);
  ForEachTile(convolution, stacks, numberOfThreads,
              [&](std::size_t i, const DirectWindow & window, std::size_t origin, int height, int width)
              {
                std::size_t room = taps * MostLanes * sizeof(float) + DirectAlignment;
                std::vector<char> workspace(room);
                void * aligned = workspace.data();
                std::align(DirectAlignment, room - DirectAlignment, aligned, room);
                ofTiles[i].resize(taps);
                GetKernels().addGradient(branch, window, ViewTile(convolution, gradient, origin, height, width),
                                         static_cast<float *>(aligned), ofTiles[i].data());
              });
  std::vector<double> sums(taps);
  for (const std::vector<float> & tile : ofTiles)
  {
    for (std::size_t tap = 0; tap < tile.size(); ++tap)
    {
      sums[tap] += tile[tap];
    }
  }
  std::vector<float> weightGradient(taps);
  for (std::size_t tap = 0; tap < taps; ++tap)
  {
    weightGradient[tap % Channels * k * k * k + tap / Channels] = static_cast<float>(sums[tap]);
  }
  return weightGradient;
}
} // namespace PenCore
} // namespace itk
