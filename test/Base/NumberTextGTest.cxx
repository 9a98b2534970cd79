// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/NumberText.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

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

TEST(RoundedNumberText, HasSixDigitsOrFourDecimals)
{
  const std::pair<double, const char *> texts[] = {
    { 0.0, "0" },
    { -0.0, "0" },
    { 61.88822385861562, "61.8882" },
    { 99.99999999, "100" },
    { 100.00001, "100" },
    { 1234.56789, "1234.5679" },
    { -1234.5, "-1234.5" },
    { 0.0123456789, "0.0123457" },
    { 5.38e-7, "5.38e-07" },
    { 41.0, "41" },
    { 20000000.0, "20000000" },
    { 123456789012.3456789, "123456789012.3457" },
    { 1e12, "1000000000000" },
    { 4294967295.0, "4294967295" },
  };
  for (const auto & [value, text] : texts)
  {
    EXPECT_EQ(itk::PenCore::RoundedNumberText(value), text);
  }
  EXPECT_EQ(itk::PenCore::RoundedNumberText(std::numeric_limits<double>::quiet_NaN()), "");
  EXPECT_EQ(itk::PenCore::RoundedNumberText(-std::numeric_limits<double>::infinity()), "");
}

TEST(NumberOfText, AWholeTextIsADecimalNumberOrNone)
{
  EXPECT_EQ(NumberOfText("-12.5"), -12.5);
  EXPECT_EQ(NumberOfText("+.5"), 0.5);
  EXPECT_EQ(NumberOfText(" -2e-3\n"), -0.002);
  EXPECT_EQ(NumberOfText("7"), 7.0);
  for (const char * text : { "", " ", "1,5", "1.000,5", "7 mm", "0x1", "inf", "nan", "1e999", "+-1", "--1", "+", "1f",
                             "one", "1.2.3", "1 2" })
  {
    EXPECT_FALSE(NumberOfText(text)) << text;
  }
}
