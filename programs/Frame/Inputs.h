// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_Inputs_h
#define pen_programs_Frame_Inputs_h

#include <string>

namespace CLI
{
class Option;
} // namespace CLI

namespace pen
{
/** \brief Marks an option whose values are files or folders that the program reads: inputs of the run.
 *
 * No output of a run may replace one of its inputs, whatever links or spelling they are reached by. The frame knows the
 * inputs before the work starts, and whoever claims a place for an output is told there.
 *
 * \code
 * pen::Reads(app.add_option("STACK", options.stack, "3-D gray stack")->required());
 * \endcode */
CLI::Option *
Reads(CLI::Option * option);

/** An input that no option names, as a file of a folder. Throws with one clear line when an output of the run has
 * already claimed its place. */
void
ProtectInput(const std::string & path);

/** Throws with one clear line when a file, or a folder that will be replaced as a whole, is an input or holds one. Who
 * writes late asks this before the work. */
void
RequireNoInput(const std::string & output);

/** The place of an output, from the time it is claimed until it is written. */
class OutputClaim
{
public:
  OutputClaim() = default;
  ~OutputClaim();
  OutputClaim(const OutputClaim &) = delete;
  OutputClaim &
  operator=(const OutputClaim &) = delete;

  /** Throws with one clear line where the place is that of an input, or of another output in work. */
  void
  Take(const std::string & output);

  void
  Release();

private:
  std::string m_Output;
};

/** Forgets inputs and marked options; the frame's. */
void
ForgetInputs();

/** Protects what the command line gave the marked options; the frame's. */
void
ProtectInputsOfOptions();
} // namespace pen

#endif
