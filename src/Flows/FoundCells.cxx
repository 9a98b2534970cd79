// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Flows/FoundCells.h"

#include "Base/PartOfProgress.h"
#include "Cells/HoleFilling.h"
#include "Cells/MaskParts.h"
#include "Flows/MaskHeat.h"
#include "Flows/MaskedFlow.h"
#include "ProjectionEnhancement/Flows/CellsToFlows.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace itk
{
namespace PenCore
{
namespace
{
// The dynamics' share of the time.
constexpr float ProgressOfDynamics = 0.7F;

constexpr std::size_t CellsPerPiece = 8;

struct LabelledRun
{
  std::int32_t label;
  PixelRun run;
};

std::vector<LabelledRun>
RunsOfRows(const PixelLabels & labels, const FlowPage & page, std::size_t firstRow, std::size_t endRow)
{
  std::vector<LabelledRun> runs;
  for (std::size_t y = firstRow; y < endRow; ++y)
  {
    const std::int32_t * row = labels.data() + y * static_cast<std::size_t>(page.width);
    for (int x = 0; x < page.width;)
    {
      const std::int32_t label = row[x];
      const int begin = x;
      while (x < page.width && row[x] == label)
      {
        ++x;
      }
      if (label > 0)
      {
        runs.push_back(
          { label, { page.firstColumn + begin, page.firstRow + static_cast<std::int32_t>(y), x - begin } });
      }
    }
  }
  return runs;
}

// Cells in the order of their first pixels.
std::vector<Cell>
CellsOfLabels(const PixelLabels & labels, const FlowPage & page, unsigned int numberOfThreads)
{
  constexpr std::size_t RowsPerPiece = 16;
  const auto height = static_cast<std::size_t>(page.height);
  std::vector<std::vector<LabelledRun>> runsOfPiece((height + RowsPerPiece - 1) / RowsPerPiece);
  ParallelFor(
    runsOfPiece.size(), 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t piece = begin; piece < end; ++piece)
      {
        runsOfPiece[piece] =
          RunsOfRows(labels, page, piece * RowsPerPiece, std::min(height, (piece + 1) * RowsPerPiece));
      }
    },
    numberOfThreads);
  std::vector<Cell> cells;
  std::vector<std::size_t> cellOfLabel;
  for (const auto & piece : runsOfPiece)
  {
    for (const LabelledRun & labelled : piece)
    {
      const auto label = static_cast<std::size_t>(labelled.label);
      if (label >= cellOfLabel.size())
      {
        cellOfLabel.resize(2 * label + 1, 0);
      }
      if (cellOfLabel[label] == 0)
      {
        cells.emplace_back();
        cellOfLabel[label] = cells.size();
      }
      cells[cellOfLabel[label] - 1].runs.push_back(labelled.run);
    }
  }
  return cells;
}

// Returns how many went.
template <typename TPredicate>
std::size_t
RemoveCells(std::vector<Cell> & cells, TPredicate && shallGo)
{
  const std::size_t before = cells.size();
  cells.erase(std::remove_if(cells.begin(), cells.end(), shallGo), cells.end());
  return before - cells.size();
}

template <typename TUse>
void
ForPixels(const PixelRuns & runs, const FlowPage & page, TUse && use)
{
  for (const PixelRun & run : runs)
  {
    const float * pixel = page.PixelAt(run.x, run.y);
    for (std::int32_t i = 0; i < run.length; ++i, pixel += FlowFieldComponents)
    {
      use(pixel);
    }
  }
}

double
Probability(float logit)
{
  return 1.0 / (1.0 + std::exp(-static_cast<double>(logit)));
}

// The mean probability of a mask's pixels, weighted by itself: that of its body rather than that of its fringe.
double
LevelOf(const PixelRuns & runs, const FlowPage & page)
{
  double sum = 0.0;
  double squares = 0.0;
  ForPixels(runs, page,
            [&](const float * pixel)
            {
              const double probability = Probability(pixel[2]);
              sum += probability;
              squares += probability * probability;
            });
  return squares / sum;
}

void
CutBelowOwnLevel(std::vector<Cell> & cells, const FlowPage & page, const FlowsToCellsParameters & parameters)
{
  ParallelFor(
    cells.size(), CellsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        const double lowest = parameters.levelShare * LevelOf(cells[i].runs, page);
        PixelRuns kept;
        for (const PixelRun & run : cells[i].runs)
        {
          std::int32_t x = run.x;
          ForPixels({ run }, page,
                    [&](const float * pixel)
                    {
                      if (Probability(pixel[2]) >= lowest)
                      {
                        kept.push_back({ x, run.y, 1 });
                      }
                      ++x;
                    });
        }
        cells[i].runs = UniteRuns(kept, {});
      }
    },
    parameters.numberOfThreads);
}

