// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Pictures/Picture.h"
#include "Pictures/PictureTools.h"
#include "support/TestFiles.h"

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

pen::PictureImage::SpacingType
Square(double um)
{
  pen::PictureImage::SpacingType spacing;
  spacing.Fill(um);
  return spacing;
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

TEST(GrayMaximumProjection, ASmallerPictureIsTheMaximumResampled)
{
  // 4 x 6 pixels of the picture stand for 10 x 15 of the stack: 2.5 each way.
  const auto stack = itk::Image<float, 3>::New();
  stack->SetRegions(itk::Size<3>{ { 10, 15, 2 } });
  stack->SetSpacing(itk::Vector<double, 3>(2.0));
  stack->Allocate(true);
  std::vector<double> maximum(150);
  for (int i = 0; i < 150; ++i)
  {
    maximum[i] = (i * 37) % 101;
    stack->GetBufferPointer()[i + (i % 2) * 150] = static_cast<float>(maximum[i]);
  }
  const pen::PictureImage::Pointer picture = pen::GrayMaximumProjection(stack, 4);
  ASSERT_EQ(picture->GetLargestPossibleRegion().GetSize(), (itk::Size<2>{ { 4, 6 } }));
  EXPECT_DOUBLE_EQ(picture->GetSpacing()[0], 5.0);
  EXPECT_DOUBLE_EQ(picture->GetSpacing()[1], 5.0);
  // A triangle of twice the picture's pixel, which is 2.5 of the stack's, around its middle.
  const auto weight = [](int place, int from)
  { return std::max(0.0, 1.0 - std::abs(from - (2.5 * (place + 0.5) - 0.5)) / 2.5); };
  std::vector<double> means;
  for (int y = 0; y < 6; ++y)
  {
    for (int x = 0; x < 4; ++x)
    {
      double sum = 0.0;
      double weights = 0.0;
      for (int j = 0; j < 15; ++j)
      {
        for (int i = 0; i < 10; ++i)
        {
          sum += weight(y, j) * weight(x, i) * maximum[j * 10 + i];
          weights += weight(y, j) * weight(x, i);
        }
      }
      means.push_back(sum / weights);
    }
  }
  std::vector<double> sorted = means;
  std::sort(sorted.begin(), sorted.end());
  const double dark = sorted[0];    // the 1st percentile of 24 values
  const double bright = sorted[22]; // floor(.998 * 23)
  for (int i = 0; i < 24; ++i)
  {
    const double expected = std::clamp(255.0 * (means[i] - dark) / (bright - dark), 0.0, 255.0);
    EXPECT_NEAR(picture->GetBufferPointer()[i][0], expected, 0.51) << i;
  }
  EXPECT_EQ(pen::GrayMaximumProjection(stack, 11)->GetLargestPossibleRegion().GetSize(0), 10u);
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

TEST(DrawOutlines, FollowsALargerOrSmallerPicture)
{
  const auto larger = pen::PictureImage::New();
  larger->SetRegions(itk::Size<2>{ { 30, 30 } });
  larger->Allocate(true);
  pen::DrawOutlines(OneSquareCell(3, 2, 5), larger);
  // 15 x 15 pixels from (6, 6) on: the rim has 4 x 14.
  EXPECT_EQ(CountColoured(larger), 56u);
  EXPECT_NE(larger->GetPixel({ { 20, 20 } }), larger->GetPixel({ { 21, 21 } }));
  const auto smaller = pen::PictureImage::New();
  smaller->SetRegions(itk::Size<2>{ { 5, 5 } });
  smaller->Allocate(true);
  pen::DrawOutlines(OneSquareCell(3, 2, 6), smaller);
  EXPECT_EQ(CountColoured(smaller), 8u);
}

TEST(DrawDepthOutlines, DepthDecidesTheColour)
{
  const auto stack = itk::ImageBase<3>::New();
  stack->SetRegions(itk::Size<3>{ { 10, 10, 11 } });
  const auto colourAt = [&](double depth)
  {
    const pen::PictureImage::Pointer picture = BlackPicture();
    const auto cells = OneSquareCell(3, 2, 5);
    cells->GetNthLabelObject(0)->SetDepth(depth);
    pen::DrawDepthOutlines(cells, stack, picture);
    return picture->GetPixel({ { 2, 2 } });
  };
  EXPECT_GT(colourAt(0.0)[0], 200);
  EXPECT_LT(colourAt(0.0)[2], 60);
  EXPECT_GT(colourAt(10.0)[2], 200);
  EXPECT_LT(colourAt(10.0)[1], 60);
  EXPECT_EQ(colourAt(-5.0), colourAt(0.0));
  EXPECT_NE(colourAt(4.0), colourAt(6.0));
}

TEST(UsualPictureWidth, IsTheStacksUpTo16MillionPixels)
{
  EXPECT_EQ(pen::UsualPictureWidth(5613, 2773), 5613u);
  EXPECT_EQ(pen::UsualPictureWidth(4096, 4096), 4096u);
  EXPECT_EQ(pen::UsualPictureWidth(8192, 8192), 4096u);
  EXPECT_EQ(pen::UsualPictureWidth(40000, 10000), 8192u);
  EXPECT_EQ(pen::UsualPictureWidth(1, 1u << 30), 1u);
  EXPECT_EQ(pen::UsualPictureWidth(70000, 2), 70000u);
}

TEST(Resized, IsLinearWhereItGrowsAndSmoothWhereItShrinks)
{
  const auto picture = pen::PictureImage::New();
  picture->SetRegions(itk::Size<2>{ { 4, 2 } });
  picture->SetSpacing(Square(3.0));
  picture->Allocate();
  for (int i = 0; i < 8; ++i)
  {
    picture->GetBufferPointer()[i].Fill(static_cast<unsigned char>(20 * i));
  }
  const auto half = pen::Resized(picture, 2);
  EXPECT_EQ(half->GetLargestPossibleRegion().GetSize(), (itk::Size<2>{ { 2, 1 } }));
  // Columns 0, 1 and 2 weigh 3, 3 and 1, and both rows the same: (20 * 3 + 40) / 7 + 40.
  EXPECT_EQ(half->GetPixel({ { 0, 0 } })[0], 54);
  EXPECT_DOUBLE_EQ(half->GetSpacing()[0], 6.0);
  const auto twice = pen::Resized(picture, 8);
  EXPECT_EQ(twice->GetLargestPossibleRegion().GetSize(), (itk::Size<2>{ { 8, 4 } }));
  EXPECT_EQ(twice->GetPixel({ { 0, 0 } })[0], 0);
  EXPECT_EQ(twice->GetPixel({ { 1, 0 } })[0], 5);
  EXPECT_EQ(twice->GetPixel({ { 2, 0 } })[0], 15);
  EXPECT_EQ(twice->GetPixel({ { 7, 3 } })[0], 140);
  EXPECT_TRUE(std::equal(picture->GetBufferPointer(), picture->GetBufferPointer() + 8,
                         pen::Resized(picture, 4)->GetBufferPointer()));
}

TEST(SideBySide, KeepsBothPicturesWhole)
{
  const auto left = BlackPicture();
  const auto right = pen::Resized(BlackPicture(), 6);
  const auto both = pen::SideBySide(left, right);
  EXPECT_EQ(both->GetLargestPossibleRegion().GetSize(), (itk::Size<2>{ { 24, 10 } }));
  EXPECT_EQ(both->GetPixel({ { 9, 9 } })[0], 0);
  EXPECT_EQ(both->GetPixel({ { 12, 5 } })[0], 255);
  EXPECT_EQ(both->GetPixel({ { 18, 5 } })[0], 0);
  EXPECT_EQ(both->GetPixel({ { 18, 6 } })[0], 255);
}

TEST(DrawScaleBar, IsAsLongAsItSays)
{
  const auto picture = pen::PictureImage::New();
  picture->SetRegions(itk::Size<2>{ { 300, 200 } });
  picture->SetSpacing(Square(0.5));
  picture->Allocate(true);
  pen::DrawScaleBar(picture);
  // A fifth of 150 um is 30; 20 um are 40 pixels, 3 high, 6 from the corner.
  EXPECT_EQ(picture->GetPixel({ { 293, 193 } })[0], 255);
  EXPECT_EQ(picture->GetPixel({ { 254, 191 } })[0], 255);
  EXPECT_EQ(picture->GetPixel({ { 253, 192 } })[0], 0);
  EXPECT_EQ(picture->GetPixel({ { 294, 192 } })[0], 0);
  const auto small = BlackPicture();
  pen::DrawScaleBar(small);
  EXPECT_TRUE(std::all_of(small->GetBufferPointer(), small->GetBufferPointer() + 100,
                          [](const Pixel & pixel) { return pixel[0] == 0; }));
}
