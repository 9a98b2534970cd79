// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Depth/MergeDuplicates.h"
#include "ProjectionEnhancement/Base/FlowFieldLayout.h"

#include "ProjectionEnhancement/Cells/Overlap.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr std::size_t PairsPerPiece = 4;
constexpr std::size_t ValuesPerBand = std::size_t{ 1 } << 25; // of a flow field that is read

enum class Kinship
{
  None,
  Part,
  Same
};

struct Rows
{
  std::int32_t begin;
  std::int32_t end;
};

struct Link
{
  std::uint32_t first;
  std::uint32_t second;
  Kinship kinship;
  double strength; // IoU of the same, containment of a part
};

void
VerifyRange(double value, double low, const char * name)
{
  if (!(value >= low && value <= 1.0))
  {
    throw std::invalid_argument(std::string(name) + " must be within " + std::to_string(low) + " and 1, got " +
                                std::to_string(value));
  }
}

void
VerifyParameters(const MergeDuplicatesParameters & parameters)
{
  VerifyRange(parameters.iouThreshold, 0.0, "the IoU threshold");
  VerifyRange(parameters.containmentThreshold, 0.0, "the containment threshold");
  VerifyRange(parameters.maximumPartSize, 0.0, "the maximum part size");
  VerifyRange(parameters.flowAgreementThreshold, -1.0, "the flow agreement threshold");
  if (parameters.maximumChannelDistance < 1)
  {
    throw std::invalid_argument("the maximum channel distance must be at least 1, got " +
                                std::to_string(parameters.maximumChannelDistance));
  }
}

bool
IsThere(const FlowFieldView & flowField)
{
  return flowField.data != nullptr || flowField.source;
}

void
VerifyCells(const std::vector<Cell> & cells, const FlowFieldView & flowField)
{
  for (const Cell & cell : cells)
  {
    if (!std::isfinite(cell.score))
    {
      throw std::invalid_argument("a cell's score is not finite");
    }
    if (!IsThere(flowField))
    {
      continue;
    }
    if (cell.channel < 0 || cell.channel >= flowField.channels)
    {
      throw std::invalid_argument("a cell has channel " + std::to_string(cell.channel) + ", but the flow field has " +
                                  std::to_string(flowField.channels) + " channels");
    }
    for (const PixelRun & run : cell.runs)
    {
      if (run.x < 0 || run.y < 0 || run.y >= flowField.height || run.length > flowField.width - run.x)
      {
        throw std::invalid_argument("a cell has pixels outside the flow field");
      }
    }
  }
}

// Calls function(y, begin, end) for every stretch of pixels that two masks share.
template <typename TFunction>
void
ForEachSharedStretch(const PixelRuns & a, const PixelRuns & b, TFunction && function)
{
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();)
  {
    const auto endOf = [](const PixelRun & run) { return run.x + run.length; };
    const std::int32_t begin = std::max(i->x, j->x);
    const std::int32_t end = std::min(endOf(*i), endOf(*j));
    if (i->y == j->y && begin < end)
    {
      function(i->y, begin, end);
    }
    const bool isFirstBehind = i->y != j->y ? i->y < j->y : endOf(*i) < endOf(*j);
    isFirstBehind ? static_cast<void>(++i) : static_cast<void>(++j);
  }
}

// Rows of a flow field, of every channel.
struct FlowWindow
{
  const float * data;
  std::int32_t width;
  std::int32_t firstRow;
  std::int32_t rows;

  const float *
  At(std::int32_t channel, std::int32_t x, std::int32_t y) const
  {
    const auto row =
      static_cast<std::size_t>(channel) * static_cast<std::size_t>(rows) + static_cast<std::size_t>(y - firstRow);
    return data + (row * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * FlowFieldComponents;
  }
};

// Pixels without a finite flow say nothing; where none says anything the flows do not disagree.
double
MeasureFlowAgreement(const Cell & a, const Cell & b, const FlowWindow & window)
{
  double products = 0.0;
  double squaresA = 0.0;
  double squaresB = 0.0;
  ForEachSharedStretch(a.runs, b.runs,
                       [&](std::int32_t y, std::int32_t begin, std::int32_t end)
                       {
                         const float * flowA = window.At(a.channel, begin, y);
                         const float * flowB = window.At(b.channel, begin, y);
                         for (std::int32_t x = begin; x < end; ++x)
                         {
                           const double ax = flowA[0];
                           const double ay = flowA[1];
                           const double bx = flowB[0];
                           const double by = flowB[1];
                           if (std::isfinite(ax + ay + bx + by))
                           {
                             products += ax * bx + ay * by;
                             squaresA += ax * ax + ay * ay;
                             squaresB += bx * bx + by * by;
                           }
                           flowA += FlowFieldComponents;
                           flowB += FlowFieldComponents;
                         }
                       });
  const double scale = std::sqrt(squaresA * squaresB);
  return scale > 0.0 ? products / scale : 1.0;
}

class DuplicateFinder
{
public:
  DuplicateFinder(const std::vector<Cell> & cells, const MergeDuplicatesParameters & parameters)
    : m_Cells(cells)
    , m_Parameters(parameters)
    , m_Pairs(FindOverlappingPairs(MasksOf(cells), parameters.numberOfThreads))
    , m_Parents(cells.size())
  {
    std::iota(m_Parents.begin(), m_Parents.end(), 0U);
    for (const Cell & cell : cells)
    {
      m_Sizes.push_back(static_cast<double>(CountPixels(cell.runs)));
    }
  }

