// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_ProgressBar_h
#define pen_programs_Frame_ProgressBar_h

#include <functional>
#include <string>
#include <vector>

namespace pen
{
/** A named part of a program's work and its expected share of the time. */
struct PlannedStage
{
  std::string name;
  double weight;
};

/** Shows the share of all planned stages that is done, in [0, 1], and the current stage's name. */
using ProgressDisplay = std::function<void(double done, const std::string & stage)>;

/** \brief How much of all planned stages is done: one line on a terminal's stderr, or whatever a display makes of it.
 *
 * The line is drawn only when stderr is a terminal and the bar is enabled. */
class ProgressBar
{
public:
  explicit ProgressBar(bool enabled, ProgressDisplay display = {});
  ~ProgressBar();
  ProgressBar(const ProgressBar &) = delete;
  ProgressBar &
  operator=(const ProgressBar &) = delete;

  /** The stages of one pass; a program that treats several inputs makes as many passes. */
  void
  Plan(const std::vector<PlannedStage> & stages, unsigned int passes);

  void
  EnterStage(const std::string & name);

  /** Shows another name of the current stage. */
  void
  NameStage(const std::string & name);

  /** Share of the current stage that is done, in [0, 1], and what else to say about it. */
  void
  SetStageProgress(double fraction, const std::string & remark = "");

  void
  LeaveStage();

  /** Takes the line away, so that a message can stand there. */
  void
  Clear();

private:
  void
  Draw(double stageFraction, const std::string & remark);

  bool m_Enabled;
  ProgressDisplay m_Display;
  std::vector<PlannedStage> m_Stages;
  double m_PlannedWeight{ 0.0 };
  double m_DoneWeight{ 0.0 };
  double m_CurrentWeight{ 0.0 };
  std::string m_CurrentName;
  int m_ShownPermille{ -1 };
};
} // namespace pen

#endif
