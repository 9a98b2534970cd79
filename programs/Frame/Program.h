// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_Program_h
#define pen_programs_Frame_Program_h

#include "Frame/Errors.h"
#include "Frame/Inputs.h"
#include "Frame/ProgressBar.h"
#include "Frame/Timings.h"

#include "itkProcessObject.h"

#include <functional>
#include <string>
#include <type_traits>
#include <vector>

namespace CLI
{
class App; // the parser of options; <CLI/CLI.hpp> is for the sources that add some
} // namespace CLI

namespace pen
{
/** \brief What a running program shares with its frame: progress, timings, warnings. */
class ProgramContext
{
public:
  ProgramContext(std::string name, bool quiet, ProgressDisplay display = {});

  bool
  IsQuiet() const
  {
    return m_Quiet;
  }

  /** One line "pen-x: warning: ..." on stderr; nothing with --quiet. */
  void
  Warn(const std::string & message);

  /** The stages to come and their expected shares of the time, for the progress bar. */
  void
  PlanStages(const std::vector<PlannedStage> & stages, unsigned int passes = 1);

  /** Runs work() as a named, timed stage and returns what it returns. */
  template <typename TWork>
  std::invoke_result_t<TWork>
  RunStage(const std::string & name, TWork && work)
  {
    const StageScope scope(*this, name);
    return work();
  }

  /** Updates a filter as a named, timed stage that the progress bar follows. */
  void
  UpdateStage(const std::string & name, itk::ProcessObject * filter);

  /** \brief Updates a filter that goes through stages of its own, as the planned stage \a name: an IterationEvent says
   * that one begins, which \a stage names.
   *
   * Each is timed by its own name, and a stage that comes again adds to its time. */
  void
  UpdateInStages(const std::string & name, itk::ProcessObject * filter, const std::function<std::string()> & stage);

  /** The filter's progress counts as that of the current stage. */
  void
  Observe(itk::ProcessObject * filter);

  /** Share of the current stage that is done, and what else the bar says about it. */
  void
  SetStageProgress(double fraction, const std::string & remark = "");

  const Timings &
  GetTimings() const
  {
    return m_Timings;
  }

private:
  class StageScope
  {
  public:
    StageScope(ProgramContext & context, const std::string & name);
    ~StageScope();
    StageScope(const StageScope &) = delete;
    StageScope &
    operator=(const StageScope &) = delete;

  private:
    ProgramContext & m_Context;
    std::string m_Name;
    double m_Start;
  };

  std::string m_Name;
  bool m_Quiet;
  Timings m_Timings;
  ProgressBar m_Bar;
};

/** \brief The frame of every pen-* program.
 *
 * setup adds the program's own options to the parser, body does the work. The frame adds --help, --version,
 * --threads, --quiet and --timings, bounds all threads, and turns every exception into one line on stderr. Returns
 * the exit code: 0 done, 1 failed, 2 wrong usage. A display, where there is one, shows the progress instead of the bar.
 *
 * \code
 * int main(int argc, char * argv[])
 * {
 *   std::string input;
 *   return pen::RunProgram("pen-x", "Does x.", argc, argv,
 *     [&](CLI::App & app) { app.add_option("INPUT", input, "what it reads")->required(); },
 *     [&](pen::ProgramContext & context) { context.RunStage("x", [&] { DoX(input); }); });
 * }
 * \endcode */
int
RunProgram(const std::string & name, const std::string & description, int argc, char * argv[],
           const std::function<void(CLI::App &)> & setup, const std::function<void(ProgramContext &)> & body,
           const ProgressDisplay & display = {});
} // namespace pen

#endif
