// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Crops composed of single cells, and samples with some of their cells only.
#include "itkTrainingSampler.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace
{
// Three bright blocks of 10 x 8 pixels in two slices each, far from each other; the second is the brightest.
itk::TrainingSample
MakeSample()
{
  itk::TrainingSample sample;
  sample.slices = 10;
  sample.height = 64;
  sample.width = 80;
  sample.spacing = { { 1.0, 1.0, 10.0 } };
  sample.stack.assign(10 * 64 * 80, 4.0f);
  sample.labels3d.assign(sample.stack.size(), 0);
  const int corners[3][3] = { { 5, 8, 1 }, { 35, 30, 4 }, { 60, 50, 7 } };
  for (std::uint32_t i = 0; i < 3; ++i)
  {
    itk::PenCore::Cell cell;
    cell.depth = corners[i][2] + 0.5;
    for (int y = corners[i][1]; y < corners[i][1] + 8; ++y)
    {
      cell.runs.push_back({ corners[i][0], y, 10 });
      for (int x = corners[i][0]; x < corners[i][0] + 10; ++x)
      {
        for (int z = corners[i][2]; z < corners[i][2] + 2; ++z)
        {
          const std::size_t voxel = (static_cast<std::size_t>(z) * 64 + y) * 80 + x;
          sample.stack[voxel] = i == 1 ? 200.0f : 100.0f;
          sample.labels3d[voxel] = i + 1;
        }
      }
    }
    sample.cells.push_back(cell);
  }
  return sample;
}

itk::TrainingSampler::Parameters
ComposingParameters()
{
  itk::TrainingSampler::Parameters parameters;
  parameters.cropSize = 64;
  parameters.slices = 12;
  parameters.channels = 1;
  parameters.pasteShare = 1.0;
  parameters.spacing = { { 1.0, 1.0, 10.0 } };
  parameters.seed = 4;
  return parameters;
}

itk::TrainingSampler
MakeSampler(const itk::TrainingSampler::Parameters & parameters)
{
  itk::TrainingSampler sampler(parameters);
  sampler.AddSample(MakeSample());
  sampler.AddCells(MakeSample(), 0);
  return sampler;
}
} // namespace

TEST(TrainingComposing, ComposedCropsAreNormalisedAndBrightWhereTheirTargetsAre)
{
  const auto batch = MakeSampler(ComposingParameters()).Draw(0, 16);
  EXPECT_EQ(*std::min_element(batch.stacks.begin(), batch.stacks.end()), 0.0f);
  EXPECT_LE(*std::max_element(batch.stacks.begin(), batch.stacks.end()), 1.0f);
  constexpr std::size_t pixels = 64 * 64;
  std::size_t inside = 0;
  std::size_t bright = 0;
  double outside = 0.0;
  for (std::size_t item = 0; item < batch.size; ++item)
  {
    for (std::size_t p = 0; p < pixels; ++p)
    {
      float brightest = 0.0f;
      for (std::size_t z = 0; z < 12; ++z)
      {
        brightest = std::max(brightest, batch.stacks[(item * 12 + z) * pixels + p]);
      }
      if (batch.targets[(item * pixels + p) * 4 + 2] > 0.0f)
      {
        ++inside;
        // Dimmed by up to .7, half as bright as the brightest cell, at the edge averaged with the background.
        bright += brightest > 0.1f ? 1 : 0;
      }
      else
      {
        outside += brightest;
      }
    }
  }
  ASSERT_GT(inside, 1000u);
  EXPECT_GT(static_cast<double>(bright), 0.95 * static_cast<double>(inside));
  EXPECT_LT(outside / static_cast<double>(batch.size * pixels - inside), 0.02);
}

TEST(TrainingComposing, DependsOnSeedAndStepOnly)
{
  auto parameters = ComposingParameters();
  parameters.numberOfThreads = 1;
  const auto one = MakeSampler(parameters).Draw(3, 4);
  parameters.numberOfThreads = 2;
  const auto sampler = MakeSampler(parameters);
  sampler.Draw(2, 2);
  EXPECT_EQ(one.stacks, sampler.Draw(3, 4).stacks);
  EXPECT_EQ(one.rangeShares, sampler.Draw(3, 4).rangeShares);
  EXPECT_NE(one.stacks, sampler.Draw(4, 4).stacks);
}

