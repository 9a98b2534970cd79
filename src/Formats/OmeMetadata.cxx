// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/OmeMetadata.h"
#include "Stacks/LengthUnit.h"

#include <expat.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>

namespace itk
{
namespace PenCore
{
namespace
{
using Attributes = std::map<std::string, std::string>;

struct PixelsSearch
{
  bool isInside = false;
  bool found = false;
  Attributes attributes;
  std::vector<Attributes> tiffData;
  std::set<std::string> files;
};

const char *
WithoutNamespace(const char * name)
{
  const char * colon = std::strchr(name, ':');
  return colon ? colon + 1 : name;
}

Attributes
ToMap(const char ** attributes)
{
  Attributes map;
  for (; attributes[0]; attributes += 2)
  {
    map[attributes[0]] = attributes[1];
  }
  return map;
}

void
OnStartOfElement(void * userData, const char * name, const char ** attributes)
{
  auto & search = *static_cast<PixelsSearch *>(userData);
  const std::string element = WithoutNamespace(name);
  if (element == "Pixels" && !search.found)
  {
    search.found = true;
    search.isInside = true;
    search.attributes = ToMap(attributes);
  }
  else if (search.isInside && element == "TiffData")
  {
    search.tiffData.push_back(ToMap(attributes));
  }
  else if (search.isInside && element == "UUID")
  {
    const Attributes uuid = ToMap(attributes);
    const auto file = uuid.find("FileName");
    if (file != uuid.end())
    {
      search.files.insert(file->second);
    }
  }
}

void
OnEndOfElement(void * userData, const char * name)
{
  auto & search = *static_cast<PixelsSearch *>(userData);
  search.isInside = search.isInside && std::strcmp(WithoutNamespace(name), "Pixels") != 0;
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
  const std::optional<double> micrometres = MicrometresPerUnit(unit == attributes.end() ? "um" : unit->second);
  const double value = std::strtod(size->second.c_str(), nullptr);
  if (!micrometres || !std::isfinite(value) || value <= 0.0)
  {
    return std::nullopt;
  }
  return value * *micrometres;
}

std::optional<std::size_t>
Number(const Attributes & attributes, const std::string & name)
{
  const auto number = attributes.find(name);
  if (number == attributes.end())
  {
    return std::nullopt;
  }
  const double value = std::strtod(number->second.c_str(), nullptr);
  return value >= 1.0 && value <= 1e9 ? static_cast<std::size_t>(value) : std::size_t{ 0 };
}

OmeTiffData
ReadTiffData(const Attributes & attributes)
{
  OmeTiffData data;
  data.page = Number(attributes, "IFD");
  data.planes = Number(attributes, "PlaneCount");
  data.firstSlice = Number(attributes, "FirstZ").value_or(0);
  data.firstChannel = Number(attributes, "FirstC").value_or(0);
  data.firstFrame = Number(attributes, "FirstT").value_or(0);
  return data;
}
} // namespace

std::optional<OmePixels>
ParseOmePixels(const std::string & description)
{
  PixelsSearch search;
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
  XML_SetUserData(parser.get(), &search);
  XML_SetElementHandler(parser.get(), OnStartOfElement, OnEndOfElement);
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
  pixels.width = Number(search.attributes, "SizeX");
  pixels.height = Number(search.attributes, "SizeY");
  pixels.slices = Number(search.attributes, "SizeZ");
  pixels.channels = Number(search.attributes, "SizeC").value_or(1);
  pixels.timePoints = Number(search.attributes, "SizeT").value_or(1);
  const auto order = search.attributes.find("DimensionOrder");
  if (order != search.attributes.end())
  {
    pixels.order = order->second.rfind("XY", 0) == 0 ? order->second.substr(2) : order->second;
  }
  for (const Attributes & data : search.tiffData)
  {
    pixels.tiffData.push_back(ReadTiffData(data));
  }
  pixels.files = search.files;
  return pixels;
}
} // namespace PenCore
} // namespace itk
