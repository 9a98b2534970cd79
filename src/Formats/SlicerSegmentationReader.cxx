// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/itkNrrdUnitsImageIO.h"
#include "ProjectionEnhancement/Base/FileError.h"
#include "ProjectionEnhancement/Formats/SlicerSegmentation.h"
#include "itkMetaDataObject.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

namespace itk
{
namespace PenCore
{
namespace
{
// What is wrong with a segmentation, before the file is named.
class Damage : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

// Beyond what gzip reaches; damaged headers ask for far more.
constexpr double HighestCompression = 1100.0;

using Fields = std::map<std::string, std::string>;

Fields
FieldsOf(const MetaDataDictionary & dictionary)
{
  Fields fields;
  for (const std::string & key : dictionary.GetKeys())
  {
    ExposeMetaData(dictionary, key, fields[key]);
  }
  return fields;
}

std::string
Need(const Fields & fields, const std::string & key)
{
  const auto found = fields.find(key);
  if (found == fields.end())
  {
    throw Damage("the header has no '" + key + "'");
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
    throw Damage("'" + key + "' of the header does not hold " + std::to_string(count) + " numbers");
  }
  return numbers;
}

std::size_t
Count(double number, const std::string & key)
{
  constexpr double largest = std::numeric_limits<unsigned int>::max();
  if (!(number >= 0.0 && number <= largest && number == static_cast<double>(static_cast<std::size_t>(number))))
  {
    throw Damage("'" + key + "' of the header is no count");
  }
  return static_cast<std::size_t>(number);
}

void
RequireOneSlice(const NrrdImageIO * imageIO, const std::string & path)
{
  if (imageIO->GetNumberOfDimensions() != 3)
  {
    throw Damage("the image has " + std::to_string(imageIO->GetNumberOfDimensions()) + " dimensions, not 3");
  }
  if (imageIO->GetDimensions(2) != 1)
  {
    throw Damage("a segmentation of several slices; cells are masks of one");
  }
  double bytes = static_cast<double>(imageIO->GetComponentSize()) * imageIO->GetNumberOfComponents();
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    bytes *= static_cast<double>(imageIO->GetDimensions(axis));
  }
  if (!(bytes <= HighestCompression * static_cast<double>(std::filesystem::file_size(path))))
  {
    throw Damage("'sizes' of the header are beyond what the file holds");
  }
}

LayersImage::Pointer
MakeLayers(const NrrdImageIO * imageIO)
{
  const auto layers = LayersImage::New();
  layers->SetRegions(
    Size<3>{ { imageIO->GetDimensions(0), imageIO->GetDimensions(1), imageIO->GetNumberOfComponents() } });
  LayersImage::SpacingType spacing;
  LayersImage::DirectionType direction;
  LayersImage::PointType origin;
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    spacing[axis] = imageIO->GetSpacing(axis);
    origin[axis] = imageIO->GetOrigin(axis);
    if (!(spacing[axis] > 0.0))
    {
      throw Damage("'space directions' of the header has an axis without a length");
    }
    const std::vector<double> step = imageIO->GetDirection(axis);
    for (unsigned int i = 0; i < 3; ++i)
    {
      direction[i][axis] = step[i];
    }
  }
  layers->SetSpacing(spacing);
  layers->SetDirection(direction);
  layers->SetOrigin(origin);
  return layers;
}

template <typename TLabel>
void
Fill(const char * bytes, LayersImage * layers)
{
  const auto size = layers->GetLargestPossibleRegion().GetSize();
  const std::size_t pixels = size[0] * size[1];
  for (std::size_t i = 0; i < pixels; ++i)
  {
    for (std::size_t page = 0; page < size[2]; ++page, bytes += sizeof(TLabel))
    {
      TLabel label;
      std::memcpy(&label, bytes, sizeof(TLabel));
      layers->GetBufferPointer()[page * pixels + i] = label;
    }
  }
}

using Filler = void (*)(const char *, LayersImage *);

// Labels are not negative, whatever type they are stored in.
Filler
FillerOf(IOComponentEnum component)
{
  switch (component)
  {
    case IOComponentEnum::UCHAR:
    case IOComponentEnum::CHAR:
      return Fill<std::uint8_t>;
    case IOComponentEnum::USHORT:
    case IOComponentEnum::SHORT:
      return Fill<std::uint16_t>;
    case IOComponentEnum::UINT:
    case IOComponentEnum::INT:
      return Fill<std::uint32_t>;
    default:
      throw Damage("pixels of type '" + ImageIOBase::GetComponentTypeAsString(component) + "' are no labels");
  }
}

void
ReadPixels(NrrdImageIO * imageIO, LayersImage * layers)
{
  const Filler fill = FillerOf(imageIO->GetComponentType());
  std::vector<char> bytes(static_cast<std::size_t>(imageIO->GetImageSizeInBytes()));
  try
  {
    imageIO->Read(bytes.data());
  }
  catch (const ExceptionObject &)
  {
    // NRRD's own words are a trace of several lines.
    throw Damage("the compressed pixels are damaged or not as many as the header says");
  }
  layers->Allocate();
  fill(bytes.data(), layers);
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
SlicerSegmentation
ReadFrom(const std::string & path)
{
  const NrrdImageIO::Pointer imageIO = NrrdUnitsImageIO::New().GetPointer();
  if (!imageIO->CanReadFile(path.c_str()))
  {
    throw Damage("not an NRRD file");
  }
  imageIO->SetFileName(path);
  try
  {
    imageIO->ReadImageInformation();
  }
  catch (const ExceptionObject &)
  {
    throw Damage("the header is damaged");
  }
  RequireOneSlice(imageIO, path);
  SlicerSegmentation segmentation;
  segmentation.layers = MakeLayers(imageIO);
  segmentation.segments = ReadSegments(FieldsOf(imageIO->GetMetaDataDictionary()));
  ReadPixels(imageIO, segmentation.layers);
  return segmentation;
}
} // namespace

SlicerSegmentation
ReadSlicerSegmentation(const std::string & path)
{
  SlicerSegmentation segmentation;
  try
  {
    segmentation = ReadFrom(path);
  }
  catch (const Damage & damage)
  {
    FailWithFile(std::string("cannot read the segmentation (") + damage.what() + ')', path);
  }
  Relabel(segmentation);
  return segmentation;
}
} // namespace PenCore
} // namespace itk
