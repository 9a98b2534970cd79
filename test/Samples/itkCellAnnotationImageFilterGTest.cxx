// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Simulation/Simulation.h"
#include "itkCellAnnotationImageFilter.h"
#include "support/TestReading.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace
{
using StackType = itk::Image<unsigned char, 3>;
using LabelType = itk::Image<std::uint32_t, 3>;
using FilterType = itk::CellAnnotationImageFilter<StackType>;
using Mask = std::set<std::size_t>;

// The pixels under each label of any page or slice.
std::map<unsigned int, Mask>
ProjectedMasks(const LabelType * labels)
{
  const auto size = labels->GetLargestPossibleRegion().GetSize();
  const std::size_t plane = size[0] * size[1];
  std::map<unsigned int, Mask> masks;
  for (std::size_t i = 0; i < plane * size[2]; ++i)
  {
    if (labels->GetBufferPointer()[i] != 0)
    {
      masks[labels->GetBufferPointer()[i]].insert(i % plane);
    }
  }
  return masks;
}

double
Iou(const Mask & a, const Mask & b)
{
  const auto shared =
    static_cast<double>(std::count_if(a.begin(), a.end(), [&](std::size_t pixel) { return b.count(pixel) > 0; }));
  return shared / (static_cast<double>(a.size() + b.size()) - shared);
}

// Mean over the truth of the best IoU.
double
MeanBestIou(const std::map<unsigned int, Mask> & truth, const std::map<unsigned int, Mask> & found)
{
  double sum = 0.0;
  for (const auto & cell : truth)
  {
    double best = 0.0;
    for (const auto & object : found)
    {
      best = std::max(best, Iou(cell.second, object.second));
    }
    sum += best;
  }
  return sum / static_cast<double>(truth.size());
}

// Balls of 8 um radius, brightness 200 on a background of 10, on voxels of 1 x 1 x 4 um.
StackType::Pointer
MakeBalls(const std::vector<std::array<double, 3>> & centres)
{
  auto stack = StackType::New();
  stack->SetRegions(StackType::SizeType{ { 80, 60, 12 } });
  const double spacing[] = { 1.0, 1.0, 4.0 };
  stack->SetSpacing(spacing);
  stack->Allocate();
  stack->FillBuffer(10);
  for (itk::SizeValueType i = 0; i < 80 * 60 * 12; ++i)
  {
    const double p[] = { static_cast<double>(i % 80), static_cast<double>(i / 80 % 60),
                         4.0 * static_cast<double>(i / 4800) };
    for (const auto & c : centres)
    {
      const double squared =
        (p[0] - c[0]) * (p[0] - c[0]) + (p[1] - c[1]) * (p[1] - c[1]) + (p[2] - c[2]) * (p[2] - c[2]);
      if (squared < 64.0)
      {
        stack->GetBufferPointer()[i] = 200;
      }
    }
  }
  return stack;
}

FilterType::Pointer
MakeFilter(const StackType * stack)
{
  auto filter = FilterType::New();
  filter->SetInput(stack);
  filter->SetThreshold(95.0); // where the balls' surfaces are
  return filter;
}

std::size_t
CountObjects(const StackType * stack, double splitDepth)
{
  const auto filter = MakeFilter(stack);
  filter->SetSplitDepth(splitDepth);
  filter->Update();
  return ProjectedMasks(filter->GetOutput()).size();
}
} // namespace

TEST(CellAnnotationImageFilter, SplitsBallsWhereTheNeckIsDeepEnough)
{
  // Radius 8, centres 14 apart: the neck's radius is 3.9, 4.1 less than the balls'.
  const auto beside = MakeBalls({ { { 30, 30, 24 } }, { { 44, 30, 24 } } });
  EXPECT_EQ(CountObjects(beside, 0.0), 1u);
  EXPECT_EQ(CountObjects(beside, 2.0), 2u);
  EXPECT_EQ(CountObjects(beside, 50.0), 1u) << "no neck is that deep";
  EXPECT_EQ(CountObjects(MakeBalls({ { { 30, 30, 24 } } }), 2.0), 1u);
}

TEST(CellAnnotationImageFilter, DropsWhatIsTooSmallOrLiesAlongTheEdge)
{
  const auto stack = MakeBalls({ { { 30, 30, 24 } } });
  for (itk::IndexValueType x = 0; x < 80; ++x)
  {
    stack->SetPixel({ { x, 0, 0 } }, 200);
    stack->SetPixel({ { x, 1, 0 } }, 200);
  }
  EXPECT_EQ(CountObjects(stack, 2.0), 1u);
  auto filter = FilterType::New();
  filter->SetInput(stack);
  filter->SetMinimumVolume(1e5);
  filter->Update();
  EXPECT_TRUE(ProjectedMasks(filter->GetOutput()).empty());
}

