// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Options_MaskOptions_h
#define pen_programs_Options_MaskOptions_h

#include "Frame/Program.h"

#include <limits>
#include <optional>
#include <string>

namespace pen
{
/** How a flow field becomes cells, as the options of pen-masks and pen-segment say it. */
struct MaskOptions
{
  std::string method = "cellpose"; ///< or pen, or auto: not said
  std::optional<double> cellThreshold;
  std::optional<double> levelShare;
  std::optional<double> maximumSizeShare;
  std::optional<double> flowThreshold;
  std::optional<double> directionThreshold;
  std::optional<double> minimumScore;
  std::optional<unsigned int> minimumSize;
  std::optional<unsigned int> iterations;
  std::string sampling = "exact";

  /** Gives what is said to parameters: itk::PenCore::FlowsToCellsParameters or an itk::SegmentationRecipe. */
  template <typename TParameters>
  void
  ApplyTo(TParameters & parameters) const
  {
    const auto apply = [](const auto & said, auto & value)
    { value = said ? static_cast<std::decay_t<decltype(value)>>(*said) : value; };
    apply(cellThreshold, parameters.cellThreshold);
    apply(levelShare, parameters.levelShare);
    apply(maximumSizeShare, parameters.maximumSizeShare);
    apply(flowThreshold, parameters.flowThreshold);
    apply(directionThreshold, parameters.directionThreshold);
    apply(minimumScore, parameters.minimumScore);
    apply(minimumSize, parameters.minimumSize);
    apply(iterations, parameters.iterations);
  }
};

/** Adds --method, --cell-threshold, --level-share, --max-size-share, --flow-threshold, --direction-threshold,
 * --min-score, --min-size,
 * --iterations and --sampling. \a usual tells what is taken where an option is left out; a method that is auto may be
 * said so. */
void
AddMaskOptions(CLI::App & app, MaskOptions & options, const std::string & usual);
} // namespace pen

#endif
