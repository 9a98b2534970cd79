// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/OmeTiffWriter.h"
#include "Formats/TestStack.h"
#include "itkTIFFImageIO.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

using pen_test::FlatPages;
using pen_test::HandMadeTiff;
using pen_test::Image;
using pen_test::MessageOf;
using pen_test::OmeXml;
using pen_test::ReadStack;
using pen_test::Slices;
using pen_test::Stack;
using pen_test::TemporaryFolder;
using pen_test::Values;
using pen_test::WriteText;

namespace
{
HandMadeTiff
Tiff(std::size_t pages, const std::string & description, double pixelsPerUnit = 0.0)
{
  HandMadeTiff tiff;
  tiff.pages = FlatPages(pages, 2);
  tiff.description = description;
  tiff.pixelsPerUnit = pixelsPerUnit;
  return tiff;
}

class TiffStack : public testing::Test
{
protected:
  std::string
  Write(const HandMadeTiff & tiff)
  {
    WriteText(m_Path, tiff.Bytes());
    return m_Path;
  }

  std::string
  MessageFor(const HandMadeTiff & tiff, unsigned int channel = 0, unsigned int frame = 0)
  {
    Write(tiff);
    const std::string message = MessageOf([&] { ReadStack(m_Path, channel, frame); });
    EXPECT_EQ(message.find('\n'), std::string::npos);
    const std::string end = ": " + m_Path;
    return message.size() > end.size() ? message.substr(0, message.size() - end.size()) : message;
  }

  TemporaryFolder m_Folder;
  std::string m_Path = m_Folder / "stack.tif";
};
} // namespace

TEST_F(TiffStack, PlainPagesAreSlicesOfUnknownSpacing)
{
  const Stack stack = ReadStack(Write(Tiff(3, "")));
  EXPECT_EQ(stack.image->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 2, 1, 3 } }));
  EXPECT_EQ(Slices(stack), (Values{ 1, 2, 3 }));
  EXPECT_EQ(stack.componentType, itk::IOComponentEnum::UCHAR);
  EXPECT_FALSE(stack.spacingIsKnown);
}

TEST_F(TiffStack, BigTiffIsRead)
{
  HandMadeTiff tiff = Tiff(3, OmeXml(R"(SizeX="2" SizeY="1" SizeZ="3")"));
  tiff.isBig = true;
  EXPECT_EQ(Slices(ReadStack(Write(tiff))), (Values{ 1, 2, 3 }));
}

TEST_F(TiffStack, PixelTypesAreReadByTheirBits)
{
  HandMadeTiff tiff = Tiff(2, "");
  tiff.bits = 32;
  tiff.sampleFormat = 3;
  const float values[2] = { -1.5f, 1e6f };
  std::string page(sizeof(values), '\0');
  std::memcpy(&page[0], values, sizeof(values));
  tiff.pages = { page, page };
  const Stack floats = ReadStack(Write(tiff));
  EXPECT_EQ(floats.componentType, itk::IOComponentEnum::FLOAT);
  EXPECT_EQ(floats.image->GetPixel({ { 0, 0, 1 } }), -1.5f);
  EXPECT_EQ(floats.image->GetPixel({ { 1, 0, 1 } }), 1e6f);
  tiff.bits = 16;
  tiff.sampleFormat = 2;
  tiff.pages = { std::string("\xff\xff\x01\x02", 4), std::string("\0\x80\0\0", 4) };
  const Stack shorts = ReadStack(Write(tiff));
  EXPECT_EQ(shorts.componentType, itk::IOComponentEnum::SHORT);
  EXPECT_EQ(shorts.image->GetPixel({ { 0, 0, 0 } }), -1.0f);
  EXPECT_EQ(shorts.image->GetPixel({ { 1, 0, 0 } }), 513.0f);
  EXPECT_EQ(shorts.image->GetPixel({ { 0, 0, 1 } }), -32768.0f);
  tiff.bits = 12;
  EXPECT_EQ(MessageFor(tiff), "pixels of 12 bits and sample format 2 cannot be read");
}

