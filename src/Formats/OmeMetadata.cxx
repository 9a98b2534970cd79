// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/OmeMetadata.h"
#include "Formats/DescriptionText.h"
#include "ProjectionEnhancement/Base/NumberText.h"
#include "Stacks/LengthUnit.h"

#include <expat.h>

#include <algorithm>
#include <cctype>
#include <cmath>
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

const char *
WithoutNamespace(const char * name)
{
  const char * colon = std::strrchr(name, ':');
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

std::string
Text(const Attributes & attributes, const std::string & name)
{
  const auto text = attributes.find(name);
  return text == attributes.end() ? std::string() : text->second;
}

// As texts differ in how they write the same one.
std::string
PlainUuid(const std::string & text)
{
  std::string uuid;
  for (const unsigned char c : text)
  {
    if (std::isspace(c) == 0)
    {
      uuid.push_back(static_cast<char>(std::tolower(c)));
    }
  }
  const std::string scheme = "urn:uuid:";
  return uuid.rfind(scheme, 0) == 0 ? uuid.substr(scheme.size()) : uuid;
}

std::optional<double>
PhysicalSize(const Attributes & attributes, const std::string & name)
{
  const auto unit = attributes.find(name + "Unit");
  const std::optional<double> micrometres = MicrometresPerUnit(unit == attributes.end() ? "um" : unit->second);
  const std::optional<double> value = NumberOfText(Text(attributes, name));
  return micrometres && value && *value > 0.0 ? std::optional<double>(*value * *micrometres) : std::nullopt;
}

std::optional<std::size_t>
Number(const Attributes & attributes, const std::string & name, std::size_t ifNone)
{
  const auto number = attributes.find(name);
  if (number == attributes.end())
  {
    return std::nullopt;
  }
  const double value = NumberOfText(number->second).value_or(-1.0);
  return value >= 0.0 && value <= 1e9 && value == std::floor(value) ? static_cast<std::size_t>(value) : ifNone;
}

OmeTiffData
ReadTiffData(const Attributes & attributes)
{
  OmeTiffData data;
  data.directory = Number(attributes, "IFD", NoIndex);
  // The name before 2009.
  data.planes = Number(attributes, attributes.count("PlaneCount") > 0 ? "PlaneCount" : "NumPlanes", 0);
  data.firstSlice = Number(attributes, "FirstZ", NoIndex).value_or(0);
  data.firstChannel = Number(attributes, "FirstC", NoIndex).value_or(0);
  data.firstFrame = Number(attributes, "FirstT", NoIndex).value_or(0);
  return data;
}

OmePixels
ReadPixels(const Attributes & attributes)
{
  OmePixels pixels;
  pixels.physicalSize = { PhysicalSize(attributes, "PhysicalSizeX"), PhysicalSize(attributes, "PhysicalSizeY"),
                          PhysicalSize(attributes, "PhysicalSizeZ") };
  pixels.width = Number(attributes, "SizeX", 0);
  pixels.height = Number(attributes, "SizeY", 0);
  pixels.slices = Number(attributes, "SizeZ", 0);
  pixels.channels = Number(attributes, "SizeC", 0).value_or(1);
  pixels.timePoints = Number(attributes, "SizeT", 0).value_or(1);
  const auto order = attributes.find("DimensionOrder");
  if (order != attributes.end())
  {
    pixels.order = order->second.rfind("XY", 0) == 0 ? order->second.substr(2) : order->second;
  }
  return pixels;
}

// What has been read so far, and the elements that are open.
struct Reading
{
  OmeDocument document;
  std::vector<std::string> open;
  bool rootIsOme = false;

  // Whether the open elements end in these, from outside in, and in Pixels of an image before.
  bool
  IsInPixels(const std::vector<std::string> & inner) const
  {
    const std::size_t outer = open.size() - inner.size();
    return open.size() >= inner.size() + 2 && std::equal(inner.begin(), inner.end(), open.end() - inner.size()) &&
           open[outer - 1] == "Pixels" && IsHolderOfPixels(open[outer - 2]);
  }

  static bool
  IsHolderOfPixels(const std::string & element)
  {
    return element == "Image" || element == "OME";
  }

  OmeTiffData &
  LastTiffData()
  {
    return document.images.back().tiffData.back();
  }
};

void
OnStartOfElement(void * userData, const char * name, const char ** list)
{
  auto & reading = *static_cast<Reading *>(userData);
  OmeDocument & document = reading.document;
  const std::string element = WithoutNamespace(name);
  const std::string parent = reading.open.empty() ? std::string() : reading.open.back();
  const Attributes attributes = ToMap(list);
  if (parent.empty())
  {
    reading.rootIsOme = element == "OME";
    document.uuid = PlainUuid(Text(attributes, "UUID"));
  }
  else if (element == "BinaryOnly" && parent == "OME")
  {
    document.metadataFile = Text(attributes, "MetadataFile");
  }
  else if (element == "Pixels" && Reading::IsHolderOfPixels(parent))
  {
    document.images.push_back(ReadPixels(attributes));
  }
  else if (element == "TiffData" && reading.IsInPixels({}))
  {
    document.images.back().tiffData.push_back(ReadTiffData(attributes));
  }
  else if (element == "UUID" && reading.IsInPixels({ "TiffData" }))
  {
    reading.LastTiffData().fileName = Text(attributes, "FileName");
  }
  document.slicesAreMixed = document.slicesAreMixed || element == "ModuloAlongZ";
  reading.open.push_back(element);
}

void
OnText(void * userData, const char * text, int length)
{
  auto & reading = *static_cast<Reading *>(userData);
  if (reading.IsInPixels({ "TiffData", "UUID" }))
  {
    reading.LastTiffData().uuid.append(text, static_cast<std::size_t>(length));
  }
}

void
OnEndOfElement(void * userData, const char *)
{
  static_cast<Reading *>(userData)->open.pop_back();
}

// The encoding that the text says of itself is often that of the program that wrote it, not of the file.
Reading
Read(const std::string & text, const char * encoding)
{
  Reading reading;
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(encoding), XML_ParserFree);
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), OnStartOfElement, OnEndOfElement);
  XML_SetCharacterDataHandler(parser.get(), OnText);
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK &&
      XML_GetErrorCode(parser.get()) != XML_ERROR_JUNK_AFTER_DOC_ELEMENT)
  {
    reading.document.problem = "the OME-XML is damaged in line " +
                               std::to_string(XML_GetCurrentLineNumber(parser.get())) + " (" +
                               XML_ErrorString(XML_GetErrorCode(parser.get())) + ")";
  }
  for (OmePixels & image : reading.document.images)
  {
    for (OmeTiffData & data : image.tiffData)
    {
      data.uuid = PlainUuid(data.uuid);
    }
  }
  return reading;
}

bool
LooksLikeOme(const std::string & text)
{
  return !text.empty() && text.front() == '<' &&
         (text.find("<OME") != std::string::npos || text.find(":OME") != std::string::npos ||
          text.find("openmicroscopy.org/Schemas") != std::string::npos);
}
} // namespace

std::optional<OmeDocument>
ParseOme(const std::string & description)
{
  const std::string text = WithoutLeadingBlanks(description);
  if (!LooksLikeOme(text))
  {
    return std::nullopt;
  }
  Reading reading = Read(text, "UTF-8");
  if (!reading.document.problem.empty())
  {
    // Every text is Latin-1: what is damaged in another way stays so.
    const Reading latin = Read(text, "ISO-8859-1");
    reading = latin.document.problem.empty() ? latin : reading;
  }
  if (reading.document.problem.empty() && !reading.rootIsOme)
  {
    return std::nullopt;
  }
  return reading.document;
}
} // namespace PenCore
} // namespace itk
