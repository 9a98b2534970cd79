// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/OmeMetadata.h"
#include "Formats/TiffFile.h"
#include "ProjectionEnhancement/Formats/LabelTiff.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

using itk::PenCore::LayersImage;
using pen_test::MessageOf;
using pen_test::TemporaryFolder;

namespace
{
std::optional<itk::PenCore::OmePixels>
PixelsOf(const std::string & description)
{
  const auto document = itk::PenCore::ParseOme(description);
  return document && document->images.size() == 1 ? std::optional<itk::PenCore::OmePixels>(document->images.front())
                                                  : std::nullopt;
}

itk::ImageBase<3>::Pointer
SixSlices()
{
  const auto stack = itk::ImageBase<3>::New();
  stack->SetRegions(itk::Size<3>{ { 6, 5, 6 } });
  const double spacing[3] = { 0.5, 0.25, 10.0 };
  stack->SetSpacing(spacing);
  return stack;
}

LayersImage::Pointer
TwoPages(unsigned int highest)
{
  const auto layers = LayersImage::New();
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
    itk::PenCore::WriteLabelTiff(TwoPages(highest), SixSlices(), true, folder / "labels.ome.tif");
    const itk::PenCore::TiffFile tiff(folder / "labels.ome.tif");
    ASSERT_EQ(tiff.GetNumberOfPages(), 2u);
    EXPECT_EQ(tiff.GetFormat().GetComponentType(), highest == 255u     ? itk::IOComponentEnum::UCHAR
                                                   : highest == 65535u ? itk::IOComponentEnum::USHORT
                                                                       : itk::IOComponentEnum::FLOAT);
    const auto pixels = PixelsOf(tiff.GetDescription());
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
    tiff.ReadRowsAsFloat(0, 0, tiff.GetFormat().height, page.data());
    EXPECT_EQ(page[2 * 6 + 1], 7.0f);
    tiff.ReadRowsAsFloat(1, 0, tiff.GetFormat().height, page.data());
    EXPECT_EQ(page[2 * 6 + 1], static_cast<float>(highest));
    EXPECT_EQ(page[0], 0.0f);
  }
}

TEST(LabelTiff, UnknownSpacingIsLeftOut)
{
  const TemporaryFolder folder;
  itk::PenCore::WriteLabelTiff(TwoPages(9), SixSlices(), false, folder / "labels.ome.tif");
  const auto pixels = PixelsOf(itk::PenCore::TiffFile(folder / "labels.ome.tif").GetDescription());
  ASSERT_TRUE(pixels);
  EXPECT_FALSE(pixels->physicalSize[0]);
}

TEST(LabelTiff, LabelsBeyondFloatingPointAreToldInOneLine)
{
  const TemporaryFolder folder;
  EXPECT_EQ(
    MessageOf(
      [&] { itk::PenCore::WriteLabelTiff(TwoPages((1u << 24) + 1), SixSlices(), true, folder / "labels.ome.tif"); }),
    "cannot write labels above 16777216 as a TIFF: " + (folder / "labels.ome.tif"));
}
