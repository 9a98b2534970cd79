// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/StandardErrorCapture.h"

#if defined(__unix__) || defined(__APPLE__)
#  include <fcntl.h>
#  include <unistd.h>
#  define PEN_HAS_FILE_DESCRIPTORS
#endif

namespace pen
{
#if defined(PEN_HAS_FILE_DESCRIPTORS)
StandardErrorCapture::StandardErrorCapture()
  : m_Caught(std::tmpfile())
{
  std::fflush(stderr);
  if (m_Caught)
  {
    m_Kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (m_Kept >= 0)
    {
      dup2(fileno(m_Caught), STDERR_FILENO);
    }
  }
}

StandardErrorCapture::~StandardErrorCapture()
{
  std::fflush(stderr);
  if (m_Kept >= 0)
  {
    dup2(m_Kept, STDERR_FILENO);
    close(m_Kept);
  }
  if (m_Caught)
  {
    std::fclose(m_Caught);
  }
}

std::string
StandardErrorCapture::GetText() const
{
  std::string text;
  if (m_Caught)
  {
    std::fflush(stderr);
    std::rewind(m_Caught);
    for (int c = std::fgetc(m_Caught); c != EOF; c = std::fgetc(m_Caught))
    {
      text.push_back(static_cast<char>(c));
    }
  }
  return text;
}
#else
StandardErrorCapture::StandardErrorCapture() = default;

StandardErrorCapture::~StandardErrorCapture() = default;

std::string
StandardErrorCapture::GetText() const
{
  return {};
}
#endif
} // namespace pen
