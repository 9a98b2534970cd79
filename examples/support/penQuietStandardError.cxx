// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penQuietStandardError.h"

#include <cstdio>

#if defined(__unix__) || defined(__APPLE__)
#  include <fcntl.h>
#  include <unistd.h>
#  define PEN_HAS_FILE_DESCRIPTORS
#endif

namespace pen
{
QuietStandardError::QuietStandardError()
{
#if defined(PEN_HAS_FILE_DESCRIPTORS)
  std::fflush(stderr);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0)
  {
    return;
  }
  m_Kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (m_Kept >= 0)
  {
    dup2(nowhere, STDERR_FILENO);
  }
  close(nowhere);
#endif
}

QuietStandardError::~QuietStandardError()
{
#if defined(PEN_HAS_FILE_DESCRIPTORS)
  if (m_Kept >= 0)
  {
    std::fflush(stderr);
    dup2(m_Kept, STDERR_FILENO);
    close(m_Kept);
  }
#endif
}
} // namespace pen
