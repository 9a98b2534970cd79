// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/OmeMetadata.h"

#include <gtest/gtest.h>

namespace
{
std::string
OmeXml(const std::string & pixelAttributes)
{
  return R"(<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">)"
         R"(<Image ID="Image:0"><Pixels ID="Pixels:0" )" +
         pixelAttributes + "><TiffData/></Pixels></Image></OME>";
}

using Pixels = std::optional<itk::PenCore::OmePixels>;

// Of the only image; empty where the text is not OME-XML, is damaged or has another number of images.
Pixels
PixelsOf(const std::string & text)
{
  const auto document = itk::PenCore::ParseOme(text);
  return document && document->problem.empty() && document->images.size() == 1 ? Pixels(document->images.front())
                                                                               : std::nullopt;
}
} // namespace

TEST(OmeMetadata, SizesWithoutUnitAreMicrometres)
{
  const auto pixels = PixelsOf(OmeXml(R"(PhysicalSizeX="0.538" PhysicalSizeY="0.54" PhysicalSizeZ="10.0")"));
  ASSERT_TRUE(pixels);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[0], 0.538);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[1], 0.54);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[2], 10.0);
  EXPECT_EQ(pixels->channels, 1u);
  EXPECT_EQ(pixels->timePoints, 1u);
}

TEST(OmeMetadata, UnitsAreConvertedToMicrometres)
{
  const auto pixels =
    PixelsOf(OmeXml(R"(PhysicalSizeX="538" PhysicalSizeXUnit="nm" PhysicalSizeY="0.00054" PhysicalSizeYUnit="mm" )"
                    R"(PhysicalSizeZ="1e-5" PhysicalSizeZUnit="m" SizeC="2" SizeT="7")"));
  ASSERT_TRUE(pixels);
  EXPECT_NEAR(*pixels->physicalSize[0], 0.538, 1e-12);
  EXPECT_NEAR(*pixels->physicalSize[1], 0.54, 1e-12);
  EXPECT_NEAR(*pixels->physicalSize[2], 10.0, 1e-12);
  EXPECT_EQ(pixels->channels, 2u);
  EXPECT_EQ(pixels->timePoints, 7u);
}

TEST(OmeMetadata, MicroSignIsUnderstoodAsCharacterAndAsEntity)
{
  const auto pixels = PixelsOf(
    OmeXml("PhysicalSizeX=\"2\" PhysicalSizeXUnit=\"\xC2\xB5m\" PhysicalSizeY=\"3\" PhysicalSizeYUnit=\"&#181;m\" "
           "PhysicalSizeZ=\"4\" PhysicalSizeZUnit=\"&#956;m\""));
  ASSERT_TRUE(pixels);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[0], 2.0);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[1], 3.0);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[2], 4.0);
}

TEST(OmeMetadata, SizesThatAreNoLengthStayUnknown)
{
  const auto pixels = PixelsOf(OmeXml(R"(PhysicalSizeX="1" PhysicalSizeXUnit="pixel" PhysicalSizeY="0")"));
  ASSERT_TRUE(pixels);
  EXPECT_FALSE(pixels->physicalSize[0]);
  EXPECT_FALSE(pixels->physicalSize[1]);
  EXPECT_FALSE(pixels->physicalSize[2]);
}

TEST(OmeMetadata, NamespacePrefixMakesNoDifference)
{
  const auto pixels = PixelsOf(R"(<ome:OME xmlns:ome="x"><ome:Pixels PhysicalSizeX="2"/></ome:OME>)");
  ASSERT_TRUE(pixels);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[0], 2.0);
}

TEST(OmeMetadata, OtherDescriptionsAreNotTakenForOme)
{
  EXPECT_FALSE(itk::PenCore::ParseOme(""));
  EXPECT_FALSE(itk::PenCore::ParseOme("ImageJ=1.53t\nimages=20\nslices=20\n"));
  EXPECT_FALSE(itk::PenCore::ParseOme("<MetaData><PlaneInfo/></MetaData>"));
}

