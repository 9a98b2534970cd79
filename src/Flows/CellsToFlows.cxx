// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Flows/CellsToFlows.h"

#include "Flows/MaskHeat.h"
#include "ProjectionEnhancement/Cells/PixelRuns.h"

#include "itkMacro.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace itk
{
namespace PenCore
{
namespace
{

struct Page
{
  int width;
  int height;
  std::int32_t * cellOfPixel; // number of the visible cell, from 1; 0 is background
  float * flowField;

  std::size_t
  Index(int x, int y) const
  {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  }
};

void
CheckCell(const Cell & cell, int width, int height, int channels)
{
  if (cell.channel < 0 || cell.channel >= channels)
  {
    itkGenericExceptionMacro("A cell of channel " << cell.channel << " cannot be in a flow field of " << channels
                                                  << " channels");
  }
  for (const PixelRun & run : cell.runs)
  {
    if (run.length < 1 || run.y < 0 || run.y >= height || run.x < 0 || run.length > width - run.x)
    {
      itkGenericExceptionMacro("Cell pixels [" << run.x << ", " << run.x + run.length << ") of row " << run.y
                                               << " are outside the image of " << width << " x " << height);
    }
  }
}

void
FillBackground(std::size_t numberOfPixels, float * flowField, unsigned int numberOfThreads)
{
  constexpr std::size_t Grain = 65536;
  ParallelFor(
    numberOfPixels, Grain,
    [&](std::size_t begin, std::size_t end)
    {
      for (float * pixel = flowField + FlowFieldComponents * begin; pixel != flowField + FlowFieldComponents * end;
           pixel += FlowFieldComponents)
      {
        pixel[0] = 0.0F;
        pixel[1] = 0.0F;
        pixel[2] = -TargetLogit;
        pixel[3] = -TargetLogit;
      }
    },
    numberOfThreads);
}

PixelRuns
VisibleRuns(const Cell & cell, std::int32_t number, const Page & page)
{
  PixelRuns visible;
  for (const PixelRun & run : cell.runs)
  {
    const std::int32_t * row = page.cellOfPixel + page.Index(0, run.y);
    for (int x = run.x; x < run.x + run.length; ++x)
    {
      if (row[x] == number)
      {
        AppendPixel(visible, x, run.y);
      }
    }
  }
  return visible;
}

// Whether a pixel of the 3 x 3 neighbourhood belongs to something else. A row or column outside the image repeats the
// image's last one.
bool
IsBorder(int x, int y, std::int32_t number, const Page & page)
{
  const std::int32_t * above = page.cellOfPixel + page.Index(0, std::max(y - 1, 0));
  const std::int32_t * here = page.cellOfPixel + page.Index(0, y);
  const std::int32_t * below = page.cellOfPixel + page.Index(0, std::min(y + 1, page.height - 1));
  const int left = std::max(x - 1, 0);
  const int right = std::min(x + 1, page.width - 1);
  const std::int32_t difference = (above[left] ^ number) | (above[x] ^ number) | (above[right] ^ number) |
                                  (here[left] ^ number) | (here[right] ^ number) | (below[left] ^ number) |
                                  (below[x] ^ number) | (below[right] ^ number);
  return difference != 0;
}

void
WriteCell(const PixelRuns & visible, const float * flow, std::int32_t number, const Page & page)
{
  for (const PixelRun & run : visible)
  {
    for (int x = run.x; x < run.x + run.length; ++x)
    {
      float * pixel = page.flowField + FlowFieldComponents * page.Index(x, run.y);
      pixel[0] = *flow++;
      pixel[1] = *flow++;
      pixel[2] = TargetLogit;
      pixel[3] = IsBorder(x, run.y, number, page) ? TargetLogit : -TargetLogit;
    }
  }
}
} // namespace

void
CellsToFlowField(const std::vector<Cell> & cells, int width, int height, int channels,
                 const CellsToFlowsParameters & parameters, float * flowField)
{
  std::vector<std::size_t> order(cells.size());
  std::iota(order.begin(), order.end(), std::size_t{ 0 });
  std::vector<std::size_t> size;
  for (const Cell & cell : cells)
  {
    CheckCell(cell, width, height, channels);
    size.push_back(CountPixels(cell.runs));
  }
  // Large cells first: no thread is left with one at the end.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return size[a] > size[b]; });

  const std::size_t pixelsPerPage = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::vector<std::int32_t> cellOfPixel(pixelsPerPage * static_cast<std::size_t>(channels), 0);
  const auto pageOf = [&](const Cell & cell)
  {
    const std::size_t offset = pixelsPerPage * static_cast<std::size_t>(cell.channel);
    return Page{ width, height, cellOfPixel.data() + offset, flowField + FlowFieldComponents * offset };
  };
  FillBackground(cellOfPixel.size(), flowField, parameters.numberOfThreads);
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    const Page page = pageOf(cells[i]);
    for (const PixelRun & run : cells[i].runs)
    {
      std::fill_n(page.cellOfPixel + page.Index(run.x, run.y), run.length, static_cast<std::int32_t>(i + 1));
    }
  }

  ParallelFor(
    order.size(), 1,
    [&](std::size_t begin, std::size_t end)
    {
      MaskHeat heat;
      std::vector<float> flow;
      for (std::size_t i = begin; i < end; ++i)
      {
        const Cell & cell = cells[order[i]];
        const auto number = static_cast<std::int32_t>(order[i] + 1);
        const PixelRuns visible = VisibleRuns(cell, number, pageOf(cell));
        flow.resize(2 * CountPixels(visible));
        heat.ComputeFlow(visible, parameters, flow.data());
        WriteCell(visible, flow.data(), number, pageOf(cell));
      }
    },
    parameters.numberOfThreads, parameters.progress);
}
} // namespace PenCore
} // namespace itk
