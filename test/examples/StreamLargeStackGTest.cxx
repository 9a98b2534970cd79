// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "examples/ExampleFiles.h"
#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace
{
using namespace pen_test;

// Each pixel becomes 4 x 4 pixels of a quarter of the size: many rows for few pixels of the network.
itk::Image<unsigned short, 3>::Pointer
Enlarged(const ByteStack * stack)
{
  constexpr itk::IndexValueType factor = 4;
  using Large = itk::Image<unsigned short, 3>;
  auto size = stack->GetLargestPossibleRegion().GetSize();
  auto spacing = stack->GetSpacing();
  for (const unsigned int axis : { 0u, 1u })
  {
    size[axis] *= factor;
    spacing[axis] /= factor;
  }
  const auto large = Large::New();
  large->SetRegions(size);
  large->SetSpacing(spacing);
  large->Allocate();
  for (itk::ImageRegionIterator<Large> it(large, large->GetLargestPossibleRegion()); !it.IsAtEnd(); ++it)
  {
    const auto index = it.GetIndex();
    it.Set(stack->GetPixel({ { index[0] / factor, index[1] / factor, index[2] } }));
  }
  return large;
}

TEST(ExampleStreamLargeStack, LabelsAreThoseOfTheStackInOnePiece)
{
  const TemporaryFolder folder;
  WriteQuickModel(folder / "model.pt");
  WriteImage(Enlarged(CropOfRealStack()).GetPointer(), folder / "stack.mha");
  std::filesystem::create_directory(folder / "scratch");
  const ProgramResult result = RunAsUser("stream_large_stack", { folder / "model.pt", folder / "stack.mha",
                                                                 folder / "scratch", folder / "streamed.mha", "2" });
  ExpectSilentSuccess(result);
  ExpectSilentSuccess(
    RunAsUser("segment_ten_lines", { folder / "model.pt", folder / "stack.mha", folder / "whole.mha" }));
  const auto streamed = ReadImage<LayersImage>(folder / "streamed.mha");
  EXPECT_GE(CountLabels(streamed).size(), 2u);
  ExpectSamePixels(streamed, ReadImage<LayersImage>(folder / "whole.mha"));

  unsigned int rowsHeld = 0;
  ASSERT_EQ(std::sscanf(result.output.c_str(), "at most %u rows of 896 in memory", &rowsHeld), 1) << result.output;
  EXPECT_GT(rowsHeld, 0u);
  EXPECT_LT(rowsHeld, 600u);
  EXPECT_TRUE(std::filesystem::is_empty(folder / "scratch"));
}
} // namespace
