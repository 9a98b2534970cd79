// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
// Mutates files from a seed for a time: fuzzX --seconds N --seed S [--head BYTES] [--keep FILE] FILE...
// --head keeps mutations to the first and last BYTES of a file, where formats have their structure.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>

extern "C" int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size);

namespace
{
using Bytes = std::vector<std::uint8_t>;

constexpr double LongestInput = 10.0; // seconds

Bytes
ReadFile(const std::string & name)
{
  std::ifstream file(name, std::ios::binary);
  return Bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

class Mutator
{
public:
  Mutator(std::uint64_t seed, std::size_t head)
    : m_Random(seed)
    , m_Head(head)
  {
  }

  std::size_t
  Below(std::size_t n)
  {
    return n == 0 ? 0 : m_Random() % n;
  }

  // A place in the first or last bytes, more often near either end.
  std::size_t
  Place(const Bytes & bytes)
  {
    const std::size_t reach = std::min(bytes.size(), m_Head);
    const std::size_t place = this->Below(this->Below(4) == 0 ? std::min<std::size_t>(reach, 512) : reach);
    return this->Below(2) == 0 ? place : bytes.size() - 1 - place;
  }

  void
  Mutate(Bytes & bytes, const Bytes & other)
  {
    const std::size_t place = this->Place(bytes);
    const std::size_t length = std::min(1 + this->Below(this->Below(8) == 0 ? 4096 : 16), bytes.size() - place);
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(place);
    const auto end = begin + static_cast<std::ptrdiff_t>(length);
    switch (this->Below(7))
    {
      case 0:
        bytes[place] ^= static_cast<std::uint8_t>(1u << this->Below(8));
        break;
      case 1:
        bytes[place] = static_cast<std::uint8_t>(m_Random());
        break;
      case 2:
      {
        static const std::uint8_t edges[] = { 0, 1, 0x7f, 0x80, 0xff };
        std::fill(begin, begin + static_cast<std::ptrdiff_t>(std::min<std::size_t>(length, 8)), edges[this->Below(5)]);
        break;
      }
      case 3:
        bytes.erase(begin, end);
        break;
      case 4:
      {
        const Bytes copy(begin, end);
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(this->Place(bytes)), copy.begin(), copy.end());
        break;
      }
      case 5:
      {
        const std::size_t from = this->Place(other);
        const std::size_t count = std::min(length, other.size() - from);
        std::copy_n(other.begin() + static_cast<std::ptrdiff_t>(from), count, begin);
        break;
      }
      default:
        if (this->Below(8) == 0)
        {
          bytes.resize(std::max<std::size_t>(place, 1));
        }
        else
        {
          std::swap(bytes[place], bytes[this->Place(bytes)]);
        }
    }
  }

private:
  std::mt19937_64 m_Random;
  std::size_t m_Head;
};

double
Now()
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
} // namespace

int
main(int argc, char * argv[])
{
  double seconds = 60.0;
  std::uint64_t seed = 1;
  std::size_t head = SIZE_MAX;
  std::string keep;
  std::vector<Bytes> files;
  for (int i = 1; i < argc; ++i)
  {
    const std::string argument = argv[i];
    const bool hasValue = i + 1 < argc;
    if (argument == "--seconds" && hasValue)
    {
      seconds = std::atof(argv[++i]);
    }
    else if (argument == "--seed" && hasValue)
    {
      seed = std::strtoull(argv[++i], nullptr, 10);
    }
    else if (argument == "--head" && hasValue)
    {
      head = std::strtoull(argv[++i], nullptr, 10);
    }
    else if (argument == "--keep" && hasValue)
    {
      keep = argv[++i];
    }
    else
    {
      files.push_back(ReadFile(argument));
    }
  }
  if (files.empty() || std::any_of(files.begin(), files.end(), [](const Bytes & file) { return file.empty(); }))
  {
    std::fprintf(stderr, "no file to start from, or an empty one\n");
    return 2;
  }
  Mutator mutator(seed, head);
  const double start = Now();
  std::size_t inputs = 0;
  double slowest = 0.0;
  for (; Now() - start < seconds; ++inputs)
  {
    Bytes bytes = files[mutator.Below(files.size())];
    const std::size_t mutations = inputs < files.size() ? 0 : 1 + mutator.Below(mutator.Below(3) == 0 ? 64 : 6);
    for (std::size_t i = 0; i < mutations && !bytes.empty(); ++i)
    {
      mutator.Mutate(bytes, files[mutator.Below(files.size())]);
    }
    if (!keep.empty())
    {
      std::ofstream(keep, std::ios::binary)
        .write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    const double begin = Now();
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    slowest = std::max(slowest, Now() - begin);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%zu inputs in %.0f s, slowest %.2f s, peak memory %ld MB\n", inputs, Now() - start, slowest,
              usage.ru_maxrss / 1024);
  return slowest > LongestInput ? 1 : 0;
}
