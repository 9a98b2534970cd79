// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/TiffQuiet.h"

#include <tiffio.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <mutex>

namespace pen
{
namespace
{
// libtiff's handlers are functions without state, one for all files.
std::mutex mutex;
std::string firstComplaint;
TIFFErrorHandler formerWarnings = nullptr;
TIFFErrorHandler formerErrors = nullptr;

void
KeepFirstComplaint(const char *, const char * format, va_list arguments)
{
  const std::lock_guard<std::mutex> lock(mutex);
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

std::string
TiffQuiet::GetComplaint() const
{
  const std::lock_guard<std::mutex> lock(mutex);
  return firstComplaint;
}
} // namespace pen