TEST(CellAnnotationImageFilter, FindsTheAnnotatedCellsOfTheRealStack)
{
  auto filter = FilterType::New();
  filter->SetInput(ReadTestImage<StackType>("mda231_stack/stack.nrrd"));
  filter->Update();
  const auto found = ProjectedMasks(filter->GetOutput());
  const auto truth = ProjectedMasks(ReadTestImage<LabelType>("mda231_stack/layers.nrrd"));
  ASSERT_EQ(truth.size(), 10u);
  EXPECT_GE(MeanBestIou(truth, found), 0.7);
  EXPECT_EQ(found.size(), 10u) << "the rows of the artefact are no cell, and nothing else is";
}

TEST(CellAnnotationImageFilter, TheUnitOfIntensityDoesNotMatter)
{
  const auto stack = ReadTestImage<StackType>("mda231_stack/stack.nrrd");
  auto filter = FilterType::New();
  filter->SetInput(stack);
  filter->Update();
  const auto expected = ProjectedMasks(filter->GetOutput());
  ASSERT_EQ(expected.size(), 10u);
  using FloatStack = itk::Image<float, 3>;
  const auto scaled = [&](double factor, double offset)
  {
    auto changed = FloatStack::New();
    changed->CopyInformation(stack);
    changed->SetRegions(stack->GetLargestPossibleRegion());
    changed->Allocate();
    const auto * values = stack->GetBufferPointer();
    std::transform(values, values + stack->GetLargestPossibleRegion().GetNumberOfPixels(), changed->GetBufferPointer(),
                   [&](double value) { return static_cast<float>(value * factor + offset); });
    return changed;
  };
  for (const auto & [factor, offset] :
       { std::pair{ 8.0, 0.0 }, { 1.0 / 256.0, 0.0 }, { 16.0, 100.0 }, { 10.0, 0.0 }, { 1.0 / 255.0, 0.0 } })
  {
    auto other = itk::CellAnnotationImageFilter<FloatStack>::New();
    other->SetInput(scaled(factor, offset));
    other->Update();
    const auto found = ProjectedMasks(other->GetOutput());
    EXPECT_EQ(found.size(), expected.size()) << "times " << factor;
    EXPECT_GE(MeanBestIou(expected, found), 0.999) << "times " << factor << " plus " << offset;
  }
}

TEST(CellAnnotationImageFilter, FindsSimulatedSparseCells)
{
  for (const std::uint64_t seed : { 21u, 22u, 23u })
  {
    itk::PenCore::SimulationParameters parameters;
    parameters.size = { { 300, 300, 14 } };
    parameters.spacing = { { 0.65, 0.65, 8.0 } };
    parameters.numberOfCells = 6;
    parameters.borderMargin = 30.0;
    parameters.minimumDistance = 25.0;
    parameters.seed = seed;
    const auto simulated = itk::PenCore::SimulateCellStack(parameters);
    auto stack = StackType::New();
    stack->SetRegions(StackType::SizeType{ { 300, 300, 14 } });
    stack->SetSpacing(parameters.spacing.data());
    stack->Allocate();
    std::transform(simulated.stack.begin(), simulated.stack.end(), stack->GetBufferPointer(),
                   [](float value) { return static_cast<unsigned char>(value); });
    std::map<unsigned int, Mask> truth;
    for (std::size_t i = 0; i < simulated.cells.size(); ++i)
    {
      for (const auto & run : simulated.cells[i].runs)
      {
        for (std::int32_t x = run.x; x < run.x + run.length; ++x)
        {
          truth[static_cast<unsigned int>(i)].insert(static_cast<std::size_t>(run.y * 300 + x));
        }
      }
    }
    auto filter = FilterType::New();
    filter->SetInput(stack);
    filter->Update();
    const double quality = MeanBestIou(truth, ProjectedMasks(filter->GetOutput()));
    RecordProperty("MeanIouOfSeed" + std::to_string(seed), std::to_string(quality));
    EXPECT_GE(quality, 0.7) << "seed " << seed << ", threshold " << filter->GetUsedThreshold();
  }
}

TEST(CellAnnotationImageFilter, AnEmptyFieldHasNoCells)
{
  EXPECT_EQ(CountObjects(MakeBalls({}), 2.0), 0u);
}

