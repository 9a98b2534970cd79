// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Cells/CellsFromLabelMap.h"
#include "ProjectionEnhancement/Depth/DepthWindowsOfStack.h"
#include "itkCastImageFilter.h"
#include "itkCellDepthLabelMapFilter.h"
#include "itkCellSegmentationImageFilter.h"
#include "itkCommand.h"
#include "itkExtractImageFilter.h"
#include "itkFlowFieldPredictionImageFilter.h"
#include "itkFlowFieldToLabelMapFilter.h"
#include "itkJoinDepthWindowsLabelMapFilter.h"
#include "itkMergeDuplicateCellsLabelMapFilter.h"
#include "itkProjectionEnhancementImageFilter.h"
#include "itkRegionOfInterestImageFilter.h"
#include "itkSpacingInMicrometers.h"
#include "itkStreamingImageFilter.h"
#include "support/TemporaryFolder.h"
#include "support/TestReading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace
{
using StackType = itk::Image<unsigned char, 3>;
using FilterType = itk::CellSegmentationImageFilter<StackType>;
using itk::PenCore::Cell;

const std::string ModelFile = std::string(PEN_MODELS_DIR) + "/pen-cellpose.pt";
const StackType::RegionType Crop({ { 220, 340, 0 } }, { { 160, 150, 10 } });

// A part of the real stack, with an origin and a start index of its own.
StackType::Pointer
ReadCrop()
{
  const auto crop = itk::RegionOfInterestImageFilter<StackType, StackType>::New();
  crop->SetInput(ReadTestImage<StackType>("mda231_stack/stack.nrrd"));
  crop->SetRegionOfInterest(Crop);
  crop->Update();
  const StackType::Pointer stack = crop->GetOutput();
  stack->DisconnectPipeline();
  return stack;
}

itk::SegmentationNetwork::Pointer
LoadNetwork()
{
  const auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->SetPrecision(itk::SegmentationNetwork::Precision::Float32);
  network->Load(ModelFile);
  return network;
}

FilterType::Pointer
MakeFilter(const StackType * stack)
{
  const auto filter = FilterType::New();
  filter->SetInput(stack);
  filter->SetNetwork(LoadNetwork());
  return filter;
}

std::vector<Cell>
CellsOf(const itk::CellLabelMap * cells)
{
  return itk::CellsFromLabelMap(cells);
}

void
ExpectSameCells(const std::vector<Cell> & a, const std::vector<Cell> & b, double depthFactor = 1.0)
{
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
  {
    EXPECT_TRUE(a[i].runs == b[i].runs) << i;
    EXPECT_EQ(a[i].channel, b[i].channel) << i;
    EXPECT_EQ(a[i].score, b[i].score) << i;
    EXPECT_EQ(a[i].flowError, b[i].flowError) << i;
    EXPECT_NEAR(a[i].depth * depthFactor, b[i].depth, 1e-9) << i;
  }
}

// The filter's parts, put together by hand.
std::vector<Cell>
ComposeByHand(StackType * stack, itk::SegmentationNetwork * network, const itk::SegmentationRecipe & recipe)
{
  const auto slices = stack->GetLargestPossibleRegion().GetSize(2);
  const auto windows = itk::PenCore::MakeDepthWindows(slices, recipe.windowSlices);
  const auto join = itk::JoinDepthWindowsLabelMapFilter<>::New();
  join->SetWindows(windows[0].Count() * stack->GetSpacing()[2], recipe.adoptCells);
  std::vector<itk::CellLabelMap::Pointer> found;
  for (unsigned int i = 0; i < windows.size(); ++i)
  {
    const auto extract = itk::ExtractImageFilter<StackType, StackType>::New();
    extract->SetInput(stack);
    extract->SetExtractionRegion(itk::RegionOfDepthWindow(stack, windows[i]));
    const auto flows = itk::FlowFieldPredictionImageFilter<StackType>::New();
    flows->SetInput(extract->GetOutput());
    flows->SetNetwork(network);
    const auto masks = itk::FlowFieldToLabelMapFilter<>::New();
    masks->SetInput(flows->GetOutput());
    masks->SetCellThreshold(static_cast<float>(recipe.cellThreshold));
    masks->SetLevelShare(recipe.levelShare);
    masks->SetFlowThreshold(recipe.flowThreshold);
    // 40 um^2 of pixels of .538 um.
    masks->SetMinimumSize(139);
    const auto merge = itk::MergeDuplicateCellsLabelMapFilter<>::New();
    merge->SetInput(masks->GetOutput());
    merge->SetFlowField(flows->GetOutput());
    const auto depth = itk::CellDepthLabelMapFilter<itk::CellLabelMap, StackType>::New();
    depth->SetInput(merge->GetOutput());
    depth->SetStackImage(extract->GetOutput());
    depth->Update();
    found.push_back(depth->GetOutput());
    found.back()->DisconnectPipeline();
    join->SetInput(i, found.back());
    join->SetOwnDepths(i, itk::OwnDepthsOf(stack, windows[i]));
  }
  join->Update();
  return CellsOf(join->GetOutput());
}
} // namespace

