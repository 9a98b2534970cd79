// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/LabelTiff.h"
#include "Files/OmeMetadata.h"
#include "Files/TiffFile.h"
#include "programs/TestFiles.h"

#include <gtest/gtest.h>

using pen_test::MessageOf;
using pen_test::TemporaryFolder;

namespace
{
pen::StackFile
SixSlices(bool spacingIsKnown)
{
  pen::StackFile stack;
  stack.image = pen::StackImage::New();
  stack.image->SetRegions(itk::Size<3>{ { 6, 5, 6 } });
  const double spacing[3] = { 0.5, 0.25, 10.0 };
  stack.image->SetSpacing(spacing);
  stack.spacingIsKnown = spacingIsKnown;
  return stack;
}

pen::LayersImage::Pointer
TwoPages(unsigned int highest)
{
  const auto layers = pen::LayersImage::New();
  layers->SetRegions(itk::Size<3>{ { 6, 5, 2 } });
  layers->Allocate(true);
  layers->SetPixel({ { 1, 2, 0 } }, 7);
  layers->SetPixel({ { 1, 2, 1 } }, highest);
  return layers;
}
} // namespace

TEST(LabelTiff, PagesAreChannelsOfTheSpacing)
{
  const TemporaryFolder folder;
  for (const unsigned int highest : { 255u, 65535u, 70001u })
  {
    pen::OutputFile output(folder / "labels.ome.tif");
    pen::WriteLabelTiff(TwoPages(highest), SixSlices(true), output);
    output.Commit();
    const pen::TiffFile tiff(folder / "labels.ome.tif");
    ASSERT_EQ(tiff.GetNumberOfPages(), 2u);
    EXPECT_EQ(tiff.GetComponentType(), highest == 255u     ? itk::IOComponentEnum::UCHAR
                                       : highest == 65535u ? itk::IOComponentEnum::USHORT
                                                           : itk::IOComponentEnum::FLOAT);
    const auto pixels = pen::ParseOmePixels(tiff.GetDescription());
    ASSERT_TRUE(pixels);
    EXPECT_EQ(pixels->channels, 2u);
    EXPECT_EQ(pixels->slices, 1u);
    EXPECT_DOUBLE_EQ(*pixels->physicalSize[0], 0.5);
    EXPECT_DOUBLE_EQ(*pixels->physicalSize[1], 0.25);
    EXPECT_DOUBLE_EQ(*pixels->physicalSize[2], 60.0);
    // Pixels in a centimetre, for those who do not read OME-XML.
    EXPECT_FLOAT_EQ(static_cast<float>(tiff.GetResolution().x), 20000.0f);
    EXPECT_FLOAT_EQ(static_cast<float>(tiff.GetResolution().y), 40000.0f);
    std::vector<float> page(30);
    tiff.ReadRows(0, 0, tiff.GetHeight(), page.data());
    EXPECT_EQ(page[2 * 6 + 1], 7.0f);
    tiff.ReadRows(1, 0, tiff.GetHeight(), page.data());
    EXPECT_EQ(page[2 * 6 + 1], static_cast<float>(highest));
    EXPECT_EQ(page[0], 0.0f);
  }
}

TEST(LabelTiff, UnknownSpacingIsLeftOut)
{
  const TemporaryFolder folder;
  pen::OutputFile output(folder / "labels.ome.tif");
  pen::WriteLabelTiff(TwoPages(9), SixSlices(false), output);
  output.Commit();
  const auto pixels = pen::ParseOmePixels(pen::TiffFile(folder / "labels.ome.tif").GetDescription());
  ASSERT_TRUE(pixels);
  EXPECT_FALSE(pixels->physicalSize[0]);
}

TEST(LabelTiff, LabelsBeyondFloatingPointAreToldInOneLine)
{
  const TemporaryFolder folder;
  pen::OutputFile output(folder / "labels.ome.tif");
  EXPECT_EQ(MessageOf([&] { pen::WriteLabelTiff(TwoPages((1u << 24) + 1), SixSlices(true), output); }),
            "cannot write labels above 16777216 as a TIFF: " + (folder / "labels.ome.tif"));
}
