// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Weights/Hdf5Messages.h"

#include <array>

// Object header messages, section IV.A.2 of the HDF5 File Format Specification.

namespace itk
{
namespace
{
constexpr std::uint64_t MostAxes = 32;
constexpr std::uint64_t MostValues = std::uint64_t{ 1 } << 40;
constexpr std::uint64_t LongestText = 65535;
constexpr std::uint64_t SmallestCollection = 4096;
constexpr std::uint64_t VariableTextSize = 16;
constexpr std::uint64_t FilledWithSpaces = 2; // as Fortran's texts

enum TypeClass
{
  Number = 0x10, // version 1 in the upper half
  Real = 0x11,
  Text = 0x13,
  VariableLength = 0x19
};

enum LayoutClass
{
  Compact = 0,
  Contiguous = 1
};

std::uint64_t
Padded(std::uint64_t size)
{
  return (size + 7) / 8 * 8;
}

/** \brief Walks along the numbers of a range; none lies behind its end. */
class Cursor
{
public:
  Cursor(const Hdf5Bytes & bytes, Hdf5Range range)
    : m_Bytes(bytes)
    , m_Range(range)
  {
  }

  std::uint64_t
  Take(std::size_t bytes)
  {
    const std::uint64_t place = this->Skip(bytes);
    return m_Bytes.Number(place, bytes);
  }

  // The place that was skipped.
  std::uint64_t
  Skip(std::uint64_t bytes)
  {
    m_Bytes.Require(m_Range.begin <= m_Range.end && bytes <= m_Range.Count(), "a message of its header is too short");
    const std::uint64_t place = m_Range.begin;
    m_Range.begin += bytes;
    return place;
  }