namespace
{
StackType::Pointer
MakeTouchingBalls()
{
  return MakeBalls({ { { 30, 30, 24 } }, { { 44, 30, 24 } } });
}

// The same, turned about z and tilted, with indices that do not begin at 0.
StackType::Pointer
MakeObliqueBalls()
{
  const auto straight = MakeTouchingBalls();
  auto stack = StackType::New();
  stack->SetRegions(StackType::RegionType({ { 5, -3, 7 } }, straight->GetLargestPossibleRegion().GetSize()));
  stack->SetSpacing(straight->GetSpacing());
  const double origin[] = { 10.0, 20.0, 30.0 };
  stack->SetOrigin(origin);
  const double c = std::cos(0.4);
  const double s = std::sin(0.4);
  StackType::DirectionType turn;
  StackType::DirectionType tilt;
  turn.SetIdentity();
  tilt.SetIdentity();
  turn(0, 0) = turn(1, 1) = tilt(1, 1) = tilt(2, 2) = c;
  turn(1, 0) = tilt(2, 1) = s;
  turn(0, 1) = tilt(1, 2) = -s;
  stack->SetDirection(turn * tilt);
  stack->Allocate();
  std::copy_n(straight->GetBufferPointer(), 80 * 60 * 12, stack->GetBufferPointer());
  return stack;
}

std::vector<std::uint32_t>
VoxelsOf(const LabelType * labels)
{
  const std::uint32_t * voxels = labels->GetBufferPointer();
  return { voxels, voxels + labels->GetBufferedRegion().GetNumberOfPixels() };
}
} // namespace

TEST(CellAnnotationImageFilter, AnObliqueStackWithAnotherStartIndexKeepsItsGeometryAndItsCells)
{
  const auto straight = MakeFilter(MakeTouchingBalls());
  straight->Update();
  const auto stack = MakeObliqueBalls();
  const auto oblique = MakeFilter(stack);
  oblique->Update();
  const LabelType * labels = oblique->GetOutput();
  EXPECT_EQ(labels->GetLargestPossibleRegion(), stack->GetLargestPossibleRegion());
  EXPECT_EQ(labels->GetBufferedRegion(), stack->GetLargestPossibleRegion());
  EXPECT_EQ(labels->GetSpacing(), stack->GetSpacing());
  EXPECT_EQ(labels->GetOrigin(), stack->GetOrigin());
  EXPECT_EQ(labels->GetDirection(), stack->GetDirection());
  EXPECT_EQ(ProjectedMasks(labels).size(), 2u);
  EXPECT_EQ(VoxelsOf(labels), VoxelsOf(straight->GetOutput()));
}

TEST(CellAnnotationImageFilter, RunsAgainOnlyWhenAParameterChanges)
{
  const auto filter = MakeFilter(MakeTouchingBalls());
  int runs = 0;
  filter->AddObserver(itk::StartEvent(), [&runs](const itk::EventObject &) { ++runs; });
  filter->Update();
  filter->Update();
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(ProjectedMasks(filter->GetOutput()).size(), 2u);
  filter->SetSplitDepth(2.0);
  filter->Update();
  EXPECT_EQ(runs, 1) << "2 is the default";
  filter->SetSplitDepth(0.0);
  filter->Update();
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(ProjectedMasks(filter->GetOutput()).size(), 1u);
  filter->SetSplitDepth(2.0);
  filter->Update();
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(ProjectedMasks(filter->GetOutput()).size(), 2u);
}

TEST(CellAnnotationImageFilter, ProgressIsFineAndRunsFromZeroToOne)
{
  for (const double splitDepth : { 0.0, 2.0 })
  {
    const auto filter = MakeFilter(MakeTouchingBalls());
    filter->SetSplitDepth(splitDepth);
    std::vector<float> progress;
    filter->AddObserver(itk::ProgressEvent(),
                        [&](const itk::EventObject &) { progress.push_back(filter->GetProgress()); });
    filter->Update();
    ASSERT_GT(progress.size(), 20u);
    EXPECT_EQ(progress.front(), 0.0F);
    EXPECT_EQ(progress.back(), 1.0F);
    float largestStep = 0.0F;
    for (std::size_t i = 1; i < progress.size(); ++i)
    {
      EXPECT_GE(progress[i], progress[i - 1] - 1e-5F) << i;
      largestStep = std::max(largestStep, progress[i] - progress[i - 1]);
    }
    EXPECT_LE(largestStep, 0.1F) << "split depth " << splitDepth;
  }
}

TEST(CellAnnotationImageFilter, AbortEndsTheRunWithinAStepAndTheFilterRunsAgain)
{
  const auto stack = MakeTouchingBalls();
  const auto unbroken = MakeFilter(stack);
  unbroken->Update();
  for (const float when : { 0.0F, 0.05F, 0.2F, 0.3F, 0.5F, 0.7F, 0.85F })
  {
    const auto filter = MakeFilter(stack);
    const auto tag = filter->AddObserver(itk::ProgressEvent(),
                                         [&](const itk::EventObject &)
                                         {
                                           if (filter->GetProgress() >= when)
                                           {
                                             filter->SetAbortGenerateData(true);
                                           }
                                         });
    EXPECT_THROW(filter->Update(), itk::ProcessAborted) << when;
    // One of ITK's filters does not look before its end, and one that is ended tells progress 1: two steps at most.
    EXPECT_LE(filter->GetProgress(), std::min(when + 0.25F, 0.95F));
    filter->RemoveObserver(tag);
    filter->Update();
    EXPECT_EQ(VoxelsOf(filter->GetOutput()), VoxelsOf(unbroken->GetOutput())) << when;
  }
}
