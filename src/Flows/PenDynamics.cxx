// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Flows/Dynamics.h"

#include "Base/Simd.h"
#include "Cells/Components.h"
#include "Flows/MaskedFlow.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace itk
{
namespace PenCore
{
namespace
{
// Walkers that step together; their positions and a neighbourhood of the flow stay in the cache.
constexpr std::size_t WalkersPerPiece = 512;

// The histogram starts so many bins in front of the image.
constexpr int PaddingBins = 2;

// Neighbouring bins in which a centre is the largest.
constexpr int CentreRadius = 2;

// With fewer centres a search of all is faster than one of the neighbourhood.
constexpr std::size_t FewCentres = 32;

struct Walkers
{
  std::vector<std::int32_t> pixel;
  std::vector<float> x;
  std::vector<float> y;

  explicit Walkers(std::size_t count)
  {
    pixel.reserve(count);
    x.reserve(count);
    y.reserve(count);
  }

  void
  Add(std::size_t index, int width)
  {
    pixel.push_back(static_cast<std::int32_t>(index));
    x.push_back(static_cast<float>(index % static_cast<std::size_t>(width)));
    y.push_back(static_cast<float>(index / static_cast<std::size_t>(width)));
  }
};

struct FlowView
{
  const float * values;
  std::int32_t stride;
  float rightmost;
  float lowest;
};

// Adding and subtracting 1.5 * 2^23 leaves the nearest integer, halves to even, in any vector width.
inline std::int32_t
RoundToEven(float value)
{
  constexpr float Magic = 12582912.0F;
  return static_cast<std::int32_t>((value + Magic) - Magic);
}

// Euler steps with the flow of the nearest pixel, clamped to the image.
PEN_SIMD_CLONES void
Walk(FlowView flow, unsigned int steps, float acceleration, std::size_t count, float * PEN_RESTRICT x,
     float * PEN_RESTRICT y)
{
  for (unsigned int step = 0; step < steps; ++step)
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      const std::int32_t index = 2 * (RoundToEven(y[i]) * flow.stride + RoundToEven(x[i]));
      const float newX = x[i] + acceleration * flow.values[index];
      const float newY = y[i] + acceleration * flow.values[index + 1];
      const float leftClamped = newX > 0.0F ? newX : 0.0F;
      const float topClamped = newY > 0.0F ? newY : 0.0F;
      x[i] = leftClamped < flow.rightmost ? leftClamped : flow.rightmost;
      y[i] = topClamped < flow.lowest ? topClamped : flow.lowest;
    }
  }
}

void
WalkAll(const MaskedFlow & flow, unsigned int steps, float acceleration, const FlowsToCellsParameters & parameters,
        const ProgressCallback & progress, Walkers & walkers)
{
  const FlowView view{ flow.Data(), static_cast<std::int32_t>(flow.Stride()), static_cast<float>(flow.Width() - 1),
                       static_cast<float>(flow.Height() - 1) };
  const unsigned int fast = std::min(steps, parameters.acceleratedIterations);
  const std::size_t n = walkers.pixel.size();
  ParallelFor((n + WalkersPerPiece - 1) / WalkersPerPiece, 1,
              [&](std::size_t begin, std::size_t end)
              {
                for (std::size_t piece = begin; piece < end; ++piece)
                {
                  const std::size_t first = piece * WalkersPerPiece;
                  const std::size_t count = std::min(n - first, WalkersPerPiece);
                  Walk(view, steps - fast, 1.0F, count, &walkers.x[first], &walkers.y[first]);
                  Walk(view, fast, acceleration, count, &walkers.x[first], &walkers.y[first]);
                }
              },
              parameters.numberOfThreads, progress);
}

/** Where many walkers end, in bins of a few pixels. */
class Centres
{
public:
  struct Centre
  {
    int x;
    int y;
  };

  Centres(const Walkers & walkers, const FlowPage & page, const FlowsToCellsParameters & parameters)
    : m_BinWidth(static_cast<int>(parameters.binWidth))
    , m_Columns(page.width / m_BinWidth + 2 * PaddingBins + 1)
    , m_Rows(page.height / m_BinWidth + 2 * PaddingBins + 1)
    , m_Number(static_cast<std::size_t>(m_Columns) * static_cast<std::size_t>(m_Rows), 0)
  {
    std::vector<std::int32_t> counts(m_Number.size(), 0);
    for (std::size_t i = 0; i < walkers.pixel.size(); ++i)
    {
      ++counts[Index(Bin(walkers.x[i]), Bin(walkers.y[i]))];
    }
    for (int row = 0; row < m_Rows; ++row)
    {
      for (int column = 0; column < m_Columns; ++column)
      {
        if (counts[Index(column, row)] > static_cast<std::int32_t>(parameters.minimumCentrePeak) &&
            IsLargestAround(counts, column, row))
        {
          m_Centres.push_back({ (column - PaddingBins) * m_BinWidth, (row - PaddingBins) * m_BinWidth });
          m_Number[Index(column, row)] = static_cast<std::int32_t>(m_Centres.size());
        }
      }
    }
  }

  const std::vector<Centre> &
  All() const
  {
    return m_Centres;
  }

  /** Index of the nearest centre, the first of equally near ones. There must be one. */
  std::size_t
  Nearest(float x, float y) const
  {
    Candidate best;
    if (m_Centres.size() <= FewCentres)
    {
      for (std::size_t i = 0; i < m_Centres.size(); ++i)
      {
        Compare(i, x, y, best);
      }
      return best.index;
    }
    const int column = Bin(x);
    const int row = Bin(y);
    for (int ring = 0;; ++ring)
    {
      // A centre lies at its bin's first pixel, up to one bin nearer than its ring.
      const double nearestInRing = static_cast<double>(m_BinWidth) * (ring - 1);
      if (ring > 0 && nearestInRing > 0.0 && nearestInRing * nearestInRing > best.squared)
      {
        return best.index;
      }
      CompareRing(column, row, ring, x, y, best);
    }
  }

private:
  struct Candidate
  {
    std::size_t index = 0;
    double squared = std::numeric_limits<double>::max();
  };

  int
  Bin(float coordinate) const
  {
    const double first = PaddingBins * m_BinWidth + 0.5;
    return static_cast<int>((static_cast<double>(coordinate) + first) / m_BinWidth);
  }
  std::size_t
  Index(int column, int row) const
  {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(m_Columns) + static_cast<std::size_t>(column);
  }

  bool
  IsLargestAround(const std::vector<std::int32_t> & counts, int column, int row) const
  {
    for (int r = std::max(0, row - CentreRadius); r <= std::min(m_Rows - 1, row + CentreRadius); ++r)
    {
      for (int c = std::max(0, column - CentreRadius); c <= std::min(m_Columns - 1, column + CentreRadius); ++c)
      {
        if (counts[Index(c, r)] > counts[Index(column, row)])
        {
          return false;
        }
      }
    }
    return true;
  }

  void
  Compare(std::size_t index, float x, float y, Candidate & best) const
  {
    const double dx = m_Centres[index].x - static_cast<double>(x);
    const double dy = m_Centres[index].y - static_cast<double>(y);
    const double squared = dx * dx + dy * dy;
    if (squared < best.squared || (squared == best.squared && index < best.index))
    {
      best = { index, squared };
    }
  }

  void
  CompareRing(int column, int row, int ring, float x, float y, Candidate & best) const
  {
    for (int r = std::max(0, row - ring); r <= std::min(m_Rows - 1, row + ring); ++r)
    {
      const bool isWholeRow = r == row - ring || r == row + ring;
      const int step = isWholeRow || ring == 0 ? 1 : 2 * ring;
      for (int c = column - ring; c <= column + ring; c += step)
      {
        const std::int32_t number = c < 0 || c >= m_Columns ? 0 : m_Number[Index(c, r)];
        if (number > 0)
        {
          Compare(static_cast<std::size_t>(number - 1), x, y, best);
        }
      }
    }
  }

  int m_BinWidth;
  int m_Columns;
  int m_Rows;
  std::vector<std::int32_t> m_Number; // of the centre in a bin, from 1
  std::vector<Centre> m_Centres;
};

// Foreground without small components.
PixelMask
FindForeground(const FlowPage & page, const FlowsToCellsParameters & parameters)
{
  PixelMask foreground(page.NumberOfPixels());
  for (std::size_t i = 0; i < foreground.size(); ++i)
  {
    const float * pixel = page.values + FlowFieldComponents * i;
    foreground[i] = pixel[2] >= parameters.cellThreshold && IsFinitePixel(pixel) ? 1 : 0;
  }
  const auto components = LabelComponents(foreground, page.width, page.height, Connectivity::Edges);
  std::vector<std::size_t> sizes(1, 0);
  for (const std::int32_t component : components)
  {
    if (static_cast<std::size_t>(component) >= sizes.size())
    {
      sizes.resize(static_cast<std::size_t>(component) + 1, 0);
    }
    ++sizes[static_cast<std::size_t>(component)];
  }
  for (std::size_t i = 0; i < foreground.size(); ++i)
  {
    if (sizes[static_cast<std::size_t>(components[i])] < parameters.minimumComponentSize)
    {
      foreground[i] = 0;
    }
  }
  return foreground;
}
template <typename TIsStart>
Walkers
StartWalkers(const FlowPage & page, TIsStart && isStart)
{
  std::size_t count = 0;
  for (std::size_t i = 0; i < page.NumberOfPixels(); ++i)
  {
    count += isStart(i) ? 1 : 0;
  }
  Walkers walkers(count);
  for (std::size_t i = 0; i < page.NumberOfPixels(); ++i)
  {
    if (isStart(i))
    {
      walkers.Add(i, page.width);
    }
  }
  return walkers;
}

Centres
FindCentres(const FlowPage & page, const MaskedFlow & flow, const FlowsToCellsParameters & parameters,
            const ProgressCallback & progress)
{
  Walkers walkers = StartWalkers(page,
                                 [&](std::size_t i)
                                 {
                                   const float * pixel = page.values + FlowFieldComponents * i;
                                   return pixel[2] >= parameters.cellThreshold &&
                                          pixel[3] < parameters.borderThreshold && IsFinitePixel(pixel);
                                 });
  WalkAll(flow, parameters.centreIterations, parameters.centreAcceleration, parameters, progress, walkers);
  return Centres(walkers, page, parameters);
}

// Each walker's centre, if it lies in the component where the walker ended, or on background and near.
PixelLabels
AssignCentres(const Walkers & walkers, const Centres & centres, const std::vector<std::int32_t> & components,
              const FlowPage & page, const FlowsToCellsParameters & parameters)
{
  PixelLabels labels(page.NumberOfPixels(), 0);
  const auto componentAt = [&](int x, int y)
  {
    return components[static_cast<std::size_t>(y) * static_cast<std::size_t>(page.width) + static_cast<std::size_t>(x)];
  };
  ParallelFor(
    walkers.pixel.size(), WalkersPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        const float x = walkers.x[i];
        const float y = walkers.y[i];
        const std::size_t nearest = centres.Nearest(x, y);
        const auto centre = centres.All()[nearest];
        const std::int32_t component = componentAt(centre.x, centre.y);
        const double distance = std::hypot(centre.x - static_cast<double>(x), centre.y - static_cast<double>(y));
        const bool belongs = component != 0 ? component == componentAt(RoundToEven(x), RoundToEven(y))
                                            : distance < parameters.maximumCentreDistance;
        if (belongs)
        {
          labels[static_cast<std::size_t>(walkers.pixel[i])] = static_cast<std::int32_t>(nearest + 1);
        }
      }
    },
    parameters.numberOfThreads);
  return labels;
}
} // namespace

