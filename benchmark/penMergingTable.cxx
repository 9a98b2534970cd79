// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// How often two cells over each other stay two and a cell seen twice becomes one: the tables of doc/merging.md.
//   penMergingTable MODEL [PAIRS PER CELL OF THE TABLE] [SEED]

#include "penSimulatedPair.h"

#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Metrics/Matching.h"
#include "ProjectionEnhancement/Segmentation/StackSegmentation.h"
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkFlowFieldToLabelMapFilter.h"
#include "itkImageRegionIteratorWithIndex.h"
#include "itkLabelMapToFlowFieldFilter.h"
#include "itkMergeDuplicateCellsLabelMapFilter.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

namespace
{
using itk::PenCore::Cell;
using itk::PenCore::PixelRuns;
using itk::PenCore::Random;
using pen::Shape;
using FlowField = itk::Image<itk::Vector<float, 4>, 3>;

constexpr std::array<double, 5> Overlaps{ 0.0, 0.2, 0.4, 0.6, 0.8 };
constexpr std::array<int, 6> DepthGaps{ 0, 1, 2, 3, 4, 6 }; // slices
constexpr std::array<const char *, 3> Kinds{ "both long", "long and round", "both round" };

constexpr std::array<double, 3> CopyNoises{ 0.05, 0.1, 0.2 };

constexpr double MatchIoU = 0.5;
constexpr unsigned int ExactChannels = 3;
constexpr double ExactFlowNoise = 0.3; // of a flow of unit scale
constexpr double LogitNoise = 4.0;     // times the flow's
constexpr int FewestSlices = 13;
constexpr int MostSlices = 20;
constexpr double SlicesBeyondACell = 2.0;
constexpr int SinglesPerPair = 5;

struct Share
{
  unsigned int hits = 0;
  unsigned int all = 0;

