// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPenCoreFlowsToCells.h"

#include "itkPenCoreCellsToFlows.h"
#include "itkPenCoreDynamics.h"
#include "itkPenCoreMaskHeat.h"
#include "itkPenCoreMaskHoles.h"
#include "itkPenCoreMaskedFlow.h"

#include "itkMacro.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <cstdint>

namespace itk
{
namespace PenCore
{
namespace
{
// The dynamics' share of the time.
constexpr float ProgressOfDynamics = 0.7F;

constexpr std::size_t CellsAPiece = 8;

// Indices of pixels and of their two flow components are 32-bit numbers.
constexpr std::int64_t MaximumPixels = std::int64_t{ 1 } << 30;

struct LabelledRun
{
  std::int32_t label;
  PixelRun run;
};

bool
StartsBefore(const Cell & a, const Cell & b)
{
  const PixelRun & first = a.runs.front();
  const PixelRun & second = b.runs.front();
  return first.y != second.y ? first.y < second.y : first.x < second.x;
}

std::vector<LabelledRun>
RunsOfRows(const PixelLabels & labels, int width, std::size_t firstRow, std::size_t endRow)
{
  std::vector<LabelledRun> runs;
  for (std::size_t y = firstRow; y < endRow; ++y)
  {
    const std::int32_t * row = labels.data() + y * static_cast<std::size_t>(width);
    for (int x = 0; x < width;)
    {
      const std::int32_t label = row[x];
      const int begin = x;
      while (x < width && row[x] == label)
      {
        ++x;
      }
      if (label > 0)
      {
        runs.push_back({ label, { begin, static_cast<std::int32_t>(y), x - begin } });
      }
    }
  }
  return runs;
}

// Cells in the order of their first pixels.
std::vector<Cell>
CellsOfLabels(const PixelLabels & labels, const FlowPage & page, unsigned int numberOfThreads)
{
  constexpr std::size_t RowsAPiece = 16;
  const auto height = static_cast<std::size_t>(page.height);
  std::vector<std::vector<LabelledRun>> runsOfPiece((height + RowsAPiece - 1) / RowsAPiece);
  ParallelFor(
    runsOfPiece.size(), 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t piece = begin; piece < end; ++piece)
      {
        runsOfPiece[piece] =
          RunsOfRows(labels, page.width, piece * RowsAPiece, std::min(height, (piece + 1) * RowsAPiece));
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

template <typename TPredicate>
void
RemoveCells(std::vector<Cell> & cells, TPredicate && shallGo)
{
  cells.erase(std::remove_if(cells.begin(), cells.end(), shallGo), cells.end());
}

template <typename TUse>
void
ForPixels(const PixelRuns & runs, const FlowPage & page, TUse && use)
{
  for (const PixelRun & run : runs)
  {
    const std::size_t first =
      static_cast<std::size_t>(run.y) * static_cast<std::size_t>(page.width) + static_cast<std::size_t>(run.x);
    for (std::size_t i = first; i < first + static_cast<std::size_t>(run.length); ++i)
    {
      use(i, page.values + FlowFieldComponents * i);
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
            [&](std::size_t, const float * pixel)
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
    cells.size(), CellsAPiece,
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
                    [&](std::size_t, const float * pixel)
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

// Sets the cells' flow errors and returns their direction errors.
std::vector<double>
ComputeFlowErrors(std::vector<Cell> & cells, const FlowPage & page, const FlowsToCellsParameters & parameters,
                  const ProgressCallback & progress)
{
  std::vector<double> directionErrors(cells.size());
  MaskFlowParameters flowParameters;
  flowParameters.method = parameters.method == FlowsToCellsParameters::Method::CellPose
                            ? MaskFlowParameters::Method::CellPose
                            : MaskFlowParameters::Method::Pen;
  ParallelFor(
    cells.size(), CellsAPiece,
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
                  [&](std::size_t, const float * pixel)
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

// Cellpose's rule: a hole belongs to the mask around it, also where another mask was in it.
class HoleFiller
{
public:
  HoleFiller(std::vector<Cell> & cells, const FlowPage & page, PixelLabels & owners)
    : m_Cells(cells)
    , m_Page(page)
    , m_Owners(owners)
    , m_HasLostPixels(cells.size(), false)
  {
  }

  void
  Fill(unsigned int numberOfThreads)
  {
    std::vector<PixelRuns> holes(m_Cells.size());
    ParallelFor(
      m_Cells.size(), CellsAPiece,
      [&](std::size_t begin, std::size_t end)
      {
        for (std::size_t i = begin; i < end; ++i)
        {
          holes[i] = FindHoles(m_Cells[i].runs);
        }
      },
      numberOfThreads);
    if (std::all_of(holes.begin(), holes.end(), [](const PixelRuns & runs) { return runs.empty(); }))
    {
      return;
    }
    std::fill(m_Owners.begin(), m_Owners.end(), 0);
    for (std::size_t i = 0; i < m_Cells.size(); ++i)
    {
      Own(m_Cells[i].runs, i);
    }
    for (std::size_t i = 0; i < m_Cells.size(); ++i)
    {
      if (m_HasLostPixels[i])
      {
        KeepOwnPixels(i);
        holes[i] = FindHoles(m_Cells[i].runs);
      }
      Own(holes[i], i);
      m_Cells[i].runs = UniteRuns(m_Cells[i].runs, holes[i]);
    }
    for (std::size_t i = 0; i < m_Cells.size(); ++i)
    {
      if (m_HasLostPixels[i])
      {
        KeepOwnPixels(i);
      }
    }
  }

private:
  void
  Own(const PixelRuns & runs, std::size_t i)
  {
    ForPixels(runs, m_Page,
              [&](std::size_t pixel, const float *)
              {
                if (m_Owners[pixel] > 0)
                {
                  m_HasLostPixels[static_cast<std::size_t>(m_Owners[pixel] - 1)] = true;
                }
                m_Owners[pixel] = static_cast<std::int32_t>(i + 1);
              });
  }

  void
  KeepOwnPixels(std::size_t i)
  {
    PixelRuns own;
    for (const PixelRun & run : m_Cells[i].runs)
    {
      ForPixels({ run }, m_Page,
                [&](std::size_t pixel, const float *)
                {
                  const auto x = static_cast<std::int32_t>(pixel % static_cast<std::size_t>(m_Page.width));
                  if (m_Owners[pixel] == static_cast<std::int32_t>(i + 1))
                  {
                    own.push_back({ x, run.y, 1 });
                  }
                });
    }
    m_Cells[i].runs = UniteRuns(own, {});
  }

  std::vector<Cell> & m_Cells;
  const FlowPage & m_Page;
  PixelLabels & m_Owners;
  std::vector<bool> m_HasLostPixels;
};

bool
TouchesImageBorder(const Cell & cell, const FlowPage & page)
{
  return std::any_of(cell.runs.begin(), cell.runs.end(),
                     [&](const PixelRun & run) {
                       return run.x == 0 || run.y == 0 || run.x + run.length == page.width || run.y == page.height - 1;
                     });
}

double
MeanLogit(const Cell & cell, const FlowPage & page)
{
  double sum = 0.0;
  std::size_t count = 0;
  ForPixels(cell.runs, page,
            [&](std::size_t, const float * pixel)
            {
              // A filled hole may hold what made its pixel background.
              if (std::isfinite(pixel[2]))
              {
                sum += static_cast<double>(pixel[2]);
                ++count;
              }
            });
  return sum / static_cast<double>(count);
}

std::vector<Cell>
CellsOfPage(const FlowPage & page, const FlowsToCellsParameters & parameters, const ProgressCallback & progress)
{
  const auto report = [&](float begin, float end) -> ProgressCallback
  {
    if (!progress)
    {
      return {};
    }
    return [&progress, begin, end](float done) { progress(begin + (end - begin) * done); };
  };
  const auto dynamics =
    parameters.method == FlowsToCellsParameters::Method::CellPose ? LabelByCellPoseDynamics : LabelByPenDynamics;
  PixelLabels labels = dynamics(page, parameters, report(0.0F, ProgressOfDynamics));
  std::vector<Cell> cells = CellsOfLabels(labels, page, parameters.numberOfThreads);
  if (parameters.levelShare > 0.0)
  {
    CutBelowOwnLevel(cells, page, parameters);
  }

  const double largest = parameters.maximumSizeShare * static_cast<double>(page.NumberOfPixels());
  RemoveCells(cells, [&](const Cell & cell) { return static_cast<double>(CountPixels(cell.runs)) > largest; });
  if (parameters.computeFlowErrors)
  {
    const std::vector<double> directionErrors =
      ComputeFlowErrors(cells, page, parameters, report(ProgressOfDynamics, 1.0F));
    RemoveCellsOfOtherFlow(cells, directionErrors, parameters);
  }
  const auto isSmall = [&](const Cell & cell)
  { return cell.runs.empty() || CountPixels(cell.runs) < parameters.minimumSize; };
  RemoveCells(cells, isSmall);
  if (parameters.fillHoles)
  {
    HoleFiller(cells, page, labels).Fill(parameters.numberOfThreads);
    RemoveCells(cells, isSmall);
  }
  if (parameters.removeCellsTouchingImageBorder)
  {
    RemoveCells(cells, [&](const Cell & cell) { return TouchesImageBorder(cell, page); });
  }
  for (Cell & cell : cells)
  {
    cell.score = MeanLogit(cell, page);
  }
  RemoveCells(cells, [&](const Cell & cell) { return cell.score < parameters.minimumScore; });
  std::sort(cells.begin(), cells.end(), StartsBefore);
  return cells;
}
} // namespace

bool
IsFinitePixel(const float * pixel)
{
  return std::isfinite(pixel[0]) && std::isfinite(pixel[1]) && std::isfinite(pixel[2]) && std::isfinite(pixel[3]);
}

std::vector<Cell>
FlowFieldToCells(const float * flowField, int width, int height, int channels,
                 const FlowsToCellsParameters & parameters)
{
  const std::int64_t pixels = static_cast<std::int64_t>(width) * height;
  if (pixels > MaximumPixels)
  {
    itkGenericExceptionMacro("A flow field of " << width << " x " << height << " pixels is more than the 2^30 that "
                                                << "can be followed at once; cut it into tiles");
  }
  std::vector<Cell> cells;
  for (int channel = 0; channel < channels && pixels > 0; ++channel)
  {
    ProgressCallback progress;
    if (parameters.progress)
    {
      progress = [&, channel](float done)
      { parameters.progress((static_cast<float>(channel) + done) / static_cast<float>(channels)); };
    }
    const FlowPage page{ flowField + FlowFieldComponents * static_cast<std::size_t>(pixels * channel), width, height };
    std::vector<Cell> found = CellsOfPage(page, parameters, progress);
    for (Cell & cell : found)
    {
      cell.channel = channel;
    }
    std::move(found.begin(), found.end(), std::back_inserter(cells));
  }
  return cells;
}
} // namespace PenCore
} // namespace itk
