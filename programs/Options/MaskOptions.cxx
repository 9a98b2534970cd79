// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Options/MaskOptions.h"

#include <CLI/CLI.hpp>

namespace pen
{
void
AddMaskOptions(CLI::App & app, MaskOptions & options, const std::string & usual)
{
  const std::string isUsual = " (default: " + usual + ")";
  std::vector<std::string> methods{ "cellpose", "pen" };
  if (options.method == "auto")
  {
    methods.insert(methods.begin(), "auto");
  }
  app.add_option("--method", options.method, "Dynamics: how pixels find their cell")
    ->check(CLI::IsMember(methods))
    ->capture_default_str();
  app.add_option("--cell-threshold", options.cellThreshold, "Logit above which a pixel is a cell's" + isUsual);
  app
    .add_option("--level-share", options.levelShare,
                "Share of a cell's own probability below which pixels are cut off, 0 none" + isUsual)
    ->check(CLI::Range(0.0, 1.0));
  app
    .add_option("--max-size-share", options.maximumSizeShare,
                "Largest share of the image that a cell may cover, above 0, 1 any" + isUsual)
    ->check(CLI::Range(1e-6, 1.0));
  app.add_option("--flow-threshold", options.flowThreshold, "Largest flow error of a cell, 0 keeps all" + isUsual)
    ->check(CLI::NonNegativeNumber);
  app
    .add_option("--direction-threshold", options.directionThreshold,
                "Largest 1 - mean cosine between a cell's own flow and the flow field, 0 keeps all" + isUsual)
    ->check(CLI::Range(0.0, 2.0));
  app.add_option("--min-score", options.minimumScore, "Least mean logit of a cell" + isUsual);
  app.add_option("--min-size", options.minimumSize, "Fewest pixels of a cell" + isUsual);
  // --method is known by then: options are read in the order in which they are added.
  const CLI::Validator notWithPen(
    [&options](const std::string &)
    { return options.method == "pen" ? std::string("has no effect with --method pen") : std::string(); },
    "");
  app.add_option("--iterations", options.iterations, "Steps of the CellPose dynamics" + isUsual)
    ->check(CLI::Range(1u, 100000u))
    ->check(notWithPen);
  app
    .add_option("--sampling", options.sampling,
                "Flow between pixels: exact, or cellpose-gpu as Cellpose's GPU path has it")
    ->check(CLI::IsMember({ "exact", "cellpose-gpu" }))
    ->check(notWithPen)
    ->capture_default_str();
}
} // namespace pen
