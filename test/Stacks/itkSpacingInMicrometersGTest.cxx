// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSpacingInMicrometers.h"

#include "itkImage.h"
#include "itkMetaDataDictionary.h"

#include <gtest/gtest.h>

#include <limits>

namespace
{
using Image = itk::Image<unsigned char, 3>;

Image::Pointer
MakeImage(double x, double y, double z, const itk::Size<3> & size = { { 1024, 731, 20 } })
{
  const auto image = Image::New();
  image->SetRegions(size);
  const double spacing[3] = { x, y, z };
  image->SetSpacing(spacing);
  return image;
}
} // namespace

TEST(SpacingInMicrometers, UnitsBecomeMicrometers)
{
  const std::vector<std::pair<std::string, double>> units{
    { "um", 1.0 }, { "Microns", 1.0 },  { "nm", 1e-3 }, { "mm", 1e3 },       { "cm", 1e4 },
    { "m", 1e6 },  { "inch", 25400.0 }, { "pm", 1e-6 }, { "\xC3\x85", 1e-4 }
  };
  for (const auto & [unit, micrometers] : units)
  {
    const auto image = MakeImage(2.0, 2.0, 4.0);
    itk::SetSpacingUnit(image, unit);
    EXPECT_EQ(itk::MicrometersPerSpacingUnit(image), micrometers) << unit;
    EXPECT_EQ(itk::SpacingInMicrometers(image)[2], 4.0 * micrometers) << unit;
    EXPECT_TRUE(itk::ConvertSpacingToMicrometers(image)) << unit;
    EXPECT_EQ(image->GetSpacing()[0], 2.0 * micrometers) << unit;
    EXPECT_EQ(itk::MicrometersPerSpacingUnit(image), 1.0) << unit;
  }
  EXPECT_THROW(itk::SetSpacingUnit(MakeImage(1, 1, 1), "parsecs"), itk::ExceptionObject);
}

TEST(SpacingInMicrometers, WhatIsNoLengthIsNotKnown)
{
  itk::MetaDataDictionary dictionary;
  for (const double z :
       { std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 0.0, -4.0 })
  {
    itk::Vector<double, 3> spacing(0.5);
    EXPECT_EQ(itk::MicrometersPerSpacingUnit(dictionary, spacing), 1.0);
    spacing[2] = z;
    EXPECT_EQ(itk::MicrometersPerSpacingUnit(dictionary, spacing), 0.0) << z;
  }
}

TEST(SpacingInMicrometers, DoubtNamesTheLengths)
{
  EXPECT_EQ(itk::DoubtAboutSpacing(MakeImage(0.538, 0.538, 10.0)), "");
  EXPECT_EQ(itk::DoubtAboutSpacing(MakeImage(3.25, 3.25, 30.0)), "");
  // um taken for mm, and for nm.
  EXPECT_EQ(itk::DoubtAboutSpacing(MakeImage(538.0, 538.0, 10000.0)), "a pixel of 538 x 538 um is larger than a cell");
  EXPECT_EQ(itk::DoubtAboutSpacing(MakeImage(0.0005, 0.0005, 0.01, { { 64, 48, 7 } })),
            "the field of 0.032 x 0.024 um is smaller than a cell");
  const auto millimeters = MakeImage(0.5, 0.5, 10.0);
  itk::SetSpacingUnit(millimeters, "mm");
  EXPECT_EQ(itk::DoubtAboutSpacing(millimeters), "a pixel of 500 x 500 um is larger than a cell");
  // What is not known cannot be doubted.
  itk::SetSpacingUnit(millimeters, "unknown");
  EXPECT_EQ(itk::DoubtAboutSpacing(millimeters), "");
}
