// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Pictures/Png.h"
#include "Report/Report.h"
#include "Report/SegmentationResults.h"
#include "support/TestFiles.h"

#include "ProjectionEnhancement/Base/Threads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using pen_test::ReadText;
using pen_test::TemporaryFolder;

namespace
{
pen::PictureImage::Pointer
Gradient()
{
  const auto picture = pen::PictureImage::New();
  picture->SetRegions(itk::Size<2>{ { 13, 7 } });
  picture->Allocate();
  for (std::size_t i = 0; i < 13 * 7; ++i)
  {
    picture->GetBufferPointer()[i].Set(static_cast<unsigned char>(2 * i), static_cast<unsigned char>(255 - i), 30);
  }
  return picture;
}

std::size_t
CountOf(const std::string & text, const std::string & part)
{
  std::size_t count = 0;
  for (std::size_t place = text.find(part); place != std::string::npos; place = text.find(part, place + 1))
  {
    ++count;
  }
  return count;
}
} // namespace

TEST(Png, ItsBytesAreTheSamePixelsToITK)
{
  const TemporaryFolder folder;
  const auto picture = Gradient();
  pen_test::WriteText(folder / "picture.png", pen::PngBytes(picture));
  const auto read = pen_test::ReadImage<pen::PictureImage>(folder / "picture.png");
  ASSERT_EQ(read->GetLargestPossibleRegion().GetSize(), picture->GetLargestPossibleRegion().GetSize());
  EXPECT_TRUE(std::equal(picture->GetBufferPointer(), picture->GetBufferPointer() + 13 * 7, read->GetBufferPointer()));
}

TEST(Png, IsTheSameOnAnyNumberOfThreads)
{
  // More than one block, the last one not full, with spacings and pixels that do not repeat.
  const auto picture = pen::PictureImage::New();
  picture->SetRegions(itk::Size<2>{ { 901, 1203 } });
  const double spacing[] = { 0.538, 1.25 };
  picture->SetSpacing(spacing);
  picture->Allocate();
  std::mt19937 random(4);
  const auto pixels = picture->GetLargestPossibleRegion().GetNumberOfPixels();
  std::generate_n(picture->GetBufferPointer(), pixels,
                  [&]
                  {
                    pen::PictureImage::PixelType pixel;
                    pixel.Fill(static_cast<unsigned char>(random() % 64));
                    return pixel;
                  });
  const auto bytesOn = [&](unsigned int threads)
  {
    itk::PenCore::SetNumberOfThreads(threads);
    const std::string bytes = pen::PngBytes(picture);
    itk::PenCore::SetNumberOfThreads(0);
    return bytes;
  };
  const std::string bytes = bytesOn(1);
  EXPECT_EQ(bytesOn(3), bytes);
  EXPECT_LT(bytes.size(), pixels * 3 * 13 / 16) << "six of eight bits are needed";

  const TemporaryFolder folder;
  pen_test::WriteText(folder / "picture.png", bytes);
  const auto read = pen_test::ReadImage<pen::PictureImage>(folder / "picture.png");
  EXPECT_EQ(read->GetSpacing(), picture->GetSpacing());
  ASSERT_EQ(read->GetLargestPossibleRegion().GetSize(), picture->GetLargestPossibleRegion().GetSize());
  EXPECT_TRUE(std::equal(picture->GetBufferPointer(), picture->GetBufferPointer() + pixels, read->GetBufferPointer()));
}

TEST(Base64, IsThatOfTheStandard)
{
  // The vectors of RFC 4648, section 10.
  EXPECT_EQ(pen::Base64(""), "");
  EXPECT_EQ(pen::Base64("f"), "Zg==");
  EXPECT_EQ(pen::Base64("fo"), "Zm8=");
  EXPECT_EQ(pen::Base64("foo"), "Zm9v");
  EXPECT_EQ(pen::Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(pen::Base64("\xff\xfe"), "//4=");
}

TEST(Report, HoldsAllItShowsAndNothingElse)
{
  pen::Report report;
  report.title = "field <1> & 2";
  report.pictures.push_back({ "a \"picture\"", Gradient().GetPointer() });
  report.charts.push_back(pen::Histogram("Depth", "depth [um]", { 1.0, 2.0, 2.5 }));
  report.facts.push_back({ "Model", { { "model", "<script>" } } });
  report.details.emplace_back("Parameters", "tile=256");
  const std::string html = report.ToHtml();
  EXPECT_EQ(html.find("<!DOCTYPE html>"), 0u);
  EXPECT_NE(html.find("<h1>field &lt;1&gt; &amp; 2</h1>"), std::string::npos);
  EXPECT_NE(html.find("src=\"data:image/png;base64," + pen::Base64(pen::PngBytes(Gradient())) + "\""),
            std::string::npos);
  EXPECT_NE(html.find("alt=\"a &quot;picture&quot;\""), std::string::npos);
  EXPECT_NE(html.find("<td>&lt;script&gt;</td>"), std::string::npos);
  EXPECT_NE(html.find("<pre>tile=256</pre>"), std::string::npos);
  // No address but the name of SVG's namespace, which nobody loads; no script.
  EXPECT_EQ(CountOf(html, "http"), CountOf(html, "xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_EQ(CountOf(html, "<script"), 0u);
  for (const std::string tag : { "figure", "table", "tr", "td", "svg", "details", "div", "html", "body" })
  {
    EXPECT_EQ(CountOf(html, '<' + tag + '>') + CountOf(html, '<' + tag + ' '), CountOf(html, "</" + tag + '>')) << tag;
  }
}

TEST(Report, OfASegmentationCountsItsCells)
{
  pen::StackFile stack;
  stack.image = pen::StackImage::New();
  stack.image->SetRegions(itk::Size<3>{ { 60, 40, 5 } });
  stack.image->Allocate(true);
  const double spacing[3] = { 2.0, 2.0, 10.0 };
  stack.image->SetSpacing(spacing);
  stack.spacingIsKnown = true;
  const auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::Size<2>{ { 60, 40 } });
  cells->SetSpacing(spacing);
  for (unsigned int i = 0; i < 3; ++i)
  {
    const auto cell = itk::CellLabelMap::LabelObjectType::New();
    cell->SetLabel(i + 1);
    cell->SetDepth(10.0 * i);
    cell->SetChannel(i % 2);
    cell->AddLine({ { 5 + 3 * static_cast<itk::IndexValueType>(i) + (i == 2 ? 20 : 0), 10 } }, 5);
    cells->AddLabelObject(cell);
  }
  const pen::SegmentationResult result{ "field", stack, cells, nullptr, nullptr, nullptr, {}, {} };
  const pen::Report report = pen::ReportOfSegmentation(result);
  EXPECT_EQ(report.title, "field: 3 cells");
  EXPECT_EQ(report.pictures.size(), 2u);
  ASSERT_GE(report.facts.size(), 2u);
  using Rows = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(report.facts[0].rows, (Rows{ { "cells", "3" },
                                         { "in depth channel 0", "2" },
                                         { "in depth channel 1", "1" },
                                         { "that overlap another", "2" },
                                         { "depth, median and range", "10 (0 to 20) um" },
                                         { "area, median and range", "20 (20 to 20) um^2" } }));
  EXPECT_EQ(report.facts[1].rows, (Rows{ { "voxels", "60 x 40 x 5" }, { "voxel size", "2 x 2 x 10 um" } }));
}
