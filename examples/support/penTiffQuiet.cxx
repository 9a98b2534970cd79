// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penTiffQuiet.h"

#include <tiffio.h>

#include <array>
#include <cstdarg>
#include <cstdio>

namespace pen
{
namespace
{
// libtiff's handlers are functions without state, one for all files.
std::string firstComplaint;
TIFFErrorHandler formerWarnings = nullptr;
TIFFErrorHandler formerErrors = nullptr;

void
KeepFirstComplaint(const char *, const char * format, va_list arguments)
{
  if (firstComplaint.empty())
  {
    std::array<char, 512> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    firstComplaint = text.data();
  }
}
} // namespace

TiffQuiet::TiffQuiet()
{
  firstComplaint.clear();
  formerWarnings = TIFFSetWarningHandler(nullptr);
  formerErrors = TIFFSetErrorHandler(KeepFirstComplaint);
}

TiffQuiet::~TiffQuiet()
{
  TIFFSetWarningHandler(formerWarnings);
  TIFFSetErrorHandler(formerErrors);
}

const std::string &
TiffQuiet::GetComplaint() const
{
  return firstComplaint;
}
} // namespace pen
