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
} // namespace

TEST(OmeMetadata, SizesWithoutUnitAreMicrometres)
{
  const auto pixels =
    itk::PenCore::ParseOmePixels(OmeXml(R"(PhysicalSizeX="0.538" PhysicalSizeY="0.54" PhysicalSizeZ="10.0")"));
  ASSERT_TRUE(pixels);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[0], 0.538);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[1], 0.54);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[2], 10.0);
  EXPECT_EQ(pixels->channels, 1u);
  EXPECT_EQ(pixels->timePoints, 1u);
}

TEST(OmeMetadata, UnitsAreConvertedToMicrometres)
{
  const auto pixels = itk::PenCore::ParseOmePixels(
    OmeXml(R"(PhysicalSizeX="538" PhysicalSizeXUnit="nm" PhysicalSizeY="0.00054" PhysicalSizeYUnit="mm" )"
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
  const auto pixels = itk::PenCore::ParseOmePixels(
    OmeXml("PhysicalSizeX=\"2\" PhysicalSizeXUnit=\"\xC2\xB5m\" PhysicalSizeY=\"3\" PhysicalSizeYUnit=\"&#181;m\" "
           "PhysicalSizeZ=\"4\" PhysicalSizeZUnit=\"&#956;m\""));
  ASSERT_TRUE(pixels);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[0], 2.0);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[1], 3.0);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[2], 4.0);
}

TEST(OmeMetadata, SizesThatAreNoLengthStayUnknown)
{
  const auto pixels =
    itk::PenCore::ParseOmePixels(OmeXml(R"(PhysicalSizeX="1" PhysicalSizeXUnit="pixel" PhysicalSizeY="0")"));
  ASSERT_TRUE(pixels);
  EXPECT_FALSE(pixels->physicalSize[0]);
  EXPECT_FALSE(pixels->physicalSize[1]);
  EXPECT_FALSE(pixels->physicalSize[2]);
}

TEST(OmeMetadata, NamespacePrefixMakesNoDifference)
{
  const auto pixels =
    itk::PenCore::ParseOmePixels(R"(<ome:OME xmlns:ome="x"><ome:Pixels PhysicalSizeX="2"/></ome:OME>)");
  ASSERT_TRUE(pixels);
  EXPECT_DOUBLE_EQ(*pixels->physicalSize[0], 2.0);
}

TEST(OmeMetadata, OtherDescriptionsAreNotTakenForOme)
{
  EXPECT_FALSE(itk::PenCore::ParseOmePixels(""));
  EXPECT_FALSE(itk::PenCore::ParseOmePixels("ImageJ=1.53t\nimages=20\nslices=20\n"));
  EXPECT_FALSE(itk::PenCore::ParseOmePixels("<OME><Image/></OME>"));
}