TEST(CellSegmentationImageFilter, IsItsPartsPutTogether)
{
  const StackType::Pointer stack = ReadCrop();
  ASSERT_NEAR(stack->GetSpacing()[0], 0.538, 1e-9);
  const auto filter = MakeFilter(stack);
  filter->Update();
  EXPECT_EQ(filter->GetNumberOfDepthWindows(), 4u);
  EXPECT_EQ(filter->GetSlicesPerDepthWindow(), 4u);
  const std::vector<Cell> cells = CellsOf(filter->GetOutput());
  EXPECT_GE(cells.size(), 1u);
  ExpectSameCells(cells, ComposeByHand(stack, filter->GetModifiableNetwork(), filter->GetRecipe()));
}

TEST(CellSegmentationImageFilter, PixelTypesAndWorkUnitsChangeNothing)
{
  const StackType::Pointer stack = ReadCrop();
  const auto filter = MakeFilter(stack);
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  const std::vector<Cell> expected = CellsOf(filter->GetOutput());
  filter->SetNumberOfWorkUnits(2);
  filter->Update();
  ExpectSameCells(CellsOf(filter->GetOutput()), expected);

  const auto cast = itk::CastImageFilter<StackType, itk::Image<double, 3>>::New();
  cast->SetInput(stack);
  const auto ofDouble = itk::CellSegmentationImageFilter<itk::Image<double, 3>>::New();
  ofDouble->SetInput(cast->GetOutput());
  ofDouble->SetNetwork(filter->GetModifiableNetwork());
  ofDouble->Update();
  ExpectSameCells(CellsOf(ofDouble->GetOutput()), expected);
}

TEST(CellSegmentationImageFilter, SpacingMayBeInAnyUnitThatTheImageTells)
{
  const StackType::Pointer stack = ReadCrop();
  const auto filter = MakeFilter(stack);
  filter->Update();
  const std::vector<Cell> expected = CellsOf(filter->GetOutput());

  auto spacing = stack->GetSpacing();
  auto origin = stack->GetOrigin();
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    spacing[axis] /= 1000.0;
    origin[axis] /= 1000.0;
  }
  stack->SetSpacing(spacing);
  stack->SetOrigin(origin);
  itk::SetSpacingUnit(stack, "mm");
  filter->Update();
  // Depths are um; masks lie on the stack's own grid.
  const std::vector<Cell> found = CellsOf(filter->GetOutput());
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
  {
    EXPECT_TRUE(found[i].runs == expected[i].runs) << i;
    EXPECT_NEAR(found[i].depth, expected[i].depth, 1e-6) << i;
  }
  EXPECT_EQ(filter->GetOutput()->GetSpacing()[0], spacing[0]);
  EXPECT_EQ(filter->GetOutput()->GetOrigin()[1], origin[1]);

  // Of an unknown unit, pixels count as the model's own.
  itk::SetSpacingUnit(stack, "unknown");
  const auto whole = FilterType::New();
  whole->SetInput(stack);
  whole->SetNetwork(filter->GetModifiableNetwork());
  whole->UseImageSpacingOff();
  whole->Update();
  filter->Update();
  ExpectSameCells(CellsOf(filter->GetOutput()), CellsOf(whole->GetOutput()));
}

