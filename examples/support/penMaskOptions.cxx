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
  app.add_option("--cell-threshold", options.cellThreshold, "Logit above which a pixel is a cell's")
    ->capture_default_str();
  app.add_option("--flow-threshold", options.flowThreshold, "Largest flow error of a cell; 0 keeps all")
    ->check(CLI::NonNegativeNumber)
    ->capture_default_str();
  app.add_option("--min-size", options.minimumSize, "Fewest pixels of a cell")->capture_default_str();
  app.add_option("--iterations", options.iterations, "Steps of the CellPose dynamics")
    ->check(CLI::Range(1u, 100000u))
    ->capture_default_str();
  app
    .add_option("--sampling", options.sampling,
                "Flow between pixels: exact, or cellpose-gpu as Cellpose's GPU path has it")
    ->check(CLI::IsMember({ "exact", "cellpose-gpu" }))
    ->capture_default_str();
}

MaskFilter::Pointer
MakeMaskFilter(const MaskOptions & options)
{
  using Method = MaskFilter::MethodType;
  auto filter = MaskFilter::New();
  filter->SetMethod(options.method == "pen" ? Method::Pen : Method::CellPose);
  filter->SetCellThreshold(static_cast<float>(options.cellThreshold));
  filter->SetFlowThreshold(options.flowThreshold);
  filter->SetMinimumSize(options.minimumSize);
  filter->SetIterations(options.iterations);
  filter->SetSampling(options.sampling == "exact" ? itk::PenCore::FlowSampling::PixelCentres
                                                  : itk::PenCore::FlowSampling::Stretched);
  return filter;
}
} // namespace pen
