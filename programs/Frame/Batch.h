// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_Batch_h
#define pen_programs_Frame_Batch_h

#include "Frame/Program.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace pen
{
/** \brief The work on several files, of which one that fails does not stop the others.
 *
 * A file that fails is named in a warning and skipped. At the end Finish() sums up. Where there is one file only, it
 * fails as if there were no batch.
 *
 * \code
 * pen::Batch batch("stacks", paths.size(), context);
 * for (const std::string & path : paths)
 * {
 *   batch.Try(path, [&] { Segment(path); });
 * }
 * batch.Finish();
 * \endcode */
class Batch
{
public:
  /** \param files  what the files are, in the plural */
  Batch(std::string files, std::size_t count, ProgramContext & context);

  /** Whether the work on a file succeeded. A wrong call of the program is not the file's fault: UsageError ends all. */
  bool
  Try(const std::string & file, const std::function<void()> & work);

  /** Tells of a file that is done but for this. */
  void
  Add(const std::string & problem);

  /** Throws one line that names all files that failed and why, if there are any. */
  void
  Finish() const;

private:
  std::string m_Files;
  std::size_t m_Count;
  ProgramContext & m_Context;
  std::vector<std::string> m_Problems;
};
} // namespace pen

#endif