  std::vector<std::uint32_t>
  Find(const FlowFieldView & flowField)
  {
    for (const Link & link : this->SortLinks(this->DropDisagreeing(this->CollectLinks(), flowField)))
    {
      this->Join(link);
    }
    std::vector<std::uint32_t> representatives;
    for (std::uint32_t i = 0; i < m_Cells.size(); ++i)
    {
      representatives.push_back(this->FindRepresentative(i));
    }
    return representatives;
  }

private:
  // Whether cell a rather than b stands for both.
  bool
  IsBetter(std::uint32_t a, std::uint32_t b) const
  {
    return std::make_tuple(-m_Cells[a].score, -m_Sizes[a], a) < std::make_tuple(-m_Cells[b].score, -m_Sizes[b], b);
  }

  Link
  Relate(const OverlappingPair & pair) const
  {
    const auto shared = static_cast<double>(pair.pixels);
    const bool isFirstSmaller = m_Sizes[pair.first] < m_Sizes[pair.second];
    const std::uint32_t small = isFirstSmaller ? pair.first : pair.second;
    const std::uint32_t large = isFirstSmaller ? pair.second : pair.first;
    const double iou = shared / (m_Sizes[small] + m_Sizes[large] - shared);
    const double containment = shared / m_Sizes[small];
    if (iou >= m_Parameters.iouThreshold)
    {
      return { pair.first, pair.second, Kinship::Same, iou };
    }
    const bool isPart = containment >= m_Parameters.containmentThreshold &&
                        m_Sizes[small] <= m_Parameters.maximumPartSize * m_Sizes[large] &&
                        m_Cells[small].score <= m_Cells[large].score;
    return { pair.first, pair.second, isPart ? Kinship::Part : Kinship::None, containment };
  }

  std::vector<Link>
  CollectLinks() const
  {
    std::vector<Link> links;
    for (const OverlappingPair & pair : m_Pairs)
    {
      const std::int64_t distance =
        std::abs(static_cast<std::int64_t>(m_Cells[pair.first].channel) - m_Cells[pair.second].channel);
      const Link link = this->Relate(pair);
      if (distance >= 1 && distance <= m_Parameters.maximumChannelDistance && link.kinship != Kinship::None)
      {
        links.push_back(link);
      }
    }
    return links;
  }

  // The rows that both cells of a link may share.
  Rows
  RowsOf(const Link & link) const
  {
    const PixelRuns & a = m_Cells[link.first].runs;
    const PixelRuns & b = m_Cells[link.second].runs;
    return { std::max(a.front().y, b.front().y), std::min(a.back().y, b.back().y) + 1 };
  }

  void
  MeasureInWindow(const std::vector<Link> & links, const std::uint32_t * begin, const std::uint32_t * end,
                  const FlowWindow & window, std::vector<double> & agreement) const
  {
    ParallelFor(
      static_cast<std::size_t>(end - begin), PairsPerPiece,
      [&](std::size_t first, std::size_t last)
      {
        for (const std::uint32_t * i = begin + first; i != begin + last; ++i)
        {
          agreement[*i] = MeasureFlowAgreement(m_Cells[links[*i].first], m_Cells[links[*i].second], window);
        }
      },
      m_Parameters.numberOfThreads, m_Parameters.progress);
  }

