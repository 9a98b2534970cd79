// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "penOmeMetadata.h"

#include <expat.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>

namespace pen
{
namespace
{
using Attributes = std::map<std::string, std::string>;

struct PixelsSearch
{
  bool found = false;
  Attributes attributes;
};

const char *
WithoutNamespace(const char * name)
{
  const char * colon = std::strchr(name, ':');
  return colon ? colon + 1 : name;
}

void
OnStartOfElement(void * userData, const char * name, const char ** attributes)
{
  auto & search = *static_cast<PixelsSearch *>(userData);
  if (search.found || std::strcmp(WithoutNamespace(name), "Pixels") != 0)
  {
    return;
  }
  search.found = true;
  for (const char ** attribute = attributes; attribute[0]; attribute += 2)
  {
    search.attributes[attribute[0]] = attribute[1];
  }
}

// OME's UnitsLength that are physical lengths, in um; the micro sign comes as U+00B5 or U+03BC.
std::optional<double>
MicrometresPer(const std::string & unit)
{
  static const std::map<std::string, double> lengths{ { "pm", 1e-6 },       { "\xC3\x85", 1e-4 }, { "nm", 1e-3 },
                                                      { "\xC2\xB5m", 1.0 }, { "\xCE\xBCm", 1.0 }, { "um", 1.0 },
                                                      { "mm", 1e3 },        { "cm", 1e4 },        { "m", 1e6 } };
  const auto length = lengths.find(unit);
  return length == lengths.end() ? std::nullopt : std::optional<double>(length->second);
}

std::optional<double>
PhysicalSize(const Attributes & attributes, const std::string & name)
{
  const auto size = attributes.find(name);
  if (size == attributes.end())
  {
    return std::nullopt;
  }
  const auto unit = attributes.find(name + "Unit");
  const std::optional<double> micrometres = MicrometresPer(unit == attributes.end() ? "um" : unit->second);
  const double value = std::strtod(size->second.c_str(), nullptr);
  if (!micrometres || !std::isfinite(value) || value <= 0.0)
  {
    return std::nullopt;
  }
  return value * *micrometres;
}

unsigned int
Count(const Attributes & attributes, const std::string & name)
{
  const auto count = attributes.find(name);
  return count == attributes.end() ? 1u : static_cast<unsigned int>(std::strtoul(count->second.c_str(), nullptr, 10));
}
} // namespace

std::optional<OmePixels>
ParseOmePixels(const std::string & description)
{
  PixelsSearch search;
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
  XML_SetUserData(parser.get(), &search);
  XML_SetStartElementHandler(parser.get(), OnStartOfElement);
  // A text that is no XML ends at once; one that is broken after its Pixels element still tells the sizes.
  XML_Parse(parser.get(), description.data(), static_cast<int>(description.size()), XML_TRUE);
  if (!search.found)
  {
    return std::nullopt;
  }
  OmePixels pixels;
  pixels.physicalSize = { PhysicalSize(search.attributes, "PhysicalSizeX"),
                          PhysicalSize(search.attributes, "PhysicalSizeY"),
                          PhysicalSize(search.attributes, "PhysicalSizeZ") };
  pixels.channels = Count(search.attributes, "SizeC");
  pixels.timePoints = Count(search.attributes, "SizeT");
  return pixels;
}
} // namespace pen
