// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_TiffErrors_h
#define ProjectionEnhancement_Formats_TiffErrors_h

#include <memory>
#include <string>

struct tiff;

namespace itk
{
namespace PenCore
{
/** \brief Opens files with libtiff and keeps the first error that it tells of them, instead of having it on stderr.
 *
 * Warnings are dropped: they are about tags that libtiff does not know, which every microscope's TIFF has; and so are
 * errors about the value of one tag, which libtiff leaves out. Before
 * libtiff 4.5 an error does not say which file it is about: there every living object keeps it. */
class TiffErrors
{
public:
  TiffErrors();
  ~TiffErrors();
  TiffErrors(const TiffErrors &) = delete;
  TiffErrors &
  operator=(const TiffErrors &) = delete;

  /** TIFFOpen() of a file that is closed before this object is gone. Threads may call it at once. */
  tiff *
  Open(const std::string & path, const char * mode);

  /** The first error; empty when there was none. */
  std::string
  GetFirst() const;

private:
  class Text;
  std::unique_ptr<Text> m_Text;
};
} // namespace PenCore
} // namespace itk

#endif