PixelLabels
LabelByPenDynamics(const FlowPage & page, const FlowsToCellsParameters & parameters, const ProgressCallback & progress)
{
  const unsigned int allSteps = std::max(1U, parameters.centreIterations + parameters.maskIterations);
  const float shareOfCentres = static_cast<float>(parameters.centreIterations) / static_cast<float>(allSteps);
  ProgressCallback centreProgress;
  ProgressCallback maskProgress;
  if (progress)
  {
    centreProgress = [&](float done) { progress(shareOfCentres * done); };
    maskProgress = [&](float done) { progress(shareOfCentres + (1.0F - shareOfCentres) * done); };
  }
  const MaskedFlow flow(page.values, page.width, page.height, IsFinitePixel, parameters.numberOfThreads);
  const Centres centres = FindCentres(page, flow, parameters, centreProgress);
  if (centres.All().empty())
  {
    return PixelLabels(page.NumberOfPixels(), 0);
  }
  PixelMask foreground = FindForeground(page, parameters);
  Walkers walkers = StartWalkers(page, [&](std::size_t i) { return foreground[i] != 0; });
  WalkAll(flow, parameters.maskIterations, parameters.maskAcceleration, parameters, maskProgress, walkers);
  FillHoles(foreground, page.width, page.height);
  const auto components = LabelComponents(foreground, page.width, page.height, Connectivity::EdgesAndCorners);
  return AssignCentres(walkers, centres, components, page, parameters);
}
} // namespace PenCore
} // namespace itk