TEST_F(TiffStack, OmeXmlTellsTheSpacing)
{
  const Stack stack = ReadStack(
    Write(Tiff(3, OmeXml(R"(PhysicalSizeX="538" PhysicalSizeXUnit="nm" PhysicalSizeY="0.54" PhysicalSizeZ="0.01" )"
                         R"(PhysicalSizeZUnit="mm")"))));
  EXPECT_EQ(Slices(stack), (Values{ 1, 2, 3 }));
  EXPECT_TRUE(stack.spacingIsKnown);
  EXPECT_NEAR(stack.image->GetSpacing()[0], 0.538, 1e-12);
  EXPECT_NEAR(stack.image->GetSpacing()[1], 0.54, 1e-12);
  EXPECT_NEAR(stack.image->GetSpacing()[2], 10.0, 1e-12);
  EXPECT_FALSE(ReadStack(Write(Tiff(3, OmeXml(R"(PhysicalSizeX="1" PhysicalSizeY="1")")))).spacingIsKnown);
}

TEST_F(TiffStack, DimensionOrderPlacesChannelsAndFrames)
{
  // Pages 1..12 of 2 slices, 3 channels and 2 frames; slice s, channel 2, frame 2 by hand.
  const std::string sizes = R"( SizeX="2" SizeY="1" SizeZ="2" SizeC="3" SizeT="2")";
  const std::vector<std::pair<std::string, Values>> cases{ { "XYZCT", { 9, 10 } }, { "XYCZT", { 8, 11 } },
                                                           { "XYZTC", { 7, 8 } },  { "XYTZC", { 6, 8 } },
                                                           { "XYCTZ", { 5, 11 } }, { "XYTCZ", { 4, 10 } } };
  for (const auto & [order, expected] : cases)
  {
    const HandMadeTiff tiff = Tiff(12, OmeXml("DimensionOrder=\"" + order + '"' + sizes));
    EXPECT_EQ(Slices(ReadStack(Write(tiff), 2, 2)), expected) << order;
  }
  EXPECT_EQ(MessageFor(Tiff(12, OmeXml("DimensionOrder=\"XYZZT\"" + sizes)), 1, 1),
            "the OME-XML has the dimension order XYZZT, which cannot be");
}

TEST_F(TiffStack, ChannelAndFrameMustBeChosenWhereThereAreSeveral)
{
  const HandMadeTiff tiff = Tiff(12, OmeXml(R"(SizeZ="2" SizeC="3" SizeT="2")"));
  const std::string counts = "the file holds 2 slices, 3 channels and 2 frames; ";
  EXPECT_EQ(MessageFor(tiff), counts + "SetChannel(N), N from 1 to 3, chooses one");
  EXPECT_EQ(MessageFor(tiff, 1), counts + "SetFrame(N), N from 1 to 2, chooses one");
  EXPECT_EQ(MessageFor(tiff, 4, 1), counts + "SetChannel(N), N from 1 to 3, chooses one, not 4");
  EXPECT_EQ(MessageFor(tiff, 3, 3), counts + "SetFrame(N), N from 1 to 2, chooses one, not 3");
  EXPECT_EQ(Slices(ReadStack(Write(Tiff(2, "")), 1, 1)), (Values{ 1, 2 }));
  EXPECT_EQ(MessageFor(Tiff(2, ""), 2),
            "the file holds 2 slices, 1 channels and 1 frames; SetChannel(N), N from 1 to 1, chooses one, not 2");
}