  Hdf5Range
  GetRest() const
  {
    return m_Range;
  }

private:
  const Hdf5Bytes & m_Bytes;
  Hdf5Range m_Range;
};
} // namespace

void
Hdf5Messages::VerifyNumber(Hdf5Range range) const
{
  Cursor cursor(m_Bytes, range);
  cursor.Skip(1);
  const std::uint64_t bits = cursor.Take(3);
  const std::uint64_t size = cursor.Take(4);
  const bool plain = size == 1 || size == 2 || size == 4 || size == 8;
  m_Bytes.Require(plain && bits < 16 && cursor.Take(2) == 0 && cursor.Take(2) == 8 * size,
                  "it has a type of whole numbers that is not known");
}

// The three types of IEEE 754: value of the field of bits but for the byte order, and the properties behind the size.
void
Hdf5Messages::VerifyReal(Hdf5Range range) const
{
  using Fields =
    std::array<std::uint64_t, 9>; // size, bits, offset, precision, exponent and mantissa: place, size; bias
  constexpr std::array<Fields, 3> known{ { { { 2, 0x0f20, 0, 16, 10, 5, 0, 10, 15 } },
                                           { { 4, 0x1f20, 0, 32, 23, 8, 0, 23, 127 } },
                                           { { 8, 0x3f20, 0, 64, 52, 11, 0, 52, 1023 } } } };
  Cursor cursor(m_Bytes, range);
  cursor.Skip(1);
  const std::uint64_t bits = cursor.Take(3) & ~std::uint64_t{ 1 };
  Fields fields{ { cursor.Take(4), bits } };
  constexpr std::array<std::size_t, 7> widths{ { 2, 2, 1, 1, 1, 1, 4 } };
  for (std::size_t i = 0; i < widths.size(); ++i)
  {
    fields[i + 2] = cursor.Take(widths[i]);
  }
  m_Bytes.Require(std::find(known.begin(), known.end(), fields) != known.end(),
                  "it has a type of floating-point numbers that is not known");
}

Hdf5Type
Hdf5Messages::ReadType(Hdf5Range range) const
{
  Cursor cursor(m_Bytes, range);
  const std::uint64_t typeClass = cursor.Take(1);
  const std::uint64_t bits = cursor.Take(3);
  const std::uint64_t size = cursor.Take(4);
  switch (typeClass)
  {
    case Number:
      this->VerifyNumber(range);
      return { Hdf5Type::Kind::Whole, size };
    case Real:
      this->VerifyReal(range);
      return { Hdf5Type::Kind::Real, size, (bits & 1) != 0 };
    case Text:
      m_Bytes.Require(size > 0 && size <= LongestText && (bits & 15) <= 2 && bits >> 4 <= 1,
                      "it has a type of texts that is not known");
      return { Hdf5Type::Kind::Text, size, false, (bits & 15) == FilledWithSpaces };
    case VariableLength:
    {
      const std::uint64_t place = cursor.GetRest().begin;
      const bool isText = (bits & 15) == 1 && (bits >> 4 & 15) <= 2 && bits >> 8 <= 1;
      m_Bytes.Require(isText && size == VariableTextSize && cursor.Take(1) == Number &&
                        m_Bytes.Number(place + 4, 4) == 1,
                      "it has a type of variable length that is no text");
      this->VerifyNumber({ place, range.end });
      return { Hdf5Type::Kind::VariableText, size };
    }
    default:
      m_Bytes.Refuse("it has a type that is neither numbers nor texts");
  }
}

Hdf5Messages::Extents
Hdf5Messages::ReadExtents(Hdf5Range range) const
{
  Cursor cursor(m_Bytes, range);
  const std::uint64_t version = cursor.Take(1);
  const std::uint64_t axes = cursor.Take(1);
  const std::uint64_t hasLargest = cursor.Take(1);
  const std::uint64_t kind = cursor.Take(1); // from version 2 on: 0 one value, 1 axes, 2 nothing
  m_Bytes.Require((version == 1 || version == 2) && axes <= MostAxes && hasLargest <= 1, "its extents are damaged");
  m_Bytes.Require(version == 1 ? kind == 0 : kind <= 2 && (kind == 1 || axes == 0), "its extents are damaged");
  cursor.Skip(version == 1 ? 4 : 0);
  Extents read;
  read.count = version == 2 && kind == 2 ? 0 : 1;
  const std::uint64_t extents = cursor.Skip(8 * axes);
  const std::uint64_t largest = cursor.Skip(hasLargest != 0 ? 8 * axes : 0);
  for (std::uint64_t i = 0; i < axes; ++i)
  {
    const std::uint64_t extent = m_Bytes.Number(extents + 8 * i, 8);
    m_Bytes.Require(extent == 0 || read.count <= MostValues / extent, "its extents are larger than any array's");
    m_Bytes.Require(hasLargest == 0 || m_Bytes.Number(largest + 8 * i, 8) >= extent, "its extents are damaged");
    read.count *= extent;
    read.extents.push_back(extent);
  }
  return read;
}

void
Hdf5Messages::VerifyFillValue(Hdf5Range range, std::uint64_t valueSize, bool isOldForm) const
{
  Cursor cursor(m_Bytes, range);
  bool hasSize = true;
  if (!isOldForm)
  {
    const std::uint64_t version = cursor.Take(1);
    m_Bytes.Require(version >= 1 && version <= 3, "its default value is damaged");
    if (version == 3)
    {
      const std::uint64_t flags = cursor.Take(1);
      m_Bytes.Require(flags < 64, "its default value is damaged");
      hasSize = (flags & 32) != 0;
    }
    else
    {
      const std::uint64_t allocation = cursor.Take(1);
      const std::uint64_t writing = cursor.Take(1);
      const std::uint64_t defined = cursor.Take(1);
      m_Bytes.Require(allocation <= 3 && writing <= 2 && defined <= 1, "its default value is damaged");
      hasSize = version == 1 || defined == 1;
    }
  }
  if (hasSize)
  {
    const std::uint64_t size = cursor.Take(4);
    m_Bytes.Require(size == 0 || size == valueSize, "its default value is damaged");
    cursor.Skip(size);
  }
}

Hdf5Range
Hdf5Messages::ClaimValues(Hdf5Range range, std::uint64_t count, std::uint64_t valueSize)
{
  Cursor cursor(m_Bytes, range);
  m_Bytes.Require(cursor.Take(1) == 3, "its storage is of another version");
  switch (cursor.Take(1))
  {
    case Compact:
    {
      const std::uint64_t size = cursor.Take(2);
      m_Bytes.Require(size == count * valueSize, "its values have another size than its extents");
      const std::uint64_t place = cursor.Skip(size);
      return { place, place + size };
    }
    case Contiguous:
    {
      const std::uint64_t place = cursor.Take(8);
      const std::uint64_t size = cursor.Take(8);
      if (place == Hdf5Bytes::Undefined)
      {
        return {};
      }
      m_Bytes.Require(size == count * valueSize, "its values have another size than its extents");
      m_Bytes.Claim(place, size, "its values");
      return { place, place + size };
    }
    default:
      m_Bytes.Refuse("its values are chunked, compressed or outside the file");
  }
}

std::pair<std::string, Hdf5Attribute>
Hdf5Messages::ReadAttribute(Hdf5Range range)
{
  Cursor cursor(m_Bytes, range);
  const std::uint64_t version = cursor.Take(1);
  m_Bytes.Require(version >= 1 && version <= 3 && cursor.Take(1) == 0, "an attribute is of another version");
  const std::uint64_t nameSize = cursor.Take(2);
  const std::uint64_t typeSize = cursor.Take(2);
  const std::uint64_t spaceSize = cursor.Take(2);
  m_Bytes.Require(version < 3 || cursor.Take(1) <= 1, "an attribute's name is damaged");
  const auto stored = [&](std::uint64_t size) { return version == 1 ? Padded(size) : size; };
  const std::uint64_t namePlace = cursor.Skip(stored(nameSize));
  const std::uint64_t typePlace = cursor.Skip(stored(typeSize));
  const std::uint64_t spacePlace = cursor.Skip(stored(spaceSize));
  m_Bytes.Require(nameSize > 1, "an attribute's name is damaged");
  const std::string name = m_Bytes.Text(namePlace, namePlace + nameSize);
  m_Bytes.Require(name.size() == nameSize - 1, "an attribute's name is damaged");
  Hdf5Attribute attribute;
  attribute.type = this->ReadType({ typePlace, typePlace + typeSize });
  attribute.count = this->ReadExtents({ spacePlace, spacePlace + spaceSize }).count;
  const std::uint64_t size = attribute.count * attribute.type.size;
  attribute.values.begin = cursor.Skip(size);
  attribute.values.end = attribute.values.begin + size;
  if (attribute.type.kind == Hdf5Type::Kind::VariableText)
  {
    attribute.texts = this->ReadVariableTexts(attribute.values.begin, attribute.count);
  }
  return { name, attribute };
}

std::vector<Hdf5Range>
Hdf5Messages::ReadVariableTexts(std::uint64_t place, std::uint64_t count)
{
  std::vector<Hdf5Range> texts;
  for (std::uint64_t i = 0; i < count; ++i, place += VariableTextSize)
  {
    const std::uint64_t length = m_Bytes.Number(place, 4);
    const std::uint64_t collection = m_Bytes.Number(place + 4, 8);
    if (collection == 0)
    {
      m_Bytes.Require(length == 0, "a text of variable length is damaged");
      texts.emplace_back();
      continue;
    }
    const Collection & objects = this->ReadCollection(collection);
    const auto found = objects.find(m_Bytes.Number(place + 12, 4));
    m_Bytes.Require(found != objects.end() && found->second.Count() == length, "a text of variable length is damaged");
    texts.push_back(found->second);
  }
  return texts;
}

// Section III.E: the collection's size, then objects with index, size and, padded, their bytes; index 0 is free space.
const Hdf5Messages::Collection &
Hdf5Messages::ReadCollection(std::uint64_t place)
{
  const auto known = m_Collections.find(place);
  if (known != m_Collections.end())
  {
    return known->second;
  }
  constexpr std::uint64_t header = 16;
  m_Bytes.Require(m_Bytes.Holds(place, "GCOL") && m_Bytes.Number(place + 4, 1) == 1,
                  "a text of variable length lies in no heap");
  const std::uint64_t size = m_Bytes.Number(place + 8, 8);
  m_Bytes.Require(size >= SmallestCollection, "a heap of texts is damaged");
  m_Bytes.Claim(place, size, "a heap of texts");
  Collection objects;
  std::uint64_t left = size - header;
  bool hasFreeSpace = false;
  while (left >= header)
  {
    const std::uint64_t object = place + size - left;
    const std::uint64_t index = m_Bytes.Number(object, 2);
    const std::uint64_t length = m_Bytes.Number(object + 8, 8);
    m_Bytes.Require(length <= left, "an object of a heap of texts reaches beyond it");
    const std::uint64_t taken = index == 0 ? length : header + Padded(length);
    const bool fits = taken >= header && taken <= left && taken % 8 == 0;
    const Hdf5Range text{ object + header, object + header + length };
    const bool isNew = index == 0 ? !hasFreeSpace : objects.insert({ index, text }).second;
    m_Bytes.Require(fits && isNew, "a heap of texts is damaged");
    hasFreeSpace = hasFreeSpace || index == 0;
    left -= taken;
  }
  m_Bytes.Require(left % 8 == 0 && (left == 0 || !hasFreeSpace), "a heap of texts is damaged");
  return m_Collections[place] = std::move(objects);
}
} // namespace itk
