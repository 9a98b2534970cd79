// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/ProgressBar.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#if defined(_WIN32)
#  include <io.h>
#else
#  include <unistd.h>
#endif

namespace pen
{
namespace
{
constexpr int BarWidth = 40;

bool
StandardErrorIsTerminal()
{
#if defined(_WIN32)
  return _isatty(_fileno(stderr)) != 0;
#else
  return isatty(STDERR_FILENO) != 0;
#endif
}
} // namespace

ProgressBar::ProgressBar(bool enabled, ProgressDisplay display)
  : m_Enabled(enabled && (display || StandardErrorIsTerminal()))
  , m_Display(std::move(display))
{
}

ProgressBar::~ProgressBar()
{
  Clear();
}

void
ProgressBar::Plan(const std::vector<PlannedStage> & stages, unsigned int passes)
{
  m_Stages = stages;
  m_DoneWeight = 0.0;
  m_PlannedWeight = 0.0;
  for (const PlannedStage & stage : stages)
  {
    m_PlannedWeight += stage.weight * passes;
  }
}

void
ProgressBar::NameStage(const std::string & name)
{
  m_CurrentName = name;
  m_ShownPermille = -1;
}

void
ProgressBar::EnterStage(const std::string & name)
{
  const auto planned =
    std::find_if(m_Stages.begin(), m_Stages.end(), [&](const PlannedStage & stage) { return stage.name == name; });
  m_CurrentWeight = planned == m_Stages.end() ? 0.0 : planned->weight;
  m_CurrentName = name;
  m_ShownPermille = -1;
  Draw(0.0, "");
}

void
ProgressBar::SetStageProgress(double fraction, const std::string & remark)
{
  Draw(std::clamp(fraction, 0.0, 1.0), remark);
}

void
ProgressBar::LeaveStage()
{
  m_DoneWeight += m_CurrentWeight;
  m_CurrentWeight = 0.0;
}

void
ProgressBar::Clear()
{
  if (m_Enabled && !m_Display && m_ShownPermille >= 0)
  {
    std::fprintf(stderr, "\r%*s\r", BarWidth + 50, "");
    std::fflush(stderr);
    m_ShownPermille = -1;
  }
}

void
ProgressBar::Draw(double stageFraction, const std::string & remark)
{
  if (!m_Enabled || m_PlannedWeight <= 0.0)
  {
    return;
  }
  const double done = std::min(1.0, (m_DoneWeight + stageFraction * m_CurrentWeight) / m_PlannedWeight);
  const int permille = static_cast<int>(done * 1000.0);
  if (permille == m_ShownPermille)
  {
    return;
  }
  m_ShownPermille = permille;
  if (m_Display)
  {
    m_Display(done, m_CurrentName);
    return;
  }
  const int filled = static_cast<int>(done * BarWidth);
  const std::string bar = std::string(filled, '#') + std::string(BarWidth - filled, ' ');
  const std::string text = remark.empty() ? m_CurrentName : m_CurrentName + ", " + remark;
  std::fprintf(stderr, "\r[%s] %3d%% %-30.40s", bar.c_str(), permille / 10, text.c_str());
  std::fflush(stderr);
}
} // namespace pen
