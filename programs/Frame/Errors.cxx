// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Frame/Errors.h"

#include "itkMacro.h"

#include <new>
#include <regex>
#include <sstream>
#include <vector>

namespace pen
{
namespace
{
std::vector<std::string>
NonEmptyLines(const std::string & text)
{
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
  {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin != std::string::npos)
    {
      lines.push_back(line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1));
    }
  }
  return lines;
}

// The first line says it all, except where it announces a trace, whose last line is the cause.
std::string
TellingLine(const std::string & text)
{
  const std::vector<std::string> lines = NonEmptyLines(text);
  if (lines.empty())
  {
    return "unknown error";
  }
  const bool announces = lines.front().back() == ':' && lines.size() > 1;
  return announces ? lines.front() + ' ' + lines.back() : lines.front();
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
  if (const auto * itkError = dynamic_cast<const itk::ExceptionObject *>(&error))
  {
    return TellingLine(WithoutSender(itkError->GetDescription()));
  }
  return TellingLine(error.what());
}
} // namespace pen
