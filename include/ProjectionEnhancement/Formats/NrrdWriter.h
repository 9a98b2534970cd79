// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_NrrdWriter_h
#define ProjectionEnhancement_Formats_NrrdWriter_h

#include "ProjectionEnhancementExport.h"

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace itk
{
namespace PenCore
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
 * ITK's own writer of NRRD takes whole images only, and does not write some of what Slicer does.
 * \throws ExceptionObject, from Close(), with FailWithFile()'s one line. */
class ProjectionEnhancement_EXPORT NrrdWriter
{
public:
  NrrdWriter(const NrrdHeader & header, const std::string & path);
  ~NrrdWriter();
  NrrdWriter(const NrrdWriter &) = delete;
  NrrdWriter &
  operator=(const NrrdWriter &) = delete;

  /** The next bytes of the pixels, the least significant of a value first. */
  void
  Write(const std::string & bytes);

  /** Throws where something could not be written. */
  void
  Close();

private:
  std::string m_Path;
  void * m_Pixels = nullptr; // zlib's
  bool m_IsWhole = false;
};
} // namespace PenCore
} // namespace itk

#endif