TEST(TrainingComposing, SlabsShowTheSameCellsInFewerDifferentSlices)
{
  auto parameters = ComposingParameters();
  parameters.slabShare = 1.0;
  parameters.thickestSlab = 12; // a slab is linear between its centre and the next: differences repeat
  constexpr std::size_t pixels = 64 * 64;
  const auto kinks = [&](const itk::TrainingBatch & batch, std::size_t item)
  {
    // Slices where the second difference along z is not 0 anywhere.
    std::size_t count = 0;
    for (std::size_t z = 1; z + 1 < 12; ++z)
    {
      const float * slice = batch.stacks.data() + (item * 12 + z) * pixels;
      double sum = 0.0;
      for (std::size_t p = 0; p < pixels; ++p)
      {
        sum += std::abs(slice[p + pixels] - 2.0f * slice[p] + slice[p - pixels]);
      }
      count += sum > 1.0 ? 1 : 0;
    }
    return count;
  };
  const auto slabs = MakeSampler(parameters).Draw(0, 16);
  parameters.slabShare = 0.0;
  const auto slices = MakeSampler(parameters).Draw(0, 16);
  std::size_t ofSlabs = 0;
  std::size_t ofSlices = 0;
  std::size_t inside = 0;
  std::size_t bright = 0;
  for (std::size_t item = 0; item < 16; ++item)
  {
    ofSlabs += kinks(slabs, item);
    ofSlices += kinks(slices, item);
    for (std::size_t p = 0; p < pixels; ++p)
    {
      float brightest = 0.0f;
      for (std::size_t z = 0; z < 12; ++z)
      {
        brightest = std::max(brightest, slabs.stacks[(item * 12 + z) * pixels + p]);
      }
      const bool isCell = slabs.targets[(item * pixels + p) * 4 + 2] > 0.0f;
      inside += isCell ? 1 : 0;
      bright += isCell && brightest > 0.1f ? 1 : 0;
    }
  }
  EXPECT_LT(ofSlabs, ofSlices);
  ASSERT_GT(inside, 1000u);
  EXPECT_GT(static_cast<double>(bright), 0.95 * static_cast<double>(inside));
}

TEST(TrainingComposing, DepthWindowsShowSomeSlicesAndTheCellsCentredThere)
{
  auto parameters = ComposingParameters();
  parameters.depthWindowShare = 1.0;
  parameters.depthWindowSlices = { { 3, 3 } };
  const auto batch = MakeSampler(parameters).Draw(0, 16);
  constexpr std::size_t pixels = 64 * 64;
  std::size_t inside = 0;
  std::size_t bright = 0;
  for (std::size_t item = 0; item < batch.size; ++item)
  {
    const float * crop = batch.stacks.data() + item * 12 * pixels;
    // As a stack of three slices in twelve.
    EXPECT_TRUE(std::all_of(crop, crop + 4 * pixels, [](float v) { return v == 0.0f; }));
    EXPECT_TRUE(std::all_of(crop + 7 * pixels, crop + 12 * pixels, [](float v) { return v == 0.0f; }));
    for (std::size_t p = 0; p < pixels; ++p)
    {
      const float brightest = std::max({ crop[4 * pixels + p], crop[5 * pixels + p], crop[6 * pixels + p] });
      const bool isCell = batch.targets[(item * pixels + p) * 4 + 2] > 0.0f;
      inside += isCell ? 1 : 0;
      bright += isCell && brightest > 0.1f ? 1 : 0;
    }
  }
  ASSERT_GT(inside, 500u);
  EXPECT_GT(static_cast<double>(bright), 0.95 * static_cast<double>(inside));
}

TEST(TrainingComposing, ADepthWindowOfAllSlicesIsTheWholeCrop)
{
  auto parameters = ComposingParameters();
  const auto whole = MakeSampler(parameters).Draw(2, 8);
  parameters.depthWindowShare = 1.0;
  parameters.depthWindowSlices = { { 12, 12 } };
  const auto window = MakeSampler(parameters).Draw(2, 8);
  EXPECT_EQ(window.stacks, whole.stacks);
  EXPECT_EQ(window.targets, whole.targets);
}

