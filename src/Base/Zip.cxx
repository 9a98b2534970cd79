// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Base/Zip.h"

#include "itkMacro.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

// PKWARE's APPNOTE 6.3: the directory at the archive's end names each entry's place and size; sizes beyond 32 bits
// stand in an extra field (zip64), which torch always writes.

namespace itk
{
namespace
{
constexpr std::uint32_t EntrySignature = 0x04034b50;
constexpr std::uint32_t DirectorySignature = 0x02014b50;
constexpr std::uint32_t EndSignature = 0x06054b50;
constexpr std::uint32_t End64Signature = 0x06064b50;
constexpr std::uint32_t Locator64Signature = 0x07064b50;
constexpr std::size_t EntryHeader = 30;
constexpr std::size_t DirectoryHeader = 46;
constexpr std::size_t EndHeader = 22;
constexpr std::size_t End64Header = 56;
constexpr std::size_t Locator64Header = 20;
constexpr std::size_t LongestComment = 65535;
constexpr std::uint16_t Zip64Field = 1;
constexpr std::uint32_t InZip64Field = 0xffffffff;
constexpr std::size_t MostEntries = 1u << 16;
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
constexpr bool VerifiesChecksums = false; // no fuzzer guesses one
#else
constexpr bool VerifiesChecksums = true;
#endif

/** \brief Little-endian numbers at checked places. */
class Bytes
{
public:
  Bytes(const char * bytes, std::size_t size)
    : m_Bytes(bytes)
    , m_Size(size)
  {
  }

  const char *
  Range(std::uint64_t offset, std::uint64_t count) const
  {
    if (offset > m_Size || count > m_Size - offset)
    {
      itkGenericExceptionMacro("the archive is truncated or damaged");
    }
    return m_Bytes + offset;
  }

  std::uint64_t
  Number(std::uint64_t offset, std::size_t bytes) const
  {
    const char * begin = this->Range(offset, bytes);
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
    {
      value = value << 8 | static_cast<unsigned char>(begin[i]);
    }
    return value;
  }

  std::size_t
  Size() const
  {
    return m_Size;
  }

private:
  const char * m_Bytes;
  std::size_t m_Size;
};

std::uint32_t
Checksum(const char * bytes, std::size_t size)
{
  uLong sum = crc32(0, nullptr, 0);
  while (size > 0)
  {
    const auto piece = static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
    sum = crc32(sum, reinterpret_cast<const Bytef *>(bytes), piece);
    bytes += piece;
    size -= piece;
  }
  return static_cast<std::uint32_t>(sum);
}

struct Directory
{
  std::uint64_t offset;
  std::uint64_t entries;
};

Directory
FindDirectory(const Bytes & bytes)
{
  const std::size_t size = bytes.Size();
  for (std::size_t back = EndHeader; back <= std::min(size, EndHeader + LongestComment); ++back)
  {
    const std::size_t end = size - back;
    if (bytes.Number(end, 4) != EndSignature)
    {
      continue;
    }
    if (end >= Locator64Header && bytes.Number(end - Locator64Header, 4) == Locator64Signature)
    {
      const std::uint64_t end64 = bytes.Number(end - Locator64Header + 8, 8);
      bytes.Range(end64, End64Header);
      if (bytes.Number(end64, 4) == End64Signature)
      {
        return { bytes.Number(end64 + 48, 8), bytes.Number(end64 + 32, 8) };
      }
    }
    return { bytes.Number(end + 16, 4), bytes.Number(end + 10, 2) };
  }
  itkGenericExceptionMacro("the archive is truncated: it has no directory at its end");
}

// The three 64-bit numbers that a directory entry may move to its extra field, in the order the format fixes.
void
ReadZip64Field(const Bytes & bytes, std::uint64_t extra, std::uint64_t extraEnd, std::array<std::uint64_t *, 3> numbers)
{
  while (extra + 4 <= extraEnd)
  {
    const std::uint64_t length = bytes.Number(extra + 2, 2);
    if (bytes.Number(extra, 2) == Zip64Field)
    {
      std::uint64_t place = extra + 4;
      for (std::uint64_t * number : numbers)
      {
        if (*number == InZip64Field && place + 8 <= extra + 4 + length)
        {
          *number = bytes.Number(place, 8);
          place += 8;
        }
      }
      return;
    }
    extra += 4 + length;
  }
}

// What stored files need: the version that reads them, and 1 January 1980.
constexpr std::uint16_t Version = 20;
constexpr std::uint16_t FirstDate = (1 << 5) | 1;

[[noreturn]] void
FailBeyondZip(const char * what)
{
  throw RangeError(__FILE__, __LINE__, what, ITK_LOCATION);
}

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
    FailBeyondZip("a ZIP archive of more than 4 GiB");
  }
  return static_cast<std::uint32_t>(size);
}

