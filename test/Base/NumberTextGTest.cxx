// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/NumberText.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

using itk::PenCore::NumberOfText;
using itk::PenCore::NumberText;

TEST(NumberText, HasTheDigitsThatItNeedsAndNoMore)
{
  EXPECT_EQ(NumberText(12.5), "12.5");
  EXPECT_EQ(NumberText(0.0), "0");
  EXPECT_EQ(NumberText(0.1), "0.1");
  EXPECT_EQ(NumberText(-3.0), "-3");
  EXPECT_EQ(NumberText(0.1 + 0.2), "0.30000000000000004");
  for (const double value : { 1.0 / 3.0, std::sqrt(2.0), 1e-300, std::numeric_limits<double>::denorm_min(),
                              std::numeric_limits<double>::max() })
  {
    EXPECT_EQ(std::strtod(NumberText(value).c_str(), nullptr), value);
  }
}

TEST(NumberText, PlacesThePointAsPrintfDoes)
{
  EXPECT_EQ(NumberText(1234567.0), "1234567");
  EXPECT_EQ(NumberText(1e9), "1e+09");
  EXPECT_EQ(NumberText(123456789.5), "123456789.5");
  EXPECT_EQ(NumberText(1e-5), "1e-05");
  EXPECT_EQ(NumberText(0.33f), "0.33000001311302185");
}

TEST(NumberText, AWholeTextIsANumberOrNone)
{
  EXPECT_EQ(NumberOfText("1.25"), 1.25);
  EXPECT_EQ(NumberOfText(" -2e-3\n"), -0.002);
  EXPECT_EQ(NumberOfText("7"), 7.0);
  for (const char * text : { "", " ", "1,25", "1.000,5", "7 mm", "nan", "inf", "1e999", "one", "0x10", "1.2.3" })
  {
    EXPECT_FALSE(NumberOfText(text)) << text;
  }
}
