// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_NrrdWriter_h
#define pen_programs_Files_NrrdWriter_h

#include "Files/Gzip.h"
#include "Frame/OutputFile.h"

#include <array>
#include <fstream>
#include <string>
#include <vector>

namespace pen
{
/** What stands in the header of a NRRD in left-posterior-superior space. */
struct NrrdHeader
{
  using VectorType = std::array<double, 3>;

  std::string type;
  std::vector<std::size_t> sizes;
  std::vector<VectorType> directions; ///< of the last axes: those before are lists of values, without a place in space
  VectorType origin;
  std::string keyValues; ///< whole lines
};

/** \brief Writes a NRRD piece by piece, compressed: of an image that is never whole in memory.
 *
 * ITK's own writer of NRRD takes whole images only, and does not write some of what Slicer does. */
class NrrdWriter
{
public:
  NrrdWriter(const NrrdHeader & header, const OutputFile & output);

  /** The next bytes of the pixels, the least significant of a value first. */
  void
  Write(const std::string & bytes);

  /** Throws with one clear line where something could not be written. */
  void
  Close();

private:
  const OutputFile & m_Output;
  std::ofstream m_File;
  GzipStream m_Pixels;
};
} // namespace pen

#endif
