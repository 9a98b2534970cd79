// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Augmentation/StackAugmentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace
{
using itk::TrainingSample;
using namespace itk::PenCore;

// A bright block of 20 x 12 x 3 voxels, from (21, 15, 1) on, on a dark ground.
TrainingSample
MakeBlock()
{
  TrainingSample sample;
  sample.width = 61;
  sample.height = 41;
  sample.slices = 5;
  sample.spacing = { { 0.5, 0.5, 2.0 } };
  sample.stack.assign(61 * 41 * 5, 0.0f);
  sample.labels3d.assign(sample.stack.size(), 0);
  sample.ignore.assign(61 * 41, 0);
  sample.cells.resize(1);
  sample.cells[0].depth = 2.0;
  for (int y = 15; y < 27; ++y)
  {
    sample.cells[0].runs.push_back({ 21, y, 20 });
    for (int z = 1; z < 4; ++z)
    {
      std::fill_n(sample.stack.begin() + (z * 41 + y) * 61 + 21, 20, 1.0f);
      std::fill_n(sample.labels3d.begin() + (z * 41 + y) * 61 + 21, 20, 1u);
    }
  }
  return sample;
}

double
SumOf(const std::vector<float> & values)
{
  return std::accumulate(values.begin(), values.end(), 0.0);
}

StackAugmentationParameters
Only(AugmentationSwitch StackAugmentationParameters::*member)
{
  StackAugmentationParameters parameters;
  (parameters.*member).on = true;
  (parameters.*member).probability = 1.0;
  return parameters;
}
} // namespace

TEST(StackAugmentation, AllOffChangesNothing)
{
  const TrainingSample sample = MakeBlock();
  const TrainingSample same = AugmentStack(sample, StackAugmentationParameters());
  EXPECT_EQ(same.stack, sample.stack);
  EXPECT_EQ(same.cells[0].runs, sample.cells[0].runs);
}

TEST(StackAugmentation, ZoomScalesCellsLabelsAndIntensitiesAlike)
{
  const TrainingSample sample = MakeBlock();
  for (const double zoom : { 0.5, 1.0, 1.5 })
  {
    const TrainingSample zoomed = MapPlane(sample, { { 1.0 / zoom, 0.0, 0.0, 1.0 / zoom } }, 0.0f);
    const double area = 240.0 * zoom * zoom;
    ASSERT_EQ(zoomed.cells.size(), 1u);
    EXPECT_NEAR(static_cast<double>(CountPixels(zoomed.cells[0].runs)), area, 0.15 * area) << zoom;
    EXPECT_NEAR(SumOf(zoomed.stack), 3.0 * area, 0.05 * area);
    const auto voxels = std::count(zoomed.labels3d.begin(), zoomed.labels3d.end(), 1u);
    EXPECT_NEAR(static_cast<double>(voxels), 3.0 * area, 0.45 * area);
    EXPECT_EQ(zoomed.cells[0].depth, 2.0);
  }
}

TEST(StackAugmentation, ShearMovesRowsByTheirDistanceFromTheMiddle)
{
  const TrainingSample sample = MakeBlock();
  // Row y takes its pixels from 0.5 * (y - 20) further right: it moves left by that.
  const TrainingSample sheared = MapPlane(sample, { { 1.0, 0.5, 0.0, 1.0 } }, 0.0f);
  for (const PixelRun & run : sheared.cells[0].runs)
  {
    EXPECT_NEAR(run.x, 21.0 - 0.5 * (run.y - 20), 0.51);
    EXPECT_NEAR(run.length, 20.0, 1.01);
  }
  EXPECT_NEAR(SumOf(sheared.stack), SumOf(sample.stack), 1e-2);
}

TEST(StackAugmentation, CellsThatLeaveThePlaneGoAndLabelsMoveUp)
{
  TrainingSample sample = MakeBlock();
  sample.cells.insert(sample.cells.begin(), Cell());
  sample.cells[0].runs = { { 0, 0, 3 } };
  for (std::uint32_t & label : sample.labels3d)
  {
    label *= 2;
  }
  sample.labels3d[0] = 1;
  const TrainingSample zoomed = MapPlane(sample, { { 0.5, 0.0, 0.0, 0.5 } }, 0.0f);
  ASSERT_EQ(zoomed.cells.size(), 1u);
  EXPECT_EQ(*std::max_element(zoomed.labels3d.begin(), zoomed.labels3d.end()), 1u);
}

