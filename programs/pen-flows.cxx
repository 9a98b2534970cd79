// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Turns cells into the flow field that a network would have to predict for them.

#include "Files/FlowFieldFile.h"
#include "Files/LayersFile.h"
#include "Frame/Program.h"

#include "itkLabelMapToFlowFieldFilter.h"

#include <CLI/CLI.hpp>

namespace
{
struct Options
{
  std::string layers;
  std::string flows;
  std::string method = "cellpose";
};

void
Run(const Options & options, pen::ProgramContext & context)
{
  pen::OutputFile output(options.flows);
  context.PlanStages({ { "read", 1 }, { "flows", 4 }, { "write", 4 } });
  const auto layers = context.RunStage("read", [&] { return pen::ReadLayers(options.layers); });

  using FlowsFilter = itk::LabelMapToFlowFieldFilter<itk::CellLabelMap, pen::FlowFieldImage>;
  auto flows = FlowsFilter::New();
  const itk::CellLabelMap::Pointer cells = pen::CellsOfLayers(layers, options.layers);
  if (cells->GetNumberOfLabelObjects() == 0)
  {
    context.Warn("there is no cell: " + options.layers);
  }
  flows->SetInput(cells);
  flows->SetMethod(options.method == "pen" ? FlowsFilter::MethodType::Pen : FlowsFilter::MethodType::CellPose);
  flows->SetNumberOfChannels(static_cast<unsigned int>(layers->GetLargestPossibleRegion().GetSize(2)));
  context.UpdateStage("flows", flows);

  const pen::FlowFieldImage::Pointer flowField = flows->GetOutput();
  flowField->SetOrigin(layers->GetOrigin());
  flowField->SetDirection(layers->GetDirection());
  context.RunStage("write", [&] { pen::WriteFlowField(flowField, output); });
  output.Commit();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-flows", "Turns cells into their exact flow field, one page per page of labels.", argc, argv,
    [&](CLI::App & app)
    {
      pen::Reads(
        app.add_option("LAYERS", options.layers, "2-D or 3-D label image, labels unique over all pages")->required());
      app.add_option("-o,--output", options.flows, "Flow field, NRRD or MHA")->required()->type_name("FLOWS");
      app.add_option("--method", options.method, "Centre and heat as in cellpose or pen")
        ->check(CLI::IsMember({ "cellpose", "pen" }))
        ->capture_default_str();
    },
    [&](pen::ProgramContext & context) { Run(options, context); });
}
