// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penGzip_h
#define penGzip_h

#include <cstddef>
#include <string>

namespace pen
{
/** The bytes as a gzip stream, the same for the same bytes. */
std::string
Gzip(const std::string & bytes);

/** \brief The \a size bytes of a gzip stream.
 *
 * Throws std::runtime_error where it is damaged or does not hold exactly that many; never takes more memory than the
 * stream fills. */
std::string
Gunzip(const std::string & stream, std::size_t size);
} // namespace pen

#endif
