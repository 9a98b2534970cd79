// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/LearningRate.h"
#include "Report/TrainingLog.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace
{
using pen_test::ReadText;
using pen_test::TemporaryFolder;

std::uint64_t
Number(const std::string & bytes, std::size_t position, int count)
{
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i)
  {
    value = (value << 8) | static_cast<unsigned char>(bytes.at(position + static_cast<std::size_t>(i)));
  }
  return value;
}

// The data of each TFRecord, lengths and checksums verified.
std::vector<std::string>
RecordsOf(const std::string & file)
{
  const auto masked = [](const std::string & bytes)
  {
    const std::uint32_t crc = pen::Crc32c(bytes);
    return static_cast<std::uint32_t>(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
  };
  std::vector<std::string> records;
  for (std::size_t position = 0; position < file.size();)
  {
    const auto length = static_cast<std::size_t>(Number(file, position, 8));
    EXPECT_EQ(Number(file, position + 8, 4), masked(file.substr(position, 8)));
    records.push_back(file.substr(position + 12, length));
    EXPECT_EQ(Number(file, position + 12 + length, 4), masked(records.back()));
    position += length + 16;
  }
  return records;
}

pen::TrainingLogRow
RowOf(std::uint64_t step, double loss)
{
  pen::TrainingLogRow row;
  row.step = step;
  row.epoch = static_cast<double>(step) / 10.0 - 1.0;
  row.loss = loss;
  row.learningRate = 0.02;
  return row;
}
} // namespace

TEST(TensorBoard, ChecksumIsThePublishedOne)
{
  // The check value of CRC-32C, and RFC 3720's of 32 zero bytes.
  EXPECT_EQ(pen::Crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(pen::Crc32c(std::string(32, '\0')), 0x8A9136AAu);
}

TEST(TensorBoard, EventsHoldStepNameAndValue)
{
  const TemporaryFolder folder;
  pen::TensorBoardWriter(folder / "events").Write(300, 12.5, { { "loss", 0.75 } });
  const auto records = RecordsOf(ReadText(folder / "events/events.out.tfevents.0.pen-train"));
  ASSERT_EQ(records.size(), 2u);
  EXPECT_NE(records[0].find("\x1A\x0D"
                            "brain.Event:2"),
            std::string::npos);
  // Event: 1 wall time (double), 2 step (varint 300 = AC 02), 5 summary {1 value {1 tag, 2 float}}.
  const std::string expected("\x09\x00\x00\x00\x00\x00\x00\x29\x40"
                             "\x10\xAC\x02"
                             "\x2A\x0D"
                             "\x0A\x0B"
                             "\x0A\x04loss"
                             "\x15\x00\x00\x40\x3F",
                             9 + 3 + 2 + 2 + 6 + 5);
  EXPECT_EQ(records[1], expected);
}

TEST(TrainingLog, AResumedTrainingKeepsTheRowsOfItsCheckpointOnly)
{
  const TemporaryFolder folder;
  const std::string model = folder / "m.pt";
  {
    pen::TrainingLog log(model, 0);
    log.Add(RowOf(10, 3.0));
    log.Add(RowOf(20, 2.0));
    log.Add(RowOf(30, 1.0));
  }
  pen::TrainingLog log(model, 20);
  ASSERT_EQ(log.GetRows().size(), 2u);
  EXPECT_EQ(log.GetRows()[1].loss, 2.0);
  EXPECT_TRUE(std::isnan(log.GetRows()[1].validationJaccard));
  log.Add(RowOf(30, 0.5));
  EXPECT_EQ(ReadText(model + ".log.csv"),
            "step,epoch,loss,cell,flow,border,validation_loss,validation_jaccard,validation_precision,"
            "validation_recall,validation_quality,validation_mean_jaccard,learning_rate,seconds\n"
            "10,0,3,,,,,,,,,,0.02,\n20,1,2,,,,,,,,,,0.02,\n30,2,0.5,,,,,,,,,,0.02,\n");
  EXPECT_EQ(RecordsOf(ReadText(model + ".tensorboard/events.out.tfevents.0.pen-train")).size(), 4u);
  EXPECT_NE(ReadText(model + ".curves.svg").find("<polyline"), std::string::npos);
  EXPECT_THROW(pen::TrainingLog(folder / "no/folder/m.pt", 0), std::runtime_error);
}

TEST(LearningRate, FollowsScheduleWarmUpAndCosine)
{
  pen::LearningRateOptions options;
  options.rate = 0.1;
  options.schedule = { "2:0.01", "4:0.001" };
  options.warmUpSteps = 4;
  const pen::LearningRate stepwise(options, 10, 60);
  EXPECT_DOUBLE_EQ(stepwise.At(0), 0.025);
  EXPECT_DOUBLE_EQ(stepwise.At(3), 0.1);
  EXPECT_DOUBLE_EQ(stepwise.At(19), 0.1);
  EXPECT_DOUBLE_EQ(stepwise.At(20), 0.01);
  EXPECT_DOUBLE_EQ(stepwise.At(59), 0.001);

  options = {};
  options.rate = 0.1;
  options.decay = "cosine";
  const pen::LearningRate cosine(options, 10, 60);
  EXPECT_DOUBLE_EQ(cosine.At(0), 0.1);
  EXPECT_NEAR(cosine.At(30), 0.05, 1e-12);
  EXPECT_NEAR(cosine.At(60), 0.0, 1e-12);

  for (const char * wrong : { "2", "2:", "2:0", "2:-1", "a:0.1", "2:0.1x", "2:inf" })
  {
    options.schedule = { wrong };
    EXPECT_THROW(pen::LearningRate(options, 10, 60), pen::UsageError) << wrong;
  }
}