TEST_F(TiffStack, TiffDataSaysWherePlanesLie)
{
  const std::string sizes = R"(SizeZ="3" SizeC="2" DimensionOrder="XYZCT")";
  std::string planes;
  for (int i = 0; i < 6; ++i)
  {
    planes += "<TiffData IFD=\"" + std::to_string(5 - i) + "\" FirstZ=\"" + std::to_string(i % 3) + "\" FirstC=\"" +
              std::to_string(i / 3) + "\" PlaneCount=\"1\"/>";
  }
  EXPECT_EQ(Slices(ReadStack(Write(Tiff(6, OmeXml(sizes, planes))), 2)), (Values{ 3, 2, 1 }));
  const std::string second = R"(<TiffData IFD="4" FirstC="1" PlaneCount="2"/>)";
  EXPECT_EQ(MessageFor(Tiff(6, OmeXml(sizes, second)), 2), "slice 3 of the channel and frame has no page in this file");
  const std::string beyond = R"(<TiffData IFD="9" PlaneCount="6"/>)";
  EXPECT_EQ(MessageFor(Tiff(6, OmeXml(sizes, beyond)), 2), "slice 1 of the channel and frame has no page in this file");
  const std::string files = R"(<TiffData IFD="0"><UUID FileName="a.tif"/></TiffData>)"
                            R"(<TiffData IFD="0" FirstC="1"><UUID FileName="b.tif"/></TiffData>)";
  EXPECT_EQ(MessageFor(Tiff(6, OmeXml(sizes, files)), 2), "the OME-XML is of other files, such as a.tif");
}

TEST_F(TiffStack, DescriptionThatDoesNotFitThePagesIsTold)
{
  EXPECT_EQ(MessageFor(Tiff(3, OmeXml(R"(SizeZ="4")"))),
            "the description tells of 4 slices, 1 channels and 1 frames, but the file holds 3 pages");
  EXPECT_EQ(MessageFor(Tiff(5, OmeXml(R"(SizeC="2")")), 1),
            "the description tells of 2 slices, 2 channels and 1 frames, but the file holds 5 pages");
  EXPECT_EQ(MessageFor(Tiff(5, OmeXml(R"(SizeZ="none")"))),
            "the description tells of 0 slices, 1 channels and 1 frames, which cannot be");
  EXPECT_EQ(MessageFor(Tiff(5, OmeXml(R"(SizeZ="100000" SizeC="100000")"))),
            "the description tells of 100000 slices, 100000 channels and 1 frames, which cannot be");
  EXPECT_EQ(MessageFor(Tiff(5, OmeXml(R"(SizeX="3" SizeY="1" SizeZ="5")"))),
            "the OME-XML tells of 3 x 1 pixels, but the pages have 2 x 1");
  EXPECT_EQ(MessageFor(Tiff(5, "ImageJ=1.53t\nimages=4\nslices=4\n")),
            "the description tells of 4 slices, 1 channels and 1 frames, but the file holds 5 pages");
}

TEST_F(TiffStack, ImageJHyperstackRunsOverChannelsFirst)
{
  const std::string description =
    "ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\nunit=micron\nspacing=10.0\n";
  const Stack stack = ReadStack(Write(Tiff(12, description, 2.0)), 2, 2);
  EXPECT_EQ(Slices(stack), (Values{ 8, 10, 12 }));
  EXPECT_TRUE(stack.spacingIsKnown);
  EXPECT_NEAR(stack.image->GetSpacing()[0], 0.5, 1e-7);
  EXPECT_NEAR(stack.image->GetSpacing()[1], 0.5, 1e-7);
  EXPECT_DOUBLE_EQ(stack.image->GetSpacing()[2], 10.0);
}

TEST_F(TiffStack, ImageJUnitsBecomeMicrometres)
{
  const std::vector<std::pair<std::string, double>> units{ { "micron", 1.0 },   { "um", 1.0 },
                                                           { "\\u00B5m", 1.0 }, { "\xC2\xB5m", 1.0 },
                                                           { "nm", 1e-3 },      { "mm", 1e3 },
                                                           { "cm", 1e4 },       { "inch", 25400.0 } };
  for (const auto & [unit, micrometres] : units)
  {
    const Stack stack =
      ReadStack(Write(Tiff(2, "ImageJ=1.53t\nimages=2\nslices=2\nunit=" + unit + "\nspacing=3.0\n", 4.0)));
    EXPECT_TRUE(stack.spacingIsKnown) << unit;
    EXPECT_NEAR(stack.image->GetSpacing()[0], 0.25 * micrometres, 1e-6 * micrometres) << unit;
    EXPECT_NEAR(stack.image->GetSpacing()[2], 3.0 * micrometres, 1e-9 * micrometres) << unit;
  }
  for (const std::string lines :
       { "unit=pixel\nspacing=3.0\n", "spacing=3.0\n", "unit=um\n", "unit=um\nspacing=nan\n" })
  {
    EXPECT_FALSE(ReadStack(Write(Tiff(2, "ImageJ=1.53t\nimages=2\nslices=2\n" + lines, 4.0))).spacingIsKnown) << lines;
  }
}

