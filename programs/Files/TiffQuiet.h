// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Files_TiffQuiet_h
#define pen_programs_Files_TiffQuiet_h

#include <string>

namespace pen
{
/** \brief While it lives libtiff writes nothing to stderr: it keeps the first error and drops warnings, which are about
 * tags that libtiff does not know. One at a time, of all threads. */
class TiffQuiet
{
public:
  TiffQuiet();
  ~TiffQuiet();
  TiffQuiet(const TiffQuiet &) = delete;
  TiffQuiet &
  operator=(const TiffQuiet &) = delete;

  /** The first error; empty when there was none. */
  std::string
  GetComplaint() const;
};
} // namespace pen

#endif
