// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penPicture.h"
#include "penTestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>

using pen_test::MakeRamp;
using pen_test::TemporaryFolder;

namespace
{
using Pixel = pen::PictureImage::PixelType;

itk::CellLabelMap::Pointer
OneSquareCell(itk::SizeValueType label, itk::IndexValueType first, itk::SizeValueType side)
{
  const auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::Size<2>{ { 10, 10 } });
  const auto cell = itk::CellLabelMap::LabelObjectType::New();
  cell->SetLabel(label);
  for (itk::SizeValueType row = 0; row < side; ++row)
  {
    cell->AddLine({ { first, first + static_cast<itk::IndexValueType>(row) } }, side);
  }
  cells->AddLabelObject(cell);
  return cells;
}

std::size_t
CountColoured(const pen::PictureImage * picture)
{
  const Pixel * begin = picture->GetBufferPointer();
  const Pixel * end = begin + picture->GetLargestPossibleRegion().GetNumberOfPixels();
  return static_cast<std::size_t>(
    std::count_if(begin, end, [](const Pixel & p) { return p[0] != p[1] || p[1] != p[2]; }));
}

pen::PictureImage::Pointer
BlackPicture()
{
  const auto picture = pen::PictureImage::New();
  picture->SetRegions(itk::Size<2>{ { 10, 10 } });
  picture->Allocate(true);
  return picture;
}
} // namespace

TEST(GrayMaximumProjection, ShowsTheBrightestSliceAndSpansTheGrayRange)
{
  const auto stack = itk::Image<float, 3>::New();
  stack->SetRegions(itk::Size<3>{ { 20, 20, 3 } });
  stack->Allocate(true);
  for (itk::IndexValueType x = 10; x < 20; ++x)
  {
    for (itk::IndexValueType y = 0; y < 20; ++y)
    {
      stack->SetPixel({ { x, y, 2 } }, 700.0f);
    }
  }
  const pen::PictureImage::Pointer picture = pen::GrayMaximumProjection(stack);
  EXPECT_EQ(picture->GetPixel({ { 0, 5 } })[0], 0);
  EXPECT_EQ(picture->GetPixel({ { 15, 5 } })[0], 255);
}

TEST(GrayMaximumProjection, BlankStackIsBlack)
{
  const auto stack = itk::Image<float, 3>::New();
  stack->SetRegions(itk::Size<3>{ { 4, 4, 2 } });
  stack->Allocate();
  stack->FillBuffer(3.0f);
  EXPECT_EQ(pen::GrayMaximumProjection(stack)->GetPixel({ { 1, 1 } })[0], 0);
}

TEST(DrawOutlines, MarksTheRimOfAMaskOnly)
{
  const pen::PictureImage::Pointer picture = BlackPicture();
  pen::DrawOutlines(OneSquareCell(3, 2, 5), picture);
  EXPECT_EQ(CountColoured(picture), 16u);
  EXPECT_EQ(picture->GetPixel({ { 4, 4 } }), BlackPicture()->GetPixel({ { 4, 4 } }));
  EXPECT_NE(picture->GetPixel({ { 2, 2 } }), BlackPicture()->GetPixel({ { 2, 2 } }));
}

TEST(DrawOutlines, CellsAtTheImageBorderKeepTheirRim)
{
  const pen::PictureImage::Pointer picture = BlackPicture();
  pen::DrawOutlines(OneSquareCell(3, 0, 10), picture);
  EXPECT_EQ(CountColoured(picture), 36u);
}

TEST(DrawOutlines, LabelDecidesTheColour)
{
  const auto colourOf = [](itk::SizeValueType label)
  {
    const pen::PictureImage::Pointer picture = BlackPicture();
    pen::DrawOutlines(OneSquareCell(label, 2, 5), picture);
    return picture->GetPixel({ { 2, 2 } });
  };
  EXPECT_EQ(colourOf(1), colourOf(1));
  for (itk::SizeValueType label = 1; label < 40; ++label)
  {
    const Pixel colour = colourOf(label);
    EXPECT_NE(colour, colourOf(label + 1)) << label;
    EXPECT_GE(std::max({ colour[0], colour[1], colour[2] }), 200) << label;
  }
}

TEST(WritePicture, PngHoldsTheSamePixels)
{
  const TemporaryFolder folder;
  const pen::PictureImage::Pointer picture = BlackPicture();
  pen::DrawOutlines(OneSquareCell(3, 2, 5), picture);
  pen::OutputFile output(folder / "picture.png");
  pen::WritePicture(picture, output);
  output.Commit();
  const auto read = pen_test::ReadImage<pen::PictureImage>(folder / "picture.png");
  EXPECT_EQ(read->GetPixel({ { 2, 2 } }), picture->GetPixel({ { 2, 2 } }));
  EXPECT_EQ(CountColoured(read), 16u);
}
