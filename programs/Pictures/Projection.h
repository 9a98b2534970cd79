// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Pictures_Projection_h
#define pen_programs_Pictures_Projection_h

#include "Files/StackFile.h"
#include "Frame/OutputFile.h"
#include "Frame/Program.h"
#include "Options/NetworkOptions.h"

#include <string>

namespace pen
{
/** How a stack is projected along z. */
struct ProjectionOptions
{
  std::string method = "pen";
  std::string model; ///< of pen; empty: the one that ships with the programs
  StackOptions reading;
  NetworkPlace place;
};

/** Adds --method and --model, and the options of reading and network. */
void
AddProjectionOptions(CLI::App & app, ProjectionOptions & options);

/** Whether the method makes an RGB image; otherwise it is gray. */
bool
MakesColours(const ProjectionOptions & options);

/** Whether the method runs a network, which needs to know how large a pixel is. */
bool
UsesNetwork(const ProjectionOptions & options);

/** The lowest and the highest value of an image's components. */
struct ValueRange
{
  double lowest;
  double highest;
};

/** \brief Projects a stack, as the stages "project" and "write".
 *
 * Data formats keep the values; PNG, JPEG and BMP show the range of the values in 8 bit, and TIFF colours as 16-bit
 * RGB, where the brightest component becomes the highest value. The caller commits. Returns the range of the
 * projection's values. */
ValueRange
Project(const StackFile & stack, const ProjectionOptions & options, const OutputFile & output,
        ProgramContext & context);
} // namespace pen

#endif
