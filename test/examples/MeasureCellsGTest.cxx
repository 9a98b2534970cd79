// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "examples/ExampleFiles.h"
#include "itkImageRegionConstIteratorWithIndex.h"
#include "itkMath.h"
#include "programs/RunAsUser.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>

namespace
{
using namespace pen_test;

struct Sums
{
  double pixels = 0.0;
  double intensity = 0.0;
};

// By label, the pixels and the sum of the brightest voxels over them.
std::map<unsigned int, Sums>
MeasureByHand(const ByteStack * stack, const LayersImage * layers)
{
  std::map<unsigned int, Sums> sums;
  itk::ImageRegionConstIteratorWithIndex<LayersImage> it(layers, layers->GetLargestPossibleRegion());
  for (; !it.IsAtEnd(); ++it)
  {
    auto index = it.GetIndex();
    unsigned char brightest = 0;
    for (index[2] = 0; index[2] < 20; ++index[2])
    {
      brightest = std::max(brightest, stack->GetPixel(index));
    }
    Sums & sum = sums[it.Get()];
    sum.pixels += 1.0;
    sum.intensity += brightest;
  }
  sums.erase(0);
  return sums;
}

TEST(ExampleMeasureCells, TableHasAreasAndIntensitiesOfTheLabels)
{
  const TemporaryFolder folder;
  WriteQuickModel(folder / "model.pt");
  const auto stack = CropOfRealStack();
  WriteImage(stack.GetPointer(), folder / "stack.mha");
  ExpectSilentSuccess(RunAsUser("measure_cells", { folder / "model.pt", folder / "stack.mha", folder / "table.csv" }));
  ExpectSilentSuccess(
    RunAsUser("segment_ten_lines", { folder / "model.pt", folder / "stack.mha", folder / "layers.nrrd" }));
  const auto sums = MeasureByHand(stack, ReadImage<LayersImage>(folder / "layers.nrrd"));
  EXPECT_GE(sums.size(), 2u);

  std::istringstream table(ReadText(folder / "table.csv"));
  std::string line;
  std::getline(table, line);
  EXPECT_EQ(line, "label,area,perimeter,mean_intensity,depth");
  std::size_t rows = 0;
  while (std::getline(table, line))
  {
    ++rows;
    std::istringstream row(line);
    unsigned int label = 0;
    double area = 0.0;
    double perimeter = 0.0;
    double mean = 0.0;
    double depth = 0.0;
    char comma = 0;
    ASSERT_TRUE(row >> label >> comma >> area >> comma >> perimeter >> comma >> mean >> comma >> depth) << line;
    ASSERT_EQ(sums.count(label), 1u) << line;
    const Sums & sum = sums.at(label);
    const double expectedArea = sum.pixels * 0.538 * 0.538;
    EXPECT_NEAR(area, expectedArea, 1e-4 * expectedArea) << line;
    EXPECT_NEAR(mean, sum.intensity / sum.pixels, 1e-4 * mean) << line;
    // Of all shapes of an area the circle has the shortest outline; the estimate may be some percent short.
    EXPECT_GT(perimeter, 0.9 * std::sqrt(4.0 * itk::Math::pi * area)) << line;
    EXPECT_GT(depth, 0.0) << line;
    EXPECT_LT(depth, 190.0) << line; // 20 slices 10 um apart
  }
  EXPECT_EQ(rows, sums.size());
}
} // namespace