  std::vector<double>
  MeasureAgreements(const std::vector<Link> & links, const FlowFieldView & flowField) const
  {
    std::vector<double> agreement(links.size());
    std::vector<std::uint32_t> order(links.size());
    std::iota(order.begin(), order.end(), 0U);
    const std::uint32_t * const last = order.data() + order.size();
    if (flowField.data != nullptr)
    {
      this->MeasureInWindow(links, order.data(), last, { flowField.data, flowField.width, 0, flowField.height },
                            agreement);
      return agreement;
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b)
                     { return this->RowsOf(links[a]).begin < this->RowsOf(links[b]).begin; });
    const std::size_t row = static_cast<std::size_t>(flowField.width) * FlowFieldComponents;
    const auto rowsPerBand = static_cast<std::int32_t>(
      std::max<std::size_t>(ValuesPerBand / (row * static_cast<std::size_t>(flowField.channels)), 1));
    std::vector<float> values;
    for (const std::uint32_t * begin = order.data(); begin != last;)
    {
      Rows rows = this->RowsOf(links[*begin]);
      const std::uint32_t * end = begin + 1;
      for (; end != last && this->RowsOf(links[*end]).end <= rows.begin + rowsPerBand; ++end)
      {
        rows.end = std::max(rows.end, this->RowsOf(links[*end]).end);
      }
      const auto count = static_cast<std::size_t>(rows.end - rows.begin);
      values.resize(static_cast<std::size_t>(flowField.channels) * count * row);
      for (std::int32_t channel = 0; channel < flowField.channels; ++channel)
      {
        flowField.source(channel, { 0, rows.begin, flowField.width, rows.end - rows.begin },
                         values.data() + static_cast<std::size_t>(channel) * count * row);
      }
      this->MeasureInWindow(
        links, begin, end, { values.data(), flowField.width, rows.begin, static_cast<std::int32_t>(count) }, agreement);
      begin = end;
    }
    return agreement;
  }

  std::vector<Link>
  DropDisagreeing(std::vector<Link> links, const FlowFieldView & flowField) const
  {
    if (!IsThere(flowField))
    {
      return links;
    }
    const std::vector<double> agreement = this->MeasureAgreements(links, flowField);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < links.size(); ++i)
    {
      if (agreement[i] >= m_Parameters.flowAgreementThreshold)
      {
        links[kept++] = links[i];
      }
    }
    links.resize(kept);
    return links;
  }

  // Strongest first. Equally strong ones by their cells' scores, which do not depend on the order of the cells.
  std::vector<Link>
  SortLinks(std::vector<Link> links) const
  {
    const auto keyOf = [this](const Link & link)
    {
      const auto scores = std::minmax(m_Cells[link.first].score, m_Cells[link.second].score);
      return std::make_tuple(link.kinship == Kinship::Part, -link.strength, -scores.second, -scores.first, link.first,
                             link.second);
    };
    std::sort(links.begin(), links.end(), [&](const Link & a, const Link & b) { return keyOf(a) < keyOf(b); });
    return links;
  }

  // The root of a group's tree is the cell that stands for it.
  std::uint32_t
  FindRepresentative(std::uint32_t cell)
  {
    while (m_Parents[cell] != cell)
    {
      m_Parents[cell] = m_Parents[m_Parents[cell]];
      cell = m_Parents[cell];
    }
    return cell;
  }

  bool
  AreKin(std::uint32_t a, std::uint32_t b) const
  {
    const OverlappingPair wanted{ std::min(a, b), std::max(a, b), 0 };
    const auto found =
      std::lower_bound(m_Pairs.begin(), m_Pairs.end(), wanted,
                       [](const OverlappingPair & left, const OverlappingPair & right)
                       { return left.first != right.first ? left.first < right.first : left.second < right.second; });
    return found != m_Pairs.end() && found->first == wanted.first && found->second == wanted.second &&
           this->Relate(*found).kinship != Kinship::None;
  }

  void
  Join(const Link & link)
  {
    const std::uint32_t a = this->FindRepresentative(link.first);
    const std::uint32_t b = this->FindRepresentative(link.second);
    if (a != b && this->AreKin(a, b))
    {
      const bool isFirstBetter = this->IsBetter(a, b);
      m_Parents[isFirstBetter ? b : a] = isFirstBetter ? a : b;
    }
  }

  const std::vector<Cell> & m_Cells;
  const MergeDuplicatesParameters & m_Parameters;
  std::vector<OverlappingPair> m_Pairs;
  std::vector<std::uint32_t> m_Parents;
  std::vector<double> m_Sizes;
};
} // namespace

std::vector<std::uint32_t>
FindDuplicateCells(const std::vector<Cell> & cells, const MergeDuplicatesParameters & parameters,
                   const FlowFieldView & flowField)
{
  VerifyParameters(parameters);
  VerifyCells(cells, flowField);
  return DuplicateFinder(cells, parameters).Find(flowField);
}
} // namespace PenCore
} // namespace itk
