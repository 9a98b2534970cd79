// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "SlicerParameterFile.h"
#include "Files/ImageFile.h"
#include "Frame/Errors.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <set>
#include <sstream>

namespace pen
{
namespace
{
using Json = nlohmann::ordered_json;

// Of the frame that the Slicer Execution Model generates, not of a module.
const std::set<std::string> FrameParameters{
  "echoSwitch",          "xmlSwitch",           "processInformationAddressString",
  "returnParameterFile", "parametersSerialize", "parametersDeSerialize"
};

std::string
TextOf(const Json & value)
{
  if (value.is_string())
  {
    return value.get<std::string>();
  }
  if (value.is_boolean() || value.is_number())
  {
    return value.dump();
  }
  if (!value.is_array())
  {
    throw std::runtime_error("a value is neither text, number, truth value nor a list");
  }
  std::string list;
  for (const Json & component : value)
  {
    list += (list.empty() ? "" : ",") + TextOf(component);
  }
  return list;
}

Json
ReadGroups(const std::string & path)
{
  RequireReadableFile(path);
  std::ifstream stream(path, std::ios::binary);
  try
  {
    const Json groups = Json::parse(stream).at("Parameters");
    if (!groups.is_object())
    {
      throw std::runtime_error("\"Parameters\" is no object");
    }
    return groups;
  }
  catch (const std::exception & error)
  {
    Fail("cannot read the parameter file (" + OneLineMessage(error) + ')', path);
  }
}

Json
JsonOf(const SlicerParameter & parameter, const std::string & value)
{
  if (parameter.IsBoolean())
  {
    return value == "true";
  }
  const bool isInteger = parameter.type.compare(0, 7, "integer") == 0;
  const bool isReal = parameter.type.compare(0, 5, "float") == 0 || parameter.type.compare(0, 6, "double") == 0;
  if (!isInteger && !isReal)
  {
    return value;
  }
  Json numbers = Json::array();
  std::istringstream stream(value);
  for (std::string number; std::getline(stream, number, ',');)
  {
    numbers.push_back(isInteger ? Json(std::stoll(number)) : Json(std::stod(number)));
  }
  const bool isVector = parameter.type.find("-vector") != std::string::npos;
  return isVector ? numbers : numbers.empty() ? Json() : numbers.front();
}
} // namespace

std::map<std::string, std::string>
ReadParameterFile(const SlicerDescription & description, const std::string & path)
{
  std::map<std::string, std::string> values;
  const Json groups = ReadGroups(path);
  for (const auto & [groupName, group] : groups.items())
  {
    if (!group.is_object())
    {
      Fail("cannot read the parameter file (\"" + groupName + "\" is no object)", path);
    }
    for (const auto & [name, value] : group.items())
    {
      const SlicerParameter * parameter = description.FindByName(name);
      if (parameter == nullptr && FrameParameters.count(name) == 0)
      {
        throw UsageError("there is no parameter " + name + ", which the parameter file names: " + path);
      }
      if (parameter == nullptr || value.is_null() || parameter->IsReturned())
      {
        continue;
      }
      try
      {
        values[name] = CheckedValue(*parameter, TextOf(value));
      }
      catch (const UsageError & error)
      {
        throw UsageError(error.what() + std::string(", in the parameter file: ") + path);
      }
      catch (const std::exception & error)
      {
        Fail("cannot read " + name + " of the parameter file (" + OneLineMessage(error) + ')', path);
      }
    }
  }
  return values;
}

std::string
ParameterFileText(const SlicerDescription & description, const std::map<std::string, std::string> & values)
{
  Json groups = Json::object();
  for (const SlicerParameterGroup & group : description.groups)
  {
    for (const SlicerParameter & parameter : group.parameters)
    {
      if (!parameter.IsReturned())
      {
        const auto said = values.find(parameter.name);
        groups[group.label][parameter.name] =
          JsonOf(parameter, said == values.end() ? parameter.defaultValue : said->second);
      }
    }
  }
  return Json{ { "Parameters", groups } }.dump(2) + '\n';
}
} // namespace pen
