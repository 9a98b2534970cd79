// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Cells/Components.h"

namespace itk
{
namespace PenCore
{
namespace
{
constexpr int NeighbourX[8] = { 1, -1, 0, 0, 1, -1, 1, -1 };
constexpr int NeighbourY[8] = { 0, 0, 1, -1, 1, 1, -1, -1 };

// Visits all pixels of one value that are joined to a first one and not yet visited.
template <typename TVisit>
void
Flood(std::size_t first, int width, int height, int neighbours, std::vector<std::size_t> & stack, TVisit && visit)
{
  stack.assign(1, first);
  while (!stack.empty())
  {
    const std::size_t pixel = stack.back();
    stack.pop_back();
    const auto x = static_cast<int>(pixel % static_cast<std::size_t>(width));
    const auto y = static_cast<int>(pixel / static_cast<std::size_t>(width));
    for (int k = 0; k < neighbours; ++k)
    {
      const int xx = x + NeighbourX[k];
      const int yy = y + NeighbourY[k];
      if (xx >= 0 && yy >= 0 && xx < width && yy < height)
      {
        const std::size_t next =
          static_cast<std::size_t>(yy) * static_cast<std::size_t>(width) + static_cast<std::size_t>(xx);
        if (visit(next))
        {
          stack.push_back(next);
        }
      }
    }
  }
}
} // namespace

std::vector<std::int32_t>
LabelComponents(const PixelMask & mask, int width, int height, Connectivity connectivity)
{
  std::vector<std::int32_t> labels(mask.size(), 0);
  std::vector<std::size_t> stack;
  std::int32_t count = 0;
  for (std::size_t i = 0; i < mask.size(); ++i)
  {
    if (mask[i] != 0 && labels[i] == 0)
    {
      labels[i] = ++count;
      Flood(i, width, height, connectivity == Connectivity::Edges ? 4 : 8, stack,
            [&](std::size_t next)
            {
              const bool isNew = mask[next] != 0 && labels[next] == 0;
              labels[next] = isNew ? count : labels[next];
              return isNew;
            });
    }
  }
  return labels;
}

void
FillHoles(PixelMask & mask, int width, int height)
{
  constexpr unsigned char Outside = 2;
  std::vector<std::size_t> stack;
  const auto isBorder = [&](std::size_t i)
  {
    const std::size_t x = i % static_cast<std::size_t>(width);
    const std::size_t y = i / static_cast<std::size_t>(width);
    return x == 0 || y == 0 || x + 1 == static_cast<std::size_t>(width) || y + 1 == static_cast<std::size_t>(height);
  };
  for (std::size_t i = 0; i < mask.size(); ++i)
  {
    if (mask[i] == 0 && isBorder(i))
    {
      mask[i] = Outside;
      Flood(i, width, height, 4, stack,
            [&](std::size_t next)
            {
              const bool isNew = mask[next] == 0;
              mask[next] = isNew ? Outside : mask[next];
              return isNew;
            });
    }
  }
  for (unsigned char & pixel : mask)
  {
    pixel = pixel == Outside ? 0 : 1;
  }
}
} // namespace PenCore
} // namespace itk
