// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/Program.h"
#include "support/TestFiles.h"

#include "ProjectionEnhancement/Base/Threads.h"
#include "itkImage.h"
#include "itkImageSource.h"
#include "itkMacro.h"
#include "itkMultiThreaderBase.h"

#include <CLI/CLI.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <new>

using pen_test::ReadText;
using pen_test::TemporaryFolder;

namespace
{
struct Outcome
{
  int exitCode;
  std::string output;
  std::string errors;
};

Outcome
RunTestProgram(std::vector<std::string> arguments, const std::function<void(pen::ProgramContext &)> & body = {})
{
  arguments.insert(arguments.begin(), "pen-test");
  std::vector<char *> argv;
  for (std::string & argument : arguments)
  {
    argv.push_back(argument.data());
  }
  std::string input;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int exitCode = pen::RunProgram(
    "pen-test", "Tests the frame.", static_cast<int>(argv.size()), argv.data(),
    [&](CLI::App & app) { app.add_option("INPUT", input, "what it reads")->required(); },
    [&](pen::ProgramContext & context)
    {
      if (body)
      {
        body(context);
      }
    });
  itk::PenCore::SetNumberOfThreads(0);
  return { exitCode, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr() };
}
} // namespace

TEST(RunProgram, GoodRunIsSilentAndReturnsZero)
{
  const Outcome outcome = RunTestProgram({ "input" });
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.output, "");
  EXPECT_EQ(outcome.errors, "");
}

TEST(RunProgram, HelpAndVersionGoToStandardOutput)
{
  const Outcome help = RunTestProgram({ "--help" });
  EXPECT_EQ(help.exitCode, 0);
  EXPECT_NE(help.output.find("--timings"), std::string::npos);
  EXPECT_EQ(help.errors, "");
  const Outcome version = RunTestProgram({ "--version" });
  EXPECT_EQ(version.exitCode, 0);
  EXPECT_EQ(version.output.find("pen-test "), 0u);
}

TEST(RunProgram, WrongUsageIsOneLineAndReturnsTwo)
{
  for (const std::vector<std::string> & arguments : std::vector<std::vector<std::string>>{
         {}, { "input", "--unknown" }, { "input", "--threads", "0" }, { "input", "--threads", "many" } })
  {
    const Outcome outcome = RunTestProgram(arguments);
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_EQ(outcome.errors.find("pen-test: error: "), 0u) << outcome.errors;
    EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1) << outcome.errors;
  }
  const Outcome outcome =
    RunTestProgram({ "input" }, [](pen::ProgramContext &) { throw pen::UsageError("pairs must match"); });
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_EQ(outcome.errors, "pen-test: error: pairs must match (see pen-test --help)\n");
}

TEST(RunProgram, EveryExceptionIsOneLineAndReturnsOne)
{
  const auto errorsOf = [](const std::function<void()> & thrower)
  {
    const Outcome outcome = RunTestProgram({ "input" }, [&](pen::ProgramContext &) { thrower(); });
    EXPECT_EQ(outcome.exitCode, 1);
    return outcome.errors;
  };
  EXPECT_EQ(errorsOf([] { pen::Fail("no such thing", "a.nrrd"); }), "pen-test: error: no such thing: a.nrrd\n");
  EXPECT_EQ(errorsOf([] { throw std::bad_alloc(); }), "pen-test: error: out of memory\n");
  EXPECT_EQ(errorsOf([] { throw std::runtime_error("first line\nback trace"); }), "pen-test: error: first line\n");
  EXPECT_EQ(errorsOf([] { throw std::runtime_error("cannot read a:\n [nrrd] trouble\n [nrrd] too short\n"); }),
            "pen-test: error: cannot read a: [nrrd] too short\n");
  EXPECT_EQ(errorsOf([] { throw 5; }), "pen-test: error: unknown error\n");
  EXPECT_EQ(errorsOf([] { throw itk::ExceptionObject("f.cxx", 12, "it is broken\nsecond line", "where"); }),
            "pen-test: error: it is broken\n");
  EXPECT_EQ(
    errorsOf(
      [] { throw itk::ExceptionObject("f.cxx", 12, "itk::ERROR: NrrdImageIO(0x55d0c8a0): it is broken", "where"); }),
    "pen-test: error: it is broken\n");
}