TEST_F(TiffStack, ImageJStackOfUndescribedPagesIsRead)
{
  HandMadeTiff tiff = Tiff(4, "ImageJ=1.53t\nimages=4\nslices=4\n");
  tiff.onlyFirstPageIsDescribed = true;
  EXPECT_EQ(Slices(ReadStack(Write(tiff))), (Values{ 1, 2, 3, 4 }));
  tiff.description = "ImageJ=1.53t\nimages=4000\nslices=4000\n";
  EXPECT_EQ(MessageFor(tiff), "the description tells of 4000 pages, but the file holds 1");
}

TEST_F(TiffStack, PagesThatDifferAreTold)
{
  HandMadeTiff::Layout file = Tiff(3, "").Build();
  file.bytes[file.directories[1] + 8] = 1; // the second page's width
  WriteText(m_Path, file.bytes);
  EXPECT_EQ(MessageOf([&] { ReadStack(m_Path); }),
            "page 2 differs from the first one in size or pixel type: " + m_Path);
}

TEST_F(TiffStack, FileTooShortForItsPagesIsToldBeforeMemoryIsTaken)
{
  HandMadeTiff tiff = Tiff(2, "");
  tiff.width = 100000;
  tiff.height = 100000;
  const std::string message = MessageFor(tiff);
  EXPECT_EQ(message, "the file is too short for 2 pages of 100000 x 100000 pixels");
}

TEST_F(TiffStack, WhatIsWrittenReadsBackTheSame)
{
  for (const float value : { 255.0f, 65535.0f, 0.25f, -1.0f, 70000.0f })
  {
    const auto stack = pen_test::MakeRamp<Image>({ { 5, 4, 3 } }, 0.0f);
    stack->SetPixel({ { 2, 1, 1 } }, value);
    const double spacing[3] = { 0.538, 0.1 + 0.2, 10.0 };
    stack->SetSpacing(spacing);
    itk::PenCore::WriteOmeTiff(stack, true, m_Path);
    const Stack read = ReadStack(m_Path);
    EXPECT_TRUE(read.spacingIsKnown);
    EXPECT_EQ(read.image->GetSpacing(), stack->GetSpacing());
    EXPECT_EQ(read.componentType, value == 255.0f     ? itk::IOComponentEnum::UCHAR
                                  : value == 65535.0f ? itk::IOComponentEnum::USHORT
                                                      : itk::IOComponentEnum::FLOAT);
    EXPECT_TRUE(std::equal(stack->GetBufferPointer(), stack->GetBufferPointer() + 60, read.image->GetBufferPointer()));
  }
}

// ITK's own reader is the independent one here.
TEST_F(TiffStack, ITKReadsTheSameVoxels)
{
  const auto stack = pen_test::MakeRamp<Image>({ { 7, 5, 3 } }, 0.0f);
  itk::PenCore::WriteOmeTiff(stack, false, m_Path);
  const auto reader = itk::ImageFileReader<Image>::New();
  reader->SetImageIO(itk::TIFFImageIO::New());
  reader->SetFileName(m_Path);
  reader->Update();
  const Image::Pointer read = reader->GetOutput();
  ASSERT_EQ(read->GetLargestPossibleRegion().GetSize(), stack->GetLargestPossibleRegion().GetSize());
  EXPECT_TRUE(std::equal(stack->GetBufferPointer(), stack->GetBufferPointer() + 105, read->GetBufferPointer()));
  EXPECT_FALSE(ReadStack(m_Path).spacingIsKnown);
}
