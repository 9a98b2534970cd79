// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// pen-segment as a Slicer module: one stack, and a file of its own for each result.

#include "PenSegmentDescription.h"

#include "Files/StackFile.h"
#include "Options/Segmentation.h"
#include "Report/SegmentationResults.h"
#include "SlicerModule.h"

#include <CLI/CLI.hpp>

#include <array>
#include <filesystem>
#include <stdexcept>

namespace
{
// A parameter's option, and how pen-segment ends that file's name.
struct Output
{
  const char * option;
  const char * ending;
  std::string path;
};

struct Options
{
  std::string volume;
  pen::SegmentationOptions segmentation;
  pen::PictureOptions pictures;
  std::array<Output, 11> outputs{ { { "--labels", "_labels.nrrd", {} },
                                    { "--segmentation", ".seg.nrrd", {} },
                                    { "--table", "_cells.csv", {} },
                                    { "--report", "_report.html", {} },
                                    { "--overlay", "_overlay.png", {} },
                                    { "--depth-overlay", "_depth_overlay.png", {} },
                                    { "--projection", "_projection.png", {} },
                                    { "--side-by-side", "_side_by_side.png", {} },
                                    { "--rois", "_rois.zip", {} },
                                    { "--tiff", "_labels.ome.tif", {} },
                                    { "--flows", "_flows.nrrd", {} } } };
  const CLI::App * parser = nullptr;
};

void
AddOptions(CLI::App & app, Options & options)
{
  options.parser = &app;
  pen::Reads(app.add_option("--input-volume", options.volume, "3-D gray image in any format ITK reads")->required());
  pen::AddSegmentationOptions(app, options.segmentation);
  options.segmentation.scratchFolder = std::filesystem::temp_directory_path().string();
  pen::AddPictureOptions(app, options.pictures);
  for (Output & output : options.outputs)
  {
    app.add_option(output.option, output.path, std::string("Write what pen-segment calls NAME") + output.ending);
  }
}

void
Run(const Options & options, pen::ProgramContext & context, pen::ReturnedValues & returned)
{
  pen::ResultFiles files;
  for (const Output & output : options.outputs)
  {
    if (!output.path.empty())
    {
      files.Claim(output.ending, output.path);
    }
  }
  const bool withProjection = files.Find("_projection.png") != nullptr || files.Find("_side_by_side.png") != nullptr;
  const auto network = pen::LoadNetwork(options.segmentation, context);
  std::vector<pen::PlannedStage> stages = pen::SegmentationStages(withProjection);
  stages.insert(stages.end(), { { "read", 1 }, { "write", 1 } });
  context.PlanStages(stages);

  const pen::StackFile stack = context.RunStage("read",
                                                [&]
                                                {
                                                  return pen::ReadStack(options.volume, options.segmentation.reading,
                                                                        context, pen::StackBytes(options.segmentation));
                                                });
  pen::WarnOfDoubtfulSpacing(stack, options.volume, context);
  const pen::Segmentation segmentation = pen::Segment(
    stack, options.volume, network, options.segmentation, { withProjection, files.Find("_flows.nrrd") != nullptr }, context);
  const std::string problem =
    context.RunStage("write",
                     [&]
                     {
                       const auto result =
                         pen::ResultOf(segmentation, std::filesystem::path(options.volume).stem().string(),
                                       options.volume, stack, options.segmentation, *options.parser);
                       std::string unwritten = pen::WriteSegmentation(result, options.pictures, files);
                       files.Commit();
                       return unwritten;
                     });
  if (!problem.empty())
  {
    throw std::runtime_error(problem);
  }
  returned.emplace_back("cells", std::to_string(segmentation.GetCells()->GetNumberOfLabelObjects()));
  returned.emplace_back("overlappingCells", std::to_string(pen::CountOverlapping(segmentation.GetCells())));
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunSlicerModule(
    "PenSegment", PenSegmentDescription, argc, argv, [&](CLI::App & app) { AddOptions(app, options); },
    [&](pen::ProgramContext & context, pen::ReturnedValues & returned) { Run(options, context, returned); });
}
