// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/OutputFile.h"
#include "Frame/OutputFolder.h"
#include "ProjectionEnhancement/Base/FileError.h"
#include "support/TestFiles.h"

#include <gtest/gtest.h>

#include <csignal>

#if !defined(_WIN32)
#  include <sys/stat.h>
#endif

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

#if !defined(_WIN32)
TEST(OutputFile, NamesMayBeAsLongAsTheFileSystemAllows)
{
  const TemporaryFolder folder;
  for (const std::string & name :
       { std::string(246, 'a') + ".seg.nrrd", std::string(247, 'b') + ".ome.tif", std::string("caf\xe9\xff.csv") })
  {
    pen::OutputFile output(folder / name);
    const std::string temporary = output.GetTemporaryPath();
    EXPECT_EQ(temporary.substr(temporary.size() - 9), output.GetPath().substr(output.GetPath().size() - 9));
    output.WriteText("text");
    output.Commit();
    EXPECT_EQ(ReadText(folder / name), "text");
    std::filesystem::remove(folder / name);
  }
  const std::string letters(255, 'f');
  {
    pen::OutputFolder output(folder / letters, { "table.csv" });
    WriteText(output.AddFile("table.csv"), "text");
    output.Commit();
  }
  EXPECT_EQ(ReadText(folder / letters + "/table.csv"), "text");
}

TEST(OutputFile, ALongerNameIsToldAtOnce)
{
  const TemporaryFolder folder;
  const std::string path = folder / (std::string(252, 'a') + ".csv");
  const std::string message = "cannot write: the name is longer than the file system allows: " + path;
  EXPECT_EQ(MessageOf([&] { const pen::OutputFile output(path); }), message);
  EXPECT_EQ(MessageOf([&] { const pen::OutputFolder output(path, {}); }), message);
  EXPECT_TRUE(folder.List().empty());
}
#endif

TEST(OutputFile, WhatIsWrittenNamesTheFinalPathInItsErrors)
{
  const TemporaryFolder folder;
  pen::OutputFile output(folder / "table.csv");
  output.Write([](const std::string & path) { pen_test::WriteText(path, "label"); });
  EXPECT_EQ(
    MessageOf([&]
              { output.Write([](const std::string & path) { itk::PenCore::FailWithFile("cannot write", path); }); }),
    "cannot write: " + (folder / "table.csv"));
  output.Commit();
  EXPECT_EQ(pen_test::ReadText(folder / "table.csv"), "label");
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

#if !defined(_WIN32)
TEST(OutputFile, ALinkStaysAndWhatItPointsToIsReplaced)
{
  const TemporaryFolder folder;
  WriteText(folder / "table.csv", "old");
  std::filesystem::create_symlink("table.csv", folder / "link.csv");
  pen::OutputFile output(folder / "link.csv");
  output.WriteText("new");
  output.Commit();
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.csv"));
  EXPECT_EQ(ReadText(folder / "table.csv"), "new");
  EXPECT_EQ(folder.List(), (std::vector<std::string>{ "link.csv", "table.csv" }));
  EXPECT_EQ(output.GetPath(), folder / "link.csv");
  std::filesystem::create_symlink("nothing.csv", folder / "dangling.csv");
  const std::string message = MessageOf([&] { const pen::OutputFile dangling(folder / "dangling.csv"); });
  EXPECT_EQ(message, "cannot write: this link points to nothing that can be written: " + (folder / "dangling.csv"));
}

TEST(OutputFolder, ALinkStaysAndTheFolderThatItPointsToIsReplaced)
{
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "big");
  WriteText(folder / "big/table.csv", "old");
  std::filesystem::create_directory_symlink("big", folder / "out");
  pen::OutputFolder output(folder / "out", { "table.csv" });
  WriteText(output.AddFile("table.csv"), "new");
  output.Commit();
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "out"));
  EXPECT_EQ(ReadText(folder / "big/table.csv"), "new");
  EXPECT_EQ(folder.List(), (std::vector<std::string>{ "big", "out" }));
}

TEST(OutputFile, APipeIsToldAtOnceAndStays)
{
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  const std::string message = MessageOf([&] { const pen::OutputFile output(folder / "pipe"); });
  EXPECT_EQ(message, "cannot write: this is a device or a pipe, not a file: " + (folder / "pipe"));
  EXPECT_TRUE(std::filesystem::is_fifo(folder / "pipe"));
}
#endif

TEST(OutputFolder, ReplacesAnOldOneWhole)
{
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "out");
  WriteText(folder / "out/table.csv", "old");
  WriteText(folder / "out/other.csv", "old");
  pen::OutputFolder output(folder / "out/", { "table.csv", "other.csv" });
  WriteText(output.AddFile("table.csv"), "new");
  EXPECT_EQ(ReadText(folder / "out/table.csv"), "old");
  output.Commit();
  EXPECT_EQ(ReadText(folder / "out/table.csv"), "new");
  EXPECT_FALSE(std::filesystem::exists(folder / "out/other.csv"));
  EXPECT_EQ(folder.List(), std::vector<std::string>{ "out" });
}

TEST(OutputFolder, WhatAKilledRunLeftIsNotInTheWay)
{
  const TemporaryFolder folder;
  for (const std::string name : { "out", ".partial-0-out", ".replaced-0-out" })
  {
    std::filesystem::create_directory(folder / name);
    WriteText(folder / (name + "/table.csv"), "old");
  }
  pen::OutputFolder output(folder / "out", { "table.csv" });
  WriteText(output.AddFile("table.csv"), "new");
  output.Commit();
  EXPECT_EQ(ReadText(folder / "out/table.csv"), "new");
  EXPECT_EQ(ReadText(folder / ".replaced-0-out/table.csv"), "old");
}

TEST(OutputFolder, DoesNotReplaceTheFolderThatTheProgramRunsIn)
{
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "sample/inner");
  WriteText(folder / "sample/table.csv", "mine");
  const std::filesystem::path before = std::filesystem::current_path();
  const auto refuse = [](const std::string & path)
  {
    const std::string message = MessageOf([&] { const pen::OutputFolder output(path, { "table.csv", "inner" }); });
    EXPECT_EQ(message, "will not replace the folder that the program runs in: give it another name: " + path);
  };
  std::filesystem::current_path(folder / "sample");
  for (const std::string path : { ".", "./", "../sample", "inner/..", "" })
  {
    refuse(path);
  }
  refuse(folder / "sample");
  std::filesystem::current_path(folder / "sample/inner");
  refuse("..");
  refuse("../../sample/");
  std::filesystem::current_path(before);
  EXPECT_EQ(ReadText(folder / "sample/table.csv"), "mine");
  EXPECT_EQ(folder.List(), std::vector<std::string>{ "sample" });
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
