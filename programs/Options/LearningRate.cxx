// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/LearningRate.h"

#include "itkMath.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace pen
{
void
AddLearningRateOptions(CLI::App & app, LearningRateOptions & options)
{
  app.add_option("--lr", options.rate, "Learning rate of the first epoch")
    ->check(CLI::PositiveNumber)
    ->capture_default_str();
  app.add_option("--schedule", options.schedule, "EPOCH:RATE from that epoch (counted from 0) on")->delimiter(',');
  app.add_option("--decay", options.decay, "What lowers the rate from step to step: none, or cosine to 0 at the end")
    ->check(CLI::IsMember({ "none", "cosine" }))
    ->capture_default_str();
  app.add_option("--warm-up", options.warmUpSteps, "Steps over which the rate rises from 0")->capture_default_str();
}

LearningRate::LearningRate(const LearningRateOptions & options, std::uint64_t stepsPerEpoch, std::uint64_t steps)
  : m_Changes{ { 0, options.rate } }
  , m_StepsPerEpoch(stepsPerEpoch)
  , m_Steps(steps)
  , m_WarmUpSteps(options.warmUpSteps)
  , m_Cosine(options.decay == "cosine")
{
  for (const std::string & entry : options.schedule)
  {
    unsigned int epoch = 0;
    double rate = 0.0;
    int length = 0;
    if (std::sscanf(entry.c_str(), "%u:%lf%n", &epoch, &rate, &length) != 2 ||
        static_cast<std::size_t>(length) != entry.size() || !(rate > 0.0) || !std::isfinite(rate))
    {
      throw UsageError("--schedule \"" + entry + "\" is not EPOCH:RATE");
    }
    m_Changes.push_back({ epoch, rate });
  }
  std::stable_sort(m_Changes.begin(), m_Changes.end(),
                   [](const Change & a, const Change & b) { return a.epoch < b.epoch; });
}

double
LearningRate::At(std::uint64_t step) const
{
  const std::uint64_t epoch = step / m_StepsPerEpoch;
  double rate = 0.0;
  for (const Change & change : m_Changes)
  {
    rate = change.epoch <= epoch ? change.rate : rate;
  }
  if (m_Cosine)
  {
    rate *= 0.5 * (1.0 + std::cos(itk::Math::pi * static_cast<double>(step) / static_cast<double>(m_Steps)));
  }
  if (step < m_WarmUpSteps)
  {
    rate *= static_cast<double>(step + 1) / static_cast<double>(m_WarmUpSteps);
  }
  return rate;
}
} // namespace pen
