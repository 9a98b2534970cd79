// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Weights/Hdf5Values.h"

#include "itkMacro.h"

#include <c10/util/Half.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace itk
{
namespace
{
constexpr std::uint64_t LongestText = 4096;

std::string
TextOf(const char * bytes, Hdf5Range range, bool endsInSpaces)
{
  if (range.Count() > LongestText)
  {
    itkGenericExceptionMacro("a list of names is damaged");
  }
  std::string text(bytes + range.begin, bytes + range.end);
  if (endsInSpaces)
  {
    text.erase(text.find_last_not_of(' ') + 1);
  }
  return text.substr(0, text.find('\0'));
}

float
FloatOf(float value)
{
  return value;
}

float
FloatOf(double value)
{
  // The cast of a double that no float is near is undefined.
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const bool isTooLarge = std::abs(value) > static_cast<double>(std::numeric_limits<float>::max());
  return isTooLarge ? (value > 0.0 ? infinity : -infinity) : static_cast<float>(value);
}

float
FloatOf(c10::Half value)
{
  return value;
}

template <typename TStored>
std::vector<float>
Converted(const char * bytes, std::size_t count, bool isBigEndian)
{
  std::vector<float> values(count);
  for (float & value : values)
  {
    // The first byte is the lowest on every machine that this builds for.
    char ordered[sizeof(TStored)];
    std::copy_n(bytes, sizeof(TStored), ordered);
    if (isBigEndian)
    {
      std::reverse(std::begin(ordered), std::end(ordered));
    }
    TStored stored;
    std::memcpy(&stored, ordered, sizeof(TStored));
    value = FloatOf(stored);
    bytes += sizeof(TStored);
  }
  return values;
}
} // namespace

std::vector<std::string>
ReadHdf5Texts(const char * bytes, const Hdf5Attribute & attribute)
{
  const Hdf5Type & type = attribute.type;
  if (type.kind != Hdf5Type::Kind::Text && type.kind != Hdf5Type::Kind::VariableText)
  {
    itkGenericExceptionMacro("a list of names holds numbers");
  }
  std::vector<std::string> texts;
  for (const Hdf5Range & range : attribute.texts)
  {
    texts.push_back(TextOf(bytes, range, false));
  }
  for (std::uint64_t i = 0; type.kind == Hdf5Type::Kind::Text && i < attribute.count; ++i)
  {
    const std::uint64_t begin = attribute.values.begin + i * type.size;
    texts.push_back(TextOf(bytes, { begin, begin + type.size }, type.endsInSpaces));
  }
  return texts;
}

std::vector<float>
ReadHdf5Values(const char * bytes, const Hdf5Object & array)
{
  const std::uint64_t count = array.values.Count() / array.type.size;
  const char * first = bytes + array.values.begin;
  switch (array.type.size)
  {
    case sizeof(c10::Half):
      return Converted<c10::Half>(first, count, array.type.isBigEndian);
    case sizeof(float):
      return Converted<float>(first, count, array.type.isBigEndian);
    default:
      return Converted<double>(first, count, array.type.isBigEndian);
  }
}
} // namespace itk