// What is left of a mask is one part; other large ones become cells.
void
KeepConnectedParts(std::vector<Cell> & cells, const FlowsToCellsParameters & parameters)
{
  const bool isPen = parameters.method == FlowsToCellsParameters::Method::Pen;
  const std::size_t leastPart = std::max(parameters.minimumSize, isPen ? parameters.minimumComponentSize : 1U);
  std::vector<std::vector<PixelRuns>> partsOfCell(cells.size());
  ParallelFor(
    cells.size(), CellsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t i = begin; i < end; ++i)
      {
        partsOfCell[i] = ConnectedParts(cells[i].runs);
      }
    },
    parameters.numberOfThreads);
  std::vector<Cell> kept;
  for (std::vector<PixelRuns> & parts : partsOfCell)
  {
    const auto largest =
      std::max_element(parts.begin(), parts.end(),
                       [](const PixelRuns & a, const PixelRuns & b) { return CountPixels(a) < CountPixels(b); });
    for (auto part = parts.begin(); part != parts.end(); ++part)
    {
      if (part == largest || CountPixels(*part) >= leastPart)
      {
        kept.emplace_back();
        kept.back().runs = std::move(*part);
      }
    }
  }
  cells.swap(kept);
}

// Sets the cells' flow errors and returns their direction errors.
std::vector<double>
ComputeFlowErrors(std::vector<Cell> & cells, const FlowPage & page, const FlowsToCellsParameters & parameters,
                  const ProgressCallback & progress)
{
  std::vector<double> directionErrors(cells.size());
  MaskFlowParameters flowParameters;
  flowParameters.eachComponentItsOwnCentre = false;
  flowParameters.method = parameters.method == FlowsToCellsParameters::Method::CellPose
                            ? MaskFlowParameters::Method::CellPose
                            : MaskFlowParameters::Method::Pen;
  ParallelFor(
    cells.size(), CellsPerPiece,
    [&](std::size_t begin, std::size_t end)
    {
      MaskHeat heat;
      std::vector<float> flow;
      for (std::size_t i = begin; i < end; ++i)
      {
        const std::size_t size = CountPixels(cells[i].runs);
        flow.resize(2 * size);
        heat.ComputeFlow(cells[i].runs, flowParameters, flow.data());
        double sum = 0.0;
        double cosines = 0.0;
        const float * own = flow.data();
        ForPixels(cells[i].runs, page,
                  [&](const float * pixel)
                  {
                    const auto ownX = static_cast<double>(*own++);
                    const auto ownY = static_cast<double>(*own++);
                    const auto dx = static_cast<double>(pixel[0]) - ownX;
                    const auto dy = static_cast<double>(pixel[1]) - ownY;
                    sum += dx * dx + dy * dy;
                    const double lengths = std::hypot(pixel[0], pixel[1]) * std::hypot(ownX, ownY);
                    cosines += lengths > 0.0 ? (pixel[0] * ownX + pixel[1] * ownY) / lengths : 0.0;
                  });
        cells[i].flowError = sum / static_cast<double>(size);
        directionErrors[i] = 1.0 - cosines / static_cast<double>(size);
      }
    },
    parameters.numberOfThreads, progress);
  return directionErrors;
}

void
RemoveCellsOfOtherFlow(std::vector<Cell> & cells, const std::vector<double> & directionErrors,
                       const FlowsToCellsParameters & parameters)
{
  const auto isAbove = [](double error, double threshold) { return threshold > 0.0 && error > threshold; };
  std::vector<Cell> kept;
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    if (!isAbove(cells[i].flowError, parameters.flowThreshold) &&
        !isAbove(directionErrors[i], parameters.directionThreshold))
    {
      kept.push_back(std::move(cells[i]));
    }
  }
  cells.swap(kept);
}

bool
TouchesImageBorder(const PixelRuns & mask, const FlowPage & page)
{
  return std::any_of(mask.begin(), mask.end(),
                     [&](const PixelRun & run) {
                       return run.x == 0 || run.y == 0 || run.x + run.length == page.imageWidth ||
                              run.y == page.imageHeight - 1;
                     });
}

bool
IsSmall(const PixelRuns & mask, const FlowsToCellsParameters & parameters)
{
  return mask.empty() || CountPixels(mask) < parameters.minimumSize;
}

// Of the masks as the dynamics found them.
void
FillHoles(std::vector<FoundCell> & found, const FlowsToCellsParameters & parameters)
{
  std::vector<PixelRuns *> masks;
  for (FoundCell & one : found)
  {
    one.filled = one.cell.runs;
    masks.push_back(&one.filled);
  }
  if (parameters.fillHoles)
  {
    FillHolesOfMasks(masks, parameters.numberOfThreads);
  }
}
void
Tell(const RemovedMasks & removed, const FlowsToCellsParameters & parameters)
{
  if (parameters.removed)
  {
    *parameters.removed += removed;
  }
}
} // namespace

