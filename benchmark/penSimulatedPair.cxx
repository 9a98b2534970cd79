// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penSimulatedPair.h"

#include "ProjectionEnhancement/Cells/Overlap.h"
#include "itkMath.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace pen
{
namespace
{
using itk::PenCore::PixelRuns;
using itk::PenCore::Random;


// Measured on test/data/mda231_stack: background 2.03 +- .35, variance of the gray value about 1 per gray value.
constexpr double Background = 2.0;
constexpr double ReadNoise = 0.35;
constexpr double ShotNoise = 1.0;

// Of the axial blur; a weak wide part leaves a cell visible two slices from it, as in the real stack.
constexpr double FocusWidth = 4.0; // um
constexpr double HazeWidth = 12.0; // um
constexpr double HazeShare = 0.07;

// Within this distance of its edge a cell's light falls to nothing; the real stack's masks reach as far as its light.
constexpr double EdgeWidth = 1.5; // um

constexpr int LumpsPerCell = 6;
constexpr double LumpRadius = 0.35; // semi-axes
constexpr double LowestTexture = 0.3;

constexpr double PartScale = 0.7;

constexpr double OverlapTolerance = 0.01;
constexpr int HighestNumberOfDraws = 10000;

struct Offset
{
  double along; // in units of the semi-axes
  double across;
};

Offset
OffsetFrom(const SimulatedCell & cell, double x, double y)
{
  const double dx = x - cell.x;
  const double dy = y - cell.y;
  return { (dx * std::cos(cell.angle) + dy * std::sin(cell.angle)) / cell.longAxis,
           (dy * std::cos(cell.angle) - dx * std::sin(cell.angle)) / cell.shortAxis };
}

double
SquaredRadius(const Offset & offset)
{
  return offset.along * offset.along + offset.across * offset.across;
}

// um from the field's centre.
double
CoordinateOf(int pixel)
{
  return (pixel + 0.5 - 0.5 * FieldSize) * PixelSize;
}

struct PixelRange
{
  int begin;
  int end;
};

// The pixels within reach um of a coordinate.
PixelRange
PixelsAround(double coordinate, double reach)
{
  const auto pixelOf = [](double um)
  { return std::clamp(static_cast<int>(std::floor(um / PixelSize + 0.5 * FieldSize)), 0, FieldSize - 1); };
  return { pixelOf(coordinate - reach), pixelOf(coordinate + reach) + 1 };
}

double
GaussianShareBelow(double x, double width)
{
  return 0.5 * (1.0 + std::erf(x / (width * std::sqrt(2.0))));
}

// Light at distance dz from the middle of a layer that is 2 h thick.
double
BlurredLayer(double dz, double h)
{
  const auto seen = [&](double width) { return GaussianShareBelow(dz + h, width) - GaussianShareBelow(dz - h, width); };
  return (1.0 - HazeShare) * seen(FocusWidth) + HazeShare * seen(HazeWidth);
}

double
Texture(const SimulatedCell & cell, const Offset & offset)
{
  double texture = 1.0;
  for (const SimulatedCell::Lump & lump : cell.lumps)
  {
    const double square = SquaredRadius({ offset.along - lump.x, offset.across - lump.y });
    texture += lump.amplitude * std::exp(-0.5 * square / (LumpRadius * LumpRadius));
  }
  return std::max(texture, LowestTexture);
}

// Adds a cell to the light [slices][FieldSize][FieldSize] without noise.
void
AddLight(const SimulatedCell & cell, int numberOfSlices, std::vector<double> & light)
{
  const PixelRange rows = PixelsAround(cell.y, cell.longAxis);
  const PixelRange columns = PixelsAround(cell.x, cell.longAxis);
  for (int y = rows.begin; y < rows.end; ++y)
  {
    for (int x = columns.begin; x < columns.end; ++x)
    {
      const Offset offset = OffsetFrom(cell, CoordinateOf(x), CoordinateOf(y));
      const double square = SquaredRadius(offset);
      if (square > 1.0)
      {
        continue;
      }
      const double edge = std::min(1.0, (1.0 - std::sqrt(square)) * cell.shortAxis / EdgeWidth);
      const double brightness = cell.brightness * edge * Texture(cell, offset);
      const double halfThickness = cell.axialAxis * std::sqrt(1.0 - square);
      for (int z = 0; z < numberOfSlices; ++z)
      {
        light[static_cast<std::size_t>((z * FieldSize + y) * FieldSize + x)] +=
          brightness * BlurredLayer(z * SliceSpacing - cell.z, halfThickness);
      }
    }
  }
}

void
PlaceApart(std::array<SimulatedCell, 2> & cells, double direction, double distance)
{
  const double x = 0.5 * distance * std::cos(direction);
  const double y = 0.5 * distance * std::sin(direction);
  cells[0].x = -x;
  cells[0].y = -y;
  cells[1].x = x;
  cells[1].y = y;
}

// The overlap of two ellipses never grows with their distance.
double
FindDistance(std::array<SimulatedCell, 2> & cells, double direction, double overlap)
{
  double near = 0.0;
  double far = cells[0].longAxis + cells[1].longAxis;
  constexpr int Halvings = 16;
  for (int i = 0; i < Halvings; ++i)
  {
    const double middle = 0.5 * (near + far);
    PlaceApart(cells, direction, middle);
    (ProjectedOverlap(cells[0], cells[1]) > overlap ? near : far) = middle;
  }
  return far;
}
} // namespace

// Box and Muller's.
double
DrawNormal(Random & random)
{
  const double radius = std::sqrt(-2.0 * std::log(1.0 - random.Uniform()));
  return radius * std::cos(2.0 * itk::Math::pi * random.Uniform());
}

SimulatedCell
DrawCell(Shape shape, Random & random)
{
  SimulatedCell cell;
  const bool isRound = shape == Shape::Round;
  cell.longAxis = isRound ? random.Uniform(11.0, 15.0) : random.Uniform(26.0, 40.0);
  cell.shortAxis = isRound ? random.Uniform(8.0, 11.0) : random.Uniform(6.0, 10.0);
  cell.axialAxis = random.Uniform(5.0, 10.0);
  cell.angle = random.Uniform(0.0, itk::Math::pi);
  cell.brightness = 60.0 * std::pow(3.0, random.Uniform());
  for (int i = 0; i < LumpsPerCell; ++i)
  {
    const double radius = std::sqrt(random.Uniform());
    const double angle = random.Uniform(0.0, 2.0 * itk::Math::pi);
    cell.lumps.push_back({ radius * std::cos(angle), radius * std::sin(angle), random.Uniform(-0.4, 0.8) });
  }
  return cell;
}

PixelRuns
MaskOf(const SimulatedCell & cell)
{
  PixelRuns runs;
  const PixelRange rows = PixelsAround(cell.y, cell.longAxis);
  const PixelRange columns = PixelsAround(cell.x, cell.longAxis);
  for (int y = rows.begin; y < rows.end; ++y)
  {
    int length = 0;
    int end = 0;
    for (int x = columns.begin; x < columns.end; ++x)
    {
      if (SquaredRadius(OffsetFrom(cell, CoordinateOf(x), CoordinateOf(y))) <= 1.0)
      {
        ++length;
        end = x + 1;
      }
    }
    if (length > 0)
    {
      runs.push_back({ end - length, y, length });
    }
  }
  return runs;
}

SimulatedCell
MiddleOf(SimulatedCell cell)
{
  cell.longAxis *= PartScale;
  cell.shortAxis *= PartScale;
  return cell;
}

SimulatedCell
EndOf(SimulatedCell cell)
{
  cell.longAxis *= 0.5;
  cell.shortAxis *= PartScale;
  cell.x += cell.longAxis * std::cos(cell.angle);
  cell.y += cell.longAxis * std::sin(cell.angle);
  return cell;
}

double
ProjectedOverlap(const SimulatedCell & a, const SimulatedCell & b)
{
  const std::vector<PixelRuns> masks{ MaskOf(a), MaskOf(b) };
  const auto shared = itk::PenCore::FindOverlappingPairs(itk::PenCore::MasksOf(masks), 1);
  const std::size_t smaller = std::min(CountPixels(masks[0]), CountPixels(masks[1]));
  return shared.empty() ? 0.0 : static_cast<double>(shared.front().pixels) / static_cast<double>(smaller);
}

std::array<SimulatedCell, 2>
DrawPair(const std::array<Shape, 2> & shapes, double overlap, Random & random)
{
  for (int draw = 0; draw < HighestNumberOfDraws; ++draw)
  {
    std::array<SimulatedCell, 2> cells{ DrawCell(shapes[0], random), DrawCell(shapes[1], random) };
    if (ProjectedOverlap(cells[0], cells[1]) < overlap)
    {
      continue;
    }
    const double direction = random.Uniform(0.0, 2.0 * itk::Math::pi);
    const double gap = overlap > 0.0 ? 0.0 : random.Uniform(2.0, 10.0);
    PlaceApart(cells, direction, FindDistance(cells, direction, overlap) + gap);
    if (std::abs(ProjectedOverlap(cells[0], cells[1]) - overlap) <= OverlapTolerance)
    {
      return cells;
    }
  }
  throw std::runtime_error("no pair of these shapes overlaps by " + std::to_string(overlap));
}

StackImage::Pointer
RenderStack(const std::vector<SimulatedCell> & cells, int numberOfSlices, Random & random)
{
  auto stack = StackImage::New();
  const StackImage::SizeType size{ { FieldSize, FieldSize, static_cast<itk::SizeValueType>(numberOfSlices) } };
  stack->SetRegions(size);
  const double spacing[] = { PixelSize, PixelSize, SliceSpacing };
  stack->SetSpacing(spacing);
  stack->Allocate();
  std::vector<double> light(size[0] * size[1] * size[2], 0.0);
  for (const SimulatedCell & cell : cells)
  {
    AddLight(cell, numberOfSlices, light);
  }
  unsigned char * voxel = stack->GetBufferPointer();
  for (const double seen : light)
  {
    const double noise = std::sqrt(ReadNoise * ReadNoise + ShotNoise * seen) * DrawNormal(random);
    *voxel++ = static_cast<unsigned char>(std::clamp(std::round(Background + seen + noise), 0.0, 255.0));
  }
  return stack;
}
} // namespace pen
