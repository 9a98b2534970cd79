// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/DelimitedTable.h"

#include "ProjectionEnhancement/Base/NumberText.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

using itk::PenCore::DelimitedField;
using itk::PenCore::DelimitedTable;
using pen_test::MessageOf;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

namespace
{
class Delimited : public testing::Test
{
protected:
  DelimitedTable
  Read(const std::string & text) const
  {
    WriteText(m_Path, text);
    return DelimitedTable(m_Path);
  }

  // What is wrong with a text, without the file's name.
  std::string
  FaultOf(const std::string & text, const std::string & column = "label") const
  {
    const std::string message = MessageOf(
      [&]
      {
        const DelimitedTable table = this->Read(text);
        for (std::size_t row = 0; row < table.GetNumberOfRows(); ++row)
        {
          table.GetNumber(row, table.GetColumn(column));
        }
      });
    const std::string end = ": " + m_Path;
    EXPECT_TRUE(message.size() > end.size() && message.substr(message.size() - end.size()) == end) << message;
    return message.substr(0, message.size() - std::min(message.size(), end.size()));
  }

  TemporaryFolder m_Folder;
  std::string m_Path{ m_Folder / "table.csv" };
};
} // namespace

TEST_F(Delimited, WhatOtherProgramsWriteIsRead)
{
  const std::pair<const char *, std::string> texts[] = {
    { "plain", "label,layer,approx_z\n1,0,3\n2,0,4.5\n" },
    { "no end of the last line", "label,layer,approx_z\n1,0,3\n2,0,4.5" },
    { "Excel, UTF-8", "\xEF\xBB\xBFlabel,layer,approx_z\r\n1,0,3\r\n2,0,4.5\r\n" },
    { "Excel where a comma is the decimal sign", "\xEF\xBB\xBFlabel;layer;approx_z\r\n1;0;3\r\n2;0;4.5\r\n" },
    { "Excel's word for the separator", "sep=;\r\nlabel;layer;approx_z\r\n1;0;3\r\n2;0;4.5\r\n" },
    { "R's write.csv", "\"\",\"label\",\"layer\",\"approx_z\"\n\"1\",1,0,3\n\"2\",2,0,4.5\n" },
    { "all quoted", "\"label\",\"layer\",\"approx_z\"\r\n\"1\",\"0\",\"3\"\r\n\"2\",\"0\",\"4.5\"\r\n" },
    { "tabs", "label\tlayer\tapprox_z\n1\t0\t3\n2\t0\t4.5\n" },
    { "ends of lines of old", "label,layer,approx_z\r1,0,3\r2,0,4.5\r" },
    { "blank lines", "\n\nlabel,layer,approx_z\n\n1,0,3\n   \n,,\n2,0,4.5\n\n" },
    { "blank columns", "label,layer,approx_z,,\n1,0,3,,\n2,0,4.5\n" },
    { "spaces", " label , layer , approx_z\n 1 , 0 , 3\n 2 , 0 , \" 4.5 \"\n" },
    { "columns in another order", "approx_z,note,label\n3,,1\n4.5,\"a, \"\"b\"\"\nc\",2\n" },
    { "separators within quoted names", "label;\"x, y, z, t\";approx_z\n1;;3\n2;;4.5\n" },
    { "other forms of numbers", "label,approx_z\n1.0,+3\n2e0,45E-1\n" },
  };
  for (const auto & [name, text] : texts)
  {
    const DelimitedTable table = this->Read(text);
    ASSERT_EQ(table.GetNumberOfRows(), 2u) << name;
    const std::size_t label = table.GetColumn("label");
    const std::size_t depth = table.GetColumn("approx_z");
    EXPECT_EQ(table.GetLabel(0, label), 1u) << name;
    EXPECT_EQ(table.GetLabel(1, label), 2u) << name;
    EXPECT_EQ(table.GetNumber(0, depth), 3.0) << name;
    EXPECT_EQ(table.GetNumber(1, depth), 4.5) << name;
    EXPECT_FALSE(table.HasColumn("z")) << name;
  }
}