TEST(TrainingComposing, DepthWindowsWithoutSlicesAreAnError)
{
  auto parameters = ComposingParameters();
  parameters.depthWindowSlices = { { 0, 3 } };
  EXPECT_THROW(itk::TrainingSampler{ parameters }, itk::ExceptionObject);
  parameters.depthWindowSlices = { { 4, 3 } };
  EXPECT_THROW(itk::TrainingSampler{ parameters }, itk::ExceptionObject);
}

TEST(TrainingComposing, RangeSharesLieBetweenTheirBounds)
{
  auto parameters = ComposingParameters();
  parameters.smallestRangeShare = 0.8;
  for (const float share : MakeSampler(parameters).Draw(0, 32).rangeShares)
  {
    EXPECT_GE(share, 0.8f);
    EXPECT_LE(share, 1.0f);
  }
}

TEST(TrainingComposing, WithoutCellsThereIsNothingToCompose)
{
  itk::TrainingSampler sampler(ComposingParameters());
  sampler.AddSample(MakeSample());
  EXPECT_THROW(sampler.Draw(0, 1), itk::ExceptionObject);
}

TEST(TrainingComposing, AGroupWithoutCellsGivesWindowsOnly)
{
  auto parameters = ComposingParameters();
  itk::TrainingSample blank = MakeSample();
  blank.cells.clear();
  std::fill(blank.stack.begin(), blank.stack.end(), 0.0f);
  std::fill(blank.labels3d.begin(), blank.labels3d.end(), 0u);
  const auto draw = [&](double pasteShare)
  {
    parameters.pasteShare = pasteShare;
    itk::TrainingSampler sampler(parameters);
    for (const std::size_t group : { 0, 1 })
    {
      const itk::TrainingSample & sample = group == 0 ? blank : MakeSample();
      sampler.AddSample(sample, group);
      sampler.AddCells(sample, group);
    }
    return sampler.Draw(0, 32);
  };
  const auto crops = [](const itk::TrainingBatch & batch)
  {
    // Crops that show a cell.
    std::size_t count = 0;
    const std::size_t values = batch.targets.size() / batch.size;
    for (std::size_t item = 0; item < batch.size; ++item)
    {
      const auto first = batch.targets.begin() + static_cast<std::ptrdiff_t>(item * values);
      count += std::any_of(first, first + static_cast<std::ptrdiff_t>(values), [](float v) { return v > 0.0f; });
    }
    return count;
  };
  EXPECT_EQ(crops(draw(1.0)), 32u);
  // Half of the windows come from the blank stack.
  parameters.copyShare = 0.0;
  const std::size_t windows = crops(draw(0.0));
  EXPECT_GE(windows, 8u);
  EXPECT_LE(windows, 24u);
}

TEST(TrainingSample, OnlySomeCellsLeavesTheTruthUnderTheOthersUnknown)
{
  const itk::TrainingSample all = MakeSample();
  const itk::TrainingSample some = all.Only({ 2, 0 });
  ASSERT_EQ(some.cells.size(), 2u);
  EXPECT_EQ(some.cells[0].depth, all.cells[2].depth);
  EXPECT_EQ(some.cells[1].runs, all.cells[0].runs);
  EXPECT_EQ(some.stack, all.stack);
  const std::uint32_t newLabels[] = { 0, 2, 0, 1 };
  for (std::size_t i = 0; i < all.labels3d.size(); ++i)
  {
    ASSERT_EQ(some.labels3d[i], newLabels[all.labels3d[i]]);
  }
  std::size_t ignored = 0;
  for (std::size_t y = 0; y < 64; ++y)
  {
    for (std::size_t x = 0; x < 80; ++x)
    {
      const bool under = x >= 35 && x < 45 && y >= 30 && y < 38;
      EXPECT_EQ(some.ignore[y * 80 + x] != 0, under);
      ignored += under ? 1 : 0;
    }
  }
  EXPECT_EQ(ignored, 80u);
  EXPECT_THROW(all.Only({ 3 }), itk::ExceptionObject);
  EXPECT_THROW(all.Only({ 1, 1 }), itk::ExceptionObject);
}
