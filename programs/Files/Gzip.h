// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_Gzip_h
#define pen_programs_Files_Gzip_h

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>

namespace pen
{
/** A gzip stream that is written piece by piece; the same for the same bytes, however they are cut. */
class GzipStream
{
public:
  explicit GzipStream(std::ostream & output);
  ~GzipStream();
  GzipStream(const GzipStream &) = delete;
  GzipStream &
  operator=(const GzipStream &) = delete;

  void
  Write(const std::string & bytes);

  /** Writes what is left; without it the stream is not whole. */
  void
  Close();

private:
  struct State;

  void
  Deflate(const std::string & bytes, int flush);

  std::ostream & m_Output;
  std::unique_ptr<State> m_State;
};

/** \brief The \a size bytes of a gzip stream.
 *
 * Throws std::runtime_error where it is damaged or does not hold exactly that many; never takes more memory than the
 * stream fills. */
std::string
Gunzip(const std::string & stream, std::size_t size);
} // namespace pen

#endif