TEST(StackAugmentation, BlurIsGaussianAndAsWideInUmAlongEveryAxis)
{
  TrainingSample sample;
  sample.width = 41;
  sample.height = 41;
  sample.slices = 21;
  sample.spacing = { { 0.5, 1.0, 2.0 } };
  sample.stack.assign(41 * 41 * 21, 0.0f);
  sample.stack[(10 * 41 + 20) * 41 + 20] = 1.0f;
  BlurStack(sample, 4.0);
  double variance[3] = { 0.0, 0.0, 0.0 };
  for (int z = 0; z < 21; ++z)
  {
    for (int y = 0; y < 41; ++y)
    {
      for (int x = 0; x < 41; ++x)
      {
        const double value = sample.stack[(z * 41 + y) * 41 + x];
        variance[0] += value * (x - 20) * (x - 20) * 0.25;
        variance[1] += value * (y - 20) * (y - 20);
        variance[2] += value * (z - 10) * (z - 10) * 4.0;
      }
    }
  }
  EXPECT_NEAR(SumOf(sample.stack), 1.0, 1e-4);
  for (const double axis : variance)
  {
    EXPECT_NEAR(std::sqrt(axis), 2.0, 0.05);
  }
}

TEST(StackAugmentation, SlabsAreMaximaOfTheirSlicesWithLinearOnesBetweenTheirCentres)
{
  TrainingSample sample = MakeBlock();
  sample.width = 2;
  sample.height = 1;
  sample.slices = 6;
  // Slices of two voxels; the slabs of three slices have the maxima (3, 9) and (6, 5), their centres in slices 1 and 4.
  sample.stack = { 1.0f, 9.0f, 3.0f, 0.0f, 2.0f, 4.0f, 6.0f, 5.0f, 0.0f, 1.0f, 0.0f, 2.0f };
  sample.labels3d.assign(12, 0);
  sample.ignore.clear();
  sample.cells.clear();
  MergeSlicesToSlabs(sample, 3);
  const std::vector<float> expected = { 3.0f, 9.0f, 3.0f, 9.0f, 4.0f, 9.0f - 4.0f / 3.0f, 5.0f, 5.0f + 4.0f / 3.0f,
                                        6.0f, 5.0f, 6.0f, 5.0f };
  ASSERT_EQ(sample.stack.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    EXPECT_NEAR(sample.stack[i], expected[i], 1e-5f) << i;
  }
}

TEST(StackAugmentation, SlabsKeepTheTruthAndOneSliceASlabKeepsTheStack)
{
  const TrainingSample sample = MakeBlock();
  TrainingSample same = sample;
  MergeSlicesToSlabs(same, 1);
  EXPECT_EQ(same.stack, sample.stack);
  MergeSlicesToSlabs(same, 2); // of five slices: the last slab has one
  EXPECT_EQ(same.stack.size(), sample.stack.size());
  EXPECT_EQ(same.labels3d, sample.labels3d);
  EXPECT_EQ(same.cells[0].depth, sample.cells[0].depth);
  EXPECT_EQ(*std::max_element(same.stack.begin(), same.stack.end()), 1.0f);
  MergeSlicesToSlabs(same, 9);
  const auto slice = same.stack.begin() + 61 * 41;
  EXPECT_TRUE(std::equal(same.stack.begin(), slice, slice)) << "one slab is the same in every slice";
  EXPECT_THROW(MergeSlicesToSlabs(same, 0), std::invalid_argument);
}

TEST(StackAugmentation, BlurOutBlanksTheTruth)
{
  const TrainingSample blurred = AugmentStack(MakeBlock(), Only(&StackAugmentationParameters::blurOut));
  EXPECT_TRUE(blurred.cells.empty());
  EXPECT_EQ(*std::max_element(blurred.labels3d.begin(), blurred.labels3d.end()), 0u);
}

