// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penOutputFile.h"
#include "penTestFiles.h"

#include <gtest/gtest.h>

#include <csignal>

using pen_test::MessageOf;
using pen_test::ReadText;
using pen_test::TemporaryFolder;
using pen_test::WriteText;

TEST(OutputFile, AppearsOnlyAtCommit)
{
  const TemporaryFolder folder;
  pen::OutputFile output(folder / "table.csv");
  output.WriteText("a,b\n");
  EXPECT_FALSE(std::filesystem::exists(folder / "table.csv"));
  output.Commit();
  EXPECT_EQ(ReadText(folder / "table.csv"), "a,b\n");
  EXPECT_EQ(folder.List(), std::vector<std::string>{ "table.csv" });
}

TEST(OutputFile, LeavesNothingWithoutCommit)
{
  const TemporaryFolder folder;
  {
    const pen::OutputFile output(folder / "table.csv");
    output.WriteText("half");
    EXPECT_EQ(folder.List().size(), 1u);
  }
  EXPECT_TRUE(folder.List().empty());
}

TEST(OutputFile, KeepsTheOldFileUntilCommit)
{
  const TemporaryFolder folder;
  WriteText(folder / "table.csv", "old");
  {
    const pen::OutputFile output(folder / "table.csv");
    output.WriteText("new");
  }
  EXPECT_EQ(ReadText(folder / "table.csv"), "old");
}

TEST(OutputFile, TemporaryNameEndsLikeTheFinalOne)
{
  const TemporaryFolder folder;
  const pen::OutputFile output(folder / "cells.seg.nrrd");
  const std::filesystem::path temporary(output.GetTemporaryPath());
  EXPECT_EQ(temporary.parent_path().string(), std::filesystem::path(output.GetPath()).parent_path().string());
  EXPECT_NE(temporary.filename().string().find("cells.seg.nrrd"), std::string::npos);
  EXPECT_EQ(temporary.extension().string(), ".nrrd");
}

TEST(OutputFile, MissingFolderIsToldAtOnce)
{
  const TemporaryFolder folder;
  const std::string message = MessageOf([&] { const pen::OutputFile output(folder / "absent/table.csv"); });
  EXPECT_EQ(message, "cannot write: the output folder does not exist: " + (folder / "absent"));
}

TEST(OutputFile, FolderInPlaceOfAFileIsToldAtOnce)
{
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "results");
  const std::string message = MessageOf([&] { const pen::OutputFile output(folder / "results"); });
  EXPECT_EQ(message, "cannot write: this is a folder, not a file: " + (folder / "results"));
}

TEST(CreateOutputFolder, MakesMissingFoldersAbove)
{
  const TemporaryFolder folder;
  pen::CreateOutputFolder(folder / "a/b/c");
  EXPECT_TRUE(std::filesystem::is_directory(folder / "a/b/c"));
  EXPECT_NO_THROW(pen::CreateOutputFolder(folder / "a/b/c"));
}

TEST(CreateOutputFolder, FileInPlaceOfAFolderIsTold)
{
  const TemporaryFolder folder;
  WriteText(folder / "results", "a file");
  const std::string message = MessageOf([&] { pen::CreateOutputFolder(folder / "results"); });
  EXPECT_EQ(message.find("cannot make the output folder ("), 0u) << message;
  EXPECT_NE(message.find(folder / "results"), std::string::npos) << message;
}

#if !defined(_WIN32)
TEST(OutputFileDeathTest, SignalRemovesTheTemporaryFile)
{
  const TemporaryFolder folder;
  const auto interrupted = [&](int signalNumber)
  {
    pen::RemoveTemporaryFilesOnSignals();
    const pen::OutputFile output(folder / "table.csv");
    output.WriteText("half");
    std::raise(signalNumber);
  };
  EXPECT_EXIT(interrupted(SIGTERM), testing::KilledBySignal(SIGTERM), "");
  EXPECT_EXIT(interrupted(SIGINT), testing::KilledBySignal(SIGINT), "");
  EXPECT_TRUE(folder.List().empty());
}
#endif
