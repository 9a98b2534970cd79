// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreDirectProjection.h"

#include "itkPenCoreDirectProjectionKernel.h"
#include "itkPenCoreThreads.h"

#include <algorithm>
#include <memory>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t Channels = FoldedProjection::Channels;
// A tile's 13 slices with margins of 5 are 300 kB, which stays in a core's second cache.
constexpr std::size_t TileHeight = TransformedRows;
constexpr std::size_t TileWidth = 2 * DirectBlock;

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

struct StackView
{
  const float * values;
  std::size_t slices;
  std::size_t height;
  std::size_t width;
};

// A tile of a stack with margins, zeros beyond the stack.
class PaddedTile
{
public:
  PaddedTile(const StackView & stack, std::size_t margin)
    : m_Stack(stack)
    , m_Margin(margin)
    , m_RowStride(TileWidth + 2 * margin + DirectPadding)
    , m_SliceStride((TileHeight + 2 * margin) * m_RowStride)
    , m_Values(stack.slices * m_SliceStride)
  {
  }

  void
  Copy(std::size_t x, std::size_t y)
  {
    const std::size_t before = m_Margin - std::min(m_Margin, x); // columns of the tile left of the stack
    const std::size_t begin = x + before - m_Margin;
    const std::size_t columns = std::min(m_RowStride - before, m_Stack.width - begin);
    float * row = m_Values.data();
    for (std::size_t z = 0; z < m_Stack.slices; ++z)
    {
      for (std::size_t i = 0; i < TileHeight + 2 * m_Margin; ++i, row += m_RowStride)
      {
        const std::size_t stackRow = y + i - m_Margin; // wraps around above the stack, which is outside too
        if (stackRow >= m_Stack.height)
        {
          std::fill_n(row, m_RowStride, 0.0f);
          continue;
        }
        const float * source = m_Stack.values + (z * m_Stack.height + stackRow) * m_Stack.width + begin;
        std::fill_n(row, before, 0.0f);
        std::copy_n(source, columns, row + before);
        std::fill(row + before + columns, row + m_RowStride, 0.0f);
      }
    }
  }

  DirectWindow
  GetWindow() const
  {
    return { m_Values.data() + m_Margin * m_RowStride + m_Margin, static_cast<std::ptrdiff_t>(m_SliceStride),
             static_cast<std::ptrdiff_t>(m_RowStride), static_cast<int>(m_Stack.slices) };
  }

private:
  StackView m_Stack;
  std::size_t m_Margin;
  std::size_t m_RowStride;
  std::size_t m_SliceStride;
  std::vector<float> m_Values;
};
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