TEST(StackAugmentation, BrightnessAddsAndNoiseMultiplies)
{
  const TrainingSample sample = MakeBlock();
  const TrainingSample brighter = AugmentStack(sample, Only(&StackAugmentationParameters::brightness));
  const float added = brighter.stack[0];
  EXPECT_GE(added, 0.1f);
  EXPECT_LE(added, 0.5f);
  const TrainingSample noisy = AugmentStack(sample, Only(&StackAugmentationParameters::noise));
  double sum = 0.0;
  for (std::size_t i = 0; i < sample.stack.size(); ++i)
  {
    EXPECT_FLOAT_EQ(brighter.stack[i], sample.stack[i] + added);
    EXPECT_GE(noisy.stack[i], 0.75f * sample.stack[i]);
    EXPECT_LE(noisy.stack[i], 1.25f * sample.stack[i]);
    sum += noisy.stack[i];
  }
  // 720 uniform factors of standard deviation 0.144: their mean within 4 standard errors of 1.
  EXPECT_NEAR(sum / 720.0, 1.0, 4.0 * 0.144 / std::sqrt(720.0));
}

TEST(StackAugmentation, ContrastCurvesAreThoseOfTheFormulas)
{
  TrainingSample sample = MakeBlock();
  for (std::size_t i = 0; i < sample.stack.size(); ++i)
  {
    sample.stack[i] = 10.0f + 100.0f * static_cast<float>(i % 11) / 10.0f;
  }
  TrainingSample sigmoid = sample;
  ApplySigmoidContrast(sigmoid, 5.0, 0.4, 10.0f, 110.0f);
  TrainingSample logarithm = sample;
  ApplyLogContrast(logarithm, 0.8, 10.0f, 110.0f);
  for (std::size_t i = 0; i < 11; ++i)
  {
    const double v = static_cast<double>(i) / 10.0;
    EXPECT_NEAR(sigmoid.stack[i], 10.0 + 100.0 / (1.0 + std::exp(5.0 * (0.4 - v))), 1e-3);
    EXPECT_NEAR(logarithm.stack[i], 10.0 + 100.0 * 0.8 * std::log2(1.0 + v), 1e-3);
  }
}

TEST(StackAugmentation, BlendStaysBetweenTheImageAndItsMultipleAndIsSmooth)
{
  TrainingSample sample = MakeBlock();
  std::fill(sample.stack.begin(), sample.stack.end(), 3.0f);
  BlendStack(sample, 1.5, 1.0f, 4);
  const auto [low, high] = std::minmax_element(sample.stack.begin(), sample.stack.end());
  EXPECT_GE(*low, 3.0f);
  EXPECT_LE(*high, 4.0f + 1e-5f);
  EXPECT_GT(*high - *low, 0.8f);
  for (std::size_t x = 1; x < 61; ++x)
  {
    EXPECT_LT(std::abs(sample.stack[x] - sample.stack[x - 1]), 0.15f);
  }
}

TEST(StackAugmentation, SwitchesActAsOftenAsTheyAreToAndSeedsDecide)
{
  const TrainingSample sample = MakeBlock();
  StackAugmentationParameters parameters;
  parameters.brightness.on = true;
  parameters.brightness.probability = 0.3;
  int changed = 0;
  for (parameters.seed = 0; parameters.seed < 400; ++parameters.seed)
  {
    changed += AugmentStack(sample, parameters).stack != sample.stack ? 1 : 0;
  }
  // Binomial: 120 with standard deviation 9.2.
  EXPECT_NEAR(changed, 120, 37);
  parameters.noise.on = true;
  EXPECT_EQ(AugmentStack(sample, parameters).stack, AugmentStack(sample, parameters).stack);
}

TEST(StackAugmentation, LevelsThatAreNoScaleAreAnError)
{
  StackAugmentationParameters parameters;
  parameters.whiteLevel = parameters.blackLevel;
  EXPECT_THROW(AugmentStack(MakeBlock(), parameters), std::invalid_argument);
}
