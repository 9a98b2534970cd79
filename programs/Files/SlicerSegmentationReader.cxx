// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/Gzip.h"
#include "Files/ImageFile.h"
#include "Files/SlicerSegmentation.h"
#include "Frame/Errors.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <stdexcept>

namespace pen
{
namespace
{
using Fields = std::map<std::string, std::string>;

// The lines of an NRRD header up to the empty one, as key and value; "key: value" and "key:=value" alike.
Fields
ReadHeader(std::istream & stream)
{
  Fields fields;
  std::string line;
  std::getline(stream, line);
  if (line.compare(0, 4, "NRRD") != 0)
  {
    throw std::runtime_error("not an NRRD file");
  }
  while (std::getline(stream, line) && !line.empty() && line != "\r")
  {
    const std::size_t colon = line.find(':');
    if (line[0] == '#' || colon == std::string::npos)
    {
      continue;
    }
    std::size_t value = line.find_first_not_of("= ", colon + 1);
    value = std::min(value, line.size());
    fields[line.substr(0, colon)] = line.substr(value, line.find_last_not_of('\r') + 1 - value);
  }
  return fields;
}

std::string
Need(const Fields & fields, const std::string & key)
{
  const auto found = fields.find(key);
  if (found == fields.end())
  {
    throw std::runtime_error("the header has no '" + key + "'");
  }
  return found->second;
}

std::vector<double>
Numbers(std::string text, const std::string & key, std::size_t count)
{
  std::replace_if(
    text.begin(), text.end(), [](char c) { return c == '(' || c == ')' || c == ','; }, ' ');
  std::istringstream stream(text);
  const std::vector<double> numbers{ std::istream_iterator<double>(stream), {} };
  if (numbers.size() != count)
  {
    throw std::runtime_error("'" + key + "' of the header does not hold " + std::to_string(count) + " numbers");
  }
  return numbers;
}

std::size_t
Count(double number, const std::string & key)
{
  constexpr double largest = std::numeric_limits<unsigned int>::max();
  if (!(number >= 0.0 && number <= largest && number == static_cast<double>(static_cast<std::size_t>(number))))
  {
    throw std::runtime_error("'" + key + "' of the header is no count");
  }
  return static_cast<std::size_t>(number);
}

std::size_t
BytesPerVoxel(const std::string & type)
{
  const std::map<std::string, std::size_t> sizes{
    { "unsigned char", 1 },  { "uchar", 1 },  { "uint8", 1 },  { "uint8_t", 1 },  { "signed char", 1 },
    { "unsigned short", 2 }, { "ushort", 2 }, { "uint16", 2 }, { "uint16_t", 2 }, { "short", 2 },
    { "unsigned int", 4 },   { "uint", 4 },   { "uint32", 4 }, { "uint32_t", 4 }, { "int", 4 }
  };
  const auto found = sizes.find(type);
  if (found == sizes.end())
  {
    throw std::runtime_error("pixels of type '" + type + "' are no labels");
  }
  return found->second;
}

LayersImage::Pointer
MakeLayers(const Fields & fields)
{
  const bool hasLayers = Need(fields, "kinds").compare(0, 4, "list") == 0;
  const std::vector<double> sizes = Numbers(Need(fields, "sizes"), "sizes", hasLayers ? 4 : 3);
  const std::size_t first = hasLayers ? 1 : 0;
  constexpr double mostLabels = 1e12;
  if (std::accumulate(sizes.begin(), sizes.end(), 1.0, std::multiplies<double>()) > mostLabels)
  {
    throw std::runtime_error("'sizes' of the header are beyond any image");
  }
  if (sizes.back() != 1.0)
  {
    throw std::runtime_error("a segmentation of several slices; cells are masks of one");
  }
  std::string directions = Need(fields, "space directions");
  if (hasLayers && directions.compare(0, 4, "none") == 0)
  {
    directions = directions.substr(4);
  }
  const std::vector<double> axes = Numbers(directions, "space directions", 9);
  const std::vector<double> place = Numbers(Need(fields, "space origin"), "space origin", 3);
  const auto layers = LayersImage::New();
  layers->SetRegions(itk::Size<3>{
    { Count(sizes[first], "sizes"), Count(sizes[first + 1], "sizes"), hasLayers ? Count(sizes[0], "sizes") : 1 } });
  LayersImage::SpacingType spacing;
  LayersImage::DirectionType direction;
  LayersImage::PointType origin;
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    itk::Vector<double, 3> step;
    std::copy_n(axes.begin() + 3 * axis, 3, step.Begin());
    spacing[axis] = step.GetNorm();
    if (!(spacing[axis] > 0.0))
    {
      throw std::runtime_error("'space directions' of the header has an axis without a length");
    }
    for (unsigned int i = 0; i < 3; ++i)
    {
      direction[i][axis] = step[i] / spacing[axis];
    }
    origin[axis] = place[axis];
  }
  layers->SetSpacing(spacing);
  layers->SetDirection(direction);
  layers->SetOrigin(origin);
  return layers;
}

void
FillLayers(const std::string & bytes, std::size_t bytesPerVoxel, LayersImage * layers)
{
  layers->Allocate();
  const auto size = layers->GetLargestPossibleRegion().GetSize();
  const std::size_t pixels = size[0] * size[1];
  std::size_t place = 0;
  for (std::size_t i = 0; i < pixels; ++i)
  {
    for (std::size_t page = 0; page < size[2]; ++page)
    {
      unsigned int label = 0;
      for (std::size_t byte = 0; byte < bytesPerVoxel; ++byte)
      {
        label |= static_cast<unsigned int>(static_cast<unsigned char>(bytes[place++])) << (8 * byte);
      }
      layers->GetBufferPointer()[page * pixels + i] = label;
    }
  }
}

std::vector<SlicerSegment>
ReadSegments(const Fields & fields)
{
  std::vector<SlicerSegment> segments;
  for (std::string prefix = "Segment0_"; fields.count(prefix + "ID") > 0;
       prefix = "Segment" + std::to_string(segments.size()) + '_')
  {
    const auto value = [&](const char * key)
    {
      const auto found = fields.find(prefix + key);
      return found == fields.end() ? std::string() : found->second;
    };
    SlicerSegment segment;
    segment.id = value("ID");
    segment.name = value("Name");
    segment.tags = value("Tags");
    segment.layer = Count(Numbers(Need(fields, prefix + "Layer"), prefix + "Layer", 1)[0], prefix + "Layer");
    segment.label = static_cast<unsigned int>(
      Count(Numbers(Need(fields, prefix + "LabelValue"), prefix + "LabelValue", 1)[0], prefix + "LabelValue"));
    const std::vector<double> colour = Numbers(Need(fields, prefix + "Color"), prefix + "Color", 3);
    std::copy(colour.begin(), colour.end(), segment.colour.begin());
    segments.push_back(segment);
  }
  return segments;
}

// Makes labels unique over the layers and clears what belongs to no segment.
void
Relabel(SlicerSegmentation & segmentation)
{
  std::set<unsigned int> labels;
  for (const SlicerSegment & segment : segmentation.segments)
  {
    labels.insert(segment.label);
  }
  const bool areUnique = labels.size() == segmentation.segments.size() && labels.count(0) == 0;
  std::map<std::pair<std::size_t, unsigned int>, unsigned int> newLabels;
  for (std::size_t i = 0; i < segmentation.segments.size(); ++i)
  {
    SlicerSegment & segment = segmentation.segments[i];
    const unsigned int label = areUnique ? segment.label : static_cast<unsigned int>(i) + 1;
    newLabels[{ segment.layer, segment.label }] = label;
    segment.label = label;
  }
  const auto size = segmentation.layers->GetLargestPossibleRegion().GetSize();
  unsigned int * label = segmentation.layers->GetBufferPointer();
  for (std::size_t page = 0; page < size[2]; ++page)
  {
    for (std::size_t i = 0; i < size[0] * size[1]; ++i, ++label)
    {
      const auto found = *label == 0 ? newLabels.end() : newLabels.find({ page, *label });
      *label = found == newLabels.end() ? 0 : found->second;
    }
  }
}
} // namespace

