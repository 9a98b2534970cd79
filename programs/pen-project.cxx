// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Projects a stack along z: by maximum, mean, sum or standard deviation, by depth windows, or by a trained PEN.

#include "Files/StackFile.h"
#include "Frame/OutputFile.h"
#include "Pictures/Projection.h"

#include <CLI/CLI.hpp>

namespace
{
struct Options
{
  std::string stack;
  std::string output;
  pen::ProjectionOptions projection;
};

void
AddOptions(CLI::App & app, Options & options)
{
  pen::Reads(app.add_option("STACK", options.stack, "3-D gray image in any format ITK reads")->required());
  app
    .add_option("-o,--output", options.output,
                "Image; PNG and the like show the range of values in 8 bit, TIFF colours in 16 bit")
    ->required();
  pen::AddProjectionOptions(app, options.projection);
}

void
Run(const Options & options, pen::ProgramContext & context)
{
  pen::OutputFile output(options.output);
  context.PlanStages({ { "read", 1 }, { "project", 5 }, { "write", 1 } });
  const pen::StackFile stack =
    context.RunStage("read", [&] { return pen::ReadStack(options.stack, options.projection.reading, context); });
  if (pen::UsesNetwork(options.projection))
  {
    pen::WarnOfDoubtfulSpacing(stack, options.stack, context);
  }
  pen::Project(stack, options.projection, output, context);
  output.Commit();
}
} // namespace

int
main(int argc, char * argv[])
{
  Options options;
  return pen::RunProgram(
    "pen-project", "Projects a stack along z to one image.", argc, argv,
    [&](CLI::App & app) { AddOptions(app, options); }, [&](pen::ProgramContext & context) { Run(options, context); });
}
