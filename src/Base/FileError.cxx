// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Base/FileError.h"

#include "itkMacro.h"

namespace itk
{
namespace PenCore
{
void
FailWithFile(const std::string & what, const std::string & file)
{
  throw ExceptionObject(__FILE__, __LINE__, what + ": " + file, ITK_LOCATION);
}

void
FailBeyondFormat(const std::string & what, const std::string & file)
{
  throw RangeError(__FILE__, __LINE__, what + ": " + file, ITK_LOCATION);
}
} // namespace PenCore
} // namespace itk
