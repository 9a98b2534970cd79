// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/Polygon.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace itk
{
namespace PenCore
{
namespace
{
// A centre this close to the outline, in pixels, lies on it.
constexpr double OutlineTolerance = 1e-9;

struct Edge
{
  double xLow;
  double yLow;
  double yHigh;
  double slope; ///< of x over y
};

// Pixels [first, last] of one row.
struct Span
{
  int first;
  int last;
};

void
VerifyPolygon(const Polygon & polygon)
{
  if (polygon.x.size() != polygon.y.size())
  {
    throw std::invalid_argument("a polygon has " + std::to_string(polygon.x.size()) + " x and " +
                                std::to_string(polygon.y.size()) + " y coordinates");
  }
  if (polygon.x.size() < 3)
  {
    throw std::invalid_argument("a polygon has " + std::to_string(polygon.x.size()) +
                                " vertices; at least 3 are needed");
  }
  const auto isFinite = [](double value) { return std::isfinite(value); };
  if (!std::all_of(polygon.x.begin(), polygon.x.end(), isFinite) ||
      !std::all_of(polygon.y.begin(), polygon.y.end(), isFinite))
  {
    throw std::invalid_argument("a polygon has a coordinate that is not finite");
  }
}

// Edges that are not horizontal, by the row where they begin.
std::vector<Edge>
SortedEdges(const Polygon & polygon)
{
  std::vector<Edge> edges;
  const std::size_t count = polygon.x.size();
  for (std::size_t i = 0; i < count; ++i)
  {
    std::size_t low = i;
    std::size_t high = (i + 1) % count;
    if (polygon.y[low] > polygon.y[high])
    {
      std::swap(low, high);
    }
    if (polygon.y[low] < polygon.y[high])
    {
      edges.push_back({ polygon.x[low], polygon.y[low], polygon.y[high],
                        (polygon.x[high] - polygon.x[low]) / (polygon.y[high] - polygon.y[low]) });
    }
  }
  std::sort(edges.begin(), edges.end(), [](const Edge & a, const Edge & b) { return a.yLow < b.yLow; });
  return edges;
}

// The pixels of a row of this width that begin not before x0 and end not after x1; none where last < first.
Span
PixelsBetween(double x0, double x1, int width)
{
  const double first = std::max(std::ceil(x0 - OutlineTolerance), 0.0);
  const double last = std::min(std::floor(x1 + OutlineTolerance), width - 1.0);
  return first > last ? Span{ 0, -1 } : Span{ static_cast<int>(first), static_cast<int>(last) };
}

// What the crossings leave out: horizontal edges, and the vertices where the outline only touches the row.
std::vector<std::vector<Span>>
SpansOnOutline(const Polygon & polygon, int width, int height)
{
  std::vector<std::vector<Span>> spans(static_cast<std::size_t>(height));
  const std::size_t count = polygon.x.size();
  for (std::size_t i = 0; i < count; ++i)
  {
    const std::size_t next = (i + 1) % count;
    const double row = std::round(polygon.y[i]);
    if (std::abs(polygon.y[i] - row) > OutlineTolerance || row < 0.0 || row >= height)
    {
      continue;
    }
    const bool isHorizontal = polygon.y[i] == polygon.y[next];
    const double other = isHorizontal ? polygon.x[next] : polygon.x[i];
    const Span span = PixelsBetween(std::min(polygon.x[i], other), std::max(polygon.x[i], other), width);
    if (span.first <= span.last)
    {
      spans[static_cast<std::size_t>(row)].push_back(span);
    }
  }
  return spans;
}

void
AppendRuns(std::vector<Span> & spans, int y, PixelRuns & runs)
{
  std::sort(spans.begin(), spans.end(), [](const Span & a, const Span & b) { return a.first < b.first; });
  for (const Span & span : spans)
  {
    const bool joins = !runs.empty() && runs.back().y == y && span.first <= runs.back().x + runs.back().length;
    if (joins)
    {
      runs.back().length = std::max(runs.back().length, span.last + 1 - runs.back().x);
    }
    else
    {
      runs.push_back({ span.first, y, span.last + 1 - span.first });
    }
  }
}
} // namespace

PixelRuns
RasterizePolygon(const Polygon & polygon, int width, int height)
{
  VerifyPolygon(polygon);
  PixelRuns runs;
  if (width < 1 || height < 1)
  {
    return runs;
  }
  const std::vector<Edge> edges = SortedEdges(polygon);
  std::vector<std::vector<Span>> spans = SpansOnOutline(polygon, width, height);
  std::vector<Edge> active;
  std::vector<double> crossings;
  auto next = edges.begin();
  for (int y = 0; y < height; ++y)
  {
    // An edge takes the row of its lower end but not that of its upper one, so that each vertex counts once.
    for (; next != edges.end() && next->yLow <= y; ++next)
    {
      active.push_back(*next);
    }
    active.erase(std::remove_if(active.begin(), active.end(), [y](const Edge & edge) { return edge.yHigh <= y; }),
                 active.end());
    crossings.clear();
    for (const Edge & edge : active)
    {
      crossings.push_back(edge.xLow + (y - edge.yLow) * edge.slope);
    }
    std::sort(crossings.begin(), crossings.end());
    std::vector<Span> & rowSpans = spans[static_cast<std::size_t>(y)];
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2)
    {
      const Span span = PixelsBetween(crossings[i], crossings[i + 1], width);
      if (span.first <= span.last)
      {
        rowSpans.push_back(span);
      }
    }
    AppendRuns(rowSpans, y, runs);
  }
  return runs;
}

double
PolygonArea(const Polygon & polygon)
{
  double twice = 0.0;
  const std::size_t count = std::min(polygon.x.size(), polygon.y.size());
  for (std::size_t i = 0; i < count; ++i)
  {
    const std::size_t next = (i + 1) % count;
    twice += polygon.x[i] * polygon.y[next] - polygon.x[next] * polygon.y[i];
  }
  return 0.5 * std::abs(twice);
}
} // namespace PenCore
} // namespace itk
