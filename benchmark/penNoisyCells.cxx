// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penNoisyCells.h"

#include "ProjectionEnhancement/Cells/PixelRuns.h"
#include "ProjectionEnhancement/Flows/CellsToFlows.h"
#include "itkMath.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>

namespace pen
{
namespace
{

// Masks below this would not outlive Cellpose's minimum size.
constexpr std::size_t SmallestCell = 15;

struct WavyEllipse
{
  double x;
  double y;
  double a;
  double b;
  double angle;
  double wave;
  double phase;

  bool
  Contains(double px, double py) const
  {
    const double u = (px - x) * std::cos(angle) + (py - y) * std::sin(angle);
    const double v = (py - y) * std::cos(angle) - (px - x) * std::sin(angle);
    const double radius = 1.0 + wave * std::cos(3.0 * std::atan2(v, u) + phase);
    return u * u / (a * a) + v * v / (b * b) < radius * radius;
  }
};

void
Paint(const WavyEllipse & shape, std::int32_t number, int size, std::vector<std::int32_t> & owners)
{
  const double reach = 1.2 * std::max(shape.a, shape.b);
  const int top = std::max(0, static_cast<int>(shape.y - reach));
  const int bottom = std::min(size - 1, static_cast<int>(shape.y + reach));
  const int left = std::max(0, static_cast<int>(shape.x - reach));
  const int right = std::min(size - 1, static_cast<int>(shape.x + reach));
  for (int y = top; y <= bottom; ++y)
  {
    for (int x = left; x <= right; ++x)
    {
      std::int32_t & owner =
        owners[static_cast<std::size_t>(y) * static_cast<std::size_t>(size) + static_cast<std::size_t>(x)];
      if (owner == 0 && shape.Contains(x, y))
      {
        owner = number;
      }
    }
  }
}
} // namespace

std::vector<itk::PenCore::Cell>
MakeCells(int size, int numberOfCells, unsigned int seed)
{
  std::mt19937 generator(seed);
  const auto uniform = [&](double low, double high)
  { return low + (high - low) * static_cast<double>(generator()) / 4294967296.0; };
  const int columns = std::max(1, static_cast<int>(std::lround(std::sqrt(numberOfCells))));
  const double pitch = static_cast<double>(size) / columns;
  const auto width = static_cast<std::size_t>(size);
  std::vector<std::int32_t> owners(width * width, 0);
  for (int i = 0; i < columns * columns; ++i)
  {
    WavyEllipse shape{};
    shape.x = (i % columns + 0.5 + uniform(-0.12, 0.12)) * pitch;
    shape.y = (i / columns + 0.5 + uniform(-0.12, 0.12)) * pitch;
    shape.a = pitch * uniform(0.33, 0.5);
    shape.b = pitch * uniform(0.27, 0.42);
    shape.angle = uniform(0.0, itk::Math::pi);
    shape.phase = uniform(0.0, 2.0 * itk::Math::pi);
    shape.wave = uniform(0.0, 0.12);
    Paint(shape, i + 1, size, owners);
  }
  std::vector<itk::PenCore::Cell> cells(static_cast<std::size_t>(columns * columns));
  for (int y = 0; y < size; ++y)
  {
    for (int x = 0; x < size; ++x)
    {
      const std::int32_t owner = owners[static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)];
      if (owner > 0)
      {
        itk::PenCore::AppendPixel(cells[static_cast<std::size_t>(owner - 1)].runs, x, y);
      }
    }
  }
  cells.erase(std::remove_if(cells.begin(), cells.end(),
                             [](const auto & cell) { return itk::PenCore::CountPixels(cell.runs) < SmallestCell; }),
              cells.end());
  return cells;
}

std::vector<float>
MakeNoisyFlowField(const std::vector<itk::PenCore::Cell> & cells, int size, double flowNoise, unsigned int seed)
{
  const auto width = static_cast<std::size_t>(size);
  std::vector<float> field(4 * width * width);
  itk::PenCore::CellsToFlowField(cells, size, size, 1, {}, field.data());
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  for (std::size_t i = 0; i < field.size(); i += 4)
  {
    field[i] += static_cast<float>(flowNoise) * normal(generator);
    field[i + 1] += static_cast<float>(flowNoise) * normal(generator);
    field[i + 2] = 0.5F * field[i + 2] + 1.5F * normal(generator);
  }
  return field;
}
} // namespace pen
