// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_OutputFile_h
#define pen_programs_Frame_OutputFile_h

#include "Frame/Inputs.h"

#include <functional>
#include <string>

namespace pen
{
/** \brief A file that appears whole or not at all.
 *
 * Made before the work starts: it claims a temporary file beside the final place, so that a missing or unwritable
 * folder is told at once, and a place that an input of the run has. The temporary name ends like the final one, because
 * ITK chooses the format by it. Commit() renames; without it the destructor, and an interrupting signal, remove what
 * was written.
 *
 * \code
 * pen::OutputFile output(path);
 * output.Write(WriteSomethingTo);
 * output.Commit();
 * \endcode */
class OutputFile
{
public:
  /** Throws with one clear line when nothing can be written at \a path. */
  explicit OutputFile(const std::string & path);
  ~OutputFile();
  OutputFile(const OutputFile &) = delete;
  OutputFile &
  operator=(const OutputFile &) = delete;

  const std::string &
  GetPath() const
  {
    return m_Path;
  }
  const std::string &
  GetTemporaryPath() const
  {
    return m_TemporaryPath;
  }

  /** Calls what writes to the temporary place. An itk::ExceptionObject that names that place comes back with the final
   * path in its stead. */
  void
  Write(const std::function<void(const std::string & path)> & write) const;

  void
  Commit();

  /** Replaces the whole content by a text. */
  void
  WriteText(const std::string & text) const;

private:
  std::string m_Path;
  std::string m_Place; // the same, or what it links to
  std::string m_TemporaryPath;
  OutputClaim m_Claim;
};

/** Throws where no file of this name can be made, which would otherwise come out when the work is done. */
void
RequireNameThatFits(const std::string & path);

/** What a link points to, or the path itself where it is none. Throws where it points to nothing. */
std::string
BehindLinks(const std::string & path);

/** Makes the folder, and those above it, unless it exists. Throws with one clear line. */
void
CreateOutputFolder(const std::string & folder);

/** Removes the temporary files of all living OutputFile objects when SIGINT, SIGTERM or SIGHUP ends the program. */
void
RemoveTemporaryFilesOnSignals();
} // namespace pen

#endif