  void
  Add(bool isHit)
  {
    hits += isHit ? 1 : 0;
    ++all;
  }
};

/** Without merging, and with it. */
struct Shares
{
  Share off;
  Share on;
};

std::ostream &
operator<<(std::ostream & os, const Share & share)
{
  return share.all == 0 ? os << "-" : os << std::lround(100.0 * share.hits / share.all);
}

std::ostream &
operator<<(std::ostream & os, const Shares & shares)
{
  return os << shares.off << " → " << shares.on;
}

struct PairShares
{
  Shares twoStay;
  Shares oneIsLeft;
};

struct FoundCells
{
  std::vector<Cell> unmerged;
  std::vector<Cell> merged;
};

// By the model's recipe, as CellSegmentationImageFilter does without depth windows.
FoundCells
FindCells(const itk::SegmentationRecipe & recipe, const FlowField * flowField)
{
  auto toCells = itk::FlowFieldToLabelMapFilter<>::New();
  toCells->SetParameters(itk::PenCore::MaskParametersOf(recipe, pen::PixelSize * pen::PixelSize));
  toCells->SetInput(flowField);
  toCells->Update();
  FoundCells found;
  found.unmerged = itk::CellsFromLabelMap(toCells->GetOutput());

  auto merge = itk::MergeDuplicateCellsLabelMapFilter<>::New();
  merge->SetIoUThreshold(recipe.mergeIoU);
  merge->SetInput(toCells->GetOutput());
  merge->SetFlowField(flowField);
  merge->Update();
  found.merged = itk::CellsFromLabelMap(merge->GetOutput());
  return found;
}

bool
AreExactly(const std::vector<PixelRuns> & truth, const std::vector<Cell> & cells)
{
  const auto overlaps =
    itk::PenCore::ComputeIntersectionsOverUnions(itk::PenCore::MasksOf(truth), itk::PenCore::MasksOf(cells), 1);
  return cells.size() == truth.size() &&
         itk::PenCore::MatchCells(overlaps, truth.size(), cells.size(), MatchIoU).size() == truth.size();
}

void
Count(const std::vector<PixelRuns> & truth, const FoundCells & found, PairShares & shares)
{
  shares.twoStay.off.Add(AreExactly(truth, found.unmerged));
  shares.twoStay.on.Add(AreExactly(truth, found.merged));
  shares.oneIsLeft.off.Add(found.unmerged.size() == 1);
  shares.oneIsLeft.on.Add(found.merged.size() == 1);
}

void
Count(const std::vector<PixelRuns> & truth, const FoundCells & found, Shares & shares)
{
  shares.off.Add(AreExactly(truth, found.unmerged));
  shares.on.Add(AreExactly(truth, found.merged));
}

FlowField::Pointer
Predict(itk::SegmentationNetwork * network, const pen::StackImage * stack)
{
  auto prediction = itk::FlowFieldPredictionImageFilter<pen::StackImage>::New();
  prediction->SetInput(stack);
  prediction->SetNetwork(network);
  prediction->Update();
  return prediction->GetOutput();
}

float
DrawNoise(double deviation, Random & random)
{
  return static_cast<float>(deviation * pen::DrawNormal(random));
}

// The cells in channels 0, 1, ..., with noisy flows and a logit of its own for each cell, the first the highest.
FlowField::Pointer
MakeExactFlowField(const std::vector<PixelRuns> & masks, Random & random)
{
  auto cells = itk::CellLabelMap::New();
  const itk::CellLabelMap::SizeType size{ { pen::FieldSize, pen::FieldSize } };
  cells->SetRegions(size);
  cells->Allocate();
  std::vector<double> logits;
  for (const PixelRuns & mask : masks)
  {
    auto cell = itk::CellLabelMap::LabelObjectType::New();
    itk::AddPixelRunsToLabelObject(mask, cells->GetLargestPossibleRegion().GetIndex(), cell.GetPointer());
    cell->SetChannel(static_cast<unsigned int>(logits.size()));
    cells->PushLabelObject(cell);
    logits.push_back(random.Uniform(2.0, 8.0));
  }
  std::sort(logits.rbegin(), logits.rend());
  auto flows = itk::LabelMapToFlowFieldFilter<>::New();
  flows->SetInput(cells);
  flows->SetNumberOfChannels(ExactChannels);
  flows->Update();
  FlowField::Pointer flowField = flows->GetOutput();
  for (itk::ImageRegionIteratorWithIndex<FlowField> it(flowField, flowField->GetBufferedRegion()); !it.IsAtEnd(); ++it)
  {
    FlowField::PixelType & pixel = it.Value();
    pixel[0] += DrawNoise(ExactFlowNoise, random);
    pixel[1] += DrawNoise(ExactFlowNoise, random);
    const auto channel = static_cast<std::size_t>(it.GetIndex()[2]);
    if (pixel[2] > 0.0F)
    {
      pixel[2] = static_cast<float>(logits[channel]);
    }
  }
  return flowField;
}

// Shows what the cell's channel shows in its neighbour as well, with noise.
FlowField::Pointer
CopyChannel(const FlowField * flowField, const Cell & cell, double noise, Random & random)
{
  auto copy = FlowField::New();
  copy->CopyInformation(flowField);
  const FlowField::RegionType all = flowField->GetLargestPossibleRegion();
  copy->SetRegions(all);
  copy->Allocate();
  std::copy_n(flowField->GetBufferPointer(), all.GetNumberOfPixels(), copy->GetBufferPointer());

  FlowField::RegionType page = all;
  page.SetSize(2, 1);
  page.SetIndex(2, cell.channel + 1U < all.GetSize(2) ? cell.channel + 1 : cell.channel - 1);
  for (itk::ImageRegionIteratorWithIndex<FlowField> it(copy, page); !it.IsAtEnd(); ++it)
  {
    FlowField::IndexType source = it.GetIndex();
    source[2] = cell.channel;
    FlowField::PixelType & pixel = it.Value();
    pixel = flowField->GetPixel(source);
    pixel[0] += DrawNoise(noise, random);
    pixel[1] += DrawNoise(noise, random);
    pixel[2] += DrawNoise(LogitNoise * noise, random);
  }
  return copy;
}

class MergingStudy
{
public:
  MergingStudy(const std::string & model, int pairs, std::uint64_t seed)
    : m_Pairs(pairs)
    , m_Seed(seed)
  {
    m_Network->SetPrecision(itk::SegmentationNetwork::Precision::Float32);
    m_Network->Load(model);
    m_Recipe = m_Network->GetOptions().GetRecipe();
  }

