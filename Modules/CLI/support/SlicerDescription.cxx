// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "SlicerDescription.h"
#include "Frame/Errors.h"
#include "ProjectionEnhancement/Base/NumberText.h"

#include <expat.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <stdexcept>

namespace pen
{
namespace
{
constexpr int DepthOfGroup = 2;
constexpr int DepthOfParameter = 3;

// What the parser has read so far. Levels: executable, parameters, parameter, its elements, those of constraints.
struct Reading
{
  SlicerDescription description;
  int depth = 0;
  std::string text;
};

std::string
Trimmed(const std::string & text)
{
  const char * blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

double
NumberOf(const std::string & text)
{
  char * end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return text.empty() || *end != '\0' ? std::numeric_limits<double>::quiet_NaN() : number;
}

void
SetOfModule(SlicerDescription & description, const std::string & element, const std::string & text)
{
  if (element == "title")
  {
    description.title = text;
  }
  else if (element == "description")
  {
    description.description = text;
  }
  else if (element == "version")
  {
    description.version = text;
  }
}

void
SetOfParameter(SlicerParameter & parameter, const std::string & element, const std::string & text)
{
  const std::pair<const char *, std::string *> texts[] = { { "name", &parameter.name },
                                                           { "flag", &parameter.flag },
                                                           { "longflag", &parameter.longFlag },
                                                           { "description", &parameter.description },
                                                           { "default", &parameter.defaultValue },
                                                           { "channel", &parameter.channel } };
  for (const auto & [name, value] : texts)
  {
    if (element == name)
    {
      *value = text;
    }
  }
  if (element == "element")
  {
    parameter.elements.push_back(text);
  }
  else if (element == "index")
  {
    parameter.index = static_cast<unsigned int>(std::strtoul(text.c_str(), nullptr, 10));
  }
  else if (element == "minimum")
  {
    parameter.minimum = NumberOf(text);
  }
  else if (element == "maximum")
  {
    parameter.maximum = NumberOf(text);
  }
}

void XMLCALL
OnStart(void * userData, const XML_Char * element, const XML_Char **)
{
  auto & reading = *static_cast<Reading *>(userData);
  ++reading.depth;
  reading.text.clear();
  const std::string name = element;
  auto & groups = reading.description.groups;
  if (reading.depth == DepthOfGroup && name == "parameters")
  {
    groups.emplace_back();
  }
  else if (reading.depth == DepthOfParameter && !groups.empty() && name != "label" && name != "description")
  {
    groups.back().parameters.emplace_back();
    groups.back().parameters.back().type = name;
  }
}

void XMLCALL
OnText(void * userData, const XML_Char * text, int length)
{
  static_cast<Reading *>(userData)->text.append(text, static_cast<std::size_t>(length));
}

void XMLCALL
OnEnd(void * userData, const XML_Char * element)
{
  auto & reading = *static_cast<Reading *>(userData);
  const std::string name = element;
  const std::string text = Trimmed(reading.text);
  auto & groups = reading.description.groups;
  if (reading.depth == DepthOfGroup && name != "parameters")
  {
    SetOfModule(reading.description, name, text);
  }
  else if (reading.depth == DepthOfParameter && name == "label" && !groups.empty())
  {
    groups.back().label = text;
  }
  else if (reading.depth > DepthOfParameter && !groups.empty() && !groups.back().parameters.empty())
  {
    SetOfParameter(groups.back().parameters.back(), name, text);
  }
  --reading.depth;
  reading.text.clear();
}

[[noreturn]] void
Refuse(const SlicerParameter & parameter, const std::string & value, const std::string & expected)
{
  throw UsageError(parameter.name + " is \"" + value + "\", expected " + expected);
}

// One component of a number or a vector of numbers.
std::string
CheckedNumber(const SlicerParameter & parameter, const std::string & text, const std::string & value)
{
  const double number = NumberOf(text);
  if (!std::isfinite(number))
  {
    Refuse(parameter, value, "a number");
  }
  constexpr double exactIntegers = 9007199254740992.0;
  const bool isInteger = parameter.type.compare(0, 7, "integer") == 0;
  if (isInteger && (number != std::floor(number) || std::abs(number) > exactIntegers))
  {
    Refuse(parameter, value, "a whole number");
  }
  if (number < parameter.minimum.value_or(number))
  {
    Refuse(parameter, value, "at least " + itk::PenCore::NumberText(*parameter.minimum));
  }
  if (number > parameter.maximum.value_or(number))
  {
    Refuse(parameter, value, "at most " + itk::PenCore::NumberText(*parameter.maximum));
  }
  return isInteger ? std::to_string(static_cast<long long>(number)) : text;
}

std::string
CheckedNumbers(const SlicerParameter & parameter, const std::string & value)
{
  std::string checked;
  for (std::size_t begin = 0; begin <= value.size();)
  {
    const std::size_t end = std::min(value.find(',', begin), value.size());
    const std::string component = Trimmed(value.substr(begin, end - begin));
    checked += (checked.empty() ? "" : ",") + CheckedNumber(parameter, component, value);
    begin = end + 1;
  }
  return checked;
}
} // namespace

std::vector<const SlicerParameter *>
SlicerDescription::GetParameters() const
{
  std::vector<const SlicerParameter *> all;
  for (const SlicerParameterGroup & group : groups)
  {
    for (const SlicerParameter & parameter : group.parameters)
    {
      all.push_back(&parameter);
    }
  }
  return all;
}

const SlicerParameter *
SlicerDescription::FindByName(const std::string & name) const
{
  const auto all = GetParameters();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto * one) { return one->name == name; });
  return found == all.end() ? nullptr : *found;
}

