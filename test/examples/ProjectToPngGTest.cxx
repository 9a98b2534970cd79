// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "examples/ExampleFiles.h"
#include "itkMath.h"
#include "itkRGBPixel.h"
#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace
{
using namespace pen_test;
using Picture = itk::Image<itk::RGBPixel<unsigned char>, 2>;

// Degrees around the colour circle.
double
Hue(const Picture::PixelType & colour)
{
  const double x = colour[0] - 0.5 * (colour[1] + colour[2]);
  const double y = std::sqrt(0.75) * (colour[1] - colour[2]);
  return std::atan2(y, x) * 180.0 / itk::Math::pi;
}

TEST(ExampleProjectToPng, PictureHasTheStacksSizeAndColourByDepth)
{
  const TemporaryFolder folder;
  const auto stack = CropOfRealStack();
  WriteImage(stack.GetPointer(), folder / "stack.mha");
  ExpectSilentSuccess(
    RunAsUser("project_to_png", { PEN_MODELS_DIR "/pen-cellpose.pt", folder / "stack.mha", folder / "picture.png" }));
  const auto picture = ReadImage<Picture>(folder / "picture.png");
  EXPECT_EQ(picture->GetLargestPossibleRegion().GetSize(0), 224u);
  EXPECT_EQ(picture->GetLargestPossibleRegion().GetSize(1), 224u);

  constexpr int leastColour = 40; // pixels with less are nearly gray
  int brightest = 0;
  std::vector<double> hues;
  for (itk::ImageRegionIterator<Picture> it(picture, picture->GetLargestPossibleRegion()); !it.IsAtEnd(); ++it)
  {
    const Picture::PixelType colour = it.Get();
    const int most = std::max({ colour[0], colour[1], colour[2] });
    const int least = std::min({ colour[0], colour[1], colour[2] });
    brightest = std::max(brightest, most);
    if (most - least >= leastColour)
    {
      hues.push_back(Hue(colour));
    }
  }
  ASSERT_FALSE(hues.empty());
  double mostApart = 0.0;
  for (const double hue : hues)
  {
    const double apart = std::abs(hue - hues.front());
    mostApart = std::max(mostApart, std::min(apart, 360.0 - apart));
  }
  EXPECT_GT(brightest, 200);
  EXPECT_GT(mostApart, 30.0);
}
} // namespace
