// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/Program.h"
#include "Frame/OutputFile.h"

#include "ProjectionEnhancement/Base/Threads.h"
#include "itkCommand.h"
#include "itkObject.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>

#if defined(__GLIBC__)
#  include <malloc.h>
#endif

namespace pen
{
namespace
{
enum ExitCode
{
  Done = 0,
  Failed = 1,
  WrongUsage = 2
};

// Bands of an image come and go. glibc gives each back to the system and gets the next one as pages of zeros, which
// took a tenth of pen-segment's time on a large stack.
void
KeepFreedMemory()
{
#if defined(__GLIBC__)
  constexpr int bytes = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, bytes);
  mallopt(M_TRIM_THRESHOLD, bytes);
#endif
}

struct CommonOptions
{
  unsigned int threads = 0;
  bool quiet = false;
  std::string timings;
};

void
AddCommonOptions(CLI::App & app, const std::string & name, CommonOptions & options)
{
  app.set_version_flag("--version", name + " " + PEN_VERSION);
  app.add_option("--threads", options.threads, "Threads to use (default: all cores)")
    ->check(CLI::Range(1u, 4096u))
    ->type_name("N");
  app.add_flag("--quiet", options.quiet, "No progress bar, no warnings");
  app.add_option("--timings", options.timings, "Write times and peak memory to this JSON file")->type_name("F.json");
}

int
ReportError(const std::string & name, const std::string & message, ExitCode code)
{
  std::fprintf(stderr, "%s: error: %s\n", name.c_str(), message.c_str());
  return code;
}

// What CLI11 answers to the command line: a help text or version on stdout, or an error of usage.
int
AnswerParser(const CLI::App & app, const CLI::ParseError & answer, const std::string & name)
{
  if (answer.get_exit_code() == 0)
  {
    return app.exit(answer, std::cout, std::cerr);
  }
  return ReportError(name, OneLineMessage(answer) + " (see " + name + " --help)", WrongUsage);
}

void
RunBody(const std::string & name, const CommonOptions & options, const std::function<void(ProgramContext &)> & body,
        const ProgressDisplay & display)
{
  std::optional<OutputFile> timings;
  if (!options.timings.empty())
  {
    timings.emplace(options.timings);
  }
  itk::PenCore::SetNumberOfThreads(options.threads);
  ProgramContext context(name, options.quiet, display);
  body(context);
  if (timings)
  {
    timings->WriteText(context.GetTimings().ToJson());
    timings->Commit();
  }
}
} // namespace

ProgramContext::ProgramContext(std::string name, bool quiet, ProgressDisplay display)
  : m_Name(std::move(name))
  , m_Quiet(quiet)
  , m_Bar(!quiet, std::move(display))
{
}

void
ProgramContext::Warn(const std::string & message)
{
  if (!m_Quiet)
  {
    m_Bar.Clear();
    std::fprintf(stderr, "%s: warning: %s\n", m_Name.c_str(), message.c_str());
  }
}

void
ProgramContext::PlanStages(const std::vector<PlannedStage> & stages, unsigned int passes)
{
  m_Bar.Plan(stages, passes);
}

void
ProgramContext::UpdateStage(const std::string & name, itk::ProcessObject * filter)
{
  RunStage(name,
           [&]
           {
             Observe(filter);
             filter->Update();
           });
}

void
ProgramContext::UpdateInStages(const std::string & name, itk::ProcessObject * filter,
                               const std::function<std::string()> & stage)
{
  std::string current;
  double start = 0.0;
  const auto addCurrent = [&]
  {
    if (!current.empty())
    {
      m_Timings.Add(current, m_Timings.GetTotal() - start);
    }
  };
  const unsigned long begun = filter->AddObserver(itk::IterationEvent(),
                                                  [&](const itk::EventObject &)
                                                  {
                                                    addCurrent();
                                                    current = stage();
                                                    start = m_Timings.GetTotal();
                                                    m_Bar.NameStage(current);
                                                  });
  const unsigned long moved = filter->AddObserver(itk::ProgressEvent(), [&](const itk::EventObject &)
                                                  { m_Bar.SetStageProgress(filter->GetProgress()); });
  m_Bar.EnterStage(name);
  filter->Update();
  m_Bar.LeaveStage();
  addCurrent();
  filter->RemoveObserver(begun);
  filter->RemoveObserver(moved);
}

void
ProgramContext::Observe(itk::ProcessObject * filter)
{
  filter->AddObserver(itk::ProgressEvent(),
                      [this, filter](const itk::EventObject &) { m_Bar.SetStageProgress(filter->GetProgress()); });
}

void
ProgramContext::SetStageProgress(double fraction, const std::string & remark)
{
  m_Bar.SetStageProgress(fraction, remark);
}

ProgramContext::StageScope::StageScope(ProgramContext & context, const std::string & name)
  : m_Context(context)
  , m_Name(name)
  , m_Start(context.m_Timings.GetTotal())
{
  m_Context.m_Bar.EnterStage(name);
}

ProgramContext::StageScope::~StageScope()
{
  m_Context.m_Bar.LeaveStage();
  m_Context.m_Timings.Add(m_Name, m_Context.m_Timings.GetTotal() - m_Start);
}

int
RunProgram(const std::string & name, const std::string & description, int argc, char * argv[],
           const std::function<void(CLI::App &)> & setup, const std::function<void(ProgramContext &)> & body,
           const ProgressDisplay & display)
{
  // ITK's own warnings take several lines; what matters to a user the programs say themselves.
  itk::Object::GlobalWarningDisplayOff();
  RemoveTemporaryFilesOnSignals();
  KeepFreedMemory();

  CLI::App app(description, name);
  CommonOptions options;
  ForgetInputs();
  app.option_defaults()->always_capture_default();
  setup(app);
  app.option_defaults()->always_capture_default(false);
  AddCommonOptions(app, name, options);
  try
  {
    app.parse(argc, argv);
    ProtectInputsOfOptions();
    RunBody(name, options, body, display);
    return Done;
  }
  catch (const CLI::ParseError & answer)
  {
    return AnswerParser(app, answer, name);
  }
  catch (const UsageError & error)
  {
    return ReportError(name, OneLineMessage(error) + " (see " + name + " --help)", WrongUsage);
  }
  catch (const std::exception & error)
  {
    return ReportError(name, OneLineMessage(error), Failed);
  }
  catch (...)
  {
    return ReportError(name, "unknown error", Failed);
  }
}
} // namespace pen
