// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_Modules_CLI_support_SlicerArguments_h
#define pen_Modules_CLI_support_SlicerArguments_h

#include "SlicerDescription.h"

#include <map>
#include <string>
#include <vector>

namespace pen
{
/** What a call of a command-line module says. */
struct SlicerArguments
{
  std::map<std::string, std::string> values; ///< by parameter name; what was not said is not there
  bool echo = false;
  bool help = false;
  bool version = false;
  bool xml = false;
  std::string returnFile;    ///< --returnparameterfile
  std::string serializeFile; ///< --serialize
};

/** \brief Reads the command line of a module as the Slicer Execution Model has it.
 *
 * "--flag value" and "--flag=value"; a boolean may stand without a value. --deserialize FILE reads a parameter file,
 * against which the command line wins. Throws UsageError for an unknown parameter, a missing or a bad value, and
 * std::runtime_error for a parameter file that cannot be read. */
SlicerArguments
ReadSlicerArguments(const SlicerDescription & description, const std::vector<std::string> & arguments);

/** The value in force: what was said, else the default. */
std::string
ValueInForce(const SlicerArguments & arguments, const SlicerParameter & parameter);

/** The option of the pen-* programs that a parameter is: "--cell-threshold" for "cellThreshold". */
std::string
ProgramOption(const std::string & parameterName);

/** \brief The same call for a pen-* program, see ProgramOption().
 *
 * A parameter at its default is left out, so that the program's own default rules. */
std::vector<std::string>
ProgramArguments(const SlicerDescription & description, const SlicerArguments & arguments);
} // namespace pen

#endif
