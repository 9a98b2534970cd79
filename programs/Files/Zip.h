// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_Zip_h
#define pen_programs_Files_Zip_h

#include <string>
#include <vector>

namespace pen
{
/** A file of an archive. */
struct ZipEntry
{
  std::string name;
  std::string bytes;
};

/** \brief A ZIP archive of small files, stored as they are and without a date, so that equal files give equal bytes.
 *
 * Throws std::length_error beyond 65535 files or 4 GiB, which would need ZIP64. */
std::string
Zip(const std::vector<ZipEntry> & entries);
} // namespace pen

#endif
