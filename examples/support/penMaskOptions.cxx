// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penMaskOptions.h"

namespace pen
{
void
AddMaskOptions(CLI::App & app, MaskOptions & options)
{
  app.add_option("--method", options.method, "Dynamics: cellpose or pen")
    ->check(CLI::IsMember({ "cellpose", "pen" }))
    ->capture_default_str();
  // What CellPose dynamics and PEN's take where the option is left out.
  const auto usually = [](double cellpose)
  { return " (default: " + CLI::detail::to_string(cellpose) + (cellpose == 0.0 ? ")" : "; with pen 0)"); };
  app.add_option("--cell-threshold", options.cellThreshold,
                 "Logit above which a pixel is a cell's" + usually(options.usual.cellThreshold));
  app
    .add_option("--level-share", options.levelShare,
                "Share of a cell's own probability below which pixels are cut off, 0 none" +
                  usually(options.usual.levelShare))
    ->check(CLI::Range(0.0, 1.0));
  app
    .add_option("--flow-threshold", options.flowThreshold,
                "Largest flow error of a cell, 0 keeps all" + usually(options.usual.flowThreshold))
    ->check(CLI::NonNegativeNumber);
  app
    .add_option("--direction-threshold", options.directionThreshold,
                "Largest 1 - mean cosine between a cell's own flow and the flow field, 0 keeps all (default: 0)")
    ->check(CLI::Range(0.0, 2.0));
  app.add_option("--min-score", options.minimumScore, "Least mean logit of a cell (default: any)");
  app.add_option("--min-size", options.minimumSize, "Fewest pixels of a cell (default: 15; with pen 0)");
  // --method is known by then: options are read in the order in which they are added.
  const CLI::Validator notWithPen(
    [&options](const std::string &)
    { return options.method == "pen" ? std::string("has no effect with --method pen") : std::string(); },
    "");
  app.add_option("--iterations", options.iterations, "Steps of the CellPose dynamics (default: 200)")
    ->check(CLI::Range(1u, 100000u))
    ->check(notWithPen);
  app
    .add_option("--sampling", options.sampling,
                "Flow between pixels: exact, or cellpose-gpu as Cellpose's GPU path has it")
    ->check(CLI::IsMember({ "exact", "cellpose-gpu" }))
    ->check(notWithPen)
    ->capture_default_str();
}

MaskFilter::Pointer
MakeMaskFilter(const MaskOptions & options)
{
  using Method = MaskFilter::MethodType;
  auto filter = MaskFilter::New();
  filter->UsePublishedParameters(options.method == "pen" ? Method::Pen : Method::CellPose);
  if (options.method != "pen")
  {
    filter->SetCellThreshold(static_cast<float>(options.usual.cellThreshold));
    filter->SetLevelShare(options.usual.levelShare);
    filter->SetFlowThreshold(options.usual.flowThreshold);
  }
  filter->SetCellThreshold(static_cast<float>(options.cellThreshold.value_or(filter->GetCellThreshold())));
  filter->SetLevelShare(options.levelShare.value_or(filter->GetLevelShare()));
  filter->SetFlowThreshold(options.flowThreshold.value_or(filter->GetFlowThreshold()));
  filter->SetDirectionThreshold(options.directionThreshold.value_or(filter->GetDirectionThreshold()));
  filter->SetMinimumScore(options.minimumScore.value_or(filter->GetMinimumScore()));
  filter->SetMinimumSize(options.minimumSize.value_or(filter->GetMinimumSize()));
  filter->SetIterations(options.iterations.value_or(filter->GetIterations()));
  filter->SetSampling(options.sampling == "exact" ? itk::PenCore::FlowSampling::PixelCentres
                                                  : itk::PenCore::FlowSampling::Stretched);
  return filter;
}
} // namespace pen
