// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/Gzip.h"

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

struct GzipStream::State
{
  z_stream zlib{};
  std::string chunk = std::string(ChunkSize, '\0');
};

GzipStream::GzipStream(std::ostream & output)
  : m_Output(output)
  , m_State(std::make_unique<State>())
{
  if (deflateInit2(&m_State->zlib, Level, Z_DEFLATED, GzipWindow, DefaultMemory, Z_DEFAULT_STRATEGY) != Z_OK)
  {
    throw std::runtime_error("zlib cannot start");
  }
}

GzipStream::~GzipStream()
{
  deflateEnd(&m_State->zlib);
}

void
GzipStream::Write(const std::string & bytes)
{
  this->Deflate(bytes, Z_NO_FLUSH);
}

void
GzipStream::Close()
{
  this->Deflate({}, Z_FINISH);
}

void
GzipStream::Deflate(const std::string & bytes, int flush)
{
  z_stream & zlib = m_State->zlib;
  std::string & chunk = m_State->chunk;
  std::size_t fed = 0;
  do
  {
    Feed(zlib, bytes, fed);
    zlib.next_out = reinterpret_cast<Bytef *>(&chunk[0]);
    zlib.avail_out = static_cast<uInt>(chunk.size());
    // Z_BUF_ERROR: there was nothing to do, which is no error.
    const int state = deflate(&zlib, flush);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
    {
      throw std::runtime_error("zlib cannot compress");
    }
    m_Output.write(chunk.data(), static_cast<std::streamsize>(chunk.size() - zlib.avail_out));
  } while (zlib.avail_out == 0 || zlib.avail_in > 0 || fed < bytes.size());
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