LogitsOfHull::LogitsOfHull(const PixelRuns & mask, const FlowPage & page)
{
  for (const PixelRun & run : mask)
  {
    // A mask in several parts may leave rows out.
    while (!m_Rows.empty() && m_Rows.back().y < run.y - 1)
    {
      m_Rows.push_back({ run.x, m_Rows.back().y + 1, 0 });
    }
    if (m_Rows.empty() || m_Rows.back().y != run.y)
    {
      m_Rows.push_back(run);
    }
    m_Rows.back().length = run.x + run.length - m_Rows.back().x;
  }
  for (const PixelRun & row : m_Rows)
  {
    m_Offsets.push_back(m_Logits.size());
    const float * pixel = page.PixelAt(row.x, row.y);
    for (std::int32_t i = 0; i < row.length; ++i)
    {
      m_Logits.push_back(pixel[FlowFieldComponents * static_cast<std::size_t>(i) + 2]);
    }
  }
}

double
LogitsOfHull::Mean(const PixelRuns & runs) const
{
  double sum = 0.0;
  std::size_t count = 0;
  for (const PixelRun & run : runs)
  {
    const auto row = static_cast<std::size_t>(run.y - m_Rows.front().y);
    const float * logit = m_Logits.data() + m_Offsets[row] + (run.x - m_Rows[row].x);
    for (std::int32_t i = 0; i < run.length; ++i)
    {
      if (std::isfinite(logit[i]))
      {
        sum += static_cast<double>(logit[i]);
        ++count;
      }
    }
  }
  return sum / static_cast<double>(count);
}

void
FindCells(const FlowPage & page, const FlowsToCellsParameters & parameters, const ProgressCallback & progress,
          std::vector<FoundCell> & found)
{
  const auto dynamics =
    parameters.method == FlowsToCellsParameters::Method::CellPose ? LabelByCellPoseDynamics : LabelByPenDynamics;
  const PixelLabels labels = dynamics(page, parameters, PartOfProgress(progress, 0.0F, ProgressOfDynamics));
  std::vector<Cell> cells = CellsOfLabels(labels, page, parameters.numberOfThreads);
  if (parameters.levelShare > 0.0)
  {
    CutBelowOwnLevel(cells, page, parameters);
  }
  if (parameters.connectedMasks)
  {
    KeepConnectedParts(cells, parameters);
  }
  RemovedMasks removed;
  const double imagePixels = static_cast<double>(page.imageWidth) * page.imageHeight;
  const double largest = parameters.maximumSizeShare * imagePixels;
  removed.tooLarge =
    RemoveCells(cells, [&](const Cell & cell) { return static_cast<double>(CountPixels(cell.runs)) > largest; });
  if (parameters.computeFlowErrors)
  {
    const std::size_t before = cells.size();
    const std::vector<double> directionErrors =
      ComputeFlowErrors(cells, page, parameters, PartOfProgress(progress, ProgressOfDynamics, 1.0F));
    RemoveCellsOfOtherFlow(cells, directionErrors, parameters);
    removed.badFlow = before - cells.size();
  }
  removed.tooSmall = RemoveCells(cells, [&](const Cell & cell) { return IsSmall(cell.runs, parameters); });
  Tell(removed, parameters);
  for (Cell & cell : cells)
  {
    LogitsOfHull hull(cell.runs, page);
    found.push_back({ std::move(cell), std::move(hull), {} });
  }
}

std::vector<Cell>
FinishCells(std::vector<FoundCell> found, int channel, const FlowPage & page, const FlowsToCellsParameters & parameters)
{
  RemovedMasks removed;
  const auto isRemoved = [&](FoundCell & one)
  {
    one.cell.score = one.hull.Mean(one.filled);
    const bool isSmall = IsSmall(one.filled, parameters);
    const bool isAtBorder =
      !isSmall && parameters.removeCellsTouchingImageBorder && TouchesImageBorder(one.filled, page);
    const bool isLow = !isSmall && !isAtBorder && one.cell.score < parameters.minimumScore;
    removed.tooSmall += isSmall ? 1 : 0;
    removed.atTheBorder += isAtBorder ? 1 : 0;
    removed.lowScore += isLow ? 1 : 0;
    return isSmall || isAtBorder || isLow;
  };
  // Again where masks went: a hole that only these lie in is filled.
  std::size_t before = 0;
  do
  {
    before = found.size();
    FillHoles(found, parameters);
    found.erase(std::remove_if(found.begin(), found.end(), isRemoved), found.end());
  } while (found.size() < before);
  Tell(removed, parameters);

  std::vector<Cell> cells;
  for (FoundCell & one : found)
  {
    one.cell.channel = channel;
    one.cell.runs = std::move(one.filled);
    cells.push_back(std::move(one.cell));
  }
  std::sort(cells.begin(), cells.end(),
            [](const Cell & a, const Cell & b) { return IsBefore(a.runs.front(), b.runs.front()); });
  return cells;
}
} // namespace PenCore
} // namespace itk
