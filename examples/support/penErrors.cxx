// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penErrors.h"

#include "itkMacro.h"

#include <new>
#include <regex>

namespace pen
{
namespace
{
std::string
FirstLine(const std::string & text)
{
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos)
  {
    return {};
  }
  std::string line = text.substr(begin, text.find_first_of("\r\n", begin) - begin);
  line.erase(line.find_last_not_of(" \t") + 1);
  return line;
}

// itkExceptionMacro puts "itk::ERROR: ClassName(0x55d0c8a0): " before what it has to say, itkGenericExceptionMacro
// "ITK ERROR: " or "itk::ERROR: "; where one wraps the other both are there.
std::string
WithoutSender(const std::string & description)
{
  static const std::regex sender(R"(\b(itk::|ITK )?ERROR: ([\w<>:, ]*\((0x)?[0-9a-fA-F]+\): *)?)");
  return std::regex_replace(description, sender, "");
}
} // namespace

void
Fail(const std::string & what, const std::string & file)
{
  throw std::runtime_error(what + ": " + file);
}

std::string
OneLineMessage(const std::exception & error)
{
  if (dynamic_cast<const std::bad_alloc *>(&error))
  {
    return "out of memory";
  }
  std::string message;
  if (const auto * itkError = dynamic_cast<const itk::ExceptionObject *>(&error))
  {
    message = FirstLine(WithoutSender(itkError->GetDescription()));
  }
  else
  {
    message = FirstLine(error.what());
  }
  return message.empty() ? "unknown error" : message;
}
} // namespace pen