TEST_F(Delimited, QuotesHoldWhatElseEndsAFieldOrARow)
{
  const DelimitedTable table =
    this->Read("name,label\r\n\"a, b\",1\r\n\"say \"\"a\"\"\",2\r\n\"two\r\nlines\",3\n,4\n");
  ASSERT_EQ(table.GetNumberOfRows(), 4u);
  EXPECT_EQ(table.GetText(0, 0), "a, b");
  EXPECT_EQ(table.GetText(1, 0), "say \"a\"");
  EXPECT_EQ(table.GetText(2, 0), "two\r\nlines");
  EXPECT_EQ(table.GetText(3, 0), "");
  EXPECT_EQ(table.GetLine(2), 4u);
  EXPECT_EQ(table.GetLine(3), 6u);
}

TEST_F(Delimited, FieldsComeBackAsTheyWereWritten)
{
  const std::vector<std::string> texts{ "plain",     "a,b",      "say \"a\"", "two\nlines", "a;b", "\"",
                                        "\xC2\xB5m", " spaces ", "" };
  std::string text = "text,label\n";
  for (const std::string & field : texts)
  {
    text += DelimitedField(field) + ",1\n";
  }
  const DelimitedTable table = this->Read(text);
  ASSERT_EQ(table.GetNumberOfRows(), texts.size());
  for (std::size_t row = 0; row < texts.size(); ++row)
  {
    EXPECT_EQ(table.GetText(row, 0), texts[row]);
  }
  EXPECT_EQ(DelimitedField("plain name.tif"), "plain name.tif");
  EXPECT_EQ(DelimitedField("a,\"b\""), "\"a,\"\"b\"\"\"");
}

TEST_F(Delimited, NothingButAWholeDecimalNumberIsANumber)
{
  for (const std::string field :
       { "", "x", "1x", "0x10", "nan", "inf", "-inf", "1e999", "1 2", "+-1", "+", "1.2.3", "1_000", "\xD9\xA1", "1e" })
  {
    EXPECT_EQ(this->FaultOf("note,label\n,7\nx,\"" + field + "\"\nend,9\n"),
              field.empty() ? "line 3 of the table has no number in column label"
                            : "line 3 of the table has no number in column label, but \"" + field + '"');
  }
  EXPECT_EQ(this->FaultOf("label;z\n1;2,5\n", "z"), "line 2 of the table has no number in column z, but \"2,5\"");
}

TEST_F(Delimited, FaultsAreToldWithTheirLine)
{
  EXPECT_EQ(this->FaultOf(""), "the table is empty");
  EXPECT_EQ(this->FaultOf("\n\n , \n"), "the table is empty");
  EXPECT_EQ(this->FaultOf("name,z\na,1\n"), "the table has no column label");
  EXPECT_EQ(this->FaultOf("label,z,label\n1,1,2\n"), "the table has two columns label");
  // A decimal comma where commas separate, and row names without a name of their own, would move columns.
  EXPECT_EQ(this->FaultOf("label,z\n1,2\n2,3,5\n"), "line 3 of the table has 3 fields, but there are names for 2");
  EXPECT_EQ(this->FaultOf("label,z\n1,\"2\n"), "line 2 of the table has a quote that is not closed");
  EXPECT_EQ(this->FaultOf("label,z\n\n1,2\"3\n"),
            "line 3 of the table has a quote that neither begins nor ends a field");
  EXPECT_EQ(this->FaultOf(std::string("\xFF\xFEl\0a\0", 6)), "the table is in UTF-16, save it as CSV in UTF-8");
  EXPECT_EQ(this->FaultOf(std::string("label\n\0\n", 8)), "this is no table of text");
  const std::string absent = m_Folder / "absent.csv";
  EXPECT_EQ(MessageOf([&] { const DelimitedTable table(absent); }), "cannot open the table: " + absent);
  for (const std::string label : { "0", "-1", "1.5", "4294967296" })
  {
    const DelimitedTable table = this->Read("label\n" + label + "\n");
    EXPECT_EQ(MessageOf([&] { table.GetLabel(0, 0); }),
              "line 2 of the table has a label that is no whole number from 1 to 2^32 - 1: " + m_Path);
  }
  EXPECT_EQ(this->Read("label\n4294967295\n").GetLabel(0, 0), 4294967295u);
}
