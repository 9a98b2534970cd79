// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_LearningRate_h
#define pen_programs_Options_LearningRate_h

#include "Frame/Program.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pen
{
/** How the learning rate changes over a training, as the options of pen-train say it. */
struct LearningRateOptions
{
  double rate = 0.02;
  std::vector<std::string> schedule; ///< EPOCH:RATE
  std::string decay = "none";        ///< or cosine
  unsigned int warmUpSteps = 0;
};

/** Adds --lr, --schedule, --decay and --warm-up. */
void
AddLearningRateOptions(CLI::App & app, LearningRateOptions & options);

/** \brief The learning rate of each step.
 *
 * The schedule's rate of the step's epoch; with cosine decay times (1 + cos(pi step / steps)) / 2; in the first
 * warm-up steps times (step + 1) / warm-up. Steps and epochs count from 0. */
class LearningRate
{
public:
  /** Throws UsageError for a schedule entry that is not EPOCH:RATE. */
  LearningRate(const LearningRateOptions & options, std::uint64_t stepsPerEpoch, std::uint64_t steps);

  double
  At(std::uint64_t step) const;

private:
  struct Change
  {
    std::uint64_t epoch;
    double rate;
  };

  std::vector<Change> m_Changes;
  std::uint64_t m_StepsPerEpoch;
  std::uint64_t m_Steps;
  std::uint64_t m_WarmUpSteps;
  bool m_Cosine;
};
} // namespace pen

#endif