  void
  Run()
  {
    for (std::size_t overlap = 0; overlap < Overlaps.size(); ++overlap)
    {
      for (std::size_t gap = 0; gap < DepthGaps.size(); ++gap)
      {
        for (int i = 0; i < m_Pairs; ++i)
        {
          Random random(m_Seed, overlap * DepthGaps.size() + gap, static_cast<std::uint64_t>(i));
          this->TryPair(overlap, gap, random);
        }
      }
    }
    for (int i = 0; i < SinglesPerPair * m_Pairs; ++i)
    {
      Random random(m_Seed, Overlaps.size() * DepthGaps.size(), static_cast<std::uint64_t>(i));
      this->TrySingle(random);
    }
  }

  void
  Print() const
  {
    this->PrintPredicted("Two stay two, network", [](const PairShares & shares) { return shares.twoStay; });
    this->PrintPredicted("One is left, network", [](const PairShares & shares) { return shares.oneIsLeft; });
    this->PrintExact("Two stay two, exact flows", [](const PairShares & shares) { return shares.twoStay; });
    this->PrintExact("One is left, exact flows", [](const PairShares & shares) { return shares.oneIsLeft; });
    std::cout << "\n| One cell stays one | network | exact flows |\n|---|---|---|\n";
    std::cout << "| alone | " << m_PredictedSingles << " | " << m_ExactSingles << " |\n";
    for (std::size_t i = 0; i < CopyNoises.size(); ++i)
    {
      std::cout << "| copied, noise " << CopyNoises[i] << " | " << m_PredictedCopies[i] << " | " << m_ExactCopies[i]
                << " |\n";
    }
    std::cout << "| its middle beside it | - | " << m_Middles << " |\n";
    std::cout << "| its end beside it | - | " << m_Ends << " |\n";
  }

private:
  using CopyShares = std::array<Shares, CopyNoises.size()>;

  // The middle of the shallower cell, so that the other lies within the stack as well.
  static double
  DrawDepth(int numberOfSlices, int gap, Random & random)
  {
    return pen::SliceSpacing * random.Uniform(SlicesBeyondACell, numberOfSlices - 1 - SlicesBeyondACell - gap);
  }

  static int
  DrawNumberOfSlices(Random & random)
  {
    return FewestSlices + static_cast<int>(random.Below(MostSlices - FewestSlices + 1));
  }

  static Shape
  DrawShape(Random & random)
  {
    return random.Below(2) == 0 ? Shape::Elongated : Shape::Round;
  }

  void
  TryPair(std::size_t overlap, std::size_t gap, Random & random)
  {
    const std::array<Shape, 2> shapes{ DrawShape(random), DrawShape(random) };
    std::array<pen::SimulatedCell, 2> cells = pen::DrawPair(shapes, Overlaps[overlap], random);
    const int slices = DrawNumberOfSlices(random);
    cells[0].z = DrawDepth(slices, DepthGaps[gap], random);
    cells[1].z = cells[0].z + pen::SliceSpacing * DepthGaps[gap];
    const std::vector<PixelRuns> masks{ MaskOf(cells[0]), MaskOf(cells[1]) };

    const pen::StackImage::Pointer stack = pen::RenderStack({ cells[0], cells[1] }, slices, random);
    Count(masks, FindCells(m_Recipe, Predict(m_Network, stack)), m_Predicted[overlap][gap]);

    const auto kind =
      static_cast<std::size_t>(std::count(shapes.begin(), shapes.end(), Shape::Round)); // the order of Kinds
    Count(masks, FindCells(m_Recipe, MakeExactFlowField(masks, random)), m_Exact[overlap][kind]);
  }

