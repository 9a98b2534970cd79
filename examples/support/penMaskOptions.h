// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penMaskOptions_h
#define penMaskOptions_h

#include "penProgram.h"

#include "itkFlowFieldToLabelMapFilter.h"

#include <optional>
#include <string>

namespace pen
{
using MaskFilter = itk::FlowFieldToLabelMapFilter<>;

/** What CellPose dynamics takes where nothing else is said; the values here are Cellpose's own. */
struct UsualMasks
{
  double cellThreshold = 0.0;
  double levelShare = 0.0;
  double flowThreshold = 0.4;
};

/** For our own models of one channel: measured, more cells are found and no more invented than with Cellpose's values
 * (models/README.md). */
constexpr UsualMasks OurMasks{ 0.0, 0.0, 0.6 };

/** For our own models of several depth channels. A cell whose depth order is hard to see is shown faintly in two
 * channels: a low threshold finds it, its own level bounds it, and merging makes it one. */
constexpr UsualMasks OurLayeredMasks{ -2.0, 0.4, 0.5 };

/** One of the two, by a model's number of depth channels. */
inline UsualMasks
OurMasksFor(unsigned int channels)
{
  return channels > 1 ? OurLayeredMasks : OurMasks;
}

/** um^2 of the smallest cell that our own models are asked for: smaller is debris. */
constexpr double OurMinimumArea = 40.0;

/** How a flow field becomes cells, as the options of pen-masks and pen-segment say it; what they leave out is as the
 * method was published. */
struct MaskOptions
{
  std::string method = "cellpose";
  std::optional<double> cellThreshold;
  std::optional<double> levelShare;
  std::optional<double> flowThreshold;
  std::optional<double> directionThreshold;
  std::optional<double> minimumScore;
  std::optional<unsigned int> minimumSize;
  std::optional<unsigned int> iterations;
  std::string sampling = "exact";
  UsualMasks usual; ///< of CellPose dynamics where an option is not said
};

/** Adds --method, --cell-threshold, --level-share, --flow-threshold, --direction-threshold, --min-score, --min-size,
 * --iterations and
 * --sampling. */
void
AddMaskOptions(CLI::App & app, MaskOptions & options);

/** The dynamics that the options ask for, without an input. */
MaskFilter::Pointer
MakeMaskFilter(const MaskOptions & options);
} // namespace pen

#endif
