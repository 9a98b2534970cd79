// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/ScratchFile.h"
#include "ProjectionEnhancement/Base/Threads.h"
#include "itkMacro.h"
#include "support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

using itk::PenCore::ScratchFile;

TEST(ScratchFile, GivesBackWhatWasWrittenInAnyOrder)
{
  const pen_test::TemporaryFolder folder;
  ScratchFile file(folder.GetPath());
  std::vector<float> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), 1.0f);
  file.Write(3000, numbers.data(), 1000);
  file.Write(10, numbers.data(), 500);
  file.Write(20, numbers.data() + 900, 5);
  std::vector<float> read(6);
  file.Read(18, read.data(), read.size());
  EXPECT_EQ(read, (std::vector<float>{ 9, 10, 901, 902, 903, 904 }));
  file.Read(3994, read.data(), read.size());
  EXPECT_EQ(read, (std::vector<float>{ 995, 996, 997, 998, 999, 1000 }));
  file.Read(507, read.data(), read.size());
  EXPECT_EQ(read, (std::vector<float>{ 498, 499, 500, 0, 0, 0 })) << "what nobody wrote";
}

TEST(ScratchFile, ReachesBeyondFourGigabytes)
{
  const pen_test::TemporaryFolder folder;
  ScratchFile file(folder.GetPath());
  const std::size_t far = (std::size_t{ 1 } << 30) + 7; // numbers of four bytes; a hole takes no room
  const float written = 42.0f;
  file.Write(far, &written, 1);
  float read = 0.0f;
  file.Read(far, &read, 1);
  EXPECT_EQ(read, written);
  file.Read(7, &read, 1);
  EXPECT_EQ(read, 0.0f);
}

TEST(ScratchFile, ThreadsShareIt)
{
  const pen_test::TemporaryFolder folder;
  ScratchFile file(folder.GetPath());
  constexpr std::size_t lines = 500;
  constexpr std::size_t width = 300;
  itk::PenCore::ParallelFor(
    lines, 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t line = begin; line < end; ++line)
      {
        const std::vector<float> numbers(width, static_cast<float>(line));
        file.Write(line * width, numbers.data(), width);
      }
    },
    4);
  itk::PenCore::ParallelFor(
    lines, 1,
    [&](std::size_t begin, std::size_t end)
    {
      for (std::size_t line = begin; line < end; ++line)
      {
        std::vector<float> numbers(width);
        file.Read(line * width, numbers.data(), width);
        EXPECT_EQ(numbers, std::vector<float>(width, static_cast<float>(line)));
      }
    },
    4);
}

TEST(ScratchFile, LeavesNothingAndTellsWhatItCannotDo)
{
  const pen_test::TemporaryFolder folder;
  {
    ScratchFile file(folder.GetPath());
    ScratchFile another(folder.GetPath());
    const float number = 1.0f;
    file.Write(0, &number, 1);
    float read = 0.0f;
    EXPECT_THROW(another.Read(0, &read, 1), itk::ExceptionObject) << "each its own";
    EXPECT_THROW(file.Read(1, &read, 1), itk::ExceptionObject) << "behind the end";
    file.Read(0, &read, 1);
    EXPECT_EQ(read, number) << "usable after an error";
  }
  EXPECT_TRUE(folder.List().empty());
  EXPECT_THROW(ScratchFile(folder / "missing"), itk::ExceptionObject);
}