  void
  TrySingle(Random & random)
  {
    pen::SimulatedCell cell = pen::DrawCell(DrawShape(random), random);
    const int slices = DrawNumberOfSlices(random);
    cell.z = DrawDepth(slices, 0, random);
    const pen::StackImage::Pointer stack = pen::RenderStack({ cell }, slices, random);
    const std::vector<PixelRuns> masks{ MaskOf(cell) };
    TryCopies(masks, Predict(m_Network, stack), m_PredictedSingles, m_PredictedCopies, random);
    TryCopies(masks, MakeExactFlowField(masks, random), m_ExactSingles, m_ExactCopies, random);
    Count(masks, FindCells(m_Recipe, MakeExactFlowField({ masks[0], MaskOf(MiddleOf(cell)) }, random)), m_Middles);
    Count(masks, FindCells(m_Recipe, MakeExactFlowField({ masks[0], MaskOf(EndOf(cell)) }, random)), m_Ends);
  }

  // Copies say something about merging only where the cell itself was found, once.
  void
  TryCopies(const std::vector<PixelRuns> & masks, const FlowField * flowField, Shares & singles, CopyShares & copies,
            Random & random) const
  {
    const FoundCells found = FindCells(m_Recipe, flowField);
    Count(masks, found, singles);
    if (!AreExactly(masks, found.unmerged))
    {
      return;
    }
    for (std::size_t i = 0; i < CopyNoises.size(); ++i)
    {
      const auto copy = CopyChannel(flowField, found.unmerged.front(), CopyNoises[i], random);
      Count(masks, FindCells(m_Recipe, copy), copies[i]);
    }
  }

  template <typename TSelect>
  void
  PrintPredicted(const char * title, const TSelect & select) const
  {
    std::cout << "\n| " << title << " |";
    for (const int gap : DepthGaps)
    {
      std::cout << " gap " << gap << " |";
    }
    std::cout << "\n|---|---|---|---|---|---|---|\n";
    for (std::size_t overlap = 0; overlap < Overlaps.size(); ++overlap)
    {
      PrintRow(Overlaps[overlap], m_Predicted[overlap], select);
    }
  }

  template <typename TSelect>
  void
  PrintExact(const char * title, const TSelect & select) const
  {
    std::cout << "\n| " << title << " |";
    for (const char * kind : Kinds)
    {
      std::cout << ' ' << kind << " |";
    }
    std::cout << "\n|---|---|---|---|\n";
    for (std::size_t overlap = 0; overlap < Overlaps.size(); ++overlap)
    {
      PrintRow(Overlaps[overlap], m_Exact[overlap], select);
    }
  }

  template <typename TRow, typename TSelect>
  static void
  PrintRow(double overlap, const TRow & row, const TSelect & select)
  {
    std::cout << "| overlap " << std::lround(100.0 * overlap) << " % |";
    for (const PairShares & shares : row)
    {
      std::cout << ' ' << select(shares) << " |";
    }
    std::cout << '\n';
  }

  itk::SegmentationNetwork::Pointer m_Network = itk::SegmentationNetwork::New();
  itk::SegmentationRecipe m_Recipe;
  int m_Pairs;
  std::uint64_t m_Seed;
  std::array<std::array<PairShares, DepthGaps.size()>, Overlaps.size()> m_Predicted{};
  std::array<std::array<PairShares, Kinds.size()>, Overlaps.size()> m_Exact{};
  Shares m_PredictedSingles;
  Shares m_ExactSingles;
  CopyShares m_PredictedCopies{};
  CopyShares m_ExactCopies{};
  Shares m_Middles;
  Shares m_Ends;
};
} // namespace

int
main(int argc, char * argv[])
{
  constexpr int DefaultPairs = 24;
  constexpr std::uint64_t DefaultSeed = 1;
  const int pairs = argc > 2 ? std::atoi(argv[2]) : DefaultPairs;
  if (argc < 2 || argc > 4 || pairs < 1)
  {
    std::cerr << "usage: penMergingTable MODEL [PAIRS PER CELL OF THE TABLE] [SEED]\n";
    return 2;
  }
  try
  {
    MergingStudy study(argv[1], pairs, argc > 3 ? std::strtoull(argv[3], nullptr, 10) : DefaultSeed);
    study.Run();
    study.Print();
  }
  catch (const std::exception & error)
  {
    std::cerr << "penMergingTable: error: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
