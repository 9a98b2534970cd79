// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// pen-project as a Slicer module: colours and gray values go to volumes of their own kind.

#include "PenProjectDescription.h"

#include "Files/StackFile.h"
#include "Frame/OutputFile.h"
#include "Pictures/Projection.h"
#include "ProjectionEnhancement/Base/NumberText.h"
#include "SlicerModule.h"

#include <CLI/CLI.hpp>

namespace
{
struct Options
{
  std::string volume;
  std::string colourImage;
  std::string grayImage;
  pen::ProjectionOptions projection;
};

void
AddOptions(CLI::App & app, Options & options)
{
  pen::Reads(app.add_option("--input-volume", options.volume, "3-D gray image in any format ITK reads")->required());
  app.add_option("--colour-image", options.colourImage, "RGB image of linear and pen");
  app.add_option("--gray-image", options.grayImage, "Image of max, mean, sum and std");
  pen::AddProjectionOptions(app, options.projection);
}

// Slicer has volumes of colours and volumes of gray values, and takes no file of the one kind for the other.
std::string
OutputPath(const Options & options)
{
  const bool makesColours = pen::MakesColours(options.projection);
  const std::string & wanted = makesColours ? options.colourImage : options.grayImage;
  const std::string & other = makesColours ? options.grayImage : options.colourImage;
  if (wanted.empty() || !other.empty())
  {
    throw pen::UsageError("method " + options.projection.method + " makes a " + (makesColours ? "colour" : "gray") +
                          " image: name " + (makesColours ? "colourImage" : "grayImage") + " alone as output");
  }
  return wanted;
}

void
Run(const Options & options, pen::ProgramContext & context, pen::ReturnedValues & returned)
{
  pen::OutputFile output(OutputPath(options));
  context.PlanStages({ { "read", 1 }, { "project", 5 }, { "write", 1 } });
  const pen::StackFile stack =
    context.RunStage("read", [&] { return pen::ReadStack(options.volume, options.projection.reading, context); });
  if (pen::UsesNetwork(options.projection))
  {
    pen::WarnOfDoubtfulSpacing(stack, options.volume, context);
  }
  const pen::ValueRange range = pen::Project(stack, options.projection, output, context);
  output.Commit();
  returned.emplace_back("lowest", itk::PenCore::NumberText(range.lowest));
  returned.emplace_back("highest", itk::PenCore::NumberText(range.highest));
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunSlicerModule(
    "PenProject", PenProjectDescription, argc, argv, [&](CLI::App & app) { AddOptions(app, options); },
    [&](pen::ProgramContext & context, pen::ReturnedValues & returned) { Run(options, context, returned); });
}
