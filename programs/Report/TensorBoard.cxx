// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Report/TensorBoard.h"

#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace pen
{
namespace
{
constexpr std::uint32_t ReversedCastagnoli = 0x82F63B78u;

std::array<std::uint32_t, 256>
MakeCrcTable()
{
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i)
  {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit)
    {
      crc = (crc >> 1) ^ ((crc & 1u) != 0 ? ReversedCastagnoli : 0u);
    }
    table[i] = crc;
  }
  return table;
}

// TFRecords rotate and shift their checksums, so that a checksum of data that holds checksums stays one.
std::uint32_t
Masked(std::uint32_t crc)
{
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

std::string
LittleEndian(std::uint64_t value, int bytes)
{
  std::string text;
  for (int i = 0; i < bytes; ++i)
  {
    text += static_cast<char>((value >> (8 * i)) & 0xFFu);
  }
  return text;
}

template <typename TFloat, typename TBits>
std::string
BytesOf(TFloat value)
{
  static_assert(sizeof(TFloat) == sizeof(TBits), "bits of another size");
  TBits bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return LittleEndian(bits, sizeof(bits));
}

// Protocol buffers: a field is its number and wire type, then a varint, 8 or 4 bytes, or a length and as many bytes.
std::string
Varint(std::uint64_t value)
{
  std::string text;
  for (; value > 0x7F; value >>= 7)
  {
    text += static_cast<char>((value & 0x7F) | 0x80);
  }
  return text + static_cast<char>(value);
}

enum WireType : std::uint32_t
{
  VarintType = 0,
  Bytes8Type = 1,
  LengthType = 2,
  Bytes4Type = 5
};

std::string
Field(std::uint32_t number, WireType type, const std::string & payload)
{
  const std::string key = Varint((number << 3) | type);
  return type == LengthType ? key + Varint(payload.size()) + payload : key + payload;
}

std::string
Event(double wallTime, std::uint64_t step, const std::string & rest)
{
  return Field(1, Bytes8Type, BytesOf<double, std::uint64_t>(wallTime)) + Field(2, VarintType, Varint(step)) + rest;
}
} // namespace

std::uint32_t
Crc32c(const std::string & bytes)
{
  static const std::array<std::uint32_t, 256> table = MakeCrcTable();
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char byte : bytes)
  {
    crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(byte)) & 0xFFu];
  }
  return ~crc;
}

TensorBoardWriter::TensorBoardWriter(const std::string & folder)
  // TensorBoard reads every file of a folder whose name holds "tfevents".
  : m_FileName(folder + "/events.out.tfevents.0.pen-train")
{
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  m_File.open(m_FileName, std::ios::binary | std::ios::trunc);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  this->WriteRecord(Event(std::chrono::duration<double>(now).count(), 0, Field(3, LengthType, "brain.Event:2")));
}

void
TensorBoardWriter::Write(std::uint64_t step, double wallTime,
                         const std::vector<std::pair<std::string, double>> & scalars)
{
  std::string summary;
  for (const auto & scalar : scalars)
  {
    const std::string value = BytesOf<float, std::uint32_t>(static_cast<float>(scalar.second));
    summary += Field(1, LengthType, Field(1, LengthType, scalar.first) + Field(2, Bytes4Type, value));
  }
  this->WriteRecord(Event(wallTime, step, Field(5, LengthType, summary)));
}

void
TensorBoardWriter::WriteRecord(const std::string & data)
{
  const std::string length = LittleEndian(data.size(), 8);
  m_File << length << LittleEndian(Masked(Crc32c(length)), 4) << data << LittleEndian(Masked(Crc32c(data)), 4)
         << std::flush;
  if (!m_File)
  {
    throw std::runtime_error(m_FileName + " cannot be written");
  }
}
} // namespace pen
