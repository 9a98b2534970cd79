// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "examples/ExampleFiles.h"
#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace
{
using namespace pen_test;

// The median of the 3 x 3 pixels of the same slice; at the border the nearest pixel stands for those outside.
ByteStack::Pointer
MedianOfSlices(const ByteStack * stack)
{
  const auto region = stack->GetLargestPossibleRegion();
  const auto result = ByteStack::New();
  result->SetRegions(region);
  result->SetSpacing(stack->GetSpacing());
  result->Allocate();
  for (itk::ImageRegionIterator<ByteStack> it(result, region); !it.IsAtEnd(); ++it)
  {
    std::vector<unsigned char> values;
    for (itk::IndexValueType i = 0; i < 9; ++i)
    {
      auto index = it.GetIndex();
      for (const unsigned int axis : { 0u, 1u })
      {
        const itk::IndexValueType offset = (axis == 0 ? i % 3 : i / 3) - 1;
        const auto last = static_cast<itk::IndexValueType>(region.GetSize(axis)) - 1;
        index[axis] = std::min(std::max<itk::IndexValueType>(index[axis] + offset, 0), last);
      }
      values.push_back(stack->GetPixel(index));
    }
    std::nth_element(values.begin(), values.begin() + 4, values.end());
    it.Set(values[4]);
  }
  return result;
}

TEST(ExampleDenoiseThenSegment, FindsTheCellsOfTheStackWithoutNoise)
{
  const TemporaryFolder folder;
  WriteQuickModel(folder / "model.pt");
  const auto stack = CropOfRealStack();
  std::mt19937 random(1);
  for (itk::ImageRegionIterator<ByteStack> it(stack, stack->GetLargestPossibleRegion()); !it.IsAtEnd(); ++it)
  {
    if (random() % 50 == 0)
    {
      it.Set(255);
    }
  }
  WriteImage(stack.GetPointer(), folder / "noisy.mha");
  WriteImage(MedianOfSlices(stack).GetPointer(), folder / "median.mha");

  const ProgramResult result =
    RunAsUser("denoise_then_segment", { folder / "model.pt", folder / "noisy.mha", folder / "denoised.nrrd" });
  ExpectSilentSuccess(result);
  for (const std::string name : { "noisy", "median" })
  {
    ExpectSilentSuccess(
      RunAsUser("segment_ten_lines", { folder / "model.pt", folder / (name + ".mha"), folder / (name + ".nrrd") }));
  }
  const auto denoised = ReadImage<LayersImage>(folder / "denoised.nrrd");
  ExpectSamePixels(denoised, ReadImage<LayersImage>(folder / "median.nrrd"));
  const auto counts = CountLabels(denoised);
  EXPECT_GE(counts.size(), 2u);
  EXPECT_EQ(result.output, std::to_string(counts.size()) + " cells\n");
  EXPECT_NE(counts, CountLabels(ReadImage<LayersImage>(folder / "noisy.nrrd")));
}
} // namespace