SlicerSegmentation
ReadSlicerSegmentation(const std::string & path)
{
  RequireReadableFile(path);
  std::ifstream stream(path, std::ios::binary);
  SlicerSegmentation segmentation;
  try
  {
    const Fields fields = ReadHeader(stream);
    const std::string pixels{ std::istreambuf_iterator<char>(stream), {} };
    const std::size_t bytesPerVoxel = BytesPerVoxel(Need(fields, "type"));
    if (bytesPerVoxel > 1 && Need(fields, "endian") != "little")
    {
      throw std::runtime_error("the most significant byte comes first, which is not read here");
    }
    segmentation.layers = MakeLayers(fields);
    segmentation.segments = ReadSegments(fields);
    const std::size_t bytes = segmentation.layers->GetLargestPossibleRegion().GetNumberOfPixels() * bytesPerVoxel;
    const std::string encoding = Need(fields, "encoding");
    if (encoding != "gzip" && encoding != "gz" && !(encoding == "raw" && pixels.size() == bytes))
    {
      throw std::runtime_error("encoding '" + encoding + "' is not read here, or the pixels are not all there");
    }
    FillLayers(encoding == "raw" ? pixels : Gunzip(pixels, bytes), bytesPerVoxel, segmentation.layers);
  }
  catch (const std::runtime_error & error)
  {
    Fail(std::string("cannot read the segmentation (") + error.what() + ')', path);
  }
  Relabel(segmentation);
  return segmentation;
}
} // namespace pen
