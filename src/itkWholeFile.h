// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkWholeFile_h
#define itkWholeFile_h

#include <string>
#include <vector>

namespace itk
{
/** \brief The bytes of a file of weights.
 * \throws ExceptionObject where it is missing, empty, larger than 2 GB or unreadable; the message does not name it. */
std::vector<char>
ReadWholeFile(const std::string & fileName);
} // namespace itk

#endif