// What the local and the central header of a file have in common.
void
AppendDescription(std::string & bytes, const ZipEntry & entry)
{
  constexpr std::uint16_t none = 0;
  const auto size = Narrow(entry.bytes.size());
  const std::uint32_t checksum = Checksum(entry.bytes.data(), entry.bytes.size());
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

std::map<std::string, ByteRange>
ReadZipEntries(const char * data, std::size_t size)
{
  const Bytes bytes(data, size);
  const Directory directory = FindDirectory(bytes);
  if (directory.entries > MostEntries)
  {
    itkGenericExceptionMacro("the archive lists " << directory.entries << " entries, too many for weights");
  }
  std::map<std::string, ByteRange> entries;
  std::uint64_t place = directory.offset;
  std::uint64_t total = 0;
  for (std::uint64_t i = 0; i < directory.entries; ++i)
  {
    if (bytes.Number(place, 4) != DirectorySignature)
    {
      itkGenericExceptionMacro("the archive's directory is damaged");
    }
    const std::uint64_t nameLength = bytes.Number(place + 28, 2);
    const std::uint64_t extraLength = bytes.Number(place + 30, 2);
    const std::string name(bytes.Range(place + DirectoryHeader, nameLength), nameLength);
    std::uint64_t stored = bytes.Number(place + 20, 4);
    std::uint64_t length = bytes.Number(place + 24, 4);
    std::uint64_t header = bytes.Number(place + 42, 4);
    const std::uint64_t extra = place + DirectoryHeader + nameLength;
    ReadZip64Field(bytes, extra, extra + extraLength, { { &length, &stored, &header } });
    if (bytes.Number(place + 10, 2) != 0 || stored != length || (bytes.Number(place + 8, 2) & 1) != 0)
    {
      itkGenericExceptionMacro("the archive's entries are compressed or encrypted, which torch.save() never does");
    }
    if (bytes.Number(header, 4) != EntrySignature)
    {
      itkGenericExceptionMacro("the archive's entries do not lie where its directory says");
    }
    const std::uint64_t begin = header + EntryHeader + bytes.Number(header + 26, 2) + bytes.Number(header + 28, 2);
    const char * content = bytes.Range(begin, length);
    total += length;
    // Entries that share their bytes would multiply a small file's size.
    if (total > size || !entries.insert({ name, { content, static_cast<std::size_t>(length) } }).second)
    {
      itkGenericExceptionMacro("the archive's entries overlap or repeat");
    }
    if (VerifiesChecksums && Checksum(content, static_cast<std::size_t>(length)) != bytes.Number(place + 16, 4))
    {
      itkGenericExceptionMacro("the archive is damaged: an entry's checksum is wrong");
    }
    place = extra + extraLength + bytes.Number(place + 32, 2);
  }
  return entries;
}

std::string
WriteZipEntries(const std::vector<ZipEntry> & entries)
{
  if (entries.size() >= std::numeric_limits<std::uint16_t>::max())
  {
    FailBeyondZip("a ZIP archive of more than 65534 files");
  }
  std::string archive;
  std::string directory;
  for (const ZipEntry & entry : entries)
  {
    Append(directory, DirectorySignature);
    Append(directory, Version);
    AppendDescription(directory, entry);
    Append(directory, std::uint32_t{ 0 }); // comment, disk
    Append(directory, std::uint16_t{ 0 }); // internal attributes
    Append(directory, std::uint32_t{ 0 }); // external attributes
    Append(directory, Narrow(archive.size()));
    directory += entry.name;

    Append(archive, EntrySignature);
    AppendDescription(archive, entry);
    archive += entry.name + entry.bytes;
  }
  const std::uint32_t start = Narrow(archive.size());
  archive += directory;
  Append(archive, EndSignature);
  Append(archive, std::uint32_t{ 0 }); // disks
  Append(archive, static_cast<std::uint16_t>(entries.size()));
  Append(archive, static_cast<std::uint16_t>(entries.size()));
  Append(archive, Narrow(directory.size()));
  Append(archive, start);
  Append(archive, std::uint16_t{ 0 }); // comment
  return archive;
}
} // namespace itk
