// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef penQuietStandardError_h
#define penQuietStandardError_h

namespace pen
{
/** \brief Drops what image libraries write to stderr while it lives; the exception they end in is told once, by us.
 *
 * Where the system has no file descriptors to turn aside, it does nothing. */
class QuietStandardError
{
public:
  QuietStandardError();
  ~QuietStandardError();
  QuietStandardError(const QuietStandardError &) = delete;
  QuietStandardError &
  operator=(const QuietStandardError &) = delete;

private:
  int m_Kept{ -1 };
};
} // namespace pen

#endif
