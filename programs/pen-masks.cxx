// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Turns a flow field into the cells whose pixels flow together.

#include "Files/FlowFieldFile.h"
#include "Files/LayersFile.h"
#include "Options/MaskOptions.h"
#include "Report/CellWarnings.h"

#include "itkCellLabelMapToLayersImageFilter.h"
#include "itkFlowFieldToLabelMapFilter.h"

#include <CLI/CLI.hpp>

namespace
{
struct Options
{
  std::string flows;
  std::string layers;
  pen::MaskOptions masks;
};

void
Run(const Options & options, pen::ProgramContext & context)
{
  pen::OutputFile output(options.layers);
  context.PlanStages({ { "read", 1 }, { "masks", 4 }, { "write", 1 } });
  const auto flowField = context.RunStage("read", [&] { return pen::ReadFlowField(options.flows); });

  using Filter = itk::FlowFieldToLabelMapFilter<>;
  const auto cells = Filter::New();
  auto parameters = Filter::ParametersType::Published(options.masks.method == "pen" ? Filter::MethodType::Pen
                                                                                    : Filter::MethodType::CellPose);
  options.masks.ApplyTo(parameters);
  parameters.sampling =
    options.masks.sampling == "exact" ? Filter::SamplingType::PixelCentres : Filter::SamplingType::Stretched;
  cells->SetParameters(parameters);
  cells->SetInput(flowField);
  context.UpdateStage("masks", cells);
  pen::WarnOfRemovedMasks(context, cells->GetRemovedMasks(), cells->GetOutput()->GetNumberOfLabelObjects(),
                          options.flows);

  auto layers = itk::CellLabelMapToLayersImageFilter<itk::CellLabelMap, pen::LayersImage>::New();
  layers->SetInput(cells->GetOutput());
  layers->SetMinimumNumberOfPages(static_cast<unsigned int>(flowField->GetLargestPossibleRegion().GetSize(2)));
  layers->SetReferenceGeometry(flowField);
  context.RunStage("write", [&] { pen::WriteLayers(layers->GetOutput(), output); });
  output.Commit();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-masks", "Turns a flow field into cells, one page of labels per depth channel.", argc, argv,
    [&](CLI::App & app)
    {
      pen::Reads(
        app.add_option("FLOWS", options.flows, "Flow field: float pixels of 4 components, 2-D or 3-D")->required());
      app.add_option("-o,--output", options.layers, "Label layers")->required()->type_name("LAYERS");
      pen::AddMaskOptions(app, options.masks, "as published");
    },
    [&](pen::ProgramContext & context) { Run(options, context); });
}