TEST(CellSegmentationImageFilter, LittleMemoryGivesTheSameCellsAndFlows)
{
  const StackType::Pointer stack = ReadCrop();
  const auto filter = MakeFilter(stack);
  filter->KeepFlowFieldOn();
  filter->Update();
  const std::vector<Cell> expected = CellsOf(filter->GetOutput());
  const auto region = filter->GetFlowField()->GetLargestPossibleRegion();
  EXPECT_EQ(region.GetSize(2), 8u) << "two channels of each of four depth windows";
  ASSERT_EQ(filter->GetFlowField()->GetBufferedRegion(), region);
  const std::vector<float> flows = FloatsOf(filter->GetFlowField());

  const pen_test::TemporaryFolder folder;
  const auto small = MakeFilter(stack);
  auto whole = small->GetRecipe();
  small->KeepFlowFieldOn();
  small->SetMemoryBudget(200000);
  small->SetScratchFolder(folder / "");
  small->Update();
  ExpectSameCells(CellsOf(small->GetOutput()), expected);
  EXPECT_LT(small->GetFlowField()->GetBufferedRegion().GetNumberOfPixels(), region.GetNumberOfPixels());
  const auto streaming = itk::StreamingImageFilter<FilterType::FlowFieldType, FilterType::FlowFieldType>::New();
  streaming->SetInput(small->GetFlowField());
  streaming->SetNumberOfStreamDivisions(5);
  streaming->Update();
  EXPECT_TRUE(FloatsOf(streaming->GetOutput()) == flows);
  ExpectSameCells(CellsOf(small->GetOutput()), expected);

  // Without depth windows the flows come from a scratch file.
  whole.windowSlices = 0;
  filter->SetRecipe(whole);
  filter->Update();
  small->SetRecipe(whole);
  small->Update();
  ExpectSameCells(CellsOf(small->GetOutput()), CellsOf(filter->GetOutput()));
  streaming->UpdateLargestPossibleRegion();
  EXPECT_TRUE(FloatsOf(streaming->GetOutput()) == FloatsOf(filter->GetFlowField()));
}

TEST(CellSegmentationImageFilter, WorkAheadGivesTheSameCells)
{
  const StackType::Pointer stack = ReadCrop();
  const auto filter = MakeFilter(stack);
  filter->SetAhead(FilterType::AheadType::Off);
  filter->SetNumberOfWorkUnits(2);
  filter->Update();
  const std::vector<Cell> expected = CellsOf(filter->GetOutput());
  filter->SetAhead(FilterType::AheadType::On);
  filter->Update();
  ExpectSameCells(CellsOf(filter->GetOutput()), expected);
}

TEST(CellSegmentationImageFilter, ProjectionIsThatOfItsOwnFilter)
{
  const StackType::Pointer stack = ReadCrop();
  const auto filter = MakeFilter(stack);
  filter->KeepProjectionOn();
  filter->Update();
  const auto projection = itk::ProjectionEnhancementImageFilter<StackType, FilterType::ProjectionType>::New();
  projection->SetInput(stack);
  projection->SetNetwork(filter->GetModifiableNetwork());
  projection->Update();
  const auto region = projection->GetOutput()->GetLargestPossibleRegion();
  ASSERT_EQ(filter->GetProjection()->GetBufferedRegion(), region);
  EXPECT_EQ(filter->GetProjection()->GetSpacing(), projection->GetOutput()->GetSpacing());
  EXPECT_TRUE(std::equal(projection->GetOutput()->GetBufferPointer(),
                         projection->GetOutput()->GetBufferPointer() + region.GetNumberOfPixels(),
                         filter->GetProjection()->GetBufferPointer()));
}

