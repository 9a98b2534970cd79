// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penProgressBar_h
#define penProgressBar_h

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

/** \brief One line on a terminal's stderr that shows how much of all planned stages is done.
 *
 * Draws nothing when stderr is not a terminal or the bar is disabled. */
class ProgressBar
{
public:
  explicit ProgressBar(bool enabled);
  ~ProgressBar();
  ProgressBar(const ProgressBar &) = delete;
  ProgressBar &
  operator=(const ProgressBar &) = delete;

  /** The stages of one pass; a program that treats several inputs makes as many passes. */
  void
  Plan(const std::vector<PlannedStage> & stages, unsigned int passes);

  void
  EnterStage(const std::string & name);

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
  std::vector<PlannedStage> m_Stages;
  double m_PlannedWeight{ 0.0 };
  double m_DoneWeight{ 0.0 };
  double m_CurrentWeight{ 0.0 };
  std::string m_CurrentName;
  int m_ShownPermille{ -1 };
};
} // namespace pen

#endif
