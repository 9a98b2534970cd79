// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_Modules_CLI_support_SlicerModule_h
#define pen_Modules_CLI_support_SlicerModule_h

#include "Frame/Program.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace pen
{
/** Numbers that a module returns: names as in its description, and values. */
using ReturnedValues = std::vector<std::pair<std::string, std::string>>;

/** \brief The frame of a Slicer command-line module: a pen-* program behind its XML description.
 *
 * Speaks the Slicer Execution Model: --xml, progress on stdout, --returnparameterfile, --deserialize, --serialize,
 * --echo. The description says which parameters there are and what values they take; each of them is the option of the
 * same name that setup adds as for RunProgram(), which then runs body. Returns the exit code, as RunProgram().
 *
 * \code
 * int main(int argc, char * argv[])
 * {
 *   std::string input;
 *   return pen::RunSlicerModule("PenX", PenXDescription, argc, argv,
 *     [&](CLI::App & app) { app.add_option("--input-volume", input, "what it reads")->required(); },
 *     [&](pen::ProgramContext &, pen::ReturnedValues & returned) { returned.emplace_back("count", CountX(input)); });
 * }
 * \endcode */
int
RunSlicerModule(const std::string & name, const std::string & xml, int argc, char * argv[],
                const std::function<void(CLI::App &)> & setup,
                const std::function<void(ProgramContext &, ReturnedValues &)> & body);
} // namespace pen

#endif
