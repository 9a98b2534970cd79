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

/** Flow threshold and least area (um^2) of a cell for our own models: measured, they find more cells and invent no more
 * than Cellpose's threshold of 0.4 and any area (models/README.md). */
constexpr double OurFlowThreshold = 0.6;
constexpr double OurMinimumArea = 40.0;

/** How a flow field becomes cells, as the options of pen-masks and pen-segment say it; what they leave out is as the
 * method was published. */
struct MaskOptions
{
  std::string method = "cellpose";
  std::optional<double> cellThreshold;
  std::optional<double> flowThreshold;
  double usualFlowThreshold = 0.4; ///< of CellPose dynamics where flowThreshold is not said
  std::optional<double> directionThreshold;
  std::optional<double> minimumScore;
  std::optional<unsigned int> minimumSize;
  std::optional<unsigned int> iterations;
  std::string sampling = "exact";
};

/** Adds --method, --cell-threshold, --flow-threshold, --direction-threshold, --min-score, --min-size, --iterations and
 * --sampling. */
void
AddMaskOptions(CLI::App & app, MaskOptions & options);

/** The dynamics that the options ask for, without an input. */
MaskFilter::Pointer
MakeMaskFilter(const MaskOptions & options);
} // namespace pen

#endif