TEST(OmeMetadata, EveryLengthOfTheSchemaIsOne)
{
  // um in each unit, from the International System's prefixes and the definitions of inch, astronomical unit, light
  // year and parsec.
  const std::vector<std::pair<std::string, double>> units{ { "Ym", 1e30 },
                                                           { "Zm", 1e27 },
                                                           { "Em", 1e24 },
                                                           { "Pm", 1e21 },
                                                           { "Tm", 1e18 },
                                                           { "Gm", 1e15 },
                                                           { "Mm", 1e12 },
                                                           { "km", 1e9 },
                                                           { "hm", 1e8 },
                                                           { "dam", 1e7 },
                                                           { "m", 1e6 },
                                                           { "dm", 1e5 },
                                                           { "cm", 1e4 },
                                                           { "mm", 1e3 },
                                                           { "\xC2\xB5m", 1.0 },
                                                           { "nm", 1e-3 },
                                                           { "pm", 1e-6 },
                                                           { "fm", 1e-9 },
                                                           { "am", 1e-12 },
                                                           { "zm", 1e-15 },
                                                           { "ym", 1e-18 },
                                                           { "\xC3\x85", 1e-4 },
                                                           { "thou", 25.4 },
                                                           { "li", 25400.0 / 12.0 },
                                                           { "in", 25400.0 },
                                                           { "ft", 304800.0 },
                                                           { "yd", 914400.0 },
                                                           { "mi", 1.609344e9 },
                                                           { "pt", 25400.0 / 72.0 },
                                                           { "ua", 1.495978707e17 },
                                                           { "ly", 9.4607304725808e21 },
                                                           { "pc", 3.0856775814913673e22 } };
  for (const auto & [unit, micrometres] : units)
  {
    const auto pixels = PixelsOf(OmeXml("PhysicalSizeX=\"2\" PhysicalSizeXUnit=\"" + unit + '"'));
    ASSERT_TRUE(pixels) << unit;
    ASSERT_TRUE(pixels->physicalSize[0]) << unit;
    EXPECT_NEAR(*pixels->physicalSize[0], 2.0 * micrometres, 1e-12 * micrometres) << unit;
  }
  for (const char * unit : { "pixel", "reference frame", "", "MM" })
  {
    EXPECT_FALSE(
      PixelsOf(OmeXml(std::string("PhysicalSizeX=\"2\" PhysicalSizeXUnit=\"") + unit + '"'))->physicalSize[0])
      << unit;
  }
}

TEST(OmeMetadata, WhatIsNoPositiveNumberIsNoSize)
{
  for (const char * size : { "1,25", "nan", "NaN", "inf", "INF", "0", "-0.5", "", "0.5um", "1e999" })
  {
    EXPECT_FALSE(PixelsOf(OmeXml(std::string("PhysicalSizeX=\"") + size + '"'))->physicalSize[0]) << size;
  }
  EXPECT_EQ(*PixelsOf(OmeXml(R"(PhysicalSizeX=" 5e-1 ")"))->physicalSize[0], 0.5);
}

TEST(OmeMetadata, EncodingAndBlanksBeforeTheTextMakeNoDifference)
{
  const std::string body = "<OME><Image><Pixels SizeC=\"2\" PhysicalSizeX=\"2\" PhysicalSizeXUnit=\"";
  const std::string end = "\"/></Image></OME>";
  const std::string latin = body + "\xB5m" + end;
  const std::string utf8 = body + "\xC2\xB5m" + end;
  for (const std::string & text : { latin, utf8, "\n" + latin, "\r\n  " + utf8, "\xEF\xBB\xBF" + utf8,
                                    "\xEF\xBB\xBF\n" + latin, R"(<?xml version="1.0" encoding="UTF-8"?>)" + latin,
                                    "\n"
                                    R"(<?xml version="1.0" encoding="UTF-16"?>)" +
                                      utf8,
                                    utf8 + "\n\n", utf8 + "trailing" })
  {
    const auto pixels = PixelsOf(text);
    ASSERT_TRUE(pixels) << text;
    EXPECT_EQ(pixels->channels, 2u) << text;
    ASSERT_TRUE(pixels->physicalSize[0]) << text;
    EXPECT_EQ(*pixels->physicalSize[0], 2.0) << text;
  }
}

TEST(OmeMetadata, DamagedTextsAreDocumentsWithAProblem)
{
  const std::string whole = OmeXml(R"(SizeZ="3")");
  for (const std::string & text :
       { whole.substr(0, whole.size() - 20), whole.substr(0, 100), std::string("<OME><Image Name=\"a & b\"/></OME>"),
         std::string("<OME><Pixels></OME>") })
  {
    const auto document = itk::PenCore::ParseOme(text);
    ASSERT_TRUE(document) << text;
    EXPECT_EQ(document->problem.find("the OME-XML is damaged in line 1 ("), 0u) << document->problem;
  }
}

TEST(OmeMetadata, PixelsOfAnnotationsAreNoImages)
{
  const auto document = itk::PenCore::ParseOme(
    R"(<OME UUID="urn:uuid:AB"><Image><Pixels SizeZ="3"><TiffData IFD="x"><UUID FileName="a.tif">urn:uuid:CD</UUID>)"
    R"(</TiffData></Pixels></Image><StructuredAnnotations><XMLAnnotation><Value><Pixels SizeZ="9"><TiffData/></Pixels>)"
    R"(<TiffData><UUID>no</UUID></TiffData></Value></XMLAnnotation></StructuredAnnotations></OME>)");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->problem, "");
  EXPECT_EQ(document->uuid, "ab");
  ASSERT_EQ(document->images.size(), 1u);
  ASSERT_EQ(document->images[0].tiffData.size(), 1u);
  const auto & data = document->images[0].tiffData[0];
  EXPECT_EQ(data.uuid, "cd");
  EXPECT_EQ(data.fileName, "a.tif");
  EXPECT_EQ(*data.directory, itk::PenCore::NoIndex);
}
