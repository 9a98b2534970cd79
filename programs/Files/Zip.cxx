// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/Zip.h"

#include <zlib.h>

#include <cstdint>
#include <limits>
#include <stdexcept>

namespace pen
{
namespace
{
// From PKWARE's APPNOTE: signatures, the version that stored files need, and 1 January 1980.
constexpr std::uint32_t LocalHeader = 0x04034b50;
constexpr std::uint32_t CentralHeader = 0x02014b50;
constexpr std::uint32_t EndOfDirectory = 0x06054b50;
constexpr std::uint16_t Version = 20;
constexpr std::uint16_t FirstDate = (1 << 5) | 1;

template <typename TNumber>
void
Append(std::string & bytes, TNumber number)
{
  for (std::size_t i = 0; i < sizeof(TNumber); ++i)
  {
    bytes += static_cast<char>((number >> (8 * i)) & 0xffu);
  }
}

std::uint32_t
Narrow(std::size_t size)
{
  if (size > std::numeric_limits<std::uint32_t>::max())
  {
    throw std::length_error("a ZIP archive of more than 4 GiB");
  }
  return static_cast<std::uint32_t>(size);
}

// What the local and the central header of a file have in common.
void
AppendDescription(std::string & bytes, const ZipEntry & entry)
{
  constexpr std::uint16_t none = 0;
  const auto size = Narrow(entry.bytes.size());
  const auto checksum = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef *>(entry.bytes.data()), size));
  Append(bytes, Version);
  Append(bytes, none); // flags
  Append(bytes, none); // stored
  Append(bytes, none); // time
  Append(bytes, FirstDate);
  Append(bytes, checksum);
  Append(bytes, size); // as stored
  Append(bytes, size);
  Append(bytes, static_cast<std::uint16_t>(entry.name.size()));
  Append(bytes, none); // extra field
}
} // namespace

std::string
Zip(const std::vector<ZipEntry> & entries)
{
  if (entries.size() >= std::numeric_limits<std::uint16_t>::max())
  {
    throw std::length_error("a ZIP archive of more than 65534 files");
  }
  std::string archive;
  std::string directory;
  for (const ZipEntry & entry : entries)
  {
    Append(directory, CentralHeader);
    Append(directory, Version);
    AppendDescription(directory, entry);
    Append(directory, std::uint32_t{ 0 }); // comment, disk
    Append(directory, std::uint16_t{ 0 }); // internal attributes
    Append(directory, std::uint32_t{ 0 }); // external attributes
    Append(directory, Narrow(archive.size()));
    directory += entry.name;

    Append(archive, LocalHeader);
    AppendDescription(archive, entry);
    archive += entry.name + entry.bytes;
  }
  const std::uint32_t start = Narrow(archive.size());
  archive += directory;
  Append(archive, EndOfDirectory);
  Append(archive, std::uint32_t{ 0 }); // disks
  Append(archive, static_cast<std::uint16_t>(entries.size()));
  Append(archive, static_cast<std::uint16_t>(entries.size()));
  Append(archive, Narrow(directory.size()));
  Append(archive, start);
  Append(archive, std::uint16_t{ 0 }); // comment
  return archive;
}
} // namespace pen
