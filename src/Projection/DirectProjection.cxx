// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Projection/DirectProjection.h"

#include "Projection/PaddedTile.h"
#include "ProjectionEnhancement/Base/Threads.h"

#include <algorithm>
#include <memory>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t Channels = FoldedProjection::Channels;
constexpr std::size_t TileHeight = PaddedTile::Height;
constexpr std::size_t TileWidth = PaddedTile::Width;

// Sections that see zeros only hold ReLU(bias) everywhere: they count once, here.
DirectBranch
PrepareBranch(const FoldedProjection & network, const FoldedProjection::Branch & weights, std::size_t slices,
              std::size_t firstSlice)
{
  DirectBranch branch{};
  branch.weights = &weights;
  branch.kernel = static_cast<int>(weights.kernel);
  // More than 0 only where the kernel is deeper than the network's slices.
  const int padding = static_cast<int>(weights.sections + weights.kernel - 1 - network.slices) / 2;
  branch.depthOfFirstSlice = padding + static_cast<int>(firstSlice);
  const int sections = static_cast<int>(weights.sections);
  branch.beginSection = std::min(std::max(branch.depthOfFirstSlice - branch.kernel + 1, 0), sections);
  branch.endSection = std::min(branch.depthOfFirstSlice + static_cast<int>(slices), sections);

  FoldedProjection::Triple constant = weights.bias;
  for (float & value : constant)
  {
    value = std::max(value, 0.0f);
  }
  branch.start = weights.poolBias;
  for (int s = 0; s < sections; ++s)
  {
    if (s >= branch.beginSection && s < branch.endSection)
    {
      continue;
    }
    for (std::size_t c = 0; c < Channels; ++c)
    {
      if (weights.pool.empty())
      {
        branch.start[c] = std::max(branch.start[c], constant[c]);
        continue;
      }
      const float * factors = weights.pool.data() + (static_cast<std::size_t>(s) * Channels + c) * Channels;
      for (std::size_t p = 0; p < Channels; ++p)
      {
        branch.start[p] += factors[p] * constant[c];
      }
    }
  }
  return branch;
}
} // namespace

void
ProjectDirectly(const FoldedProjection & weights, const float * stack, std::size_t slices, std::size_t firstSlice,
                std::size_t height, std::size_t width, float * planes, unsigned int numberOfThreads)
{
  DirectNetwork network{ &weights, {} };
  std::size_t margin = 0;
  for (const FoldedProjection::Branch & branch : weights.branches)
  {
    network.branches.push_back(PrepareBranch(weights, branch, slices, firstSlice));
    margin = std::max<std::size_t>(margin, branch.kernel / 2);
  }
  static const DirectTile projectTile = ChooseDirectTile();
  const std::size_t columns = (width + TileWidth - 1) / TileWidth;
  const std::size_t rows = (height + TileHeight - 1) / TileHeight;
  const auto projectTiles = [&](std::size_t begin, std::size_t end)
  {
    PaddedTile tile({ stack, slices, height, width }, margin);
    std::vector<float> projected(Channels * TileHeight * TileWidth);
    std::size_t room = DirectWorkspaceSize(network, slices) * sizeof(float) + DirectAlignment;
    std::vector<char> workspace(room);
    void * aligned = workspace.data();
    std::align(DirectAlignment, room - DirectAlignment, aligned, room);
    for (std::size_t i = begin; i < end; ++i)
    {
      const std::size_t x = i % columns * TileWidth;
      const std::size_t y = i / columns * TileHeight;
      const std::size_t tileWidth = std::min(TileWidth, width - x);
      const std::size_t tileHeight = std::min(TileHeight, height - y);
      tile.Copy(x, y);
      projectTile(network, tile.GetWindow(),
                  { projected.data(), TileHeight * TileWidth, TileWidth, static_cast<int>(tileHeight),
                    static_cast<int>(tileWidth) },
                  static_cast<float *>(aligned));
      for (std::size_t row = 0; row < Channels * tileHeight; ++row)
      {
        const std::size_t c = row / tileHeight;
        const float * source = projected.data() + (c * TileHeight + row % tileHeight) * TileWidth;
        std::copy_n(source, tileWidth, planes + (c * height + y + row % tileHeight) * width + x);
      }
    }
  };
  ParallelFor(rows * columns, 1, projectTiles, numberOfThreads);
}
} // namespace PenCore
} // namespace itk
