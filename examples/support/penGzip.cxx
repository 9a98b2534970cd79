// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penGzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace pen
{
namespace
{
constexpr int GzipWindow = 15 + 16;
constexpr std::size_t ChunkSize = std::size_t{ 1 } << 18;
// Labels compress well at any level; this one is among the fastest.
constexpr int Level = 2;
constexpr int DefaultMemory = 8;

// zlib counts in 32 bits: hands it the next piece of the input.
void
Feed(z_stream & zlib, const std::string & input, std::size_t & fed)
{
  if (zlib.avail_in == 0 && fed < input.size())
  {
    const std::size_t piece = std::min<std::size_t>(input.size() - fed, std::numeric_limits<uInt>::max());
    // zlib leaves its input alone.
    zlib.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(input.data() + fed));
    zlib.avail_in = static_cast<uInt>(piece);
    fed += piece;
  }
}

// Ends the stream of a z_stream however the work ends.
class Ending
{
public:
  Ending(z_stream & zlib, int (*end)(z_stream *))
    : m_Zlib(zlib)
    , m_End(end)
  {
  }
  ~Ending() { m_End(&m_Zlib); }
  Ending(const Ending &) = delete;
  Ending &
  operator=(const Ending &) = delete;

private:
  z_stream & m_Zlib;
  int (*m_End)(z_stream *);
};
} // namespace

std::string
Gzip(const std::string & bytes)
{
  z_stream zlib{};
  if (deflateInit2(&zlib, Level, Z_DEFLATED, GzipWindow, DefaultMemory, Z_DEFAULT_STRATEGY) != Z_OK)
  {
    throw std::runtime_error("zlib cannot start");
  }
  const Ending ending(zlib, deflateEnd);
  std::string stream;
  std::string chunk(ChunkSize, '\0');
  std::size_t fed = 0;
  int state = Z_OK;
  while (state == Z_OK)
  {
    Feed(zlib, bytes, fed);
    zlib.next_out = reinterpret_cast<Bytef *>(&chunk[0]);
    zlib.avail_out = static_cast<uInt>(chunk.size());
    state = deflate(&zlib, fed == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    stream.append(chunk, 0, chunk.size() - zlib.avail_out);
  }
  if (state != Z_STREAM_END)
  {
    throw std::runtime_error("zlib cannot compress");
  }
  return stream;
}

std::string
Gunzip(const std::string & stream, std::size_t size)
{
  z_stream zlib{};
  if (inflateInit2(&zlib, GzipWindow) != Z_OK)
  {
    throw std::runtime_error("zlib cannot start");
  }
  const Ending ending(zlib, inflateEnd);
  std::string bytes;
  std::string chunk(ChunkSize, '\0');
  std::size_t fed = 0;
  int state = Z_OK;
  while (state == Z_OK && bytes.size() <= size)
  {
    Feed(zlib, stream, fed);
    zlib.next_out = reinterpret_cast<Bytef *>(&chunk[0]);
    zlib.avail_out = static_cast<uInt>(chunk.size());
    state = inflate(&zlib, Z_NO_FLUSH);
    bytes.append(chunk, 0, chunk.size() - zlib.avail_out);
  }
  if (state != Z_STREAM_END || bytes.size() != size)
  {
    throw std::runtime_error("the compressed pixels are damaged or not as many as the header says");
  }
  return bytes;
}
} // namespace pen
