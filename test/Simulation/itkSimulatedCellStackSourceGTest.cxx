// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSimulatedCellStackSource.h"

#include "itkCommand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace
{
using SourceType = itk::SimulatedCellStackSource<itk::Image<unsigned char, 3>>;

SourceType::Pointer
MakeSource()
{
  auto source = SourceType::New();
  auto parameters = source->GetParameters();
  parameters.size = { { 96, 80, 10 } };
  parameters.numberOfCells = 4;
  source->SetParameters(parameters);
  return source;
}
} // namespace

TEST(SimulatedCellStackSource, OutputsLieOnTheSameObliqueGrid)
{
  const auto source = MakeSource();
  SourceType::PointType origin;
  origin[0] = 5.0;
  origin[1] = -3.0;
  origin[2] = 100.0;
  SourceType::DirectionType direction;
  direction.SetIdentity();
  direction(0, 0) = direction(1, 1) = 0.8;
  direction(0, 1) = -0.6;
  direction(1, 0) = 0.6;
  source->SetOrigin(origin);
  source->SetDirection(direction);
  source->Update();
  const auto * stack = source->GetOutput();
  const auto * labels = source->GetLabelImage();
  const auto * cells = source->GetCells();
  EXPECT_EQ(stack->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 96, 80, 10 } }));
  EXPECT_EQ(labels->GetBufferedRegion(), stack->GetBufferedRegion());
  EXPECT_EQ(labels->GetDirection(), stack->GetDirection());
  EXPECT_EQ(stack->GetOrigin(), origin);
  EXPECT_DOUBLE_EQ(stack->GetSpacing()[2], 10.0);
  EXPECT_DOUBLE_EQ(cells->GetSpacing()[0], 0.538);
  EXPECT_DOUBLE_EQ(cells->GetOrigin()[1], -3.0);
  EXPECT_DOUBLE_EQ(cells->GetDirection()(0, 1), -0.6);
  ASSERT_GT(cells->GetNumberOfLabelObjects(), 0u);
  const auto * cell = cells->GetNthLabelObject(0);
  EXPECT_GE(cell->GetDepth(), 95.0);
  EXPECT_LE(cell->GetDepth(), 195.0);
  // The labels' mean slice is the cell's depth, to within a slice's half.
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t i = 0; i < 96u * 80 * 10; ++i)
  {
    if (labels->GetBufferPointer()[i] == cell->GetLabel())
    {
      sum += static_cast<double>(i / (96 * 80));
      count += 1.0;
    }
  }
  ASSERT_GT(count, 0.0);
  EXPECT_NEAR(100.0 + 10.0 * sum / count, cell->GetDepth(), 5.0);
}

TEST(SimulatedCellStackSource, RunsAgainOnlyForNewParameters)
{
  const auto source = MakeSource();
  source->Update();
  const auto time = source->GetOutput()->GetUpdateMTime();
  source->SetSeed(source->GetSeed());
  source->SetParameters(source->GetParameters());
  source->Update();
  EXPECT_EQ(source->GetOutput()->GetUpdateMTime(), time);
  const auto before = std::vector<unsigned char>(source->GetOutput()->GetBufferPointer(),
                                                 source->GetOutput()->GetBufferPointer() + 96 * 80 * 10);
  source->SetSeed(77);
  source->Update();
  EXPECT_GT(source->GetOutput()->GetUpdateMTime(), time);
  EXPECT_FALSE(std::equal(before.begin(), before.end(), source->GetOutput()->GetBufferPointer()));
  // The number of cells goes down, none of the former are left.
  source->SetNumberOfCells(0);
  source->Update();
  EXPECT_EQ(source->GetCells()->GetNumberOfLabelObjects(), 0u);
}

template <typename TPixel>
class SimulatedCellStackSourcePixels : public ::testing::Test
{
};
using PixelTypes = ::testing::Types<unsigned char, short, unsigned short, float, double>;
TYPED_TEST_SUITE(SimulatedCellStackSourcePixels, PixelTypes);

TYPED_TEST(SimulatedCellStackSourcePixels, HoldTheCoresValues)
{
  using TypedSource = itk::SimulatedCellStackSource<itk::Image<TypeParam, 3>>;
  auto source = TypedSource::New();
  auto parameters = source->GetParameters();
  parameters.size = { { 32, 32, 6 } };
  parameters.shape = itk::PenCore::SimulatedShape::Ellipsoid;
  source->SetParameters(parameters);
  source->Update();
  const auto simulated = itk::PenCore::SimulateCellStack(parameters);
  for (std::size_t i = 0; i < simulated.stack.size(); ++i)
  {
    ASSERT_EQ(static_cast<float>(source->GetOutput()->GetBufferPointer()[i]), simulated.stack[i]);
  }
}

TEST(SimulatedCellStackSource, RefusesNonsenseAndStopsOnRequest)
{
  const auto source = MakeSource();
  auto parameters = source->GetParameters();
  parameters.axialBlur = -2.0;
  source->SetParameters(parameters);
  EXPECT_THROW(source->Update(), itk::ExceptionObject);
  parameters.axialBlur = 5.0;
  source->SetParameters(parameters);
  auto stop = itk::SimpleMemberCommand<itk::ProcessObject>::New();
  stop->SetCallbackFunction(source, &itk::ProcessObject::AbortGenerateDataOn);
  const auto observer = source->AddObserver(itk::ProgressEvent(), stop);
  EXPECT_THROW(source->Update(), itk::ProcessAborted);
  source->RemoveObserver(observer);
  EXPECT_NO_THROW(source->Update());
}

TEST(SimulatedCellStackSource, PrintsItsParameters)
{
  std::ostringstream text;
  MakeSource()->Print(text);
  for (const char * name : { "Size: [96, 80, 10]", "NumberOfCells: 4", "Shape: Cell", "AxialBlur: 5", "Seed: 0" })
  {
    EXPECT_NE(text.str().find(name), std::string::npos) << name;
  }
}
