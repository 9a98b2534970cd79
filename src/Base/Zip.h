// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_Zip_h
#define ProjectionEnhancement_Base_Zip_h

#include "ProjectionEnhancementExport.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace itk
{
/** A piece of a file that lies in memory. */
struct ByteRange
{
  const char * begin = nullptr;
  std::size_t size = 0;
};

/** \brief The entries of a zip archive in memory, by name, as torch.save() writes them: stored, not compressed.
 *
 * Every size and offset is checked against the archive, and every entry against its checksum.
 * \throws ExceptionObject where the archive is damaged or compressed. */
ProjectionEnhancement_EXPORT std::map<std::string, ByteRange>
ReadZipEntries(const char * bytes, std::size_t size);

/** A small file of an archive. */
struct ZipEntry
{
  std::string name;
  std::string bytes;
};

/** \brief A zip archive of small files, stored as they are and without a date, so that equal files give equal bytes.
 * \throws RangeError beyond 65534 files or 4 GiB, which would need zip64. */
ProjectionEnhancement_EXPORT std::string
WriteZipEntries(const std::vector<ZipEntry> & entries);
} // namespace itk

#endif