TEST(RunProgram, ThreadsBoundItkToo)
{
  unsigned int threads = 0;
  unsigned int itkThreads = 0;
  RunTestProgram({ "input", "--threads", "1" },
                 [&](pen::ProgramContext &)
                 {
                   threads = itk::PenCore::GetNumberOfThreads();
                   itkThreads = itk::MultiThreaderBase::GetGlobalDefaultNumberOfThreads();
                 });
  EXPECT_EQ(threads, 1u);
  EXPECT_EQ(itkThreads, 1u);
}

TEST(RunProgram, WarningsAreOneLineAndQuietSilencesThem)
{
  const auto body = [](pen::ProgramContext & context) { context.Warn("look here"); };
  EXPECT_EQ(RunTestProgram({ "input" }, body).errors, "pen-test: warning: look here\n");
  EXPECT_EQ(RunTestProgram({ "input", "--quiet" }, body).errors, "");
}

TEST(RunProgram, TimingsNameEveryStageOnceInOrder)
{
  const TemporaryFolder folder;
  const Outcome outcome = RunTestProgram({ "input", "--timings", folder / "timings.json" },
                                         [](pen::ProgramContext & context)
                                         {
                                           context.RunStage("read", [] {});
                                           context.RunStage("write", [] {});
                                           EXPECT_EQ(context.RunStage("read", [] { return 3; }), 3);
                                         });
  EXPECT_EQ(outcome.exitCode, 0);
  const std::string json = ReadText(folder / "timings.json");
  const std::size_t total = json.find("\"total\"");
  const std::size_t stages = json.find("\"stages\"");
  const std::size_t read = json.find("\"read\"");
  const std::size_t write = json.find("\"write\"");
  const std::size_t memory = json.find("\"peak_rss_bytes\"");
  EXPECT_LT(total, stages);
  EXPECT_LT(stages, read);
  EXPECT_LT(read, write);
  EXPECT_LT(write, memory);
  EXPECT_NE(memory, std::string::npos);
  EXPECT_EQ(json.find("\"read\"", read + 1), std::string::npos);
}

// Goes through "network" and "masks" twice.
class StagedFilter : public itk::ImageSource<itk::Image<float, 2>>
{
public:
  using Self = StagedFilter;
  using Pointer = itk::SmartPointer<Self>;
  itkNewMacro(Self);

  std::string stage;

protected:
  void
  GenerateData() override
  {
    for (const double done : { 0.0, 0.5 })
    {
      this->Begin("network");
      this->UpdateProgress(static_cast<float>(done + 0.25));
      this->Begin("masks");
      this->UpdateProgress(static_cast<float>(done + 0.5));
    }
  }

private:
  void
  Begin(const std::string & name)
  {
    stage = name;
    this->InvokeEvent(itk::IterationEvent());
  }
};

TEST(RunProgram, FiltersStagesAreNamedAndTimedWithinTheirPlaceInTheProgress)
{
  std::vector<double> shown;
  std::vector<std::string> names;
  const auto show = [&](double done, const std::string & name)
  {
    shown.push_back(done);
    names.push_back(name);
  };
  pen::ProgramContext context("pen-test", false, show);
  context.PlanStages({ { "read", 2 }, { "cells", 6 }, { "write", 2 } });
  context.RunStage("read", [] {});
  const auto filter = StagedFilter::New();
  context.UpdateInStages("cells", filter, [&] { return filter->stage; });
  context.RunStage("write", [&] { context.SetStageProgress(1.0); });
  const std::vector<double> expected{ 0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0 };
  // ITK's Update() ends with a progress of 1, which may be shown once more.
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  ASSERT_EQ(shown.size(), expected.size());
  for (std::size_t i = 0; i < shown.size(); ++i)
  {
    EXPECT_NEAR(shown[i], expected[i], 1e-6) << i;
  }
  EXPECT_NE(std::find(names.begin(), names.end(), "network"), names.end());
  EXPECT_NE(std::find(names.begin(), names.end(), "masks"), names.end());
  const std::string json = context.GetTimings().ToJson();
  const std::size_t network = json.find("\"network\"");
  ASSERT_NE(network, std::string::npos);
  EXPECT_LT(network, json.find("\"masks\""));
  EXPECT_EQ(json.find("\"network\"", network + 1), std::string::npos);
  EXPECT_EQ(json.find("\"cells\""), std::string::npos);
}

TEST(RunProgram, FailedRunWritesNoTimings)
{
  const TemporaryFolder folder;
  const Outcome outcome = RunTestProgram({ "input", "--timings", folder / "timings.json" },
                                         [](pen::ProgramContext &) { throw std::runtime_error("late"); });
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_TRUE(folder.List().empty());
}
