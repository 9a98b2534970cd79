// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Formats_DescriptionText_h
#define ProjectionEnhancement_Formats_DescriptionText_h

#include <string>

namespace itk
{
namespace PenCore
{
/** A TIFF's description from its first letter on: some writers put a line's end or a byte order mark before it. */
inline std::string
WithoutLeadingBlanks(const std::string & text)
{
  const std::string byteOrderMark = "\xEF\xBB\xBF";
  std::size_t begin = 0;
  for (;;)
  {
    begin = text.find_first_not_of(" \t\r\n", begin);
    if (begin == std::string::npos)
    {
      return {};
    }
    if (text.compare(begin, byteOrderMark.size(), byteOrderMark) != 0)
    {
      return text.substr(begin);
    }
    begin += byteOrderMark.size();
  }
}
} // namespace PenCore
} // namespace itk

#endif
