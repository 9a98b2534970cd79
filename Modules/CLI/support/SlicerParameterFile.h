// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_Modules_CLI_support_SlicerParameterFile_h
#define pen_Modules_CLI_support_SlicerParameterFile_h

#include "SlicerDescription.h"

#include <map>
#include <string>

namespace pen
{
/** \brief Reads the parameters of a run from JSON: {"Parameters": {GROUP: {NAME: VALUE}}}.
 *
 * That is what --serialize writes, of ours and of modules that the Slicer Execution Model generates. A parameter that
 * is null or left out is not said. Throws UsageError for a parameter that the module has not and for a bad value, and
 * std::runtime_error with one line for a file that is missing or no such JSON. */
std::map<std::string, std::string>
ReadParameterFile(const SlicerDescription & description, const std::string & path);

/** The parameters of a run as that JSON; numbers, truth values and vectors as such. */
std::string
ParameterFileText(const SlicerDescription & description, const std::map<std::string, std::string> & values);
} // namespace pen

#endif
