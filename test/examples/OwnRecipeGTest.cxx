// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "examples/ExampleFiles.h"
#include "itkVector.h"
#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace
{
using namespace pen_test;
using FlowField = itk::Image<itk::Vector<float, 4>, 3>;

TEST(ExampleOwnRecipe, CellsHaveTheWishedLogitAndSize)
{
  const TemporaryFolder folder;
  WriteImage(CropOfRealStack().GetPointer(), folder / "stack.mha");
  const auto pixelsWithLogit = [&](const std::string & logit, const std::string & leastPixels)
  {
    ExpectSilentSuccess(RunAsUser("own_recipe", { PEN_MODELS_DIR "/pen-cellpose.pt", folder / "stack.mha",
                                                  folder / "layers.nrrd", folder / "flows.nrrd", logit, leastPixels }));
    const auto layers = ReadImage<LayersImage>(folder / "layers.nrrd");
    const auto flows = ReadImage<FlowField>(folder / "flows.nrrd");
    EXPECT_EQ(layers->GetLargestPossibleRegion(), flows->GetLargestPossibleRegion());
    EXPECT_EQ(flows->GetSpacing()[0], 0.538);
    const auto counts = CountLabels(layers);
    EXPECT_GE(counts.size(), 1u);
    for (const auto & [label, pixels] : counts)
    {
      EXPECT_GE(pixels, std::stoul(leastPixels)) << "label " << label;
    }
    // A mask's pixels lie on the page of the channel that the network showed them in.
    itk::SizeValueType number = 0;
    float lowest = 1e9f;
    for (itk::ImageRegionIterator<LayersImage> it(layers, layers->GetLargestPossibleRegion()); !it.IsAtEnd(); ++it)
    {
      if (it.Get() != 0)
      {
        ++number;
        lowest = std::min(lowest, flows->GetPixel(it.GetIndex())[2]);
      }
    }
    EXPECT_GT(lowest, std::stof(logit));
    return number;
  };
  const itk::SizeValueType sure = pixelsWithLogit("2", "900");
  const itk::SizeValueType likely = pixelsWithLogit("0", "100");
  EXPECT_LT(sure, likely);
}
} // namespace
