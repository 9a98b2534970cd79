// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Flows/MaskHeat.h"

#include "Flows/HeatDirection.h"
#include "ProjectionEnhancement/Cells/PixelBox.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace itk
{
namespace PenCore
{
namespace
{
using Method = MaskFlowParameters::Method;

// Diffusion by steps adds positive numbers only: each heat is exact to float's precision down to where it is flushed
// to zero. The source is large, so that 60 orders of magnitude fit in front of that.
constexpr float StepSource = 1e30F;
constexpr float SmallestStepHeat = 1e-24F;

// The published code multiplies the heat by this before it takes log(1 + heat), so that long cells keep a slope. Its
// logarithms are some 50 at the centre.
constexpr double PenGain = 1e23;
constexpr float RelativeNoiseOfLogarithm = RelativeNoise / 50.0F;

struct Point
{
  int x;
  int y;
};

template <typename TPixels>
Point
NearestPixel(const TPixels & pixels, double x, double y)
{
  Point nearest{ 0, 0 };
  double smallest = std::numeric_limits<double>::max();
  for (const auto & pixel : pixels)
  {
    const double squared = (pixel.x - x) * (pixel.x - x) + (pixel.y - y) * (pixel.y - y);
    if (squared < smallest)
    {
      smallest = squared;
      nearest = { pixel.x, pixel.y };
    }
  }
  return nearest;
}

template <typename TPixels>
Point
CentreNearMean(const TPixels & pixels)
{
  double sumX = 0.0;
  double sumY = 0.0;
  for (const auto & pixel : pixels)
  {
    sumX += pixel.x;
    sumY += pixel.y;
  }
  const auto n = static_cast<double>(pixels.size());
  return NearestPixel(pixels, sumX / n, sumY / n);
}

int
TruncatedMedian(std::vector<int> & values)
{
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  const int upper = *middle;
  return values.size() % 2 == 1 ? upper : (upper + *std::max_element(values.begin(), middle)) / 2;
}

template <typename TPixels>
Point
CentreNearMedian(const TPixels & pixels)
{
  std::vector<int> x;
  std::vector<int> y;
  for (const auto & pixel : pixels)
  {
    x.push_back(pixel.x);
    y.push_back(pixel.y);
  }
  return NearestPixel(pixels, TruncatedMedian(x), TruncatedMedian(y));
}

int
NumberOfSteps(Method method, int width, int height)
{
  if (method == Method::CellPose)
  {
    return 2 * (width + 2 + height + 2);
  }
  const double diagonal = std::sqrt(static_cast<double>(width) * width + static_cast<double>(height) * height);
  constexpr int Quarters = 4; // the published code rounds each quarter of its steps up
  return Quarters * static_cast<int>(std::ceil(std::ceil(4.0 * diagonal) / Quarters));
}

} // namespace

void
MaskHeat::ComputeFlow(const PixelRuns & runs, const MaskFlowParameters & parameters, float * flow)
{
  GatherPixels(runs);
  std::fill_n(flow, 2 * m_Pixels.size(), 0.0F);
  m_State.clear();
  if (m_Pixels.empty())
  {
    return;
  }
  if (!parameters.eachComponentItsOwnCentre)
  {
    SolvePart(m_Pixels, parameters, flow);
    return;
  }
  MakeGrids(Unvisited);
  for (const Pixel & pixel : m_Pixels)
  {
    const std::size_t position = Position(pixel.x, pixel.y);
    if (m_State[position] == Unvisited)
    {
      SolvePart(ExtractComponent(position), parameters, flow);
    }
  }
}

void
MaskHeat::GatherPixels(const PixelRuns & runs)
{
  m_Pixels.clear();
  const PixelBox box = BoundingBox(runs);
  m_Left = box.left;
  m_Top = box.top;
  m_Width = box.Width();
  m_Height = box.Height();
  m_Stride = m_Width + 2;
  for (int k = 0; k < 8; ++k)
  {
    m_Neighbours[k] = static_cast<std::ptrdiff_t>(NeighbourY[k]) * m_Stride + NeighbourX[k];
  }
  m_Pixels.reserve(CountPixels(runs));
  for (const PixelRun & run : runs)
  {
    for (int i = 0; i < run.length; ++i)
    {
      m_Pixels.push_back({ run.x + i - m_Left, run.y - m_Top, 2 * m_Pixels.size() });
    }
  }
}

void
MaskHeat::MakeGrids(State state)
{
  const std::size_t size = static_cast<std::size_t>(m_Stride) * static_cast<std::size_t>(m_Height + 2);
  m_State.assign(size, Outside);
  m_PixelNumber.assign(size, 0);
  m_LogHeat.assign(size, 0.0);
  m_Layer.assign(size, 0);
  for (std::size_t i = 0; i < m_Pixels.size(); ++i)
  {
    const std::size_t position = Position(m_Pixels[i].x, m_Pixels[i].y);
    m_PixelNumber[position] = static_cast<std::uint32_t>(i);
    m_State[position] = state;
  }
}

MaskHeat::Pixels
MaskHeat::ExtractComponent(std::size_t position)
{
  std::vector<std::uint32_t> numbers{ m_PixelNumber[position] };
  m_State[position] = Unsolved;
  for (std::size_t next = 0; next < numbers.size(); ++next)
  {
    const Pixel pixel = m_Pixels[numbers[next]];
    for (int k = 0; k < 8; ++k)
    {
      const std::size_t neighbour = Neighbour(Position(pixel.x, pixel.y), k);
      if (m_State[neighbour] == Unvisited)
      {
        m_State[neighbour] = Unsolved;
        numbers.push_back(m_PixelNumber[neighbour]);
      }
    }
  }
  std::sort(numbers.begin(), numbers.end());
  Pixels component;
  component.reserve(numbers.size());
  for (const std::uint32_t number : numbers)
  {
    component.push_back(m_Pixels[number]);
  }
  return component;
}

void
MaskHeat::FitBox(const Pixels & pixels)
{
  m_BoxLeft = pixels.front().x;
  m_BoxTop = pixels.front().y;
  int right = m_BoxLeft;
  int bottom = m_BoxTop;
  for (const Pixel & pixel : pixels)
  {
    m_BoxLeft = std::min(m_BoxLeft, pixel.x);
    right = std::max(right, pixel.x);
    m_BoxTop = std::min(m_BoxTop, pixel.y);
    bottom = std::max(bottom, pixel.y);
  }
  m_Box.Reset(right - m_BoxLeft + 1, bottom - m_BoxTop + 1);
  for (const Pixel & pixel : pixels)
  {
    m_Box.Add(pixel.x - m_BoxLeft, pixel.y - m_BoxTop);
  }
}

// Solves a part that has one source and writes its flows.
void
MaskHeat::SolvePart(const Pixels & part, const MaskFlowParameters & parameters, float * flow)
{
  FitBox(part);
  const float smallest = SolvePartFromSource(part, parameters);
  const bool hasRemainder =
    std::any_of(part.begin(), part.end(),
                [&](const Pixel & pixel) { return !(m_Box.Heat()[BoxIndex(pixel.x, pixel.y)] >= smallest); });
  if (hasRemainder)
  {
    if (m_State.empty())
    {
      MakeGrids(Unsolved);
    }
    RememberHeat(part, smallest);
  }
  if (parameters.method == Method::Pen)
  {
    TakeLogarithm(part, parameters.solveToFixedPoint ? PenGain : PenGain / static_cast<double>(StepSource));
  }
  WriteFlows(part, parameters.method == Method::Pen ? RelativeNoiseOfLogarithm : RelativeNoise, flow);
  if (hasRemainder)
  {
    SolveRemainder(part, flow);
  }
}

// Returns the smallest heat that can be relied on.
float
MaskHeat::SolvePartFromSource(const Pixels & part, const MaskFlowParameters & parameters)
{
  const Point centre = parameters.method == Method::CellPose ? CentreNearMean(part) : CentreNearMedian(part);
  const std::size_t source = BoxIndex(centre.x, centre.y);
  if (!parameters.solveToFixedPoint)
  {
    m_Box.Diffuse(source, StepSource, NumberOfSteps(parameters.method, m_Box.Width(), m_Box.Height()));
    return SmallestStepHeat;
  }
  m_Box.SetInflow(source, 1.0F);
  m_Box.Solve(part.size(), SolveReduction);
  m_Box.Heat()[source] -= 1.0F; // the heat is looked at after it has spread
  return SmallestSolvedHeat * *std::max_element(m_Box.Heat().begin(), m_Box.Heat().end());
}

void
MaskHeat::RememberHeat(const Pixels & part, float smallest)
{
  for (const Pixel & pixel : part)
  {
    const float heat = m_Box.Heat()[BoxIndex(pixel.x, pixel.y)];
    if (heat >= smallest)
    {
      const std::size_t position = Position(pixel.x, pixel.y);
      m_State[position] = Solved;
      m_LogHeat[position] = std::log(static_cast<double>(heat));
    }
  }
}

void
MaskHeat::TakeLogarithm(const Pixels & part, double gain)
{
  for (const Pixel & pixel : part)
  {
    float & heat = m_Box.Heat()[BoxIndex(pixel.x, pixel.y)];
    heat = static_cast<float>(std::log1p(gain * std::max(0.0, static_cast<double>(heat))));
  }
}

void
MaskHeat::WriteFlows(const Pixels & part, float noise, float * flow) const
{
  for (const Pixel & pixel : part)
  {
    const float * here = &m_Box.Heat()[BoxIndex(pixel.x, pixel.y)];
    if (*here > 0.0F)
    {
      const float scale = 1.0F / *here;
      float around[8];
      for (int k = 0; k < 8; ++k)
      {
        around[k] = scale * here[NeighbourY[k] * m_Box.Stride() + NeighbourX[k]];
      }
      WriteDirection(around, 1.0F, noise, flow + pixel.flow);
    }
  }
}

void
ComputeMaskFlow(const PixelRuns & runs, const MaskFlowParameters & parameters, float * flow)
{
  MaskHeat heat;
  heat.ComputeFlow(runs, parameters, flow);
}
} // namespace PenCore
} // namespace itk
