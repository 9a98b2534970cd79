// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_OutputFolder_h
#define pen_programs_Frame_OutputFolder_h

#include "Frame/Inputs.h"

#include <string>
#include <vector>

namespace pen
{
/** \brief A folder of files that appears whole or not at all.
 *
 * The files are written into a folder beside the final place, which Commit() renames. Without Commit() the destructor,
 * and an interrupting signal, remove what was written. A folder that is already there is replaced when it holds
 * nothing but files of the names announced in \a names; anything else in it is somebody's and an error, and so is an
 * input of the run.
 *
 * \code
 * pen::OutputFolder folder(path, { "table.csv" });
 * pen::OutputFile table(folder.AddFile("table.csv"));
 * table.WriteText(text);
 * table.Commit();
 * folder.Commit();
 * \endcode */
class OutputFolder
{
public:
  /** Throws with one clear line when the folder cannot be written or holds other files. */
  OutputFolder(const std::string & path, const std::vector<std::string> & names);
  ~OutputFolder();
  OutputFolder(const OutputFolder &) = delete;
  OutputFolder &
  operator=(const OutputFolder &) = delete;

  /** Where to write the file of this name until Commit(). */
  std::string
  AddFile(const std::string & name);

  void
  Commit();

private:
  std::string m_Path;
  std::string m_TemporaryPath;
  std::vector<std::string> m_Files;
  OutputClaim m_Claim;
};
} // namespace pen

#endif