const SlicerParameter *
SlicerDescription::FindByFlag(const std::string & flag) const
{
  const auto all = GetParameters();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const SlicerParameter * one)
                                  {
                                    return (!one->longFlag.empty() && flag == "--" + one->longFlag) ||
                                           (!one->flag.empty() && flag == "-" + one->flag);
                                  });
  return found == all.end() ? nullptr : *found;
}

std::vector<const SlicerParameter *>
SlicerDescription::GetPositional() const
{
  auto all = GetParameters();
  all.erase(std::remove_if(all.begin(), all.end(), [](const auto * one) { return !one->index; }), all.end());
  std::sort(all.begin(), all.end(), [](const auto * a, const auto * b) { return *a->index < *b->index; });
  return all;
}

SlicerDescription
ParseSlicerDescription(const std::string & xml)
{
  Reading reading;
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), OnStart, OnEnd);
  XML_SetCharacterDataHandler(parser.get(), OnText);
  if (XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE) == XML_STATUS_ERROR)
  {
    throw std::runtime_error("the module's description is damaged, line " +
                             std::to_string(XML_GetCurrentLineNumber(parser.get())) + ": " +
                             XML_ErrorString(XML_GetErrorCode(parser.get())));
  }
  return reading.description;
}

std::string
CheckedValue(const SlicerParameter & parameter, const std::string & value)
{
  if (parameter.IsBoolean())
  {
    const std::optional<bool> truth = BooleanValue(value);
    if (!truth)
    {
      Refuse(parameter, value, "true or false");
    }
    return *truth ? "true" : "false";
  }
  if (!parameter.elements.empty() &&
      std::find(parameter.elements.begin(), parameter.elements.end(), value) == parameter.elements.end())
  {
    std::string choices;
    for (const std::string & element : parameter.elements)
    {
      choices += (choices.empty() ? "" : ", ") + element;
    }
    Refuse(parameter, value, "one of " + choices);
  }
  if (parameter.type == "integer" || parameter.type == "float" || parameter.type == "double")
  {
    return CheckedNumber(parameter, Trimmed(value), value);
  }
  const bool isVector =
    parameter.type == "integer-vector" || parameter.type == "float-vector" || parameter.type == "double-vector";
  return isVector && !value.empty() ? CheckedNumbers(parameter, value) : value;
}

std::optional<bool>
BooleanValue(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto isAmong = [&](std::initializer_list<const char *> words)
  { return std::find(words.begin(), words.end(), text) != words.end(); };
  if (isAmong({ "true", "1", "yes", "on" }))
  {
    return true;
  }
  return isAmong({ "false", "0", "no", "off" }) ? std::optional<bool>(false) : std::nullopt;
}
} // namespace pen
