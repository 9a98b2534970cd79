// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_ScratchFile_h
#define ProjectionEnhancement_Base_ScratchFile_h

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <memory>
#include <string>

namespace itk
{
namespace PenCore
{
/** \brief Numbers that do not fit in memory, in a file that goes with the object.
 *
 * Where the system lets an open file be removed, it has no name from the start, so that nothing is left however the
 * program ends. Numbers never written are 0 before the last that was, and an error behind it. Threads may share it. */
class ProjectionEnhancement_EXPORT ScratchFile
{
public:
  /** \throws ExceptionObject where no file can be made in \a folder. */
  explicit ScratchFile(const std::string & folder);
  ~ScratchFile();
  ScratchFile(const ScratchFile &) = delete;
  ScratchFile &
  operator=(const ScratchFile &) = delete;

  /** Writes \a count numbers from number \a first on. \throws ExceptionObject where the disk has no room. */
  void
  Write(std::size_t first, const float * numbers, std::size_t count);

  /** \throws ExceptionObject where they cannot all be read. */
  void
  Read(std::size_t first, float * numbers, std::size_t count) const;

private:
  class Implementation;
  std::unique_ptr<Implementation> m_Implementation;
};
} // namespace PenCore
} // namespace itk

#endif
