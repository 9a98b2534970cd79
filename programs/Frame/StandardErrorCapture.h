// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_programs_Frame_StandardErrorCapture_h
#define pen_programs_Frame_StandardErrorCapture_h

#include <cstdio>
#include <string>

namespace pen
{
/** \brief Catches what image libraries write to stderr while it lives.
 *
 * Some of them tell of a damaged file only there and go on. Where the system has no file descriptors to turn aside,
 * it catches nothing. */
class StandardErrorCapture
{
public:
  StandardErrorCapture();
  ~StandardErrorCapture();
  StandardErrorCapture(const StandardErrorCapture &) = delete;
  StandardErrorCapture &
  operator=(const StandardErrorCapture &) = delete;

  /** All that was written so far. */
  std::string
  GetText() const;

private:
  std::FILE * m_Caught{ nullptr };
  int m_Kept{ -1 };
};
} // namespace pen

#endif