TEST(CellSegmentationImageFilter, RecipeIsTheNetworksUnlessItIsSet)
{
  const StackType::Pointer stack = ReadCrop();
  const auto filter = MakeFilter(stack);
  EXPECT_EQ(filter->GetRecipe().windowSlices, 4u);
  filter->Update();
  const std::vector<Cell> own = CellsOf(filter->GetOutput());
  ASSERT_GE(own.size(), 1u);

  itk::SegmentationRecipe recipe = filter->GetRecipe();
  recipe.minimumArea = 1e6; // more than the stack's area
  filter->SetRecipe(recipe);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfLabelObjects(), 0u);
  filter->UseRecipeOfNetwork();
  filter->Update();
  ExpectSameCells(CellsOf(filter->GetOutput()), own);

  recipe.mergeIoU = -1.0;
  EXPECT_THROW(filter->SetRecipe(recipe), itk::ExceptionObject);
  EXPECT_THROW(FilterType::New()->GetRecipe(), itk::ExceptionObject);
}

TEST(CellSegmentationImageFilter, StagesAndProgressGoForward)
{
  const StackType::Pointer stack = ReadCrop();
  const auto filter = MakeFilter(stack);
  filter->KeepProjectionOn();
  std::vector<std::string> stages;
  std::vector<float> progress;
  filter->AddObserver(itk::IterationEvent(),
                      [&](const itk::EventObject &) { stages.emplace_back(filter->GetStage()); });
  filter->AddObserver(itk::ProgressEvent(),
                      [&](const itk::EventObject &) { progress.push_back(filter->GetProgress()); });
  filter->Update();
  ASSERT_EQ(stages.size(), 4u * 4u + 1u);
  for (std::size_t i = 0; i < 4; ++i)
  {
    EXPECT_EQ(stages[4 * i], "network");
    EXPECT_EQ(stages[4 * i + 1], "masks");
    EXPECT_EQ(stages[4 * i + 2], "merge");
    EXPECT_EQ(stages[4 * i + 3], "depths");
  }
  EXPECT_EQ(stages.back(), "projection");
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_EQ(progress.back(), 1.0f);
}

TEST(CellSegmentationImageFilter, EndsWhenAskedAndRunsAgain)
{
  const StackType::Pointer stack = ReadCrop();
  const auto filter = MakeFilter(stack);
  const unsigned long observer = filter->AddObserver(itk::ProgressEvent(),
                                                     [&](const itk::EventObject &)
                                                     {
                                                       if (filter->GetProgress() > 0.3f)
                                                       {
                                                         filter->AbortGenerateDataOn();
                                                       }
                                                     });
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
  filter->RemoveObserver(observer);
  filter->AbortGenerateDataOff();
  filter->Update();
  const std::vector<Cell> cells = CellsOf(filter->GetOutput());
  const auto fresh = MakeFilter(stack);
  fresh->Update();
  ExpectSameCells(cells, CellsOf(fresh->GetOutput()));
}

TEST(CellSegmentationImageFilter, OneCallDoesTheSame)
{
  const StackType::Pointer stack = ReadCrop();
  const itk::CellLabelMap::Pointer cells = itk::SegmentCells(stack.GetPointer(), ModelFile);
  const auto network = itk::SegmentationNetwork::New();
  network->Load(ModelFile);
  const auto filter = FilterType::New();
  filter->SetInput(stack);
  filter->SetNetwork(network);
  filter->Update();
  ExpectSameCells(CellsOf(cells), CellsOf(filter->GetOutput()));
}

TEST(CellSegmentationImageFilter, WhatIsMissingIsTold)
{
  const auto filter = FilterType::New();
  filter->SetInput(ReadCrop());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetNetwork(itk::SegmentationNetwork::New());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  EXPECT_THROW(itk::SegmentCells(ReadCrop().GetPointer(), "absent.pt"), itk::ExceptionObject);
  const auto empty = MakeFilter(StackType::New());
  EXPECT_THROW(empty->Update(), itk::ExceptionObject);
}
