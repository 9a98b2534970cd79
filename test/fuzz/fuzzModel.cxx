// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "fuzzFile.h"

#include "itkSegmentationNetwork.h"

#include <vector>

namespace
{
using Bytes = std::vector<std::uint8_t>;

std::uint32_t
Number(const Bytes & bytes, std::size_t place, std::size_t count)
{
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;)
  {
    value = value << 8 | (place + i < bytes.size() ? bytes[place + i] : 0u);
  }
  return value;
}

std::uint32_t
Checksum(const Bytes & bytes, std::size_t begin, std::size_t size)
{
  std::uint32_t sum = 0xffffffffu;
  for (std::size_t i = begin; i < begin + size; ++i)
  {
    sum ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit)
    {
      sum = (sum & 1) != 0 ? 0xedb88320u ^ (sum >> 1) : sum >> 1;
    }
  }
  return sum ^ 0xffffffffu;
}

// LibTorch refuses an entry with a wrong checksum, which is what an entry has that was changed.
void
RepairChecksums(Bytes & bytes)
{
  constexpr std::size_t directoryHeader = 46;
  constexpr std::size_t entryHeader = 30;
  for (std::size_t place = 0; place + directoryHeader <= bytes.size(); ++place)
  {
    if (Number(bytes, place, 4) != 0x02014b50)
    {
      continue;
    }
    const std::size_t entry = Number(bytes, place + 42, 4);
    const std::size_t begin = entry + entryHeader + Number(bytes, entry + 26, 2) + Number(bytes, entry + 28, 2);
    const std::size_t size = Number(bytes, place + 24, 4);
    if (begin > bytes.size() || size > bytes.size() - begin)
    {
      continue;
    }
    const std::uint32_t sum = Checksum(bytes, begin, size);
    for (std::size_t i = 0; i < 4; ++i)
    {
      bytes[place + 16 + i] = static_cast<std::uint8_t>(sum >> (8 * i));
    }
  }
}
} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const std::uint8_t * data, std::size_t size)
{
  Bytes bytes(data, data + size);
  RepairChecksums(bytes);
  return FuzzThroughFile(bytes.data(), bytes.size(),
                         [](const std::string & name)
                         {
                           auto network = itk::SegmentationNetwork::New();
                           network->SetDevice("cpu");
                           network->Load(name);
                         });
}
